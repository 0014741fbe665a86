import { choose, confirm, field, fill, live, row, unfold } from "../support/browsing.ts";
import { removeRouted, type Routed, routedNetwork } from "../support/networking.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { externalNetwork, launch, only, OUTSIDE } from "../support/things.ts";

let routed: Routed;
let apart: string;
let instance: string;

test.beforeAll(async ({ cloud, sessionOf }) => {
  test.setTimeout(10 * 60_000);
  const [demo, admin] = [
    await Caller.open(cloud, await sessionOf("demo")),
    await Caller.open(cloud, await sessionOf("admin")),
  ];
  const external = await externalNetwork(cloud, admin);
  routed = await routedNetwork(cloud, demo, external, "behind", "10.51.0.0/24");
  apart = (await demo.make<{ id: string }>("networks/create", { name: "apart", cidr: "10.52.0.0/24" })).id;
  await demo.make("ports/create", { network: apart, port_name: "lonely", fixed_ip: "10.52.0.7" });
  await launch(cloud, demo, "reached", routed.network);
  instance = only(cloud, "SELECT id FROM instances WHERE name = 'reached' AND deleted_at IS NULL");
  await Promise.all([demo.close(), admin.close()]);
});

test.afterAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await demo.make("instances/act", { id: instance, verb: "delete" });
  await expect.poll(() => cloud.query("SELECT 1 FROM instances WHERE deleted_at IS NULL")).toEqual([]);
  await demo.make("ports/delete", { id: only(cloud, "SELECT id FROM ports WHERE name = 'lonely'"), network: apart });
  await demo.make("networks/delete", { id: apart });
  await removeRouted(cloud, demo, routed);
  await demo.close();
});

test("one is allocated, led to an instance, led nowhere, and released", async ({ page, cloud }) => {
  await page.goto("/floating-ips");
  await live(page);
  const form = await unfold(page, "Allocate floating IP");
  await field(form, "External network").selectOption({ label: `${OUTSIDE} · 172.30.0.0/24` });
  await fill(form, { Description: "The front door" });
  await form.getByRole("button", { name: "Allocate floating IP" }).click();
  const floating = page.getByRole("row").filter({ hasText: "The front door" });
  await expect(floating).toContainText("nowhere yet");
  const address = (await floating.getByRole("rowheader").textContent()) ?? "";

  await floating.getByRole("link", { name: "Associate" }).click();
  await expect(page.getByRole("heading", { level: 1, name: address })).toBeVisible();
  const lead = await unfold(page, "Associate");
  await expect(lead.locator("option", { hasText: "lonely" })).toBeDisabled();
  await expect(lead.locator("option", { hasText: "lonely" })).toContainText("no router joins it");
  await choose(field(lead, "Leads to"), "reached");
  await lead.getByRole("button", { name: "Associate" }).click();
  await expect(page.locator("dl").getByRole("link", { name: "reached" })).toBeVisible();

  await page.goto("/floating-ips");
  await live(page);
  await expect(floating).toContainText("reached");
  await expect(floating).toContainText("behind-router");
  await floating.getByRole("button", { name: "Disassociate" }).click();
  await confirm(page, "Disassociate");
  await expect(floating).toContainText("nowhere yet");
  await floating.getByRole("button", { name: "Release" }).click();
  await confirm(page, "Release");
  const left = () => cloud.query("SELECT 1 FROM floating_ips WHERE description = 'The front door'");
  await expect.poll(left).toEqual([]);
  await expect(floating).toHaveCount(0);
});

test("from an instance's page a new one is led to it, and taken away again", async ({ page, cloud }) => {
  await page.goto(`/instances/${instance}`);
  await live(page);
  await page.getByRole("button", { name: "Actions for reached" }).click();
  await page.getByRole("link", { name: "Associate floating IP" }).click();
  const form = await unfold(page, "Associate floating IP");
  await field(form, "Floating IP").selectOption({ label: `a new one from ${OUTSIDE}` });
  await form.getByRole("button", { name: "Associate" }).click();
  const nic = page.getByRole("row").filter({ hasText: "10.51.0." });
  await expect(nic).toContainText(/172\.30\.0\.\d+/);
  const address = /172\.30\.0\.\d+/.exec((await nic.textContent()) ?? "")?.[0];
  await nic.getByRole("button", { name: "Disassociate" }).click();
  await confirm(page, "Disassociate");
  await expect(nic.getByText(/172\.30\.0\.\d+/)).toHaveCount(0);
  const left = only(
    cloud,
    `SELECT f.id FROM floating_ips f JOIN ip_allocations a ON a.port_id = f.port_id WHERE a.ip = '${address}'`,
  );
  await page.goto(`/floating-ips/${left}`);
  await page.getByRole("button", { name: "Release" }).first().click();
  await confirm(page, "Release");
  await expect(page.getByRole("heading", { level: 1, name: "Floating IPs" })).toBeVisible();
});

test("an interface comes to a running instance and leaves it", async ({ page }) => {
  await page.goto(`/instances/${instance}?tab=network`);
  await live(page);
  const form = await unfold(page, "Attach interface");
  await choose(field(form, "Network or port"), "lonely");
  await form.getByRole("button", { name: "Attach interface" }).click();
  await expect(page.getByText("Done: 10.52.0.7")).toBeVisible();
  const nic = row(page, "10.52.0.7");
  await expect(nic).toContainText("apart");
  await page.getByRole("link", { name: "Dismiss" }).click();
  await nic.getByRole("button", { name: "Detach" }).click();
  await confirm(page, "Detach");
  await expect(page.getByText("Done: 10.52.0.7")).toBeVisible();
  await expect(nic).toHaveCount(0);
});

test("news of the instance leave alone what is open and typed in its network tab", async ({
  page,
  cloud,
  sessionOf,
}) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await page.goto(`/instances/${instance}?tab=network`);
  await live(page);
  const form = await unfold(page, "Attach interface");
  await field(form, "Address").fill("10.52.0.9");
  await page.getByRole("row").filter({ hasText: "10.51.0." }).getByRole("button", { name: "Detach" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await demo.make("instances/rename", { id: instance, name: "reached-anew" });
  await expect(page.getByRole("heading", { level: 1, name: "reached-anew" })).toBeAttached();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect(form).toBeVisible();
  await expect(field(form, "Address")).toHaveValue("10.52.0.9");
  await demo.make("instances/rename", { id: instance, name: "reached" });
  await demo.close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("one is allocated for an instance at once, and released: all by plain forms", async ({ page }) => {
    await page.goto("/floating-ips");
    const form = await unfold(page, "Allocate floating IP");
    await field(form, "External network").selectOption({ label: `${OUTSIDE} · 172.30.0.0/24` });
    await choose(field(form, "Leads to"), "reached");
    await form.getByRole("button", { name: "Allocate floating IP" }).click();
    await expect(page.getByText(/172\.30\.0\.\d+ was created\./)).toBeVisible();
    // By its link: the words of another row's dialog speak of what is reached, too.
    const led = page.getByRole("link", { name: "reached", exact: true });
    const floating = page.getByRole("row").filter({ has: led });
    await floating.getByRole("button", { name: "Disassociate" }).click();
    await confirm(page, "Disassociate");
    await page.getByRole("row").filter({ hasText: "nowhere yet" }).getByRole("button", { name: "Release" }).click();
    await confirm(page, "Release");
    await expect(page.getByText(/172\.30\.0\.\d+ was deleted\./)).toBeVisible();
  });
});
