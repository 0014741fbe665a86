import { expect, type Page } from "@playwright/test";
import type { Login } from "./cloud.ts";
import { type Language, text } from "./words.ts";

/** Fills in the login form and sends it. */
export async function signIn(page: Page, login: Login): Promise<void> {
  await page.getByLabel("Domain").fill(login.domain);
  await page.getByLabel("User name").fill(login.user);
  await page.getByLabel("Password").fill(login.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Waits until the page's script has taken over and news arrive. */
export async function live(page: Page, language: Language = "en"): Promise<void> {
  await expect(page.getByRole("banner").getByText(text(language, "common.live"), { exact: true })).toBeVisible();
}

/** Marks the page, so that {@link expectSamePage} notices when it was loaded anew. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute("data-test-mark", "here"));
}

/** Since {@link markPage} the page was neither left nor loaded anew. */
export async function expectSamePage(page: Page): Promise<void> {
  await expect(page.locator("html"), "the page was loaded anew").toHaveAttribute("data-test-mark", "here");
}

/** The problem that the form shows at the field of that label. */
export async function expectProblem(page: Page, label: string, sentence: string | RegExp): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(sentence);
}
