import { confirm, row, signIn } from "../support/browsing.ts";
import { badge, expectNothingLeft, expectWholeTimeline, GUEST } from "../support/instances.ts";
import { launchByForm } from "../support/launch-form.ts";
import { expect, test } from "../support/test.ts";
import { only } from "../support/things.ts";

test.use({ user: null, javaScriptEnabled: false });

test("log in, launch, look again until it runs, stop, start, delete: all by plain forms", async ({ page, cloud }) => {
  test.setTimeout(30 * 60_000);
  const login = cloud.login("demo");
  await page.goto("/");
  await signIn(page, { ...login, password: "wrong" });
  await expect(page.getByRole("alert")).toContainText("Invalid user name, domain or password.");
  await signIn(page, login);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  await launchByForm(page, "plain");
  const comesTo = (status: string) =>
    expect(async () => {
      await page.reload();
      await expect(badge(page, status)).toBeVisible({ timeout: 1 });
    }).toPass({ ...GUEST, intervals: [500] });
  await comesTo("Running");
  await expectWholeTimeline(page);

  await page.getByRole("button", { name: "Stop", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "plain" })).toBeVisible();
  await comesTo("Stopped");
  await page.getByRole("button", { name: "Start", exact: true }).first().click();
  await comesTo("Running");

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await confirm(page, "Delete plain");
  await expect(page.getByRole("heading", { level: 1, name: "Instances" })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(row(page, "plain")).toHaveCount(0, { timeout: 1 });
  }).toPass(GUEST);
  await expectNothingLeft(cloud, login);
});

test("a refused launch comes back with all that was typed and the reason", async ({ page, cloud }) => {
  const cidr = only(cloud, "SELECT cidr FROM subnets WHERE network_id IN (SELECT id FROM networks WHERE shared)");
  await page.goto("/launch");
  await signIn(page, cloud.login("demo"));
  await page.getByLabel("Name", { exact: true }).fill("kept");
  await page.getByRole("checkbox", { name: /^shared/ }).check();
  await page.getByLabel("Address on shared").fill("10.99.0.9");
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  await expect(page.getByRole("alert").first()).toContainText(`10.99.0.9 does not belong to ${cidr}`);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("kept");
  await expect(page.getByLabel("Address on shared")).toHaveValue("10.99.0.9");
});
