import { GUEST } from "../support/instances.ts";
import { openstack, releases } from "../support/openstack.ts";
import { Screen } from "../support/screen.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { launch, only } from "../support/things.ts";

test.use({ user: null });

test("the address that the stock client prints shows the guest's screen, and takes keys", async ({
  page,
  cloud,
  sessionOf,
}) => {
  test.setTimeout(20 * 60_000);
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await launch(cloud, demo, "seen", only(cloud, "SELECT id FROM networks WHERE shared"));
  const id = only(cloud, "SELECT id FROM instances WHERE name = 'seen' AND deleted_at IS NULL");
  await expect.poll(() => cloud.serialLog(id), GUEST).toContain("login:");

  for (const [index, release] of releases.entries()) {
    const url = openstack(release, cloud, "demo", "console", "url", "show", "seen", "-f", "value", "-c", "url");
    await page.goto(url);
    const screen = new Screen(page);
    await screen.expectWords();
    if (index === 0) {
      await screen.typeLine("cirros");
      await screen.type("gocubsgo\n");
    }
    await screen.typeLine(`echo keys-of-$((6*7))-${index} | sudo tee /dev/ttyS0`);
    await expect.poll(() => cloud.serialLog(id), GUEST).toContain(`keys-of-42-${index}`);
  }

  await demo.make("instances/act", { id, verb: "delete" });
  await expect.poll(() => cloud.query("SELECT 1 FROM instances WHERE deleted_at IS NULL")).toEqual([]);
  await demo.close();
});
