import { expect, type Page } from "@playwright/test";
import { field } from "./browsing.ts";

/** Chooses the bundled image on the smallest flavor and the shared network. */
export async function chooseSmallest(page: Page, name: string): Promise<void> {
  await page.goto("/launch");
  await page.getByRole("radio", { name: /^cirros/ }).check();
  await page.getByRole("radio", { name: "m1.nano" }).check();
  await page.getByRole("checkbox", { name: /^shared/ }).check();
  await field(page, "Name").fill(name);
}

/** Launches by the form, and returns the id of the instance whose timeline is then shown. */
export async function launchByForm(page: Page, name: string): Promise<string> {
  await chooseSmallest(page, name);
  await sendLaunch(page);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page).toHaveURL(/\/instances\/[0-9a-f-]{36}\?tab=timeline$/);
  return /instances\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
}

/** Presses the button that launches. */
export function sendLaunch(page: Page): Promise<void> {
  return page.getByRole("button", { name: "Launch", exact: true }).click();
}
