// compress.mjs PATH…: beside each file worth it, a .br and a .gz for the server to send as they are.
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliCompress, createGzip } from "node:zlib";

const worth = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"]);

async function files(path) {
  if ((await stat(path)).isFile()) return worth.has(extname(path)) ? [path] : [];
  const names = await readdir(path);
  return (await Promise.all(names.map((name) => files(join(path, name))))).flat();
}

const write = (file, compressor, suffix) =>
  pipeline(createReadStream(file), compressor, createWriteStream(file + suffix));

const all = (await Promise.all(process.argv.slice(2).map(files))).flat();
await Promise.all(
  all.flatMap((file) => [
    write(file, createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }), ".br"),
    write(file, createGzip({ level: 9 }), ".gz"),
  ]),
);
