import { live } from "../support/browsing.ts";
import { pages } from "../support/pages.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { launchTooBig, makeThings, type Things } from "../support/things.ts";

/** How often each page is loaded: what depends on the order in which a server answers shows only now and then. */
const TIMES = 3;

test.use({ user: null });
test.describe.configure({ timeout: 10 * 60_000 });

let things: Things;
let failed: string;

test.beforeAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const admin = await Caller.open(cloud, await sessionOf("admin"));
  things = await makeThings(cloud, demo, admin);
  failed = await launchTooBig(cloud, admin, demo);
  await Promise.all([demo.close(), admin.close()]);
});

test.afterAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  for (const id of [things.instance, failed]) await demo.make("instances/act", { id, verb: "delete" });
  const left = () => cloud.query("SELECT name FROM instances WHERE deleted_at IS NULL");
  await expect.poll(left).toEqual([]);
  await demo.close();
});

test("every page wakes up with what it brought, and asks the server for none of it again", async ({
  browser,
  cloud,
  sessionOf,
}) => {
  const found = new Map<string, number>();
  for (const { name, user, path } of pages(things, failed)) {
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
