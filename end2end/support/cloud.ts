import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { required, run } from "./command.ts";
import { clearLab } from "./lab.ts";
import { machines } from "./machines.ts";

const results = join(import.meta.dirname, "../test-results");

const SETTINGS = {
  // Tests look at what a heartbeat or a scan brings about.
  heartbeat_seconds: "1",
  reconcile_seconds: "2",
  // The lab's server in the world beyond.
  image_import: "203.0.113.80",
};

/** What somebody types to sign in. */
export interface Login {
  domain: string;
  user: string;
  password: string;
  project: string;
}

/** Somebody to be made, with projects to be made; the first one is where they start. */
export interface Newcomer {
  user: string;
  projects: [string, ...string[]];
}

/** `arcus up` with a state directory and a port of its own, or the machines that are there already. */
export class Cloud {
  readonly #logins = new Map<string, Login>();
  #process: ChildProcess | undefined;

  private constructor(
    readonly stateDir: string,
    readonly port: number,
  ) {}

  /** A first start. */
  static async create(): Promise<Cloud> {
    if (machines) {
      machines.reset(SETTINGS);
      const cloud = new Cloud(machines.openrc, Number(new URL(machines.url).port));
      while (cloud.query("SELECT 1 FROM hosts").length < machines.hosts.length) await pause(100);
      return cloud;
    }
    // The path stays short: libvirt's sockets lie below it, and a socket's path has at most 107 characters.
    const stateDir = mkdtempSync(join(required("ARCUS_STATE_DIR"), "c-"));
    const cloud = new Cloud(stateDir, await freePort());
    await cloud.start();
    return cloud;
  }

  get url(): string {
    return machines?.url ?? `http://127.0.0.1:${this.port}`;
  }

  /** Starts `arcus up` and waits until it says that it is ready. */
  async start(): Promise<void> {
    if (machines) return machines.roles("start");
    mkdirSync(results, { recursive: true });
    const log = join(results, `arcus-${this.port}.log`);
    writeFileSync(log, "", { flag: "a" });
    const output = openSync(log, "a");
    const child = spawn(required("ARCUS_PROGRAM"), ["up"], {
      env: this.#environment(),
      stdio: ["ignore", output, output],
    });
    this.#process = child;
    while (!(await this.#answers())) {
      if (child.exitCode !== null) throw new Error(`arcus up ended at once:\n${readFileSync(log, "utf8")}`);
      await pause(100);
    }
  }

  /** Stops `arcus up`; guests go on running. */
  async stop(): Promise<void> {
    if (machines) return machines.roles("stop");
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }

  /** Stops `arcus up`, and removes what it leaves running. */
  async remove(): Promise<void> {
    await this.stop();
    if (!machines) return clearLab(this.stateDir);
    for (const [index, directory] of machines.logs.entries())
      cpSync(directory, join(results, `machine-${index}`), { recursive: true });
  }

  /** `arcus user …` and the like; returns what it printed. */
  command(...args: string[]): string {
    const program = required("ARCUS_PROGRAM");
    return machines ? machines.on("control", program, args) : run(program, args, this.#environment());
  }

  /** The login of `admin` or `demo`, or one that {@link welcome} made. */
  login(user: string): Login {
    const made = this.#logins.get(user);
    if (made) return made;
    const text = readFileSync(join(this.stateDir, `${user}-openrc`), "utf8");
    const value = (name: string): string => {
      const found = new RegExp(`^export ${name}=(.*)$`, "m").exec(text)?.[1];
      if (found === undefined) throw new Error(`${user}-openrc does not set ${name}`);
      return found;
    };
    return {
      domain: value("OS_USER_DOMAIN_NAME"),
      user: value("OS_USERNAME"),
      password: value("OS_PASSWORD"),
      project: value("OS_PROJECT_NAME"),
    };
  }

  /** Makes a user who is a member of new projects, unless there is one already. */
  welcome({ user, projects }: Newcomer): Login {
    const known = this.#logins.get(user);
    if (known) return known;
    for (const project of projects) this.command("project", "create", project);
    const [home, ...others] = projects;
    const printed = this.command("user", "create", user, "--project", home);
    for (const project of others) this.command("role", "grant", "member", user, project);
    const password = /password (\S+)/.exec(printed)?.[1];
    if (!password) throw new Error(`arcus user create printed no password:\n${printed}`);
    const login = { domain: "Default", user, password, project: home };
    this.#logins.set(user, login);
    return login;
  }

  /** The rows of a query on the database, which is opened for reading only. */
  query(sql: string): Record<string, unknown>[] {
    if (machines) return machines.query(sql);
    const printed = run("sqlite3", ["-readonly", "-json", join(this.stateDir, "arcus.db"), sql]);
    return printed.trim() === "" ? [] : (JSON.parse(printed) as Record<string, unknown>[]);
  }

  /** What the guest wrote on its serial port. */
  serialLog(instance: string): string {
    const files = this.#agents().map((directory) => join(directory, "instances", instance, "console.log"));
    const file = files.find(existsSync);
    return file ? readFileSync(file, "utf8") : "";
  }

  /** The instances that have a directory on a host. */
  instanceDirectories(): string[] {
    const folders = this.#agents().map((directory) => join(directory, "instances"));
    return folders.filter(existsSync).flatMap((folder) => readdirSync(folder));
  }

  /** Every lease that a DHCP server has given. */
  leases(): string[] {
    const folders = this.#agents().map((directory) => join(directory, "dhcp"));
    const within = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" });
    const files = folders.filter(existsSync).flatMap((folder) => within(folder).map((file) => join(folder, file)));
    const leases = files.filter((file) => file.endsWith("leases"));
    return leases.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean));
  }

  #agents(): string[] {
    return machines?.agents ?? [this.stateDir];
  }

  #environment(): NodeJS.ProcessEnv {
    const settings = Object.entries(SETTINGS).map(([name, value]) => [`ARCUS_${name.toUpperCase()}`, value]);
    return {
      ...process.env,
      ARCUS_STATE_DIR: this.stateDir,
      ARCUS_LISTEN: `127.0.0.1:${this.port}`,
      ...Object.fromEntries(settings),
    };
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/login`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
