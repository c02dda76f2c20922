// Puts the guest lane's tests together into one file of JavaScript, with the code that V8 makes of it. A guest's processor
// is emulated: turning hundreds of TypeScript modules into JavaScript there, or only starting Vitest, takes longer than
// most tests.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const OUT = join(ROOT, "dist/guest-tests");
const RUN = join(ROOT, "scripts/guest/tests.cjs");

/**
 * What V8 is told in guests. Code that it optimizes costs an emulated processor twice, since that translates it anew: so
 * only what runs really long is. The bundle's cached code is good for the same flags alone.
 */
const V8_FLAGS = [
  "--no-sparkplug",
  "--interrupt-budget=2000000",
  "--max-semi-space-size=64",
  "--single-threaded",
];

/**
 * Puts test/guest and what test/guest/selected.json names together; gives the command that runs them. The list has files
 * for both kernels, and for one: where the other does as the host's kernel does, or the kernel does not matter.
 */
export async function bundleGuestTests() {
  const selected = JSON.parse(readFileSync(join(ROOT, "test/guest/selected.json"), "utf8"));
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const file = join(OUT, "tests.cjs");
  await build({
    absWorkingDir: ROOT,
    stdin: {
      contents: entry({ ...selected, both: ["test/guest/boots.test.ts", ...selected.both] }),
      resolveDir: ROOT,
      sourcefile: "guest-tests.mjs",
    },
    outfile: file,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["koffi"],
    plugins: [ownPlaces, ownVitest],
    supported: { "dynamic-import": false },
    // A function expression, which tests.cjs calls: V8's cached code is for exactly this text.
    banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
    footer: { js: "})" },
    logLevel: "error",
  });
  // It is read a byte a character. esbuild writes strings in ASCII, but not regular expressions.
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(file, readFileSync(file, "utf8").replace(/[^\0-\x7f]/g, escape));
  execFileSync(process.execPath, [...V8_FLAGS, RUN, OUT, "-c"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return [process.execPath, ...V8_FLAGS, RUN, OUT];
}

/** Each file of tests is a function that runs it, so that one is begun when those before it are done. */
function entry(selected) {
  const lines = Object.entries(selected).flatMap(([kernel, paths]) =>
    paths.map((path) => `  { kernel: "${kernel}", path: "${path}", load: () => require("./${path}") },`),
  );
  return `import { collectFiles, runFiles } from "./scripts/guest/run-files.mjs";
const files = [\n${lines.join("\n")}\n];
export const load = () => collectFiles(files);
export const run = (wanted, env) => runFiles(files, wanted, env);
`;
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

/** The part of Vitest that tests in guests need; its packages are those that Vitest itself uses. */
const ownVitest = {
  name: "own-vitest",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(ROOT, "scripts/guest/vitest.mjs") }));
    onResolve({ filter: /^@vitest\// }, async ({ path, kind, pluginData }) =>
      pluginData === ownVitest
        ? undefined
        : await resolve(path, { kind, resolveDir: join(ROOT, "node_modules/vitest"), pluginData: ownVitest }),
    );
  },
};
