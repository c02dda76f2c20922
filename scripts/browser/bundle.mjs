// Bundles for browsers: what a page loads of the portable rooms. Whatever reaches a module of Node's is refused.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ROOMS } from "../arrows.mjs";
import { publicEntries } from "../build.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");
const VITEST = dirname(createRequire(import.meta.url).resolve("vitest/package.json"));

/** Whether the room, and all that it may import, does without Node: it runs in a page. */
export function isPortable(name) {
  const { imports, packages } = ROOMS.find((room) => room.name === name) ?? {};
  return Array.isArray(imports) && packages === undefined && imports.every(isPortable);
}

/** The public entries that a page can import, such as { isa: "src/isa/public.ts" }. */
export function portableEntries(root = ROOT) {
  return Object.fromEntries(Object.entries(publicEntries(root)).filter(([name]) => isPortable(name)));
}

const SHARED = {
  bundle: true,
  write: false,
  platform: "browser",
  format: "esm",
  target: "es2023",
  define: { SKEP_VERSION: '"in a page"', "process.env": "{}" },
  logLevel: "silent",
};

/** A file and all that it imports, minified, as a page's own bundler would make it. Throws when it needs Node. */
export async function bundleEntry(file, root = ROOT) {
  const { outputFiles } = await build({ ...SHARED, absWorkingDir: root, entryPoints: [file], minify: true });
  return outputFiles[0].text;
}

/** `import … from "vitest"` in a page, made of Vitest's own dependencies, wherever npm has put them. */
const inPage = {
  name: "in-page",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(HERE, "vitest-in-page.mjs") }));
    onResolve({ filter: /^@vitest\// }, ({ path, importer, kind }) =>
      dirname(importer) === HERE ? resolve(path, { resolveDir: VITEST, kind }) : undefined,
    );
  },
};

/** Keeps modules of Node's out of the bundle; the metafile tells who asked for them. */
const noteNode = {
  name: "note-node",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "node" }));
    onLoad({ filter: /.*/, namespace: "node" }, () => ({ contents: "module.exports = {};" }));
  },
};

/**
 * The tests that run in a page: those of test/browser/, and those beside the portable sources. Some of the latter are
 * left out, since the test itself compares with what only Node has. Throws when a portable source needs Node.
 */
export async function pageTests() {
  const own = testsIn("test/browser");
  const shared = ROOMS.filter(({ name }) => isPortable(name)).flatMap(({ name }) => testsIn(`src/${name}`));
  const all = [...own, ...shared].map((path) => ({ path, needs: foreign(path) }));
  const entryPoints = all.filter(({ needs }) => needs === undefined).map(({ path }) => path);
  const { metafile } = await build({
    ...SHARED,
    absWorkingDir: ROOT,
    entryPoints,
    outdir: "out",
    plugins: [inPage, noteNode],
    metafile: true,
  });
  const seen = all.map(({ path, needs }) => ({ path, needs: needs ?? nodeUser(path, metafile.inputs) }));
  const broken = seen.filter(({ path, needs }) => needs && (own.includes(path) || isPortableSource(needs)));
  if (broken.length > 0)
    throw new Error(broken.map(({ path, needs }) => `${needs}, which ${path} loads, needs Node`).join("\n"));
  return {
    tests: seen.filter(({ needs }) => needs === undefined).map(({ path }) => path),
    leftOut: seen.filter(({ needs }) => needs !== undefined),
  };
}

function testsIn(folder) {
  const names = readdirSync(join(ROOT, folder), { recursive: true });
  const tests = names.filter((name) => name.endsWith(".test.ts"));
  return tests.map((name) => `${folder}/${name}`).sort();
}

/** What a test itself uses that no page has: Node's globals, or Vitest's "vi", which changes the clock and the like. */
function foreign(path) {
  const text = readFileSync(join(ROOT, path), "utf8");
  if (/^import [^;]*\bvi\b[^;]*from "vitest"/m.test(text)) return "vi";
  return /\b(?:process|Buffer)\.\w/.test(text) ? path : undefined;
}

/** The first file that uses Node, of a test and all that it loads. */
function nodeUser(test, inputs) {
  const seen = new Set([test]);
  for (const path of seen)
    for (const { path: imported } of inputs[path]?.imports ?? []) {
      if (imported.startsWith("node:")) return path;
      seen.add(imported);
    }
  return undefined;
}

function isPortableSource(path) {
  return !path.endsWith(".test.ts") && isPortable(/^src\/([^/]+)\//.exec(path)?.[1]);
}

/** The page's script and what it loads, by their names under `/`, with source maps: one chunk per test file. */
export async function bundlePage(tests) {
  const loaders = tests.map((path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(`./${path}`)})`);
  const { outputFiles } = await build({
    ...SHARED,
    absWorkingDir: ROOT,
    stdin: {
      contents: `import { runTests } from "./scripts/browser/page.mjs";\nawait runTests({ ${loaders.join(",\n")} });`,
      resolveDir: ROOT,
    },
    outdir: join(ROOT, "out"),
    splitting: true,
    entryNames: "main",
    chunkNames: "[name]-[hash]",
    sourcemap: "linked",
    plugins: [inPage],
  });
  return new Map(outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]));
}
