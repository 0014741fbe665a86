import type { Page } from "@playwright/test";
import { choose, confirm, expectProblem, field, fill, live, row, unfold } from "../support/browsing.ts";
import { badge, deleteInstance, GUEST } from "../support/instances.ts";
import { sendLaunch } from "../support/launch-form.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { HOST, launch, only } from "../support/things.ts";

let instance: string;

test.describe.configure({ timeout: 15 * 60_000 });

test.beforeAll(async ({ cloud, sessionOf }) => {
  test.setTimeout(10 * 60_000);
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await launch(cloud, demo, "holder", only(cloud, "SELECT id FROM networks WHERE shared"));
  instance = only(cloud, "SELECT id FROM instances WHERE name = 'holder' AND deleted_at IS NULL");
  await demo.close();
});

test.afterAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await demo.make("instances/act", { id: instance, verb: "delete" });
  await expect.poll(() => cloud.query("SELECT 1 FROM instances WHERE deleted_at IS NULL"), GUEST).toEqual([]);
  await demo.close();
});

/** Deletes the volume or snapshot in the row of that name on the page that is open. */
async function remove(page: Page, name: string): Promise<void> {
  await row(page, name).getByRole("button", { name: "Delete", exact: true }).click();
  await confirm(page, "Delete");
  await expect(row(page, name)).toHaveCount(0, HOST);
}

/** Chooses the smallest flavor and the shared network, and launches what is chosen to start from. */
async function launchIt(page: Page, name: string): Promise<void> {
  await page.getByRole("radio", { name: "m1.nano" }).check();
  await page.getByRole("checkbox", { name: /^shared/ }).check();
  await field(page, "Name").fill(name);
  await sendLaunch(page);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(badge(page, "Running")).toBeVisible(GUEST);
}

test("a volume is made, had by an instance, kept as a snapshot, taken away and deleted", async ({ page, cloud }) => {
  await page.goto("/volumes");
  await live(page);
  const form = await unfold(page, "Create volume");
  await expect(form).toContainText(/Left in the quota: \d+ volumes, \d+ GiB\./);
  await fill(form, { Name: "data", "Size in GiB": "1" });
  await form.getByRole("button", { name: "Create" }).click();
  const volume = row(page, "data");
  await expect(volume).toContainText("Available", HOST);
  await expect(volume).toContainText("no instance");

  await volume.getByRole("link", { name: "Attach" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "data" })).toBeVisible();
  // The link has it open already.
  await expect(field(page, "Instance")).toBeVisible();
  const attach = await unfold(page, "Attach to an instance");
  await choose(field(attach, "Instance"), "holder");
  await attach.getByRole("button", { name: "Attach" }).click();
  await expect(row(page, "holder")).toContainText("In use", HOST);
  await expect(row(page, "holder")).toContainText("vdb");
  const id = only(cloud, "SELECT id FROM volumes WHERE name = 'data'");

  await page.goto(`/instances/${instance}?tab=volumes`);
  await live(page);
  await expect(volume).toContainText("vdb");
  await expect(volume).toContainText("In use");
  await volume.getByRole("link", { name: "data" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "data" })).toBeVisible();

  const take = await unfold(page, "Take snapshot");
  await fill(take, { Name: "before" });
  await take.getByRole("button", { name: "Take snapshot" }).click();
  await expect(page).toHaveURL(/tab=snapshots/);
  await expect(row(page, "before")).toContainText("Available", HOST);

  await page.goto(`/instances/${instance}?tab=volumes`);
  await live(page);
  await volume.getByRole("button", { name: "Detach" }).click();
  await confirm(page, "Detach");
  await expect(volume).toHaveCount(0, HOST);
  await expect(page.getByText("It has no volume.")).toBeVisible();

  await page.goto(`/volumes/${id}?do=extend`);
  await live(page);
  const extend = await unfold(page, "Extend");
  await fill(extend, { "New size in GiB": "1" });
  await extend.getByRole("button", { name: "Extend" }).click();
  await expectProblem(extend, "New size in GiB", /an extension needs at least 2 GiB/);
  await fill(extend, { "New size in GiB": "2" });
  await extend.getByRole("button", { name: "Extend" }).click();
  await expect(page.locator("dl")).toContainText("2 GiB");

  await page.goto("/volumes");
  await live(page);
  await expect(volume).toContainText("Available", HOST);
  await volume.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("It has snapshots (1).");
  await confirm(page, "Delete");
  await expect(page.getByRole("alert")).toContainText("The volume still has snapshots (1).");
  await page.goto("/snapshots");
  await live(page);
  await expect(row(page, "before").getByRole("link", { name: "data" })).toBeVisible();
  await remove(page, "before");
  await page.goto("/volumes");
  await live(page);
  await remove(page, "data");
  expect(cloud.query(`SELECT 1 FROM volumes WHERE id = '${id}'`)).toEqual([]);
});

test("an impossible size is refused with the reason at its field", async ({ page, cloud }) => {
  await page.goto("/volumes");
  await live(page);
  const form = await unfold(page, "Create volume");
  const create = form.getByRole("button", { name: "Create" });
  for (const [size, sentence] of [
    ["", /is required/],
    ["0", /must be a number from 1/],
    ["70000", /must be a number from 1/],
    ["2000", /quota/i],
  ] as const) {
    await fill(form, { Name: "impossible", "Size in GiB": size });
    await create.click();
    await expectProblem(form, "Size in GiB", sentence);
  }
  await fill(form, { Name: "", "Size in GiB": "1" });
  await create.click();
  await expectProblem(form, "Name", /Name is required/);
  expect(cloud.query("SELECT 1 FROM volumes WHERE name = 'impossible'")).toEqual([]);
});

test("an image becomes a volume that an instance starts from and an image is made of, and that stays when it goes", async ({
  page,
  cloud,
}) => {
  const image = only(cloud, "SELECT id FROM images WHERE name = 'cirros'");
  await page.goto("/images");
  await live(page);
  await row(page, "cirros").getByRole("link", { name: "Create volume" }).click();
  await expect(field(page, "Holds at first")).toHaveValue(`image:${image}`);
  const form = await unfold(page, "Create volume");
  await fill(form, { Name: "root" });
  await form.getByRole("button", { name: "Create" }).click();
  const volume = row(page, "root");
  await expect(volume).toContainText("Available", GUEST);
  await expect(volume).toContainText("Yes");
  await volume.getByRole("link", { name: "root" }).click();
  await expect(page.locator("dl").getByRole("link", { name: "cirros" })).toBeVisible();

  await page.goto("/volumes");
  await live(page);
  await volume.getByRole("button", { name: "Actions for root" }).click();
  await volume.getByRole("link", { name: "Launch from it" }).click();
  await expect(page.getByRole("radio", { name: /^root/ })).toBeChecked();
  // It is a volume already, and has its size.
  await expect(page.getByRole("checkbox", { name: "Put the image on a volume" })).toBeHidden();
  await expect(field(page, "Size in GiB")).toBeHidden();
  await launchIt(page, "of-volume");
  await page.getByRole("navigation", { name: "of-volume" }).getByRole("link", { name: "Volumes" }).click();
  await expect(volume).toContainText("vda");
  await expect(volume).toContainText("the instance starts from it");
  await expect(volume.getByRole("button", { name: "Detach" })).toHaveAttribute("aria-disabled", "true");

  await page.getByRole("button", { name: "Actions for of-volume" }).click();
  await page.getByRole("button", { name: "Create snapshot image" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Snapshots of the instance's volumes are taken");
  await field(dialog, "Name of the image").fill("golden");
  await dialog.getByRole("button", { name: "Create snapshot image" }).click();
  await expect(dialog).toBeHidden();
  await page.goto("/images");
  await live(page);
  await expect(row(page, "golden")).toContainText("Ready");
  await expect(row(page, "golden")).toContainText("snapshots of volumes");
  const refused = row(page, "golden").getByRole("button", { name: "Create volume" });
  await expect(refused).toHaveAttribute("aria-disabled", "true");
  await refused.hover();
  // The table scrolls, and must not cut it off.
  await expect(refused.getByText("holds no disk of its own")).toBeInViewport({ ratio: 1 });
  await page.goto("/snapshots");
  await live(page);
  await expect(row(page, "snapshot for golden")).toContainText("Available", HOST);
  await page.goto("/instances");
  await live(page);
  await row(page, "of-volume").getByRole("link", { name: "of-volume" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "of-volume" })).toBeVisible();

  await deleteInstance(page, "of-volume");
  await expect(row(page, "of-volume")).toHaveCount(0, GUEST);
  await page.goto("/volumes");
  await live(page);
  await expect(volume).toContainText("Available", HOST);
  await page.goto("/snapshots");
  await live(page);
  await remove(page, "snapshot for golden");
  await page.goto("/images");
  await live(page);
  await row(page, "golden").getByRole("link", { name: "golden" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(row(page, "cirros")).toBeVisible();
  await page.goto("/volumes");
  await live(page);
  await remove(page, "root");
});

test("the launch form puts an image on a volume, counts it, and lets it go with the instance", async ({
  page,
  cloud,
}) => {
  await page.goto("/launch");
  await live(page);
  await page.getByRole("radio", { name: /^cirros/ }).check();
  const size = field(page, "Size in GiB");
  await expect(size).toBeHidden();
  const quota = page.getByRole("complementary");
  await expect(quota.getByRole("meter", { name: "Volumes" })).toHaveCount(0);
  await page.getByRole("checkbox", { name: "Put the image on a volume" }).check();
  await expect(quota.getByRole("meter", { name: "Volumes" })).toBeVisible();
  await size.fill("2000");
  await expect(quota).toContainText("over the limit");
  await size.fill("1");
  await expect(quota).not.toContainText("over the limit");
  await page.getByRole("checkbox", { name: "Delete it with the instance" }).check();
  await launchIt(page, "on-volume");
  const launched = only(cloud, "SELECT id FROM instances WHERE name = 'on-volume' AND deleted_at IS NULL");
  const id = only(cloud, `SELECT volume_id FROM volume_attachments WHERE instance_id = '${launched}'`);
  await page.getByRole("navigation", { name: "on-volume" }).getByRole("link", { name: "Volumes" }).click();
  await expect(row(page, id)).toContainText("deleted with the instance");

  await deleteInstance(page, "on-volume");
  await expect(row(page, "on-volume")).toHaveCount(0, GUEST);
  await expect.poll(() => cloud.query(`SELECT 1 FROM volumes WHERE id = '${id}'`), HOST).toEqual([]);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a volume is made, found by its name, edited and deleted: all by plain forms", async ({ page }) => {
    await page.goto("/volumes");
    const form = await unfold(page, "Create volume");
    await fill(form, { Name: "plain", "Size in GiB": "0" });
    await form.getByRole("button", { name: "Create" }).click();
    await expect(page.getByRole("alert").first()).toContainText(/must be a number from 1/);
    const again = await unfold(page, "Create volume");
    await fill(again, { Name: "plain", "Size in GiB": "1" });
    await again.getByRole("button", { name: "Create" }).click();
    await expect(page.getByText("plain was created.")).toBeVisible();

    await page.goto("/volumes?q=of-nobody");
    await expect(page.getByText("No row fits these filters.")).toBeVisible();
    await page.goto("/volumes?q=PLA");
    await expect(async () => {
      await page.reload();
      await expect(row(page, "plain")).toContainText("Available", { timeout: 1 });
    }).toPass(HOST);
    await row(page, "plain").getByRole("link", { name: "plain" }).click();
    const edit = await unfold(page, "Edit");
    await fill(edit, { Name: "plainer" });
    await edit.getByLabel("Bootable").check();
    await edit.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("plainer was saved.")).toBeVisible();

    await page.goto("/volumes");
    await expect(row(page, "plainer")).toContainText("Yes");
    await row(page, "plainer").getByRole("button", { name: "Delete", exact: true }).click();
    await confirm(page, "Delete");
    await expect(page.getByText("plainer is being deleted.")).toBeVisible();
    await expect(async () => {
      await page.reload();
      await expect(row(page, "plainer")).toHaveCount(0, { timeout: 1 });
    }).toPass(HOST);
  });
});
