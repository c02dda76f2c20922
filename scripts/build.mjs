#!/usr/bin/env node
// Builds dist/ (also after `npm ci`, as the prepare script):
//   skep.cjs, skep.cache   the command in one file, and V8's compiled code for it
//   lib/, chunks/          what `import … from "skep"` and "skep/<room>" load, one entry per src/**/public.ts
//   types/                 their declarations
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const DIST = join(ROOT, "dist");

/** Public entries by their name in package.json's "exports": `src/public.ts` is "index", `src/isa/public.ts` is "isa". */
export function publicEntries(root = ROOT) {
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const candidates = [["index", "src/public.ts"], ...rooms.map(({ name }) => [name, `src/${name}/public.ts`])];
  return Object.fromEntries(candidates.filter(([, file]) => existsSync(join(root, file))));
}

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const SHARED = {
  define: { SKEP_VERSION: JSON.stringify(version) },
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node20.19",
  external: ["koffi"],
  minifySyntax: true,
  logLevel: "warning",
};

/** What Node has loaded anyway by the time a script starts. Everything else of Node's is loaded when it is first used. */
const LOADED_BY_NODE = new Set(["fs", "path", "process", "buffer", "events", "url", "util"]);

/**
 * `node:child_process` alone costs 5 ms, and a one-liner starts no process. So an import of such a module becomes an
 * object whose properties fetch the module when they are read.
 */
const lazyBuiltins = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) =>
      LOADED_BY_NODE.has(path.slice(5)) ? undefined : { path, namespace: "lazy-builtin", sideEffects: false },
    );
    onLoad({ filter: /.*/, namespace: "lazy-builtin" }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter(
        (name) => name !== "default" && name !== "module.exports",
      );
      const getter = (name) => `get ${name}() { return load("${path}").${name}; }`;
      return { contents: `module.exports = { ${names.map(getter).join(", ")} };`, loader: "js" };
    });
  },
};

async function buildCommand() {
  await build({
    ...SHARED,
    entryPoints: ["src/cli/main.ts"],
    outfile: join(DIST, "skep.cjs"),
    plugins: [lazyBuiltins],
    format: "cjs",
    legalComments: "none",
    // A function expression: bin/skep.cjs compiles exactly this text, as V8's cache demands, and calls it.
    // V8's cache loses what `import()` needs to find its way back to Node, so lazy imports become lazy requires.
    supported: { "dynamic-import": false },
    banner: { js: "(function (exports, require, module, __filename, __dirname) { const load = require;" },
    footer: { js: "})" },
    // A CommonJS file has no import.meta; what asks for it there uses __dirname.
    logOverride: { "empty-import-meta": "silent" },
  });
  escapeNonAscii(join(DIST, "skep.cjs"));
}

/** bin/skep.cjs reads the bundle a byte a character. esbuild writes strings in ASCII, but not regular expressions. */
function escapeNonAscii(file) {
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(file, readFileSync(file, "utf8").replace(/[^\0-\x7f]/g, escape));
}

async function buildLibrary(entries) {
  if (Object.keys(entries).length === 0) return;
  await build({
    ...SHARED,
    entryPoints: entries,
    outdir: DIST,
    entryNames: "lib/[name]",
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    splitting: true,
  });
}

/** Declarations are written even where types do not check: `npm run check` is what reports those. */
function writeTypes(entries) {
  const files = Object.values(entries);
  if (files.length === 0) return;
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  // biome-ignore format: one option group per line
  const options = [
    "--ignoreConfig", ...files,
    "--declaration", "--emitDeclarationOnly", "--outDir", join(DIST, "types"), "--rootDir", "src",
    "--target", "es2023", "--lib", "es2023,esnext.disposable,dom", "--module", "nodenext", "--types", "node",
    "--strict", "--exactOptionalPropertyTypes", "--verbatimModuleSyntax", "--rewriteRelativeImportExtensions",
    "--skipLibCheck",
  ];
  const done = spawnSync(process.execPath, [compiler, ...options], { cwd: ROOT, encoding: "utf8" });
  if (!existsSync(join(DIST, "types")))
    throw new Error(`tsc wrote no declarations:\n${done.stdout}${done.stderr}`);
}

/** Runs the bundle once in a child, without privileges or a kernel, and keeps what V8 compiled. */
function writeCache() {
  const done = spawnSync(process.execPath, [join(ROOT, "scripts/warm-up.cjs")], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, SKEP_WARM: "1", NODE_OPTIONS: "" },
  });
  if (done.status === 0) return;
  console.warn(`skep: no code cache, starting takes a little longer:\n${done.stdout}${done.stderr}`);
}

const size = (file) => (existsSync(file) ? `${Math.round(statSync(file).size / 1024)} KiB` : "missing");

async function main() {
  const started = Date.now();
  rmSync(DIST, { recursive: true, force: true });
  const entries = publicEntries();
  await Promise.all([buildCommand(), buildLibrary(entries)]);
  writeCache();
  writeTypes(entries);
  const command = ["skep.cjs", "skep.cache"].map((name) => join(DIST, name));
  const sizes = command.map((file) => `${relative(ROOT, file)} ${size(file)}`).join(", ");
  console.log(`built ${sizes}, ${Object.keys(entries).length} library entries in ${Date.now() - started} ms`);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main().catch((error) => {
    console.error(error.errors ? "skep is not built" : error); // esbuild has printed its errors
    process.exitCode = 1;
  });
