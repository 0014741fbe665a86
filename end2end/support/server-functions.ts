import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type APIRequestContext, type APIResponse, type BrowserContextOptions, request } from "@playwright/test";
import type { Cloud } from "./cloud.ts";

const dashboard = join(import.meta.dirname, "../../src/dashboard");

/** The fields of a form. */
export type Form = Record<string, string>;

/** The endpoint of every server function, as the source declares them. */
export function endpoints(): string[] {
  const files = readdirSync(dashboard, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".rs"));
  const declared = files.flatMap((file) => {
    const source = readFileSync(join(dashboard, file), "utf8");
    return [...source.matchAll(/#\[server\(\s*endpoint = "([^"]+)"/g)].map((match) => match[1] ?? "");
  });
  return declared.sort();
}

/** Calls server functions as the page's script does, with the session of one user or with none. */
export class Caller {
  private constructor(private readonly client: APIRequestContext) {}

  /** Without a session: nobody. */
  static async open(cloud: Cloud, session?: BrowserContextOptions["storageState"]): Promise<Caller> {
    const storageState = session ?? { cookies: [], origins: [] };
    const extraHTTPHeaders = { accept: "application/json", origin: cloud.url };
    return new Caller(await request.newContext({ baseURL: cloud.url, extraHTTPHeaders, storageState }));
  }

  /** Posts a form to a server function. */
  post(endpoint: string, form: Form, headers: Record<string, string> = {}): Promise<APIResponse> {
    return this.client.post(`/api/${endpoint}`, { form, headers, maxRedirects: 0 });
  }

  /** Posts a form and returns the answer; throws when it is refused. */
  async make<T>(endpoint: string, form: Form): Promise<T> {
    const response = await this.post(endpoint, form);
    const text = await response.text();
    if (!response.ok()) throw new Error(`${endpoint} answered ${response.status()}: ${text}`);
    return JSON.parse(text) as T;
  }

  close(): Promise<void> {
    return this.client.dispose();
  }
}
