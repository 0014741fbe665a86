import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { machines } from "./machines.ts";

/** Nothing may leave the machine, and the sandbox needs rights that a lab does not give. */
export const browserFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // People reach several machines by a proxy with TLS, as docs/deploy.md says. Here there is none, and to an address that is
  // neither TLS nor their own browsers refuse the clipboard, and noVNC complains.
  ...(machines ? [`--unsafely-treat-insecure-origin-as-secure=${machines.url}`] : []),
];

/** The distribution's browser: `ARCUS_BROWSER`, or the first one of the family on the search path. */
export function browserProgram(): string {
  const chosen = process.env["ARCUS_BROWSER"];
  if (chosen) return chosen;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  const found = candidates.find(isExecutable);
  if (!found) throw new Error("no Chromium is installed: run scripts/prerequisites test, or set ARCUS_BROWSER");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
