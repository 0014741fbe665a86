import { join } from "node:path";
import { violations } from "../support/accessibility.ts";
import { live } from "../support/browsing.ts";
import { everyPage } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";
import { type Language, languages, strangeWords } from "../support/words.ts";

const shots = join(import.meta.dirname, "../test-results/shots");

test.use({ user: null });
test.describe.configure({ timeout: 30 * 60_000 });

const pages = everyPage();

// Words are the language's and colors the theme's: two looks show each of them.
const themeOf: Record<Language, "light" | "dark"> = { en: "light", "zh-CN": "dark" };

for (const language of languages) {
  const theme = themeOf[language];
  test(`every page in ${language}, ${theme}: accessible, and all in one language`, async ({
    browser,
    cloud,
    sessionOf,
  }) => {
    for (const { name, user, path } of pages()) {
      const storageState = user ? await sessionOf(user) : undefined;
      const context = await browser.newContext({
        baseURL: cloud.url,
        storageState,
        viewport: { width: 1280, height: 800 },
      });
      const preferences = { arcus_lang: language, arcus_theme: theme };
      await context.addCookies(Object.entries(preferences).map(([name, value]) => ({ name, value, url: cloud.url })));
      const page = await context.newPage();
      await page.goto(path);
      if ((await page.getByRole("banner").count()) > 0) await live(page, language);

      await expect.soft(page.locator("html"), name).toHaveAttribute("lang", language);
      await expect.soft(page.locator("html"), name).toHaveAttribute("data-theme", theme);
      expect.soft(await strangeWords(page, language), `${name}: words of no or another language`).toEqual([]);
      expect.soft(await violations(page), `${name}: axe`).toEqual([]);
      await page.screenshot({ path: join(shots, `${name}-${language}-${theme}.png`), fullPage: true });
      await context.close();
    }
  });
}

test("every page fits a phone", async ({ browser, cloud, sessionOf }) => {
  for (const { name, user, path } of pages()) {
    const storageState = user ? await sessionOf(user) : undefined;
    const context = await browser.newContext({
      baseURL: cloud.url,
      storageState,
      viewport: { width: 360, height: 740 },
    });
    const page = await context.newPage();
    await page.goto(path);
    await page.screenshot({ path: join(shots, `${name}-phone.png`), fullPage: true });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, `${name}: wider than the window`).toBeLessThanOrEqual(360);
    await context.close();
  }
});
