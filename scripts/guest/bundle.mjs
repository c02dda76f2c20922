// Puts the guest lane's tests together into few files of JavaScript. A guest's processor is emulated: turning hundreds of
// TypeScript modules into JavaScript there, file by file, takes longer than most tests.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where the tests are, below the checkout; vitest.guest.config.ts looks there. */
export const GUEST_TESTS = "dist/guest-tests";

/** Writes test/guest and what test/guest/selected.json names, each as NAME.test.mjs with what they share beside it. */
export async function bundleGuestTests() {
  const selected = JSON.parse(readFileSync(join(ROOT, "test/guest/selected.json"), "utf8"));
  const out = join(ROOT, GUEST_TESTS);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/guest/boots.test.ts", ...selected].map((path) => join(ROOT, path)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    entryNames: "[name]",
    chunkNames: "shared/[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["koffi", "vitest", "fast-check"],
    plugins: [ownPlaces],
    logLevel: "error",
  });
}

/** Modules that ask where they lie, to find files beside them, are told where their source is. */
const ownPlaces = {
  name: "own-places",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes("import.meta.")) return undefined;
      const contents = text
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.filename", JSON.stringify(path))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: "ts" };
    });
  },
};
