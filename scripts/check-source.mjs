// The checks of `npm run check` that read the tree themselves. Each returns its problems, one per line; none is good.
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generated } from "./arrows.mjs";
import { publicEntries } from "./build.mjs";
import { lanesOf, matches } from "./lanes.mjs";

const MAX_LINES = 500;
const MAX_GENERATED_LINES = 5000;
const FOLDERS = ["src", "test", "scripts", "bench", "examples", "bin", ".ci", "web"];
const SOURCE = /\.(?:ts|mjs|cjs|js|tsx)$/;

/** Every file of the tree's own folders, with its text; paths are relative to `root`. */
export function readTree(root) {
  const found = [];
  for (const folder of FOLDERS.filter((name) => existsSync(join(root, name)))) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name).slice(root.length + 1);
      if (entry.isFile() && SOURCE.test(entry.name) && !/(^|\/)(node_modules|dist)\//.test(path))
        found.push({ path, text: readFileSync(join(root, path), "utf8") });
    }
  }
  return found;
}

const lineCount = (text) => text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
const isTest = (path) => path.endsWith(".test.ts") || path.startsWith("test/");

/** 500 lines per file; generated files name their generator and stay small together. */
export function checkSizes(root, files) {
  const problems = [];
  let generatedLines = 0;
  for (const { path, text } of files) {
    const lines = lineCount(text);
    if (path.endsWith(".gen.ts")) {
      generatedLines += lines;
      if (!/scripts\/[\w-]+\.mjs/.test(text.slice(0, text.indexOf("\n"))))
        problems.push(`${path}:1: the first line does not name the script that writes this file`);
    } else if (lines > MAX_LINES)
      problems.push(`${path}: ${lines} lines; split it by the questions it answers (limit ${MAX_LINES})`);
  }
  if (generatedLines > MAX_GENERATED_LINES)
    problems.push(
      `*.gen.ts: ${generatedLines} lines in all (limit ${MAX_GENERATED_LINES}); derive the rest at run time`,
    );
  const page = existsSync(join(root, "ARCHITECTURE.md"))
    ? readFileSync(join(root, "ARCHITECTURE.md"), "utf8")
    : "";
  if (lineCount(page) > 200) problems.push(`ARCHITECTURE.md: ${lineCount(page)} lines (limit 200)`);
  return problems;
}

/** The generated rules and the diagram are what scripts/arrows.mjs would write now. */
export function checkArrowsFresh(root) {
  return generated(root)
    .filter(({ was, wanted }) => was === undefined || was !== wanted)
    .map(({ file }) => `${file} is stale: run \`npm run arrows\``);
}

// biome-ignore format: one case per line
const SAMPLES = [
  { path: "src/isa/a.ts",          imports: "../btf/x.ts",             refused: true },
  { path: "src/isa/b.ts",          imports: "../base/x.ts",            refused: false },
  { path: "src/isa/c.ts",          imports: "node:fs",                 refused: true },
  { path: "src/isa/d.ts",          imports: "./../btf/x.ts",           refused: true },
  { path: "src/isa/e.test.ts",     imports: "../linux/x.ts",           refused: false },
  { path: "src/lang/bt/deep/a.ts", imports: "../../../linux/x.ts",     refused: true },
  { path: "src/lang/bt/deep/b.ts", imports: "../../shared/x.ts",       refused: false },
  { path: "src/linux/a.ts",        imports: "node:fs",                 refused: false },
  { path: "src/linux/b.ts",        imports: "../sim/x.ts",             refused: true },
  { path: "src/pipeline.ts",       imports: "./cli/x.ts",              refused: true },
  { path: "src/cli/a.ts",          imports: "../pipeline.ts",          refused: false },
];

/** That the lint rules really refuse what the table forbids, tried on made-up files in a folder of their own. */
export async function checkArrowsBite(root) {
  const folder = mkdtempSync(join(tmpdir(), "skep-arrows-"));
  try {
    for (const name of ["biome.json", "biome.arrows.json"]) copyFileSync(join(root, name), join(folder, name));
    for (const { path, imports } of SAMPLES) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), `import type { X } from "${imports}";\n\nexport type Y = X;\n`);
    }
    const args = ["lint", "--only=style/noRestrictedImports", "--reporter=concise", "--colors=off", "src"];
    const output = await run(join(root, "node_modules/.bin/biome"), args, folder);
    return SAMPLES.filter(({ path, refused }) => output.includes(`${path}:`) !== refused).map(
      ({ path, imports, refused }) =>
        `${path} with an import of ${imports} should ${refused ? "fail" : "pass"} the lint rule, and does not`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a program prints, on both streams. */
function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve(stdout + stderr);
    });
  });
}

/** Every test file runs in exactly one lane (and is named as vitest expects). */
export function checkLanes(root, files) {
  const selected = JSON.parse(readFileSync(join(root, "test/guest/selected.json"), "utf8"));
  const problems = Object.values(selected)
    .flat()
    .filter((path) => !lanesOf(path).includes("kernel") || !existsSync(join(root, path)))
    .map((path) => `test/guest/selected.json: ${path} is no kernel test`);
  for (const { path, text } of files) {
    const looksLikeTest = /^import .*\b(?:test|it|describe)\b.* from "vitest";/m.test(text);
    if (!path.endsWith(".test.ts")) {
      const helper = /export/.test(text) || path.endsWith(".mjs");
      if (looksLikeTest && !helper)
        problems.push(`${path}: holds tests but is not named *.test.ts: it runs in no lane`);
      continue;
    }
    const lanes = lanesOf(path);
    if (lanes.length === 0) problems.push(`${path}: runs in no lane (scripts/lanes.mjs)`);
    if (lanes.length > 1) problems.push(`${path}: runs in several lanes: ${lanes.join(", ")}`);
    if (/\b(?:test|it|describe)\.(?:only|todo)\(/.test(text)) problems.push(`${path}: holds .only or .todo`);
  }
  return problems;
}

const CODE = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*/[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*";
const RAISED = new RegExp(`(?:\\b(?:error|warn|fail)\\(|Error\\(|\\bcode:|\\bcode = )\\s*"(${CODE})"`, "g");
const LITERAL = new RegExp(`(?<!\\b(?:read|join)\\(|\\bfrom )"(${CODE})"`, "g"); // not a path
const ROW = new RegExp(`^\\| \`(${CODE}|[a-z-]+/\\*)\` \\|`, "gm");

/**
 * Codes that src/ raises, and where. Wherever a text has the shape of a code and its first word is an area in which an
 * error is raised, it is one: codes travel through variables and tables, too.
 */
export function errorCodes(files) {
  const sources = files.filter(
    ({ path }) => path.startsWith("src/") && !isTest(path) && !/\/test(?:ing)?-?[^/]*\.ts$/.test(path),
  );
  const found = (pattern) =>
    sources.flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([, code]) => [code, path]));
  const areas = new Set(found(RAISED).map(([code]) => code.split("/")[0]));
  const codes = new Map();
  for (const [code, path] of found(LITERAL))
    if (areas.has(code.split("/")[0]) && !codes.has(code)) codes.set(code, path);
  return codes;
}

const isErrno = (code) => /\/E[A-Z0-9]+$/.test(code); // "system/EPERM"

/** Codes used in src/ and rows of docs/errors.md are the same set. A row `area/*` stands for codes made at run time. */
export function checkErrorCodes(root, files) {
  const rows = [...readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(ROW)].map((match) => match[1]);
  const used = errorCodes(files);
  const madeAtRunTime = (area) => files.some(({ text }) => text.includes(`\`${area}/\${`));
  const problems = rows
    .filter((code, at) => rows.indexOf(code) !== at)
    .map((code) => `docs/errors.md lists ${code} twice`);
  for (const [code, path] of used)
    if (!rows.includes(code) && !(isErrno(code) && rows.includes(`${code.split("/")[0]}/*`)))
      problems.push(
        `${path}: ${code} is not in docs/errors.md; add a row: | \`${code}\` | meaning | what to do |`,
      );
  for (const code of rows)
    if (!used.has(code) && !madeAtRunTime(code.split("/")[0]))
      problems.push(`docs/errors.md: ${code} is not used in src/`);
  return problems;
}

/** Every public.ts can be imported by name, through the patterns of package.json. */
export function checkExports(root) {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const problems = [];
  for (const name of Object.keys(publicEntries(root))) {
    const key = name === "index" ? "." : `./${name}`;
    if (!Object.keys(exports).some((pattern) => pattern === key || matches(key, pattern)))
      problems.push(`package.json: no entry in "exports" for ${key}`);
  }
  return problems;
}

// biome-ignore format: one rule per line
const MARKS = [
  { pattern: /\/\/.*\b(?:TODO|FIXME|XXX)\b/,                  where: () => true,                          why: "an unfinished note; do it, or open an issue" },
  { pattern: /@ts-(?:ignore|expect-error|nocheck)/,           where: (path) => !isTest(path),             why: "silences the compiler; say it in types" },
  { pattern: /\bas any\b/,                                    where: (path) => path !== "src/base/struct.ts", why: "a cast to any; narrow it instead" },
  { pattern: /^(?:export )?let\s/,                            where: (path) => /^src\//.test(path) && !isTest(path), why: "module-level state that changes; make it a parameter" },
  { pattern: /^export \* /,                                   where: () => true,                          why: "a re-export of everything; name what is public" },
];

/** Things that a reader should never meet in the tree. */
export function checkMarks(_root, files) {
  const problems = [];
  for (const { path, text } of files) {
    if (path === "scripts/check-source.mjs") continue;
    for (const [index, line] of text.split("\n").entries())
      for (const { pattern, where, why } of MARKS)
        if (where(path) && pattern.test(line)) problems.push(`${path}:${index + 1}: ${why}`);
  }
  return problems;
}
