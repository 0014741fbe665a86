import { signIn } from "../support/browsing.ts";
import { expect, test } from "../support/test.ts";

test.use({ user: null });

test("a wrong password is refused with a message, the right one lets in", async ({ page, cloud }) => {
  const login = cloud.login("demo");
  await page.goto("/");
  await expect(page).toHaveURL(/\/login/);

  await signIn(page, { ...login, password: "not the password" });
  await expect(page.getByRole("alert")).toContainText("Invalid user name, domain or password.");
  await expect(page).toHaveURL(/\/login/);

  await signIn(page, login);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(page.getByRole("banner").getByRole("button", { name: "demo" }).last()).toBeVisible();
});

test("an unknown user and an unknown domain are refused in the same words", async ({ page, cloud }) => {
  const login = cloud.login("demo");
  for (const wrong of [{ user: "nobody" }, { domain: "Nowhere" }]) {
    await page.goto("/login");
    await signIn(page, { ...login, ...wrong });
    await expect(page.getByRole("alert")).toContainText("Invalid user name, domain or password.");
  }
});

test("after signing in one is where one wanted to go, and never on another site", async ({ page, cloud }) => {
  await page.goto("/images");
  await expect(page).toHaveURL(/\/login\?next=/);
  await signIn(page, cloud.login("demo"));
  await expect(page.getByRole("heading", { level: 1, name: "Images" })).toBeVisible();

  await page.context().clearCookies();
  await page.goto("/login?next=//example.org/");
  await signIn(page, cloud.login("demo"));
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  expect(new URL(page.url()).origin).toBe(cloud.url);
});

test("signing out ends the session, also for its cookie", async ({ page, cloud, context }) => {
  await page.goto("/login");
  await signIn(page, cloud.login("demo"));
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  const cookies = await context.cookies();

  await page.getByRole("banner").getByRole("button", { name: "demo" }).last().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();

  await context.addCookies(cookies);
  await page.goto("/instances");
  await expect(page).toHaveURL(/\/login/);
});

test("who tries too often must wait, and is told how long", async ({ page, cloud }) => {
  const login = cloud.welcome({ user: "guessed", projects: ["guessing"] });
  await page.goto("/login");
  await expect(async () => {
    await signIn(page, { ...login, password: "a guess" });
    await expect(page.getByRole("alert")).toContainText(/Try again in \d+ seconds/, { timeout: 1000 });
  }).toPass({ intervals: [0] });
});
