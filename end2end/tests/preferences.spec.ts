import { expect, test } from "../support/test.ts";

test("the language changes at once and stays", async ({ page }) => {
  await page.goto("/instances");
  await page.getByRole("button", { name: "demo" }).last().click();
  await page.getByRole("button", { name: "简体中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page).toHaveURL(/\/instances\??$/);

  await page.goto("/images");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});

test("the theme changes at once and stays", async ({ page }) => {
  await page.goto("/instances");
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const colours: string[] = [];
  for (const theme of ["Light", "Dark"]) {
    await page.getByRole("button", { name: "demo" }).last().click();
    await page.getByRole("button", { name: theme, exact: true }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme.toLowerCase());
    colours.push(await background());
  }
  expect(colours[0]).not.toBe(colours[1]);
  await page.goto("/images");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("without a choice the page follows the browser's language", async ({ browser, cloud }) => {
  for (const [locale, lang] of [
    ["zh-CN", "zh-CN"],
    ["en-GB", "en"],
    ["fr-FR", "en"],
  ] as const) {
    const context = await browser.newContext({ locale, baseURL: cloud.url });
    const page = await context.newPage();
    await page.goto("/login");
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await context.close();
  }
});

test.describe("somebody with two projects", () => {
  test.use({ user: { user: "wanderer", projects: ["first", "second"] } });

  test("works in one of them at a time", async ({ page }) => {
    await page.goto("/security-groups");
    const switcher = page.getByRole("banner").getByRole("button", { name: "first" });
    await expect(switcher).toBeVisible();
    await switcher.click();
    await page.getByRole("button", { name: "second" }).click();
    await expect(page.getByRole("banner").getByRole("button", { name: "second" }).first()).toBeVisible();
    await expect(page).toHaveURL(/\/security-groups/);
  });
});
