#!/usr/bin/env node
// Builds dist/ (also after `npm ci`, as the prepare script):
//   skep.cjs, skep.cache   the main job of the command in one file, and V8's compiled code for it
//   skep.scripts.cache     the same with what longer scripts need
//   more-names.cjs         which commands are in another bundle
//   skep-shipped.cjs, …    what runs built scripts
//   skep-objects.cjs, …    commands on what the kernel holds
//   skep-full.cjs, …       the whole command (src/cli/build-parts.ts says why there are four)
//   lib/, chunks/          what `import … from "skep"` and "skep/<room>" load, one entry per src/**/public.ts
//   node/                  the same in one file, with V8's compiled code for it: what Node loads (scripts/library/load.mjs)
//   types/                 their declarations
// All of it is made in a folder of its own and moved to its place when it is complete: what starts meanwhile finds the
// old files or the new ones, and a build that fails changes nothing.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const DIST = join(ROOT, "dist");
/** In which builds make their folders, each one of its own: on the same file system, and ignored by git and npm. */
const WORK = join(ROOT, ".cache");
const MADE = join(WORK, `dist-${process.pid}`);

/** Public entries by their name in package.json's "exports": `src/public.ts` is "index", `src/isa/public.ts` is "isa". */
export function publicEntries(root = ROOT) {
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const candidates = [["index", "src/public.ts"], ...rooms.map(({ name }) => [name, `src/${name}/public.ts`])];
  return Object.fromEntries(candidates.filter(([, file]) => existsSync(join(root, file))));
}

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** The command's bundles, and the file that each starts with. */
const BUNDLES = {
  skep: "main.ts",
  "skep-shipped": "main-shipped.ts",
  "skep-objects": "main-objects.ts",
  "skep-full": "main-more.ts",
};

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

/** Imports have no effects of their own here: a module of which nothing is used is left out, whatever stands in it. */
const pureModules = {
  name: "pure-modules",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\.?\// }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === pureModules) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: pureModules });
      return { ...found, sideEffects: false };
    });
  },
};

async function buildCommand([name, start]) {
  await buildCached(`${name}.cjs`, {
    plugins: [lazyBuiltins, pureModules],
    define: { ...SHARED.define, "globalThis.SKEP_CORE": String(name !== "skep-full") },
    entryPoints: [`src/cli/${start}`],
  });
}

/** Which bundle has which command: bin/skep.cjs reads it first. */
async function buildMoreNames() {
  await build({
    ...SHARED,
    entryPoints: ["src/cli/more-names.ts"],
    outfile: join(MADE, "more-names.cjs"),
    format: "cjs",
    minifyWhitespace: true,
  });
}

/** A file that is run with V8's cache. */
async function buildCached(name, what) {
  await build({
    ...SHARED,
    ...what,
    outfile: join(MADE, name),
    plugins: what.plugins ?? [lazyBuiltins],
    format: "cjs",
    // A third less to read at each start; names stay, for stack traces.
    legalComments: "none",
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 240,
    // A function expression: bin/skep.cjs compiles exactly this text, as V8's cache demands, and calls it.
    // V8's cache loses what `import()` needs to find its way back to Node, so lazy imports become lazy requires.
    supported: { "dynamic-import": false },
    banner: {
      js: '(function (exports, require, module, __filename, __dirname) { "use strict"; const load = require;',
    },
    footer: { js: "})" },
    // A CommonJS file has no import.meta; what asks for it there uses __dirname.
    logOverride: { "empty-import-meta": "silent" },
  });
  escapeNonAscii(join(MADE, name));
}

/** Writes node/: the library in one file, whose rooms are run when they are first asked for, and an entry for each. */
async function buildForNode(entries, exported) {
  const rooms = Object.entries(entries).map(([name, file]) => `get ${name}() { return require("./${file}"); }`);
  const contents = `module.exports = { ${rooms.join(", ")} };`;
  await buildCached("node/library.cjs", { stdin: { contents, resolveDir: ROOT, loader: "js" } });
  for (const name of Object.keys(entries)) {
    const names = exported[name].join(", ");
    const text = `import { entry } from "./load.js";\nexport const { ${names} } = entry("${name}");\n`;
    writeFileSync(join(MADE, "node", `${name}.js`), text);
  }
  copyFileSync(join(ROOT, "scripts/library/load.mjs"), join(MADE, "node/load.js"));
}

/** bin/skep.cjs reads the bundle a byte a character. esbuild writes strings in ASCII, but not regular expressions. */
function escapeNonAscii(file) {
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(file, readFileSync(file, "utf8").replace(/[^\0-\x7f]/g, escape));
}

/** Writes lib/ and chunks/ into `outdir`; gives the names that each entry exports. */
export async function buildLibrary(entries, outdir = MADE) {
  if (Object.keys(entries).length === 0) return {};
  const { metafile } = await build({
    ...SHARED,
    metafile: true,
    entryPoints: entries,
    outdir,
    entryNames: "lib/[name]",
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    splitting: true,
  });
  const exportsOf = (name) => metafile.outputs[relative(ROOT, join(outdir, "lib", `${name}.js`))].exports;
  return Object.fromEntries(Object.keys(entries).map((name) => [name, exportsOf(name)]));
}

/** Declarations are written even where types do not check: `npm run check` is what reports those. */
function writeTypes(entries) {
  const files = Object.values(entries);
  if (files.length === 0) return;
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  // biome-ignore format: one option group per line
  const options = [
    "--ignoreConfig", ...files,
    "--declaration", "--emitDeclarationOnly", "--outDir", join(MADE, "types"), "--rootDir", "src",
    "--target", "es2023", "--lib", "es2023,esnext.disposable,dom", "--module", "nodenext", "--types", "node",
    "--strict", "--exactOptionalPropertyTypes", "--verbatimModuleSyntax", "--rewriteRelativeImportExtensions",
    "--skipLibCheck",
  ];
  const done = spawnSync(process.execPath, [compiler, ...options], { cwd: ROOT, encoding: "utf8" });
  if (!existsSync(join(MADE, "types")))
    throw new Error(`tsc wrote no declarations:\n${done.stdout}${done.stderr}`);
  for (const file of files) nameLibrary(join(MADE, "types", relative("src", file).replace(/\.ts$/, ".d.ts")));
}

/** Whoever compiles for a page, without Node's types, has no `Disposable`: the entry's declarations ask for it. */
function nameLibrary(file) {
  writeFileSync(file, `/// <reference lib="esnext.disposable" />\n${readFileSync(file, "utf8")}`);
}

/** Runs the bundle once in a child, without privileges or a kernel, and keeps what V8 compiled. */
function writeCache(script, ...more) {
  const done = spawnSync(process.execPath, [join(ROOT, "scripts", script), MADE, DIST, ...more], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, SKEP_WARM: "1", NODE_OPTIONS: "" },
  });
  if (done.status === 0) return;
  console.warn(`skep: no code cache, starting takes a little longer:\n${done.stdout}${done.stderr}`);
}

/** Moves each new file to its place, over the old one: at no moment is one missing. Then drops what is not made any more. */
function takePlace() {
  const before = filesOf(DIST);
  const files = filesOf(MADE);
  for (const file of files) {
    mkdirSync(dirname(join(DIST, file)), { recursive: true });
    renameSync(join(MADE, file), join(DIST, file));
  }
  const made = new Set(files);
  for (const file of before) if (!made.has(file)) rmSync(join(DIST, file), { force: true });
}

/** What others load comes first: chunks before the entries that name them. */
function filesOf(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

/** Folders of builds that were killed. */
function removeLeftOvers() {
  for (const name of readdirSync(WORK)) {
    const pid = /^(?:dist|warm)-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(WORK, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

const size = (file) => (existsSync(file) ? `${Math.round(statSync(file).size / 1024)} KiB` : "missing");

async function main() {
  const started = Date.now();
  mkdirSync(WORK, { recursive: true });
  removeLeftOvers();
  const entries = publicEntries();
  try {
    const commands = Object.entries(BUNDLES).map(buildCommand);
    const [exported] = await Promise.all([buildLibrary(entries), buildMoreNames(), ...commands]);
    await buildForNode(entries, exported);
    const left = join(WORK, `warm-${process.pid}`);
    mkdirSync(left);
    // The last one first: it builds a script that the others start.
    for (const name of Object.keys(BUNDLES).reverse()) writeCache("warm-up.cjs", name, left);
    writeCache("warm-up.cjs", "skep", left, "scripts");
    rmSync(left, { recursive: true });
    writeCache("library/warm-up.cjs");
    writeTypes(entries);
    takePlace();
  } finally {
    rmSync(MADE, { recursive: true, force: true });
  }
  const sizes = [...Object.keys(BUNDLES), "node/library"]
    .flatMap((name) => [`${name}.cjs`, `${name}.cache`])
    .map((name) => `dist/${name} ${size(join(DIST, name))}`)
    .join(", ");
  console.log(`built ${sizes}, ${Object.keys(entries).length} library entries in ${Date.now() - started} ms`);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main().catch((error) => {
    console.error(error.errors ? "skep is not built" : error); // esbuild has printed its errors
    process.exitCode = 1;
  });
