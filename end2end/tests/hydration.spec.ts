import { live } from "../support/browsing.ts";
import { everyPage } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";

/** How often each page is loaded: what depends on the order in which a server answers shows only now and then. */
const TIMES = 3;

test.use({ user: null });
test.describe.configure({ timeout: 10 * 60_000 });

const pages = everyPage();

test("every page wakes up with what it brought, and asks the server for none of it again", async ({
  browser,
  cloud,
  sessionOf,
}) => {
  const found = new Map<string, number>();
  for (const { name, user, path } of pages()) {
    const storageState = user ? await sessionOf(user) : undefined;
    const context = await browser.newContext({ baseURL: cloud.url, storageState });
    const page = await context.newPage();
    const note = (what: string) => found.set(`${name}: ${what}`, (found.get(`${name}: ${what}`) ?? 0) + 1);
    page.on("pageerror", (error) => note(error.message));
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      // A screen needs a ticket of its own each time.
      if (pathname.startsWith("/api/") && pathname !== "/api/console/ticket") note(`asked for ${pathname}`);
    });
    for (let time = 0; time < TIMES; time += 1) {
      await page.goto(path);
      if ((await page.getByRole("banner").count()) > 0) await live(page).catch((error: Error) => note(error.message));
    }
    await context.close();
  }
  expect(Object.fromEntries(found)).toEqual({});
});
