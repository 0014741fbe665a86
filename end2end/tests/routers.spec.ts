import { confirm, expectProblem, field, fill, live, row, unfold } from "../support/browsing.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { externalNetwork, only, OUTSIDE } from "../support/things.ts";

let network: string;

test.beforeAll(async ({ cloud, sessionOf }) => {
  const [demo, admin] = [
    await Caller.open(cloud, await sessionOf("demo")),
    await Caller.open(cloud, await sessionOf("admin")),
  ];
  await externalNetwork(cloud, admin);
  network = (await demo.make<{ id: string }>("networks/create", { name: "inner", cidr: "10.50.0.0/24" })).id;
  await Promise.all([demo.close(), admin.close()]);
});

test.afterAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await demo.make("networks/delete", { id: network });
  await demo.close();
});

test("a router is made with a way out, joins a subnet, gets a route, loses them, and goes", async ({ page }) => {
  await page.goto("/routers");
  await live(page);
  const form = await unfold(page, "Create router");
  await fill(form, { Name: "edge", Description: "The way out" });
  await field(form, "External network").selectOption({ label: `${OUTSIDE} · 172.30.0.0/24` });
  await form.getByRole("button", { name: "Create router" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "edge" })).toBeVisible();
  await expect(page.getByText(/^172\.30\.0\.\d+$/)).toBeVisible();
  await expect(page.getByText("on: what is behind it goes out with its outer address")).toBeVisible();

  const join = await unfold(page, "Add interface");
  await field(join, "Subnet").selectOption({ label: "inner · 10.50.0.0/24" });
  await join.getByRole("button", { name: "Add interface" }).click();
  await expect(row(page, "10.50.0.1")).toContainText("inner");
  // What is joined already stays in the list and says so.
  await unfold(page, "Add interface");
  await expect(field(join, "Subnet").locator("option", { hasText: "10.50.0.0/24 (joined already)" })).toBeDisabled();
  await expect(page.locator("main header").getByRole("button", { name: "Delete" })).toContainText(
    /Remove its interfaces first/,
  );

  const route = await unfold(page, "Add static route");
  await fill(route, { Destination: "10.60.0.0/24", "Next hop": "10.50.0.9" });
  await route.getByRole("button", { name: "Add static route" }).click();
  await expect(row(page, "10.60.0.0/24")).toContainText("10.50.0.9");

  const edit = await unfold(page, "Edit router");
  await fill(edit, { Name: "edge-2" });
  await edit.getByLabel("Switched off").check();
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "edge-2" })).toBeVisible();
  await expect(page.locator("main header").getByText("switched off")).toBeVisible();

  await row(page, "10.60.0.0/24").getByRole("button", { name: "Remove" }).click();
  await expect(row(page, "10.60.0.0/24")).toHaveCount(0);
  await page.getByRole("button", { name: "Clear way out" }).first().click();
  await confirm(page, "Clear way out");
  await expect(page.getByText("It has no way out yet.")).toBeVisible();
  const out = await unfold(page, "Set way out");
  await out.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/^172\.30\.0\.\d+$/)).toBeVisible();

  await row(page, "10.50.0.1").getByRole("button", { name: "Remove" }).click();
  await confirm(page, "Remove");
  await expect(row(page, "10.50.0.1")).toHaveCount(0);
  await page.locator("main header").getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(page.getByRole("heading", { level: 1, name: "Routers" })).toBeVisible();
  await expect(row(page, "edge-2")).toHaveCount(0);
});

test("what is impossible is refused with the reason at the field", async ({ page, cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const { id } = await demo.make<{ id: string }>("routers/create", { name: "strict" });
  const subnet = only(cloud, `SELECT id FROM subnets WHERE network_id = '${network}'`);
  await page.goto("/routers");
  await live(page);
  const form = await unfold(page, "Create router");
  await form.getByRole("button", { name: "Create router" }).click();
  await expectProblem(form, "Name", "Name is required.");

  await page.goto(`/routers/${id}`);
  await live(page);
  const join = await unfold(page, "Add interface");
  await field(join, "Subnet").selectOption(subnet);
  await fill(join, { Address: "10.99.0.1" });
  await join.getByRole("button", { name: "Add interface" }).click();
  await expectProblem(join, "Address", /does not belong to/);

  const route = await unfold(page, "Add static route");
  await fill(route, { Destination: "10.60.0.0/24", "Next hop": "10.99.0.9" });
  await route.getByRole("button", { name: "Add static route" }).click();
  await expect(route.getByRole("alert")).toContainText(/10\.99\.0\.9/);
  expect(cloud.query(`SELECT 1 FROM ports WHERE device_id = '${id}'`)).toEqual([]);
  await demo.make("routers/delete", { id });
  await demo.close();
});

test("what another window does is seen at once", async ({ page, cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await page.goto("/routers");
  await live(page);
  const { id } = await demo.make<{ id: string }>("routers/create", { name: "heard-of" });
  await expect(row(page, "heard-of")).toContainText("joins nothing");
  await demo.make("routers/delete", { id });
  await expect(row(page, "heard-of")).toHaveCount(0);
  await demo.close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a router is made, joins a subnet, and goes: all by plain forms", async ({ page }) => {
    await page.goto("/routers");
    const form = await unfold(page, "Create router");
    await fill(form, { Name: "plain" });
    await field(form, "External network").selectOption({ label: `${OUTSIDE} · 172.30.0.0/24` });
    await form.getByRole("button", { name: "Create router" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "plain" })).toBeVisible();
    await expect(page.getByText("plain was created.")).toBeVisible();

    const route = await unfold(page, "Add static route");
    await fill(route, { Destination: "nowhere", "Next hop": "10.50.0.9" });
    await route.getByRole("button", { name: "Add static route" }).click();
    await expect(page.getByRole("alert").first()).toContainText("nowhere");

    const join = await unfold(page, "Add interface");
    await field(join, "Subnet").selectOption({ label: "inner · 10.50.0.0/24" });
    await join.getByRole("button", { name: "Add interface" }).click();
    await expect(row(page, "10.50.0.1")).toBeVisible();
    await row(page, "10.50.0.1").getByRole("button", { name: "Remove" }).click();
    await confirm(page, "Remove");
    await expect(row(page, "10.50.0.1")).toHaveCount(0);
    await page.locator("main header").getByRole("button", { name: "Delete" }).click();
    await confirm(page, "Delete");
    await expect(page.getByText("plain was deleted.")).toBeVisible();
  });
});
