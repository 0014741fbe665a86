import type { Cloud, Login } from "./cloud.ts";

interface Catalog {
  token: { catalog: { type: string; endpoints: { interface: string; url: string }[] }[] };
}

type Service = "compute" | "image" | "network";

/** A client of the OpenStack APIs, to prepare and to look behind what pages show. */
export class Rest {
  private constructor(
    readonly token: string,
    private readonly catalog: Catalog["token"]["catalog"],
  ) {}

  /** Signs in as that user. */
  static async signIn(cloud: Cloud, login: Login): Promise<Rest> {
    const user = { name: login.user, domain: { name: login.domain }, password: login.password };
    const scope = { project: { name: login.project, domain: { name: login.domain } } };
    const body = { auth: { identity: { methods: ["password"], password: { user } }, scope } };
    const response = await fetch(`${cloud.url}/identity/v3/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const token = response.headers.get("x-subject-token");
    if (!token) throw new Error(`identity answered ${response.status}: ${await response.text()}`);
    return new Rest(token, ((await response.json()) as Catalog).token.catalog);
  }

  /** What a service answers to a GET. */
  get<T>(service: Service, path: string): Promise<T> {
    return this.#send<T>("GET", service, path);
  }

  /** What a service answers to a POST. */
  post<T>(service: Service, path: string, body: unknown): Promise<T> {
    return this.#send<T>("POST", service, path, JSON.stringify(body));
  }

  async #send<T>(method: string, service: Service, path: string, body?: string): Promise<T> {
    const headers = { "x-auth-token": this.token, "content-type": "application/json" };
    const response = await fetch(this.#endpoint(service) + path, { method, headers, body });
    if (!response.ok) throw new Error(`${service} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  #endpoint(service: Service): string {
    const endpoints = this.catalog.find((entry) => entry.type === service)?.endpoints ?? [];
    const url = endpoints.find((endpoint) => endpoint.interface === "public")?.url;
    if (!url) throw new Error(`the catalog has no ${service} service`);
    return url.replace(/\/$/, "");
  }
}
