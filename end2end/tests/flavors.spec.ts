import { confirm, expectProblem, fill, live, row, unfold } from "../support/browsing.ts";
import { expect, test } from "../support/test.ts";

test.describe("an administrator", () => {
  test.use({ user: "admin" });

  test("makes a flavor and deletes it", async ({ page }) => {
    await page.goto("/flavors");
    await live(page);
    const form = await unfold(page, "Create flavor");
    await fill(form, { Name: "m1.test", vCPUs: "2", "Memory in MiB": "96", "Disk in GiB": "0" });
    await form.getByRole("button", { name: "Create" }).click();
    await expect(row(page, "m1.test")).toContainText(/2.*96 MiB.*as the image.*everybody/);

    await row(page, "m1.test").getByRole("button", { name: "Delete" }).click();
    await confirm(page, "Delete");
    await expect(row(page, "m1.test")).toHaveCount(0);
  });

  test("is told at the field what is wrong", async ({ page }) => {
    await page.goto("/flavors");
    await live(page);
    const form = await unfold(page, "Create flavor");
    const good = { Name: "m1.bad", vCPUs: "1", "Memory in MiB": "64", "Disk in GiB": "1", ID: "" };
    const refusals: [Partial<typeof good>, string, RegExp][] = [
      [{ Name: "" }, "Name", /Name is required/],
      [{ Name: "m1.nano" }, "Name", /already a flavor named m1.nano/],
      [{ vCPUs: "0" }, "vCPUs", /vCPUs must be a number from 1 to 256/],
      [{ "Memory in MiB": "-5" }, "Memory in MiB", /must be a number from 1/],
      [{ "Disk in GiB": "-1" }, "Disk in GiB", /must be a number from 0/],
      [{ ID: "1" }, "ID", /already a flavor/],
    ];
    for (const [values, label, sentence] of refusals) {
      await fill(form, { ...good, ...values });
      await form.getByRole("button", { name: "Create" }).click();
      await expectProblem(form, label, sentence);
    }
    await expect(row(page, "m1.bad")).toHaveCount(0);
  });
});

test("everybody else sees flavors, and who may make them", async ({ page }) => {
  await page.goto("/flavors");
  await expect(row(page, "m1.nano")).toContainText("64 MiB");
  await expect(page.getByRole("button", { name: /Create flavor/ })).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("button", { name: /Create flavor/ })).toContainText("Only administrators can do this.");
});
