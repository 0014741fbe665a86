import { confirm, expectProblem, field, fill, live, row, unfold } from "../support/browsing.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { only } from "../support/things.ts";

let network: string;

test.beforeAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  network = (await demo.make<{ id: string }>("networks/create", { name: "plugged", cidr: "10.53.0.0/24" })).id;
  await demo.make("security-groups/create", { name: "ports-web" });
  await demo.close();
});

test.afterAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await demo.make("networks/delete", { id: network });
  const group = only(cloud, "SELECT id FROM security_groups WHERE name = 'ports-web'");
  await demo.make("security-groups/delete", { id: group });
  await demo.close();
});

test("a port is made with all there is to say, changed, switched off, and goes", async ({ page }) => {
  await page.goto(`/networks/${network}`);
  await live(page);
  const form = await unfold(page, "Add port");
  await fill(form, {
    Name: "kept",
    Address: "10.53.0.20",
    "MAC address": "fa:16:3e:12:34:56",
    Description: "For the database",
    "Further addresses": "10.53.0.100",
  });
  await form.getByRole("checkbox", { name: /^default/ }).uncheck();
  await form.getByRole("checkbox", { name: /^ports-web/ }).check();
  await form.getByRole("button", { name: "Add port" }).click();
  await expect(row(page, "10.53.0.20 kept")).toContainText("fa:16:3e:12:34:56");

  await page.getByRole("link", { name: "10.53.0.20" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "10.53.0.20" })).toBeVisible();
  const facts = page.locator("dl.properties");
  await expect(facts).toContainText("For the database");
  await expect(facts).toContainText("10.53.0.100");
  await expect(facts.getByRole("link", { name: "ports-web" })).toBeVisible();
  await expect(facts).toContainText("on: addresses and rules are checked");

  const edit = await unfold(page, "Edit port");
  await fill(edit, { Name: "renamed", "Further addresses": "10.53.0.101 fa:16:3e:00:00:01\n10.53.1.0/24" });
  await edit.getByRole("checkbox", { name: /^default/ }).check();
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(facts).toContainText("renamed");
  await expect(facts).toContainText("10.53.0.101 fa:16:3e:00:00:01");
  await expect(facts.getByRole("link", { name: "default" })).toBeVisible();

  const again = await unfold(page, "Edit port");
  await again.getByLabel("Without port security").check();
  await again.getByLabel("Switched off").check();
  await again.getByRole("button", { name: "Save" }).click();
  await expect(facts).toContainText("off: nothing is checked");
  await expect(facts.getByRole("link", { name: "default" })).toHaveCount(0);
  await expect(page.locator("main header").getByText("switched off")).toBeVisible();

  await page.locator("main header").getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(page.getByRole("heading", { level: 1, name: "plugged" })).toBeVisible();
  await expect(row(page, "10.53.0.20 renamed")).toHaveCount(0);
});

test("what is impossible is refused with the reason at the field", async ({ page }) => {
  await page.goto(`/networks/${network}`);
  await live(page);
  const form = await unfold(page, "Add port");
  const good = { Address: "", "MAC address": "", "Further addresses": "" };
  const refusals: [Partial<typeof good>, string, RegExp][] = [
    [{ Address: "10.54.0.1" }, "Address", /does not belong to/],
    [{ "MAC address": "12:34" }, "MAC address", /12:34|MAC/],
    [{ "Further addresses": "everywhere" }, "Further addresses", /everywhere/],
  ];
  for (const [values, label, sentence] of refusals) {
    await fill(form, { ...good, ...values });
    await form.getByRole("button", { name: "Add port" }).click();
    await expectProblem(form, label, sentence);
  }
});

test("a launch takes a port made beforehand", async ({ page, cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const { id } = await demo.make<{ id: string }>("ports/create", { network, port_name: "for-launch" });
  await page.goto("/launch");
  await page.getByRole("radio", { name: /^cirros/ }).check();
  await page.getByRole("radio", { name: "m1.nano" }).check();
  for (const chosen of await page.locator('input[name="networks[]"]:checked').all()) await chosen.uncheck();
  await page.getByRole("checkbox", { name: /^for-launch/ }).check();
  await field(page, "Name").fill("with-port");
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "with-port" })).toBeVisible();
  const state = () => cloud.query("SELECT vm_state FROM instances WHERE name = 'with-port'")[0]?.["vm_state"];
  await expect.poll(state, { timeout: 5 * 60_000 }).toBe("active");
  const instance = only(cloud, "SELECT id FROM instances WHERE name = 'with-port' AND deleted_at IS NULL");
  expect(only(cloud, `SELECT device_id FROM ports WHERE id = '${id}'`)).toBe(instance);
  await page.goto(`/networks/ports/${id}`);
  await expect(page.getByRole("link", { name: "with-port" })).toBeVisible();
  await expect(page.locator("main header").getByRole("button", { name: "Delete" })).toContainText(/belongs to/);

  await demo.make("instances/act", { id: instance, verb: "delete" });
  await expect.poll(() => cloud.query("SELECT 1 FROM instances WHERE deleted_at IS NULL")).toEqual([]);
  expect(only(cloud, `SELECT device_id FROM ports WHERE id = '${id}'`), "the port is free again").toBe("");
  await demo.make("ports/delete", { id, network });
  await demo.close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a port is made, changed, and goes: all by plain forms", async ({ page }) => {
    await page.goto(`/networks/${network}`);
    const form = await unfold(page, "Add port");
    await fill(form, { Name: "plain", Address: "10.53.0.30" });
    await form.getByRole("button", { name: "Add port" }).click();
    await page.getByRole("link", { name: "10.53.0.30" }).click();
    const edit = await unfold(page, "Edit port");
    await fill(edit, { Name: "plain-2" });
    await edit.getByRole("button", { name: "Save" }).click();
    await expect(page.locator("dl.properties")).toContainText("plain-2");
    await page.locator("main header").getByRole("button", { name: "Delete" }).click();
    await confirm(page, "Delete");
    await expect(page.getByText("10.53.0.30 was deleted.")).toBeVisible();
  });
});
