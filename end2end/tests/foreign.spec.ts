import type { Cloud, Newcomer } from "../support/cloud.ts";
import { hosts } from "../support/lab.ts";
import { Caller, endpoints, type Form } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { makeThings, MARK, PUBLIC_KEY, type Things } from "../support/things.ts";

/** What a call with another project's things must come to. */
type Fate = "refused" | "harmless";

/** For every server function: what a stranger sends to it, and what must become of that. */
const calls: Record<string, [Fate, (things: Things) => Form]> = {
  "console/ticket": ["refused", ({ instance }) => ({ id: instance })],
  "flavors/create": ["refused", () => ({ name: "stolen", vcpus: "1", ram_mb: "64", disk_gb: "0" })],
  "flavors/delete": ["refused", () => ({ id: "1" })],
  "flavors/list": ["harmless", () => ({})],
  "floating-ips/allocate": ["refused", ({ network }) => ({ network, description: "stolen" })],
  "floating-ips/associate": ["refused", ({ floating, port }) => ({ id: floating, target: port })],
  "floating-ips/choices": ["harmless", () => ({})],
  "floating-ips/describe": ["refused", ({ floating }) => ({ id: floating, description: "stolen" })],
  "floating-ips/disassociate": ["refused", ({ floating }) => ({ id: floating })],
  "floating-ips/list": ["harmless", () => ({})],
  "floating-ips/release": ["refused", ({ floating }) => ({ id: floating })],
  "floating-ips/show": ["refused", ({ floating }) => ({ id: floating })],
  "hosts/disable": ["refused", () => ({ host: hosts[0], reason: "no reason" })],
  "hosts/enable": ["refused", () => ({ host: hosts[0] })],
  "hosts/list": ["refused", () => ({})],
  "hosts/zones": ["harmless", () => ({})],
  "images/can-import": ["harmless", () => ({})],
  "images/delete": ["refused", ({ image }) => ({ id: image })],
  "images/list": ["harmless", () => ({})],
  "images/show": ["refused", ({ image }) => ({ id: image })],
  "images/update": ["refused", ({ image }) => ({ id: image, name: "stolen", visibility: "public" })],
  "instances/act": ["refused", ({ instance }) => ({ id: instance, verb: "delete" })],
  "instances/act-on-all": ["harmless", ({ instance }) => ({ "ids[0]": instance, verb: "delete" })],
  "instances/attach": ["refused", ({ instance, network }) => ({ id: instance, place: network })],
  "instances/connection": ["refused", ({ instance }) => ({ id: instance })],
  "instances/create-image": ["refused", ({ instance }) => ({ id: instance, name: "stolen" })],
  "instances/decision": ["refused", ({ instance }) => ({ id: instance })],
  "instances/detach": ["refused", ({ instance, port }) => ({ id: instance, port })],
  "instances/interfaces": ["refused", ({ instance }) => ({ id: instance })],
  "instances/list": ["harmless", () => LIST],
  "instances/log": ["refused", ({ instance }) => ({ id: instance })],
  "instances/names": ["harmless", () => ({})],
  "instances/rename": ["refused", ({ instance }) => ({ id: instance, name: "stolen" })],
  "instances/show": ["refused", ({ instance }) => ({ id: instance })],
  "instances/timeline": ["refused", ({ instance }) => ({ id: instance })],
  "instances/volumes": ["refused", ({ instance }) => ({ id: instance })],
  "keypairs/delete": ["refused", ({ keypair }) => ({ name: keypair })],
  "keypairs/generate": ["harmless", () => ({ new_key_name: "own-generated" })],
  "keypairs/import": ["harmless", () => ({ name: "own-imported", public_key: PUBLIC_KEY })],
  "keypairs/list": ["harmless", () => ({})],
  launch: ["refused", ({ image, network }) => ({ name: "stolen", image, flavor: "1", "networks[0]": network })],
  "launch/choices": ["harmless", () => ({})],
  "launch/dry-run": ["harmless", ({ image }) => ({ name: "stolen", image, flavor: "1" })],
  "launch/no-room": ["harmless", ({ image }) => ({ image })],
  "networks/create": ["refused", () => ({ name: "stolen", shared: "true" })],
  "networks/delete": ["refused", ({ network }) => ({ id: network })],
  "networks/list": ["harmless", () => ({})],
  "networks/physical": ["refused", () => ({})],
  "networks/show": ["refused", ({ network }) => ({ id: network })],
  "networks/update": ["refused", ({ network }) => ({ id: network, name: "stolen" })],
  "ports/create": ["refused", ({ network }) => ({ network, port_name: "stolen" })],
  "ports/delete": ["refused", ({ port, network }) => ({ id: port, network })],
  "ports/list": ["refused", ({ network }) => ({ network })],
  "ports/show": ["refused", ({ port }) => ({ id: port })],
  "ports/update": ["refused", ({ port }) => ({ id: port, port_name: "stolen" })],
  "preferences/language": ["harmless", () => ({ language: "en" })],
  "preferences/theme": ["harmless", () => ({ theme: "auto" })],
  "quota/usage": ["harmless", () => ({})],
  "routers/create": ["refused", ({ network }) => ({ name: "stolen", external_network: network })],
  "routers/delete": ["refused", ({ router }) => ({ id: router })],
  "routers/gateway/clear": ["refused", ({ router }) => ({ id: router })],
  "routers/gateway/set": ["refused", ({ router, network }) => ({ id: router, external_network: network })],
  "routers/interfaces/add": ["refused", ({ router, subnet }) => ({ id: router, subnet })],
  "routers/interfaces/remove": ["refused", ({ router, interface: port }) => ({ id: router, port })],
  "routers/list": ["harmless", () => ({})],
  "routers/routes/add": ["refused", ({ router }) => ({ id: router, ...ROUTE })],
  "routers/routes/remove": ["refused", ({ router }) => ({ id: router, ...ROUTE })],
  "routers/show": ["refused", ({ router }) => ({ id: router })],
  "routers/update": ["refused", ({ router }) => ({ id: router, name: "stolen" })],
  "security-groups/create": ["harmless", () => ({ name: "own" })],
  "security-groups/delete": ["refused", ({ group }) => ({ id: group })],
  "security-groups/list": ["harmless", () => ({})],
  "security-groups/rules/create": ["refused", ({ group }) => ({ group, protocol: "tcp", port_min: "23" })],
  "security-groups/rules/delete": ["refused", ({ rule, group }) => ({ id: rule, group })],
  "security-groups/show": ["refused", ({ group }) => ({ id: group })],
  "security-groups/update": ["refused", ({ group }) => ({ id: group, name: "stolen" })],
  "server-groups/create": ["harmless", () => ({ name: "own-servers", policy: "affinity" })],
  "server-groups/delete": ["refused", ({ serverGroup }) => ({ id: serverGroup })],
  "server-groups/list": ["harmless", () => ({})],
  "session/login": ["refused", () => ({ domain: "Default", user: "demo", password: "a guess" })],
  "session/logout": ["harmless", () => ({})],
  "snapshots/create": ["refused", ({ volume }) => ({ volume, name: "stolen" })],
  "snapshots/delete": ["refused", ({ snapshot }) => ({ id: snapshot })],
  "snapshots/show": ["refused", ({ snapshot }) => ({ id: snapshot })],
  "snapshots/update": ["refused", ({ snapshot }) => ({ id: snapshot, name: "stolen" })],
  "volumes/accept": ["refused", () => ({ transfer: "00000000-0000-0000-0000-000000000000", auth_key: "a guess" })],
  "volumes/attach": ["refused", ({ instance, volume }) => ({ instance, volume })],
  "volumes/call-off": ["refused", ({ volume }) => ({ volume })],
  "volumes/choices": ["harmless", () => ({})],
  "volumes/create": ["refused", ({ volume }) => ({ name: "stolen", source: `volume:${volume}` })],
  "volumes/delete": ["refused", ({ volume }) => ({ id: volume, with_snapshots: "true" })],
  "volumes/detach": ["refused", ({ instance, volume }) => ({ instance, volume })],
  "volumes/extend": ["refused", ({ volume }) => ({ id: volume, new_size: "2" })],
  "volumes/list": ["harmless", () => ({})],
  "volumes/offer": ["refused", ({ volume }) => ({ volume })],
  "volumes/show": ["refused", ({ volume }) => ({ id: volume })],
  "volumes/update": ["refused", ({ volume }) => ({ id: volume, name: "stolen" })],
  "volumes/upload": ["refused", ({ volume }) => ({ id: volume, image_name: "stolen", disk_format: "raw" })],
  access: ["harmless", () => ({})],
  "as-a-command": [
    "harmless",
    ({ instance }) => ({ action: "/api/instances/act", fields: `id=${instance}&verb=delete` }),
  ],
  "session/me": ["harmless", () => ({})],
  "reach/ask": ["refused", ({ port }) => ({ from: "me", to: `port:${port}`, what: "ssh" })],
  "reach/snapshot": ["harmless", () => ({})],
  "session/project": ["refused", ({ project }) => ({ project })],
  "subnets/create": ["refused", ({ network }) => ({ network, cidr: "10.78.0.0/24" })],
  "subnets/delete": ["refused", ({ subnet, network }) => ({ id: subnet, network })],
  "subnets/show": ["refused", ({ subnet }) => ({ id: subnet })],
  "subnets/update": ["refused", ({ subnet }) => ({ id: subnet, subnet_name: "stolen" })],
};

/** A static route of demo's router. */
const ROUTE = { destination: "10.79.0.0/24", nexthop: "10.77.0.9" };

/** The first page of a list of instances. */
const LIST = { "page[sort]": "created", "page[descending]": "true", "page[offset]": "0", "page[limit]": "25" };

/** What anybody may call without a session. */
const open = ["preferences/language", "preferences/theme", "session/login", "session/logout"];

test.describe("things of another project", () => {
  const stranger = { user: "stranger", projects: ["elsewhere"] } satisfies Newcomer;
  test.use({ user: stranger });
  let things: Things;

  test.beforeAll(async ({ cloud, sessionOf }) => {
    const demo = await Caller.open(cloud, await sessionOf("demo"));
    const admin = await Caller.open(cloud, await sessionOf("admin"));
    things = await makeThings(cloud, demo, admin);
    await Promise.all([demo.close(), admin.close()]);
  });

  test.afterAll(async ({ cloud, sessionOf }) => {
    const demo = await Caller.open(cloud, await sessionOf("demo"));
    await demo.make("instances/act", { id: things.instance, verb: "delete" });
    const rows = () => cloud.query(`SELECT 1 FROM instances WHERE id = '${things.instance}' AND deleted_at IS NULL`);
    await expect.poll(rows).toEqual([]);
    await demo.close();
  });

  /** All that demo's project owns, as it lies in the database. */
  const owned = (cloud: Cloud) =>
    [
      `SELECT id, name, description, vm_state, task_state FROM instances WHERE project_id = '${things.project}'`,
      `SELECT * FROM images WHERE owner = '${things.project}'`,
      `SELECT * FROM networks WHERE project_id = '${things.project}' OR shared`,
      `SELECT * FROM subnets`,
      `SELECT id, name FROM ports WHERE project_id = '${things.project}'`,
      `SELECT * FROM routers WHERE project_id = '${things.project}'`,
      `SELECT * FROM floating_ips WHERE project_id = '${things.project}'`,
      `SELECT * FROM security_groups WHERE project_id = '${things.project}'`,
      `SELECT * FROM security_group_rules WHERE security_group_id = '${things.group}'`,
      `SELECT * FROM server_groups WHERE project_id = '${things.project}'`,
      `SELECT id, name, status, size_gb FROM volumes WHERE project_id = '${things.project}'`,
      `SELECT id, name, status FROM volume_snapshots WHERE project_id = '${things.project}'`,
      `SELECT name, fingerprint FROM keypairs WHERE name LIKE '${MARK}%'`,
      `SELECT * FROM flavors`,
      `SELECT name, enabled FROM hosts ORDER BY name`,
    ].map((sql) => cloud.query(sql));

  test("every server function is called here", () => {
    expect(Object.keys(calls).sort()).toEqual(endpoints());
  });

  test("no server function shows or touches them", async ({ cloud, sessionOf }) => {
    const before = owned(cloud);
    const caller = await Caller.open(cloud, await sessionOf(stranger));
    for (const [endpoint, [fate, form]] of Object.entries(calls)) {
      if (endpoint === "session/logout" || endpoint === "session/login") continue;
      const sent = form(things);
      const response = await caller.post(endpoint, sent);
      const text = await response.text();
      // A refusal may repeat what was asked for.
      const told = Object.values(sent).reduce((rest, value) => rest.replaceAll(`"${value}"`, ""), text);
      expect.soft(told, endpoint).not.toContain(MARK);
      if (fate === "refused") expect.soft([403, 404], `${endpoint}: ${text}`).toContain(response.status());
      else expect.soft(response.ok(), `${endpoint}: ${response.status()} ${text}`).toBe(true);
    }
    await caller.close();
    expect(owned(cloud)).toEqual(before);
  });

  test("what everybody sees, only administrators change", async ({ cloud, sessionOf }) => {
    const before = owned(cloud);
    const caller = await Caller.open(cloud, await sessionOf(stranger));
    const image = String(cloud.query("SELECT id FROM images WHERE name = 'cirros'")[0]?.["id"]);
    const attempts: [string, Form][] = [
      ["networks/delete", { id: things.shared }],
      ["networks/update", { id: things.shared, name: "stolen" }],
      ["subnets/create", { network: things.shared, cidr: "10.79.0.0/24" }],
      ["images/delete", { id: image }],
      ["images/update", { id: image, name: "stolen", visibility: "private" }],
    ];
    for (const [endpoint, form] of attempts) {
      const response = await caller.post(endpoint, form);
      expect.soft([403, 404], `${endpoint}: ${await response.text()}`).toContain(response.status());
    }
    await caller.close();
    expect(owned(cloud)).toEqual(before);
  });

  test("no page shows them", async ({ page }) => {
    const { instance, image, network, subnet, port, group, router, floating, volume, snapshot } = things;
    const aimed = [
      ...["", "?tab=network", "?tab=volumes", "?tab=timeline", "?tab=log", "?tab=console", "/console"].map(
        (rest) => `/instances/${instance}${rest}`,
      ),
      `/images/${image}`,
      `/networks/${network}`,
      `/networks/subnets/${subnet}`,
      `/networks/ports/${port}`,
      `/routers/${router}`,
      `/floating-ips/${floating}`,
      `/volumes/${volume}`,
      `/snapshots/${snapshot}`,
      `/security-groups/${group}`,
      `/reach?from=me&to=instance:${instance}&what=ssh`,
    ];
    for (const path of aimed) {
      const response = await page.goto(path);
      expect.soft(response?.status(), path).toBe(404);
      await expect
        .soft(page.getByText(/could not be found|Page not found/).first(), path)
        .toBeVisible({ timeout: 10_000 });
      expect.soft(await page.content(), path).not.toContain(MARK);
    }
    const lists = [
      "/",
      "/instances",
      "/images",
      "/flavors",
      "/keypairs",
      "/server-groups",
      "/volumes",
      `/volumes?source=volume:${volume}`,
      "/snapshots",
      "/networks",
      "/routers",
      "/floating-ips",
      "/security-groups",
      "/topology",
      "/reach",
    ];
    const prefilled = `/launch?image=${image}&flavor=1&networks[0]=${network}`;
    for (const path of [...lists, prefilled]) {
      await page.goto(path);
      await expect.soft(page.getByRole("heading", { level: 1 }), path).toBeVisible();
      expect.soft(await page.content(), path).not.toContain(MARK);
    }
  });

  test("the page of hosts is for administrators", async ({ page }) => {
    const response = await page.goto("/hosts");
    expect(response?.status()).toBe(403);
    await expect(page.getByText("Only administrators can do this.").first()).toBeVisible();
    for (const host of hosts) await expect(page.getByText(host)).toHaveCount(0);
  });

  test("no news of them arrive", async ({ page, cloud, sessionOf }) => {
    await page.goto("/");
    const heard = page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const news: string[] = [];
          const source = new EventSource("/events");
          const hear = (event: MessageEvent<string>) => {
            news.push(event.data);
            if (event.data.includes("security_group")) resolve(news);
          };
          source.addEventListener("message", hear);
          source.addEventListener("change", hear);
          source.onopen = () => document.documentElement.setAttribute("data-test-listening", "");
        }),
    );
    await expect(page.locator("html[data-test-listening]")).toBeAttached();
    const demo = await Caller.open(cloud, await sessionOf("demo"));
    await demo.make("instances/rename", { id: things.instance, name: `${MARK}-instance`, description: "news" });
    const caller = await Caller.open(cloud, await sessionOf(stranger));
    const own = await caller.make<{ id: string }>("security-groups/create", { name: "own-news" });
    const news = await heard;
    expect(news.join("\n")).toContain(own.id);
    expect(news.join("\n")).not.toContain(things.instance);
    await Promise.all([demo.close(), caller.close()]);
  });
});

test.describe("without a session", () => {
  test.use({ user: null });
  const nowhere = "00000000-0000-0000-0000-000000000000";
  const nothing: Things = {
    project: nowhere,
    instance: nowhere,
    image: nowhere,
    network: nowhere,
    subnet: nowhere,
    port: nowhere,
    group: nowhere,
    rule: nowhere,
    keypair: "none",
    serverGroup: nowhere,
    router: nowhere,
    interface: nowhere,
    floating: nowhere,
    volume: nowhere,
    snapshot: nowhere,
    shared: nowhere,
  };

  test("no server function answers", async ({ cloud }) => {
    const nobody = await Caller.open(cloud);
    for (const [endpoint, [, form]] of Object.entries(calls)) {
      if (open.includes(endpoint)) continue;
      const response = await nobody.post(endpoint, form(nothing));
      expect.soft(response.status(), `${endpoint}: ${await response.text()}`).toBe(401);
    }
    await nobody.close();
  });

  test("every page leads to the login page", async ({ page }) => {
    const lists = [
      "/",
      "/launch",
      "/instances",
      "/images",
      "/flavors",
      "/keypairs",
      "/server-groups",
      "/volumes",
      "/snapshots",
      "/networks",
      "/routers",
      "/floating-ips",
    ];
    const sections = [
      "instances",
      "images",
      "networks",
      "networks/subnets",
      "networks/ports",
      "routers",
      "floating-ips",
      "volumes",
      "snapshots",
    ];
    const details = [...sections, "security-groups"].map((list) => `/${list}/${nowhere}`);
    for (const path of [...lists, ...details, "/security-groups", "/hosts", `/instances/${nowhere}/console`]) {
      await page.goto(path);
      await expect.soft(page.getByRole("heading", { level: 1, name: "Sign in" }), path).toBeVisible();
      expect.soft(new URL(page.url()).searchParams.get("next") ?? "/", path).toBe(path);
    }
  });

  test("neither news nor uploads", async ({ request, cloud }) => {
    expect((await request.get("/events")).status()).toBe(401);
    const upload = {
      headers: { origin: cloud.url },
      multipart: {
        name: "stolen",
        file: { name: "x", mimeType: "application/octet-stream", buffer: Buffer.from("x") },
      },
    };
    expect((await request.post("/upload/images", upload)).status()).toBe(401);
  });
});

test("a form of another site is refused", async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const group = { name: "forged" };
  const response = await demo.post("security-groups/create", group, { origin: "https://example.org" });
  expect(response.status()).toBe(403);
  expect(cloud.query("SELECT 1 FROM security_groups WHERE name = 'forged'")).toEqual([]);
  await demo.close();
});
