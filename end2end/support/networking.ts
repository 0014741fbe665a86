import type { Cloud } from "./cloud.ts";
import type { Caller } from "./server-functions.ts";
import { only } from "./things.ts";

interface Made {
  id: string;
}

/** A network of demo's with a router that joins it to the external one. */
export interface Routed {
  network: string;
  subnet: string;
  router: string;
}

/** Makes a network of that name and address range, and a router `NAME-router`. */
export async function routedNetwork(
  cloud: Cloud,
  demo: Caller,
  external: string,
  name: string,
  cidr: string,
): Promise<Routed> {
  const network = await demo.make<Made>("networks/create", { name, cidr });
  const subnet = only(cloud, `SELECT id FROM subnets WHERE network_id = '${network.id}'`);
  const router = await demo.make<Made>("routers/create", { name: `${name}-router`, external_network: external });
  await demo.make("routers/interfaces/add", { id: router.id, subnet });
  return { network: network.id, subnet, router: router.id };
}

/** Removes them; nothing else may be left on the network. */
export async function removeRouted(cloud: Cloud, demo: Caller, { network, router }: Routed): Promise<void> {
  const owner = "network:router_interface";
  const port = only(cloud, `SELECT id FROM ports WHERE device_id = '${router}' AND device_owner = '${owner}'`);
  await demo.make("routers/interfaces/remove", { id: router, port });
  await demo.make("routers/delete", { id: router });
  await demo.make("networks/delete", { id: network });
}
