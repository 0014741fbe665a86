import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { required, run } from "./command.ts";

const scripts = join(import.meta.dirname, "../../scripts");

/** Sees to it that the world outside of the lab is there; who clears the lab takes away the way to it. */
export function outside(): void {
  run(join(scripts, "lab-outside"), []);
}

/** The names of all domains that libvirt knows, running or not. */
export function domains(): string[] {
  return lines(run("virsh", ["--quiet", "list", "--all", "--name"]));
}

/** The state of a domain in libvirt's words, such as `running` or `shut off`. */
export function domainState(name: string): string {
  return run("virsh", ["--quiet", "domstate", name]).trim();
}

/** The names of the machine's network interfaces of a kind: `bridge` or `tun`. */
export function interfaces(kind: "bridge" | "tun"): string[] {
  const links = JSON.parse(run("ip", ["-json", "-details", "link", "show"])) as Link[];
  return links.filter((link) => link.linkinfo?.info_kind === kind).map((link) => link.ifname);
}

interface Link {
  ifname: string;
  linkinfo?: { info_kind?: string };
}

/** Starts, stops or kills the lab's libvirtd. Guests survive. */
export function libvirtd(verb: "start" | "stop" | "kill"): void {
  run(join(scripts, "lab-libvirtd"), [verb]);
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
