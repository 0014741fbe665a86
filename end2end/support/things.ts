import { expect } from "@playwright/test";
import type { Cloud } from "./cloud.ts";
import { Rest } from "./rest.ts";
import type { Caller } from "./server-functions.ts";

interface Made {
  id: string;
}

/** One of everything that a project can own. */
export interface Things {
  project: string;
  instance: string;
  image: string;
  network: string;
  subnet: string;
  port: string;
  group: string;
  rule: string;
  keypair: string;
  serverGroup: string;
  router: string;
  /** The port by which the router stands on the network. */
  interface: string;
  floating: string;
  volume: string;
  snapshot: string;
  /** A network that everybody sees and only administrators change. */
  shared: string;
}

/** The word in the name of each of these things. */
export const MARK = "private-to-demo";

/** Makes one of everything in demo's project, with names that tell whose they are and are new at each call. */
export async function makeThings(cloud: Cloud, demo: Caller, admin: Caller): Promise<Things> {
  const rest = await Rest.signIn(cloud, cloud.login("demo"));
  // Another file's tests may have left theirs in the same cloud.
  const mark = `${MARK}-${Date.now().toString(36)}`;
  const image = await rest.post<Made>("image", "/v2/images", {
    name: `${mark}-image`,
    disk_format: "raw",
    container_format: "bare",
    visibility: "private",
  });
  const network = await demo.make<Made>("networks/create", { name: `${mark}-network`, cidr: "10.77.0.0/24" });
  const port = await demo.make<Made>("ports/create", { network: network.id, port_name: `${mark}-port` });
  const group = await demo.make<Made>("security-groups/create", { name: `${mark}-group` });
  const rule = await demo.make<Made>("security-groups/rules/create", {
    group: group.id,
    protocol: "tcp",
    port_min: "22",
  });
  const keypair = `${mark}-key`;
  await demo.make("keypairs/import", { name: keypair, public_key: PUBLIC_KEY });

  const servers = { name: `${mark}-servers`, policy: "anti-affinity" };
  const serverGroup = await demo.make<Made>("server-groups/create", servers);

  const subnet = only(cloud, `SELECT id FROM subnets WHERE network_id = '${network.id}'`);
  const external = await externalNetwork(cloud, admin);
  const router = await demo.make<Made>("routers/create", { name: `${mark}-router`, external_network: external });
  const joined = await demo.make<{ port_id: string }>("routers/interfaces/add", { id: router.id, subnet });
  await demo.make("routers/routes/add", { id: router.id, destination: "10.79.0.0/24", nexthop: "10.77.0.9" });
  const floating = await demo.make<Made>("floating-ips/allocate", {
    network: external,
    description: `${mark}-floating`,
    target: port.id,
  });

  const volume = await demo.make<Made>("volumes/create", { name: `${mark}-volume`, size: "1" });
  await volumeIs(cloud, volume.id, "available");
  const snapshot = await demo.make<Made>("snapshots/create", { volume: volume.id, name: `${mark}-snapshot` });
  const taken = () => only(cloud, `SELECT status FROM volume_snapshots WHERE id = '${snapshot.id}'`);
  await expect.poll(taken, HOST).toBe("available");

  const instance = `${mark}-instance`;
  await launch(cloud, demo, instance, network.id);
  return {
    project: only(cloud, "SELECT id FROM projects WHERE name = 'demo'"),
    instance: only(cloud, `SELECT id FROM instances WHERE name = '${instance}' AND deleted_at IS NULL`),
    image: image.id,
    network: network.id,
    subnet,
    port: port.id,
    group: group.id,
    rule: rule.id,
    keypair,
    serverGroup: serverGroup.id,
    router: router.id,
    interface: joined.port_id,
    floating: floating.id,
    volume: volume.id,
    snapshot: snapshot.id,
    shared: only(cloud, "SELECT id FROM networks WHERE shared"),
  };
}

/** How long a host may take over a volume. */
export const HOST = { timeout: 60_000 };

/** Waits until the volume is in that status. */
export async function volumeIs(cloud: Cloud, id: string, status: string): Promise<void> {
  await expect.poll(() => only(cloud, `SELECT status FROM volumes WHERE id = '${id}'`), HOST).toBe(status);
}

/** The external network that routers and floating IPs of the tests use. */
export const OUTSIDE = "outside";

/** Makes the external network, unless there is one of that name already; its id. */
export async function externalNetwork(cloud: Cloud, admin: Caller): Promise<string> {
  const known = `SELECT id FROM networks WHERE name = '${OUTSIDE}'`;
  if (cloud.query(known).length === 0) {
    const form = { name: OUTSIDE, external: "true", provider_type: "local", cidr: "172.30.0.0/24", no_dhcp: "true" };
    await admin.make("networks/create", form);
  }
  return only(cloud, known);
}

/** Launches the bundled image on the smallest flavor and waits until the guest runs. */
export async function launch(
  cloud: Cloud,
  caller: Caller,
  name: string,
  network: string,
  more: Record<string, string> = {},
): Promise<void> {
  const image = only(cloud, "SELECT id FROM images WHERE name = 'cirros'");
  const flavor = only(cloud, "SELECT id FROM flavors WHERE name = 'm1.nano'");
  await caller.make("launch", { name, image, flavor, "networks[0]": network, count: "1", ...more });
  const state = () => cloud.query(`SELECT vm_state FROM instances WHERE name = '${name}'`)[0]?.["vm_state"];
  await expect.poll(state, { timeout: 5 * 60_000 }).toBe("active");
}

/** The one value that a query finds. */
export function only(cloud: Cloud, sql: string): string {
  const rows = cloud.query(sql);
  const value = rows[0] && Object.values(rows[0])[0];
  if (rows.length !== 1 || typeof value !== "string") throw new Error(`${rows.length} rows: ${sql}`);
  return value;
}

/** A key that nobody holds the private half of. */
export const PUBLIC_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ demo@example.org";

/** Launches on a flavor that no host has room for; the instance's id. */
export async function launchTooBig(cloud: Cloud, admin: Caller, demo: Caller): Promise<string> {
  const [flavor, name] = ["gigantic", "too-big"];
  if (cloud.query(`SELECT 1 FROM flavors WHERE name = '${flavor}'`).length === 0) {
    await admin.make("flavors/create", { id: flavor, name: flavor, vcpus: "1", ram_mb: TOO_MUCH_MB, disk_gb: "1" });
  }
  const image = only(cloud, "SELECT id FROM images WHERE name = 'cirros'");
  const network = only(cloud, "SELECT id FROM networks WHERE shared");
  // The project may ask for that much; only no host has it.
  cloud.command("project", "quota", "demo", "ram=-1");
  await demo.make("launch", { name, image, flavor, "networks[0]": network, count: "1" });
  const found = `FROM instances WHERE name = '${name}' AND deleted_at IS NULL`;
  await expect.poll(() => cloud.query(`SELECT vm_state ${found}`)[0]?.["vm_state"]).toBe("error");
  return only(cloud, `SELECT id ${found}`);
}

/** More memory than any host of the lab has: 8 TiB. */
export const TOO_MUCH_MB = String(8 * 1024 * 1024);
