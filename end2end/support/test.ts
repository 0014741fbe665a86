import { test as base, expect, type BrowserContextOptions, request } from "@playwright/test";
import { Cloud, type Login, type Newcomer } from "./cloud.ts";

/** Somebody by name, or somebody to be made first. */
type User = string | Newcomer;

export interface Options {
  /** Who is signed in when a test starts, if anybody. */
  user: User | null;
}

type Session = BrowserContextOptions["storageState"];

interface Worker {
  /** One cloud for all tests; a failed test gets the next ones a new one. */
  cloud: Cloud;
  /** The session of a user, opened at the first call. */
  sessionOf: (user: User) => Promise<Session>;
}

export const test = base.extend<Options, Worker>({
  user: ["demo", { option: true }],

  cloud: [
    async ({}, use) => {
      const cloud = await Cloud.create();
      await use(cloud);
      await cloud.remove();
    },
    { scope: "worker", timeout: 5 * 60_000 },
  ],

  sessionOf: [
    async ({ cloud }, use) => {
      const sessions = new Map<string, Promise<Session>>();
      await use((user) => {
        const login = typeof user === "string" ? cloud.login(user) : cloud.welcome(user);
        const session = sessions.get(login.user) ?? signIn(cloud, login);
        sessions.set(login.user, session);
        return session;
      });
    },
    { scope: "worker" },
  ],

  baseURL: async ({ cloud }, use) => use(cloud.url),

  storageState: async ({ sessionOf, user }, use) => use(user ? await sessionOf(user) : NOBODY),

  // A page on which a script failed is broken, whatever else it shows.
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // The browser reports refused requests by itself, and refusals are what many tests are about.
      const refusal = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !refusal) complaints.push(message.text());
    });
    await use(page);
    expect(complaints, "errors in the browser's console").toEqual([]);
  },
});

export { expect };

/** No cookies. Said explicitly, as a test's requests carry its user's otherwise. */
const NOBODY = { cookies: [], origins: [] };

/** Signs in without a browser and returns the session's cookies. */
async function signIn(cloud: Cloud, { domain, user, password }: Login): Promise<Session> {
  const extraHTTPHeaders = { accept: "application/json", origin: cloud.url };
  const client = await request.newContext({ baseURL: cloud.url, extraHTTPHeaders, storageState: NOBODY });
  const form = { domain, user, password, next: "" };
  const response = await client.post("/api/session/login", { form, maxRedirects: 0 });
  if (!response.ok())
    throw new Error(`signing in as ${user} was answered ${response.status()}: ${await response.text()}`);
  const state = await client.storageState();
  await client.dispose();
  return state;
}
