import { confirm, expectProblem, fill, live, row, unfold } from "../support/browsing.ts";
import { expect, test } from "../support/test.ts";

test("a group is made, gets rules by one press and by form, loses them, and goes", async ({ page }) => {
  await page.goto("/security-groups");
  await live(page);
  await expect(row(page, "default").getByRole("button", { name: "Delete" })).toHaveAttribute("aria-disabled", "true");
  const form = await unfold(page, "Create security group");
  await fill(form, { Name: "web", Description: "What a web server needs" });
  await form.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "web" })).toBeVisible();
  await expect(page.getByText("This group lets nothing in.")).toBeVisible();

  await page.getByRole("button", { name: "SSH (22)" }).click();
  await expect(row(page, "Allow TCP 22 from anywhere")).toBeVisible();
  await page.getByRole("button", { name: "Ping", exact: true }).click();
  await expect(page.getByRole("rowheader", { name: /Allow ICMP 8/ })).toBeVisible();

  const custom = await unfold(page, "Another rule");
  await fill(custom, {
    Protocol: "tcp",
    "First port": "8080",
    "Last port": "8090",
    "Peers by address": "203.0.113.0/24",
  });
  await custom.getByRole("button", { name: "Add a rule" }).click();
  const rule = row(page, "Allow TCP 8080–8090 from 203.0.113.0/24");
  await expect(rule).toBeVisible();
  await rule.getByRole("button", { name: "Remove" }).click();
  await expect(rule).toHaveCount(0);

  await page.getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(page).toHaveURL(/\/security-groups/);
  await expect(row(page, "default")).toBeVisible();
  await expect(row(page, "web")).toHaveCount(0);
});

test("an impossible rule is refused with the reason at the field", async ({ page }) => {
  await page.goto("/security-groups");
  await live(page);
  await page.getByRole("link", { name: "default" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "default" })).toBeVisible();
  const form = await unfold(page, "Another rule");
  const empty = {
    Protocol: "tcp",
    "First port": "",
    "Last port": "",
    "Peers by address": "",
  };
  const refusals: [Record<string, string>, string, RegExp][] = [
    [{ "First port": "70000" }, "First port", /number from 0 to 65535/],
    [{ "First port": "ssh" }, "First port", /number from 0 to 65535/],
    [{ "First port": "90", "Last port": "80" }, "Last port", /rule is not possible/],
    [{ "First port": "22", "Peers by address": "everywhere" }, "Peers by address", /not a network address/],
    [{ "First port": "22", "Peers by address": "10.0.0.5/24" }, "Peers by address", /host bits set.*10\.0\.0\.0\/24/],
  ];
  for (const [values, label, sentence] of refusals) {
    await fill(form, { ...empty, ...values });
    await form.getByRole("button", { name: "Add a rule" }).click();
    await expectProblem(form, label, sentence);
  }
});

test("a group without a name is refused", async ({ page }) => {
  await page.goto("/security-groups");
  await live(page);
  const form = await unfold(page, "Create security group");
  await form.getByRole("button", { name: "Create" }).click();
  await expectProblem(form, "Name", "Name is required.");
});
