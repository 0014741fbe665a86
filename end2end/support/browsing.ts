import { expect, type Locator, type Page } from "@playwright/test";
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

/** Unfolds the form behind the button of that label. The browser's own checks are off: it is the server's that count. */
export async function unfold(page: Page, label: string): Promise<Locator> {
  const section = page.locator("details").filter({ has: page.locator("summary", { hasText: label }) });
  const summary = section.locator("summary").first();
  const form = section.locator("form");
  await expect(async () => {
    if (!(await form.isVisible())) await summary.click();
    await expect(form).toBeVisible({ timeout: 1000 });
  }).toPass();
  await form.evaluate((element: HTMLFormElement) => (element.noValidate = true));
  return form;
}

/** The field of that label, also where the label says that it may stay empty. */
export function field(form: Locator | Page, label: string): Locator {
  return form.getByLabel(new RegExp(`^${label}( \\(optional\\))?$`));
}

/** Fills in fields by their labels. */
export async function fill(form: Locator, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    const input = field(form, label);
    const isList = await input.evaluate((element) => element instanceof HTMLSelectElement);
    if (isList) await input.selectOption(value);
    else await input.fill(value);
  }
}

/** Chooses from a list what has that word in its label. */
export async function choose(list: Locator, word: string): Promise<void> {
  const value = await list.locator("option", { hasText: word }).getAttribute("value");
  await list.selectOption(value ?? "");
}

/** The field says what is wrong with it, and so does the top of the form. */
export async function expectProblem(form: Locator, label: string, sentence: string | RegExp): Promise<void> {
  const input = field(form, label);
  await expect(input).toHaveAttribute("aria-invalid", "true");
  await expect(input).toHaveAccessibleDescription(sentence);
  await expect(form.getByRole("alert")).toContainText(sentence);
}

/** Answers the question that a destructive button asks. */
export async function confirm(page: Page, verb: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: verb, exact: true }).click();
}

/** The row of a table that is headed by that name. */
export function row(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
}
