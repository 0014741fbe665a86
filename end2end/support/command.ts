import { execFileSync } from "node:child_process";

/** Runs a program to its end and returns what it printed; throws with what it complained about. */
export function run(program: string, args: string[], environment: NodeJS.ProcessEnv = {}, input = ""): string {
  const env = { ...process.env, ...environment };
  return execFileSync(program, args, { encoding: "utf8", env, input, stdio: ["pipe", "pipe", "pipe"] });
}

/** The value of an environment variable that the test environment sets. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the browser tests by scripts/lab scripts/browser-tests`);
  return value;
}
