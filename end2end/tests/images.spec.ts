import type { Locator, Page } from "@playwright/test";
import { confirm, expectProblem, fill, live, row, unfold } from "../support/browsing.ts";
import { ImageFiles } from "../support/image-files.ts";
import { outside } from "../support/lab.ts";
import { expect, test } from "../support/test.ts";

let files: ImageFiles;

test.beforeAll(() => {
  files = new ImageFiles();
});

async function uploadForm(page: Page, name: string, format: string, file: string): Promise<Locator> {
  const form = await unfold(page, "Upload image");
  await fill(form, { Name: name, Format: format });
  await form.getByLabel("File").setInputFiles(file);
  return form;
}

test("an image is uploaded under one's eyes, and deleted", async ({ page }) => {
  await page.goto("/images");
  await live(page);
  const form = await uploadForm(page, "mine", "raw", files.large());
  // As slow as a home's line, so that there is something to see.
  const network = await page.context().newCDPSession(page);
  const speed = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 4 * 1024 * 1024 };
  await network.send("Network.emulateNetworkConditions", speed);
  await form.getByRole("button", { name: "Upload image" }).click();

  const bar = page.getByRole("progressbar");
  await expect.poll(() => bar.evaluate((element: HTMLProgressElement) => element.value)).toBeGreaterThan(0);
  await expect(page.getByText(/of 64(\.\d)? MiB/).first()).toBeVisible();
  await expect(row(page, "mine")).toContainText("Ready");
  await expect(row(page, "mine")).toContainText("this project");

  await page.getByRole("link", { name: "mine", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "mine" })).toBeVisible();
  await expect(page.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(row(page, "cirros")).toBeVisible();
  await expect(row(page, "mine")).toHaveCount(0);
});

test("a file that is not what was said is refused with the reason", async ({ page }) => {
  await page.goto("/images");
  await live(page);
  const refusals: [string, string, string, RegExp][] = [
    ["cut short", "qcow2", files.truncated(), /damaged or cut short/],
    ["mislabelled", "qcow2", files.rawNamedQcow2(), /not qcow2: it is raw/],
    ["qcow2 as raw", "raw", files.good(), /not raw: it is qcow2/],
    ["with a backing file", "qcow2", files.withBackingFile(), /backing file.*\/etc\/passwd/],
    ["no disk", "qcow2", files.text(), /not qcow2/],
  ];
  for (const [name, format, file, sentence] of refusals) {
    const form = await uploadForm(page, name, format, file);
    await form.getByRole("button", { name: "Upload image" }).click();
    await expect(form.getByRole("alert")).toContainText(sentence);
    await page.reload();
    await expect(row(page, name)).toContainText("Refused");
    await expect(row(page, name)).toContainText(sentence);
    await expect(row(page, name).getByRole("button", { name: "Launch" })).toHaveAttribute("aria-disabled", "true");
    await row(page, name).getByRole("button", { name: "Delete" }).click();
    await confirm(page, "Delete");
    await expect(row(page, name)).toHaveCount(0);
  }
});

test("an image is imported from an address that the operator allows, and from no other", async ({ page }) => {
  await page.goto("/images");
  await live(page);
  const form = await unfold(page, "Upload image");
  await expect(form.getByLabel("File")).toBeVisible();
  await expect(form.getByLabel("Address")).toBeHidden();
  await fill(form, { Name: "fetched", Format: "raw", "The data is": "address" });
  await expect(form.getByLabel("File")).toBeHidden();
  const submit = form.getByRole("button", { name: "Upload image" });
  await submit.click();
  await expectProblem(form, "Address", /Address is required/);
  await fill(form, { Address: "http://169.254.169.254/latest/meta-data" });
  await submit.click();
  await expectProblem(form, "Address", /Nothing is imported from http:\/\/169/);
  await expect(row(page, "fetched")).toHaveCount(0);

  // The lab's server in the world beyond says one line, which is all that a raw disk needs.
  outside();
  await fill(form, { Address: "http://203.0.113.80/" });
  await submit.click();
  await expect(row(page, "fetched")).toContainText("Ready");
  // It is made anew as soon as the page has heard of it.
  await expect(form).toBeHidden();

  const again = await unfold(page, "Upload image");
  const nothing = { Name: "nothing", Format: "raw", "The data is": "address", Address: "http://203.0.113.80/nothing" };
  await fill(again, nothing);
  await again.getByRole("button", { name: "Upload image" }).click();
  await expect(row(page, "nothing")).toContainText("could not be fetched");
  await expect(row(page, "nothing")).toContainText("it answered 404");
  for (const name of ["fetched", "nothing"]) {
    await row(page, name).getByRole("button", { name: "Delete" }).click();
    await confirm(page, "Delete");
    await expect(row(page, name)).toHaveCount(0);
  }
});

test("an incomplete form is refused with the reason at the field", async ({ page }) => {
  await page.goto("/images");
  await live(page);
  const form = await uploadForm(page, "", "qcow2", files.good());
  const submit = form.getByRole("button", { name: "Upload image" });
  await submit.click();
  await expectProblem(form, "Name", /Name is required/);

  await fill(form, { Name: "incomplete", "Minimum memory in MiB": "-1" });
  await submit.click();
  await expectProblem(form, "Minimum memory in MiB", /must be a number from 0/);

  await fill(form, { "Minimum memory in MiB": "0" });
  await form.getByLabel("File").setInputFiles([]);
  await submit.click();
  await expect(form.getByRole("alert")).toContainText("File is required.");
  await page.reload();
  await expect(row(page, "incomplete")).toHaveCount(0);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("uploads work and refusals are shown", async ({ page }) => {
    await page.goto("/images");
    await page.locator("summary", { hasText: "Upload image" }).click();
    await page.getByLabel("Name").fill("by form");
    await page.getByLabel("Format").selectOption("qcow2");
    await page.getByLabel("File").setInputFiles(files.good());
    await page.getByRole("button", { name: "Upload image" }).click();
    await expect(page.getByText("by form was created.")).toBeVisible();
    await expect(row(page, "by form")).toContainText("Ready");

    await page.locator("summary", { hasText: "Upload image" }).click();
    await page.getByLabel("Name").fill("bad by form");
    await page.getByLabel("Format").selectOption("qcow2");
    await page.getByLabel("File").setInputFiles(files.withBackingFile());
    await page.getByRole("button", { name: "Upload image" }).click();
    await expect(page.getByRole("alert").first()).toContainText(/backing file/);

    for (const name of ["by form", "bad by form"]) {
      await row(page, name).getByRole("button", { name: "Delete" }).click();
      await confirm(page, "Delete");
      await expect(row(page, name)).toHaveCount(0);
    }
  });
});
