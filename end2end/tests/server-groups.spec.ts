import { confirm, expectProblem, field, fill, live, row, unfold } from "../support/browsing.ts";
import { GUEST } from "../support/instances.ts";
import { hosts } from "../support/lab.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { launch, only } from "../support/things.ts";

test("instances of a group are kept on different hosts, and the form says so beforehand", async ({
  page,
  cloud,
  sessionOf,
}) => {
  await page.goto("/server-groups");
  await live(page);
  const form = await unfold(page, "New server group");
  await form.getByRole("button", { name: "Create" }).click();
  await expectProblem(form, "Name", /Name is required/);
  await fill(form, { Name: "apart", Policy: "anti-affinity", "At most on one host": "0" });
  await form.getByRole("button", { name: "Create" }).click();
  await expectProblem(form, "At most on one host", /must be a number from 1/);
  await fill(form, { "At most on one host": "1" });
  await form.getByRole("button", { name: "Create" }).click();
  await expect(row(page, "apart")).toContainText("on different hosts");
  await expect(row(page, "apart")).toContainText("none");

  const group = only(cloud, "SELECT id FROM server_groups WHERE name = 'apart'");
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const shared = only(cloud, "SELECT id FROM networks WHERE shared");
  await launch(cloud, demo, "first-of-group", shared, { server_group: group });
  await expect(row(page, "apart").getByRole("link", { name: "first-of-group" })).toBeVisible();

  // The host that the first one is on takes no second one.
  await row(page, "apart").getByRole("link", { name: "Launch in it" }).click();
  await expect(field(page, "Server group")).toHaveValue(group);
  await page.getByRole("radio", { name: /^cirros/ }).check();
  await page.getByRole("radio", { name: "m1.nano" }).check();
  await page.getByRole("checkbox", { name: /^shared/ }).check();
  const room = page.getByRole("complementary");
  const all = hosts.length;
  const left =
    all === 1 ? "holds 1 of its server group, which allows 1 a host" : `${all - 1} of ${all} hosts can take it`;
  await expect(room).toContainText(left);
  await field(page, "Server group").selectOption("");
  await expect(room).not.toContainText(left);
  await expect(room).toContainText(`${all} of ${all} hosts can take it`);

  const living = "SELECT id FROM instances WHERE name = 'first-of-group' AND deleted_at IS NULL";
  await demo.make("instances/act", { id: only(cloud, living), verb: "delete" });
  await expect.poll(() => cloud.query(living), GUEST).toEqual([]);
  await page.goto("/server-groups");
  await live(page);
  await expect(row(page, "apart")).toContainText("none");
  await row(page, "apart").getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(row(page, "apart")).toHaveCount(0);
  await demo.close();
});
