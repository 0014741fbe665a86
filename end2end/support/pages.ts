import { Caller } from "./server-functions.ts";
import { expect, test } from "./test.ts";
import { launchTooBig, makeThings, type Things } from "./things.ts";

/** A page of the dashboard, with who looks at it; nobody at the login page. */
export interface Page {
  name: string;
  user: string | null;
  path: string;
}

/** Every page; `failed` is an instance for which no host was found. */
function pages(things: Things, failed: string): Page[] {
  const { instance, image, network, subnet, port, group, router, floating, volume, snapshot } = things;
  const demo = {
    overview: "/",
    launch: "/launch",
    instances: "/instances",
    "instances-nothing-matches": "/instances?status=PAUSED",
    instance: `/instances/${instance}`,
    "instance-timeline": `/instances/${instance}?tab=timeline`,
    "instance-log": `/instances/${instance}?tab=log`,
    "instance-console": `/instances/${instance}?tab=console`,
    "console-alone": `/instances/${instance}/console`,
    "instance-failed": `/instances/${failed}`,
    "instance-failed-timeline": `/instances/${failed}?tab=timeline`,
    "instance-of-nobody": "/instances/00000000-0000-0000-0000-000000000000",
    images: "/images",
    image: `/images/${image}`,
    flavors: "/flavors",
    keypairs: "/keypairs",
    "server-groups": "/server-groups",
    volumes: "/volumes",
    "volumes-nothing-matches": "/volumes?q=of-nobody",
    volume: `/volumes/${volume}`,
    "volume-snapshots": `/volumes/${volume}?tab=snapshots`,
    "volume-messages": `/volumes/${volume}?tab=messages`,
    "volume-to-extend": `/volumes/${volume}?do=extend`,
    "volume-of-snapshot": `/volumes?source=snapshot:${snapshot}`,
    snapshots: "/snapshots",
    snapshot: `/snapshots/${snapshot}`,
    networks: "/networks",
    network: `/networks/${network}`,
    subnet: `/networks/subnets/${subnet}`,
    port: `/networks/ports/${port}`,
    routers: "/routers",
    router: `/routers/${router}`,
    "floating-ips": "/floating-ips",
    "floating-ip": `/floating-ips/${floating}`,
    "instance-network": `/instances/${instance}?tab=network`,
    "instance-volumes": `/instances/${instance}?tab=volumes`,
    "security-groups": "/security-groups",
    "security-group": `/security-groups/${group}`,
    topology: "/topology",
    reach: "/reach",
    "reach-answered": `/reach?from=me&to=instance:${instance}&what=ssh`,
    "api-access": "/api-access",
    "not-allowed": "/hosts",
    "not-found": "/nowhere",
  };
  const admin = {
    hosts: "/hosts",
    "flavors-admin": "/flavors",
    "networks-admin": "/networks",
    "routers-admin": "/routers",
  };
  return [
    { name: "login", user: null, path: "/login" },
    ...Object.entries(demo).map(([name, path]) => ({ name, user: "demo", path })),
    ...Object.entries(admin).map(([name, path]) => ({ name, user: "admin", path })),
  ];
}

/** Makes one of everything before a file's tests, removes the instances after them; returns how to get every page. */
export function everyPage(): () => Page[] {
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

  return () => pages(things, failed);
}
