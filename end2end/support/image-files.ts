import { mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { required, run } from "./command.ts";

/** Disk images, good and bad, made where the tests may write. */
export class ImageFiles {
  readonly #folder = mkdtempSync(join(required("ARCUS_STATE_DIR"), "images-"));

  /** A good qcow2 image. */
  good(): string {
    return this.#make("good.qcow2", ["-f", "qcow2"], "16M");
  }

  /** A good image with so much random data that its upload can be watched. */
  large(): string {
    const raw = this.#path("large.raw");
    writeFileSync(raw, "");
    run("dd", ["if=/dev/urandom", `of=${raw}`, "bs=1M", "count=64", "status=none"]);
    return raw;
  }

  /** A raw disk by a name that says otherwise. */
  rawNamedQcow2(): string {
    return this.#make("mislabelled.qcow2", ["-f", "raw"], "1M");
  }

  /** The first half of a qcow2 image. */
  truncated(): string {
    const whole = this.large();
    const path = this.#path("truncated.qcow2");
    run("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", whole, path]);
    truncateSync(path, Math.floor(statSync(path).size / 2));
    return path;
  }

  /** A qcow2 image that reads the rest from a file of the host. */
  withBackingFile(): string {
    const path = this.#path("backed.qcow2");
    run("qemu-img", ["create", "-q", "-f", "qcow2", "-u", "-b", "/etc/passwd", "-F", "raw", path, "16M"]);
    return path;
  }

  /** No image at all. */
  text(): string {
    const path = this.#path("notes.txt");
    writeFileSync(path, readFileSync(import.meta.filename));
    return path;
  }

  #make(name: string, format: string[], size: string): string {
    const path = this.#path(name);
    run("qemu-img", ["create", "-q", ...format, path, size]);
    return path;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
