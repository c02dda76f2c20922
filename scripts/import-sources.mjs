// Lets scripts and benchmarks import the TypeScript sources.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * What `entry` exports: TypeScript that names sources by their paths from the root of the project, such as
 * `export { Machine } from "./src/vm/public.ts";`. Its bundle lies beside node_modules, where koffi is found, and is
 * removed when the process ends.
 */
export async function importSources(entry) {
  const cache = join(ROOT, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "sources-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "sources.mjs");
  await build({
    stdin: { contents: entry, resolveDir: ROOT, loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    external: ["koffi"],
    logLevel: "warning",
  });
  return await import(pathToFileURL(outfile).href);
}
