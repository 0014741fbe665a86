import { confirm, fill, live, row } from "../support/browsing.ts";
import { hosts, libvirtd } from "../support/lab.ts";
import { chooseSmallest } from "../support/launch-form.ts";
import { badge, deleteInstance, GUEST } from "../support/instances.ts";
import { launchByForm } from "../support/launch-form.ts";
import { expect, test } from "../support/test.ts";

const NO_ROOM = "no host has room for it now";

test.use({ user: "admin" });

test("a host is taken out of scheduling with a reason, and put back", async ({ page }) => {
  await page.goto("/hosts");
  await live(page);
  for (const name of hosts) {
    const host = page.getByRole("row").filter({ hasText: name });
    await expect(host).toContainText("Ready");
    await host.getByRole("button", { name: "Disable" }).click();
    await fill(page.getByRole("dialog"), { Reason: "a new fan" });
    await confirm(page, "Disable");
    await expect(host).toContainText("Disabled");
    await expect(host).toContainText("a new fan");
  }

  const other = await page.context().newPage();
  await chooseSmallest(other, "nowhere");
  await live(other);
  // What is chosen stays so, and says why it will not do; nothing else can be chosen.
  await expect(other.getByRole("radio", { name: "m1.nano" })).toHaveAccessibleDescription(NO_ROOM);
  await expect(other.getByRole("radio", { name: "m1.tiny" })).toBeDisabled();
  await other.close();

  for (const name of hosts) {
    const host = page.getByRole("row").filter({ hasText: name });
    await host.getByRole("button", { name: "Enable" }).click();
    await expect(host).toContainText("Ready");
  }
});

test("a dead libvirtd is said plainly, and all goes on once it is back", async ({ page }) => {
  await page.goto("/hosts");
  await live(page);
  const rows = hosts.map((name) => page.getByRole("row").filter({ hasText: name }));
  for (const host of rows) await expect(host).toContainText("Ready");
  libvirtd("stop");
  try {
    for (const host of rows) {
      await expect(host).toContainText("In trouble");
      await expect(host).toContainText(/libvirt does not answer/);
    }
  } finally {
    libvirtd("start");
  }
  for (const host of rows) await expect(host).toContainText("Ready");
});

test("a libvirtd that dies under a running guest leaves it alone, and the guest can be deleted afterwards", async ({
  page,
}) => {
  await launchByForm(page, "survivor");
  await live(page);
  await expect(badge(page, "Running")).toBeVisible(GUEST);
  libvirtd("kill");
  try {
    await page.getByRole("button", { name: "Stop", exact: true }).first().click();
    await expect(page.getByText(/libvirt does not answer/i).first()).toBeVisible();
  } finally {
    libvirtd("start");
  }
  await page.reload();
  await live(page);
  await expect(badge(page, "Running").or(badge(page, "Stopped"))).toBeVisible(GUEST);
  await deleteInstance(page, "survivor");
  await expect(row(page, "survivor")).toHaveCount(0, GUEST);
});
