import { existsSync } from "node:fs";
import { join } from "node:path";
import { required, run } from "./command.ts";

const scripts = join(import.meta.dirname, "../../scripts");

/** The cloud of three machines that `scripts/lab cloud` made, for tests that are told to use it. */
export class Machines {
  readonly url = required("ARCUS_CLOUD_URL");
  /** Its compute hosts, by name. */
  readonly hosts = required("ARCUS_CLOUD_HOSTS").split(" ") as [string, ...string[]];
  /** The directory with the `openrc` files. */
  readonly openrc = required("ARCUS_CLOUD_OPENRC");
  readonly #scratch = required("ARCUS_LAB_SCRATCH");
  readonly #database = required("ARCUS_CLOUD_DATABASE");

  /** Begins again with these settings on every machine: no guests, empty records. */
  reset(settings: Record<string, string>): void {
    const all = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    run(join(scripts, "lab-reset"), all);
  }

  /** Starts or ends every role on every machine. */
  roles(verb: "start" | "stop"): void {
    run(join(scripts, "lab-roles"), [verb]);
  }

  /** Runs a program inside a machine. */
  on(machine: string, program: string, args: string[]): string {
    return run(join(scripts, "on"), [machine, program, ...args]);
  }

  /** The rows of a query on the records. */
  query(sql: string): Record<string, unknown>[] {
    const rows = `SELECT coalesce(json_agg(row), '[]') FROM (${sql}) row`;
    const printed = run("psql", ["--no-psqlrc", "--tuples-only", "--no-align", "--command", rows, this.#database]);
    return JSON.parse(printed) as Record<string, unknown>[];
  }

  /** The state directories of all agents. */
  get agents(): string[] {
    const hosts = this.hosts.map((host) => join(this.#scratch, host, "state"));
    return [...hosts, join(this.#scratch, "control/network")].filter(existsSync);
  }

  /** The directories with what the roles say. */
  get logs(): string[] {
    return ["control", ...this.hosts].map((machine) => join(this.#scratch, machine, "log"));
  }
}

/** The cloud that `ARCUS_CLOUD` speaks of; without it tests start an Arcus of their own. */
export const machines = process.env["ARCUS_CLOUD"] ? new Machines() : undefined;

/** What a program prints on each host where guests run, each after the other. */
export function onHosts(program: string, args: string[]): string[] {
  const there = machines;
  return there ? there.hosts.map((host) => there.on(host, program, args)) : [run(program, args)];
}
