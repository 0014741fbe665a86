import { readFileSync } from "node:fs";
import { confirm, expectProblem, fill, live, row, unfold } from "../support/browsing.ts";
import { run } from "../support/command.ts";
import { expect, test } from "../support/test.ts";
import { PUBLIC_KEY } from "../support/things.ts";

const FINGERPRINT = /([0-9a-f]{2}:){15}[0-9a-f]{2}/;

test("a public key is imported and deleted", async ({ page }) => {
  await page.goto("/keypairs");
  await live(page);
  const form = await unfold(page, "Import public key");
  await fill(form, { Name: "laptop", "Public key": PUBLIC_KEY });
  await form.getByRole("button", { name: "Import" }).click();
  await expect(row(page, "laptop")).toContainText(FINGERPRINT);
  await expect(page.getByRole("status").filter({ hasText: "laptop was created." })).toBeVisible();

  await row(page, "laptop").getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(row(page, "laptop")).toHaveCount(0);
});

test("a generated private key is shown once, can be saved, and is a key", async ({ page }, testInfo) => {
  await page.goto("/keypairs");
  await live(page);
  const form = await unfold(page, "Generate key pair");
  await fill(form, { Name: "made here" });
  await form.getByRole("button", { name: /Generate and save/ }).click();
  await expect(page.getByRole("heading", { name: "Private key of made here" })).toBeVisible();
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save made here.pem" }).click();
  const file = testInfo.outputPath("made-here.pem");
  await (await saving).saveAs(file);
  expect(readFileSync(file, "utf8")).toMatch(
    /^-----BEGIN OPENSSH PRIVATE KEY-----\n[^]*-----END OPENSSH PRIVATE KEY-----\n$/,
  );
  run("chmod", ["600", file]);
  const publicHalf = run("ssh-keygen", ["-y", "-f", file]).trim().split(" ")[1] ?? "nothing";

  const made = row(page, "made here");
  await made.locator("summary", { hasText: FINGERPRINT }).click();
  await expect(made.getByLabel("Public key")).toContainText(publicHalf);
  await page.reload();
  await expect(page.getByText("BEGIN OPENSSH PRIVATE KEY")).toHaveCount(0);
});

test("what is no key pair is refused with the reason at the field", async ({ page }) => {
  await page.goto("/keypairs");
  await live(page);
  const form = await unfold(page, "Import public key");
  const refusals: [Record<string, string>, string, RegExp][] = [
    [{ Name: "", "Public key": PUBLIC_KEY }, "Name", /Name is required/],
    [{ Name: "a/b", "Public key": PUBLIC_KEY }, "Name", /Name may hold only/],
    [{ Name: "n".repeat(256), "Public key": PUBLIC_KEY }, "Name", /too long: at most 255/],
    [{ Name: "bad", "Public key": "not a key" }, "Public key", /not an OpenSSH public key/],
    [{ Name: "bad", "Public key": PUBLIC_KEY.slice(0, 40) }, "Public key", /not an OpenSSH public key/],
    [{ Name: "bad", "Public key": "-----BEGIN OPENSSH PRIVATE KEY-----" }, "Public key", /not an OpenSSH public key/],
  ];
  for (const [values, label, sentence] of refusals) {
    await fill(form, values);
    await form.getByRole("button", { name: "Import" }).click();
    await expectProblem(form, label, sentence);
  }
  await expect(page.getByRole("rowheader", { name: "bad" })).toHaveCount(0);
});

test("two key pairs cannot have one name", async ({ page }) => {
  await page.goto("/keypairs");
  await live(page);
  for (const expected of ["made", "refused"]) {
    const form = await unfold(page, "Import public key");
    await fill(form, { Name: "twice", "Public key": PUBLIC_KEY });
    await form.getByRole("button", { name: "Import" }).click();
    if (expected === "made") await expect(row(page, "twice")).toBeVisible();
    else await expectProblem(form, "Name", /already a key pair named twice/);
  }
});
