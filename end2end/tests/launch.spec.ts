import { expectProblem, field, live, row } from "../support/browsing.ts";
import { deleteInstance, GUEST } from "../support/instances.ts";
import { hosts } from "../support/lab.ts";
import { chooseSmallest, sendLaunch } from "../support/launch-form.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { launchTooBig, only, PUBLIC_KEY } from "../support/things.ts";

test("an instance too big for every host fails, and says which filter refused which host by how much", async ({
  page,
  cloud,
  sessionOf,
}) => {
  const [demo, admin] = [
    await Caller.open(cloud, await sessionOf("demo")),
    await Caller.open(cloud, await sessionOf("admin")),
  ];
  const id = await launchTooBig(cloud, admin, demo);
  await page.goto(`/instances/${id}`);
  await live(page);
  await expect(page.getByRole("alert")).toContainText("No host can take this instance.");
  const filter = page.getByRole("row").filter({ hasText: "RamFilter" }).first();
  for (const host of hosts) {
    const refusal = new RegExp(`${host} needs 8388608 MiB of memory; \\d+ free of \\d+ × 1`);
    await expect(filter).toContainText(refusal);
  }

  // The form knows it beforehand.
  await page.goto("/launch");
  await live(page);
  const flavor = page.getByRole("radio", { name: "gigantic" });
  await expect(flavor).toBeDisabled();
  await expect(flavor).toHaveAccessibleDescription("no host has room for it now");
  await page.goto(`/instances/${id}`);
  await live(page);
  await deleteInstance(page, "too-big");
  await expect(row(page, "too-big")).toHaveCount(0, GUEST);
  await admin.make("flavors/delete", { id: "gigantic" });
  await Promise.all([demo.close(), admin.close()]);
});

test("the address fills in the form", async ({ page, cloud }) => {
  const image = only(cloud, "SELECT id FROM images WHERE name = 'cirros'");
  await page.goto(`/launch?image=${image}&flavor=2&name=from-link&count=3&metadata=role%3Dweb`);
  await live(page);
  await expect(page.getByRole("radio", { name: /^cirros/ })).toBeChecked();
  await expect(page.getByRole("radio", { name: "m1.tiny" })).toBeChecked();
  await expect(field(page, "Name")).toHaveValue("from-link");
  await expect(field(page, "Number of instances")).toHaveValue("3");
  await expect(field(page, "Metadata")).toHaveValue("role=web");
  await expect(page.getByText("from-link-1, from-link-2, from-link-3")).toBeVisible();
});

test("the quota's meters follow the form", async ({ page }) => {
  await chooseSmallest(page, "counted");
  await live(page);
  await field(page, "Number of instances").fill("1000");

  await expect(page.getByText("over the limit").first()).toBeVisible();
  await field(page, "Number of instances").fill("1");
  await expect(page.getByText("over the limit")).toHaveCount(0);
});

test("each impossible wish is refused with the sentence at its field", async ({ page, cloud }) => {
  await chooseSmallest(page, "refused");
  await live(page);
  const form = page.locator("form").filter({ has: page.getByRole("radio", { name: "m1.nano" }) });
  await form.evaluate((element: HTMLFormElement) => (element.noValidate = true));
  await form.locator("summary", { hasText: "Advanced" }).click();
  const good = { Name: "refused", "Number of instances": "1", Metadata: "", "User data": "" };
  const refusals: [Partial<typeof good>, string, RegExp][] = [
    [{ Name: "" }, "Name", /Name is required/],
    [{ "Number of instances": "0" }, "Number of instances", /must be a number from 1/],
    [{ Metadata: "no separator" }, "Metadata", /may hold only/],
    [{ "User data": "x".repeat(70_000) }, "User data", /at most 16384 are allowed/],
  ];
  for (const [values, label, sentence] of refusals) {
    for (const [label, value] of Object.entries({ ...good, ...values })) await field(form, label).fill(value);
    await sendLaunch(page);
    await expectProblem(form, label, sentence);
  }
  for (const [label, value] of Object.entries(good)) await field(form, label).fill(value);

  for (const [address, sentence] of [
    ["10.99.0.9", /10\.99\.0\.9 does not belong to (172\.24\.4|10\.66\.0)\.0\/24/],
    ["ten", /not an IP address: ten/],
  ] as const) {
    await page.getByLabel("Address on shared").fill(address);
    await sendLaunch(page);
    await expect(page.getByRole("alert").first()).toContainText(sentence);
  }
  await page.getByLabel("Address on shared").fill("");

  await page.getByRole("radio", { name: /^A new key pair/ }).check();
  await field(page, "Name of the new key pair").fill("fresh");
  await field(page, "Public key").fill("not a key");
  await sendLaunch(page);
  await expectProblem(form, "Public key", /not an OpenSSH public key/);
  expect(cloud.query("SELECT 1 FROM instances WHERE name = 'refused'")).toEqual([]);
});

test("several at once, with a key pair that is imported on the way", async ({ page, cloud }) => {
  await chooseSmallest(page, "pair");
  await live(page);
  await field(page, "Number of instances").fill("2");
  await page.getByRole("radio", { name: /^A new key pair/ }).check();
  await field(page, "Name of the new key pair").fill("inline");
  await field(page, "Public key").fill(PUBLIC_KEY);
  await sendLaunch(page);
  await expect(page).toHaveURL(/\/instances$/);
  for (const name of ["pair-1", "pair-2"]) {
    await expect(row(page, name)).toContainText("Running", GUEST);
    await expect(row(page, name)).toContainText("inline");
    await page.getByRole("checkbox", { name: new RegExp(name) }).check();
  }
  await page.getByRole("button", { name: "Delete", exact: true }).first().click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Delete/ })
    .click();
  for (const name of ["pair-1", "pair-2"]) await expect(row(page, name)).toHaveCount(0, GUEST);
  expect(cloud.query("SELECT name FROM keypairs WHERE name = 'inline'")).toHaveLength(1);
});
