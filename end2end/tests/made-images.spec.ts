import { confirm, field, fill, live, row, unfold } from "../support/browsing.ts";
import { GUEST } from "../support/instances.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { HOST, launch, only } from "../support/things.ts";

test.describe.configure({ timeout: 15 * 60_000 });

test("an image is made of a volume from its row's menu", async ({ page, cloud }) => {
  await page.goto("/volumes");
  await live(page);
  const create = await unfold(page, "Create volume");
  await fill(create, { Name: "data", "Size in GiB": "1" });
  await create.getByRole("button", { name: "Create" }).click();
  const volume = row(page, "data");
  await expect(volume).toContainText("Available", HOST);

  await volume.getByRole("button", { name: "Actions for data" }).click();
  await volume.getByRole("link", { name: "Create image" }).click();
  // The link has it open already.
  await expect(field(page, "Name of the image")).toHaveValue("data");
  const form = await unfold(page, "Create image");
  await fill(form, { "Name of the image": "of-data", Format: "qcow2" });
  await form.getByRole("button", { name: "Create image" }).click();
  await expect.poll(() => cloud.query("SELECT 1 FROM images WHERE name = 'of-data'")).toHaveLength(1);
  await page.goto("/images");
  await live(page);
  await expect(row(page, "of-data")).toContainText("Ready", HOST);

  await row(page, "of-data").getByRole("link", { name: "of-data" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(row(page, "cirros")).toBeVisible();
  await page.goto("/volumes");
  await live(page);
  await expect(volume).toContainText("Available", HOST);
  await volume.getByRole("button", { name: "Delete", exact: true }).click();
  await confirm(page, "Delete");
  await expect(volume).toHaveCount(0, HOST);
  expect(cloud.query("SELECT 1 FROM images WHERE name = 'of-data'")).toEqual([]);
});

test("an image is made of an instance, which goes on running", async ({ page, cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await launch(cloud, demo, "original", only(cloud, "SELECT id FROM networks WHERE shared"));
  const id = only(cloud, "SELECT id FROM instances WHERE name = 'original' AND deleted_at IS NULL");
  await page.goto(`/instances/${id}`);
  await live(page);
  await page.getByRole("button", { name: "Actions for original" }).click();
  await page.getByRole("button", { name: "Create snapshot image" }).click();
  const dialog = page.getByRole("dialog");
  await field(dialog, "Name of the image").fill("golden");
  await dialog.getByRole("button", { name: "Create snapshot image" }).click();
  await expect(dialog).toBeHidden();
  await page.goto("/images");
  await live(page);
  await expect(row(page, "golden")).toContainText("Ready", GUEST);
  expect(only(cloud, `SELECT vm_state FROM instances WHERE id = '${id}'`)).toEqual("active");

  await row(page, "golden").getByRole("link", { name: "golden" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await demo.make("instances/act", { id, verb: "delete" });
  await expect.poll(() => cloud.query("SELECT 1 FROM instances WHERE deleted_at IS NULL"), GUEST).toEqual([]);
  await demo.close();
});
