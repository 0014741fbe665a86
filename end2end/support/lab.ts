import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { required, run } from "./command.ts";
import { machines, onHosts } from "./machines.ts";

const scripts = join(import.meta.dirname, "../../scripts");

/** Sees to it that the world outside of the lab is there; who clears the lab takes away the way to it. */
export function outside(): void {
  run(join(scripts, "lab-outside"), []);
}

/** The hosts where guests run, by the names that the dashboard shows. */
export const hosts: [string, ...string[]] = machines?.hosts ?? ["arcus-lab"];

/** The names of all domains that libvirt knows, running or not. */
export function domains(): string[] {
  return onHosts("virsh", ["--quiet", "list", "--all", "--name"]).flatMap(lines);
}

/** The state of a domain in libvirt's words, such as `running` or `shut off`. */
export function domainState(name: string): string {
  const listed = onHosts("virsh", ["--quiet", "list", "--all"]).flatMap(lines);
  const states = listed.map((line) => /^\s*\S+\s+(?<name>\S+)\s+(?<state>.*\S)/.exec(line)?.groups);
  const found = states.find((domain) => domain?.["name"] === name)?.["state"];
  if (found === undefined) throw new Error(`libvirt knows no domain ${name}`);
  return found;
}

/** The names of the hosts' network interfaces of a kind: `bridge` or `tun`. */
export function interfaces(kind: "bridge" | "tun"): string[] {
  const links = onHosts("ip", ["-json", "-details", "link", "show"]).flatMap((text) => JSON.parse(text) as Link[]);
  return links.filter((link) => link.linkinfo?.info_kind === kind).map((link) => link.ifname);
}

interface Link {
  ifname: string;
  linkinfo?: { info_kind?: string };
}

/** Starts, stops or kills libvirtd on every host. Guests survive. */
export function libvirtd(verb: "start" | "stop" | "kill"): void {
  onHosts(join(scripts, "lab-libvirtd"), [verb]);
}

/** Removes guests, interfaces and DHCP servers that a stopped Arcus left behind, so that the next one starts afresh. */
export function clearLab(stateDir: string): void {
  required("ARCUS_LAB");
  for (const name of domains()) {
    if (domainState(name) !== "shut off") run("virsh", ["--quiet", "destroy", name]);
    run("virsh", ["--quiet", "undefine", name]);
  }
  for (const pid of processesOn(stateDir)) process.kill(pid, "SIGTERM");
  for (const name of [...interfaces("tun"), ...interfaces("bridge")]) run("ip", ["link", "delete", name]);
}

/** The processes whose command line names the directory; all of them are inside this lab. */
function processesOn(directory: string): number[] {
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(directory);
    } catch {
      return false; // it has just ended
    }
  });
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
