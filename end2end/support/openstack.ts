import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "./cloud.ts";
import { required, run } from "./command.ts";

/** The stock clients, by the directory that `scripts/openstack-clients` makes for each. */
export const releases = ["newest", "debian-12"] as const;

/** What a command of the stock client prints, on behalf of whoever's `openrc` file it is. */
export function openstack(release: (typeof releases)[number], cloud: Cloud, user: string, ...args: string[]): string {
  const text = readFileSync(join(cloud.stateDir, `${user}-openrc`), "utf8");
  const openrc = Object.fromEntries(
    [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  return run(join(required("ARCUS_OPENSTACK_CLIENTS"), release, "bin/openstack"), args, openrc).trim();
}
