import { confirm, expectProblem, field, fill, live, row, unfold } from "../support/browsing.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";

test("a network with a subnet is made, gets another and a port, and goes", async ({ page }) => {
  await page.goto("/networks");
  await live(page);
  await expect(row(page, "shared")).toContainText("everybody (shared)");
  await expect(row(page, "shared").getByRole("button", { name: "Delete" })).toHaveAttribute("aria-disabled", "true");
  const form = await unfold(page, "Create network");
  await fill(form, { Name: "backbone", "Address range": "10.20.0.0/24", "Allocation pools": "10.20.0.10-10.20.0.20" });
  await form.getByRole("button", { name: "Create network" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "backbone" })).toBeVisible();
  await expect(row(page, "10.20.0.0/24")).toContainText("10.20.0.10–10.20.0.20");

  const another = await unfold(page, "Add subnet");
  await fill(another, { "Address range": "10.21.0.0/24", "Name of the subnet": "second" });
  await another.getByRole("button", { name: "Add subnet" }).click();
  await expect(row(page, "10.21.0.0/24")).toContainText("second");

  const port = await unfold(page, "Add port");
  await fill(port, { Name: "kept", Address: "10.20.0.15" });
  await port.getByRole("button", { name: "Add port" }).click();
  const taken = page.getByRole("row").filter({ hasText: "10.20.0.15" }).filter({ hasText: "kept" });
  await expect(taken).toContainText(/([0-9a-f]{2}:){5}[0-9a-f]{2}/);

  await page.getByRole("button", { name: "Delete" }).first().click();
  await confirm(page, "Delete");
  await expect(page.getByRole("alert").first()).toContainText(/in use/);
  await taken.getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(taken).toHaveCount(0);

  await page.getByRole("button", { name: "Delete" }).first().click();
  await confirm(page, "Delete");
  await expect(page.getByRole("heading", { level: 1, name: "Networks" })).toBeVisible();
  await expect(row(page, "backbone")).toHaveCount(0);
});

test("an impossible network or subnet is refused with the reason at the field", async ({ page, cloud }) => {
  await page.goto("/networks");
  await live(page);
  const form = await unfold(page, "Create network");
  const good = {
    Name: "bad",
    "Address range": "10.30.0.0/24",
    Gateway: "",
    "DNS servers": "",
    "Allocation pools": "",
    MTU: "",
  };
  const refusals: [Partial<typeof good>, string, RegExp][] = [
    [{ Name: "" }, "Name", /Name is required/],
    [{ "Address range": "10.30.0.0" }, "Address range", /not a network address/],
    [{ "Address range": "10.30.0.7/24" }, "Address range", /host bits set.*10\.30\.0\.0\/24/],
    [{ "Address range": "10.30.0.0/33" }, "Address range", /not a network address/],
    [{ Gateway: "10.99.0.1" }, "Gateway", /does not belong to 10\.30\.0\.0\/24/],
    [{ Gateway: "first" }, "Gateway", /not an IP address/],
    [{ "DNS servers": "9.9.9" }, "DNS servers", /not an IP address/],
    [{ "Allocation pools": "10.30.0.9-10.30.0.2" }, "Allocation pools", /does not lie within|runs backwards/],
    [{ "Allocation pools": "10.30.0.9" }, "Allocation pools", /may hold only/],
    [{ MTU: "12" }, "MTU", /MTU must be a number from 68/],
  ];
  for (const [values, label, sentence] of refusals) {
    await fill(form, { ...good, ...values });
    await form.getByRole("button", { name: "Create network" }).click();
    await expectProblem(form, label, sentence);
  }
  expect(cloud.query("SELECT name FROM networks WHERE name = 'bad'")).toEqual([]);
});

test("subnets of a network cannot overlap, and an address is given once", async ({ page, cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const network = await demo.make<{ id: string }>("networks/create", { name: "narrow", cidr: "10.40.0.0/24" });
  await page.goto(`/networks/${network.id}`);
  await live(page);
  const subnet = await unfold(page, "Add subnet");
  await fill(subnet, { "Address range": "10.40.0.128/25" });
  await subnet.getByRole("button", { name: "Add subnet" }).click();
  await expectProblem(subnet, "Address range", /overlaps 10\.40\.0\.0\/24/);

  const port = await unfold(page, "Add port");
  for (const [address, sentence] of [
    ["10.40.0.300", /not an IP address/],
    ["10.41.0.1", /does not belong to/],
    ["10.40.0.1", /already in use/],
  ] as const) {
    await field(port, "Address").fill(address);
    await port.getByRole("button", { name: "Add port" }).click();
    await expectProblem(port, "Address", sentence);
  }
  await demo.make("networks/delete", { id: network.id });
  await demo.close();
});

test("a subnet is changed on its own page, and counts its addresses", async ({ page, cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const network = await demo.make<{ id: string }>("networks/create", { name: "settled", cidr: "10.41.0.0/24" });
  await page.goto(`/networks/${network.id}`);
  await live(page);
  await page.getByRole("link", { name: "10.41.0.0/24" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "10.41.0.0/24" })).toBeVisible();
  const edit = await unfold(page, "Edit subnet");
  await fill(edit, {
    "Name of the subnet": "main",
    "DNS servers": "9.9.9.9",
    "Allocation pools": "10.41.0.10-10.41.0.19",
    "Host routes": "10.90.0.0/24 10.41.0.9",
  });
  await edit.getByRole("button", { name: "Save" }).click();
  const facts = page.locator("dl.properties");
  await expect(facts).toContainText("main");
  await expect(facts).toContainText("9.9.9.9");
  await expect(facts).toContainText("10.41.0.10-10.41.0.19");
  await expect(facts).toContainText("10.90.0.0/24 10.41.0.9");
  const meter = page.getByRole("meter", { name: "Addresses in use" });
  await expect(meter).toHaveAttribute("aria-valuemax", "10");
  await demo.make("ports/create", { network: network.id, fixed_ip: "10.41.0.15", port_name: "counted" });
  await expect(meter).toHaveAttribute("aria-valuenow", "2");

  const again = await unfold(page, "Edit subnet");
  await fill(again, { Gateway: "10.99.0.1" });
  await again.getByRole("button", { name: "Save" }).click();
  await expectProblem(again, "Gateway", /does not belong to 10\.41\.0\.0\/24/);

  await page.locator("main header").getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(page.getByRole("alert").first()).toContainText(/in use/);
  const port = String(cloud.query("SELECT id FROM ports WHERE name = 'counted'")[0]?.["id"]);
  await demo.make("ports/delete", { id: port, network: network.id });
  await demo.make("networks/delete", { id: network.id });
  await demo.close();
});

test("a network is switched off and on again", async ({ page, cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const network = await demo.make<{ id: string }>("networks/create", { name: "switched" });
  await page.goto(`/networks/${network.id}`);
  await live(page);
  for (const [down, word] of [
    [true, "switched off"],
    [false, "on"],
  ] as const) {
    const edit = await unfold(page, "Edit network");
    await expect(edit.getByLabel("External")).toHaveCount(0);
    await edit.getByLabel("Switched off").setChecked(down);
    await edit.getByRole("button", { name: "Save" }).click();
    await expect(page.locator("main header").getByText(word, { exact: true })).toBeVisible();
  }
  await demo.make("networks/delete", { id: network.id });
  await demo.close();
});

test.describe("as administrator", () => {
  test.use({ user: "admin" });

  test("a network is made external, on a segment of its own, and told apart", async ({ page }) => {
    await page.goto("/networks");
    await live(page);
    const form = await unfold(page, "Create network");
    await fill(form, { Name: "leading-out", "Address range": "172.31.0.0/24", Kind: "local" });
    await form.getByLabel("External").check();
    await form.getByRole("button", { name: "Create network" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "leading-out" })).toBeVisible();
    await expect(page.locator("dl.properties").first()).toContainText("local");
    await expect(page.locator("dl.properties").first()).toContainText("where floating IPs come from");
    await page.goto("/networks");
    await live(page);
    await expect(row(page, "leading-out")).toContainText("External");

    const wrong = await unfold(page, "Create network");
    await fill(wrong, { Name: "nowhere", Kind: "vlan", "VLAN number": "5000" });
    await wrong.getByRole("button", { name: "Create network" }).click();
    await expectProblem(wrong, "VLAN number", /number from 1 to 4094/);
    await row(page, "leading-out").getByRole("button", { name: "Delete" }).click();
    await confirm(page, "Delete");
    await expect(row(page, "leading-out")).toHaveCount(0);
  });
});
