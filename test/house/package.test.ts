// What `npm pack` puts into the package, and what its declarations say to programs that are compiled against them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portableEntries } from "../../scripts/browser/bundle.mjs";
import { publicEntries } from "../../scripts/build.mjs";

const ROOT = process.cwd();
const isBuilt = existsSync("dist/types/public.d.ts");
const importName = (entry: string): string => (entry === "index" ? "skep" : `skep/${entry}`);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skep-package-"));
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/skep"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function packed(): string[] {
  const words = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const done = spawnSync("npm", words, { encoding: "utf8", maxBuffer: 1 << 26 });
  const [{ files }] = JSON.parse(done.stdout) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

test.runIf(isBuilt)("the package holds what runs, its documents and examples, and nothing else", () => {
  const files = packed();
  const places = new Set(files.map((path) => path.replace(/\/.*/s, "/")));
  // biome-ignore format: one kind a line
  expect([...places].sort()).toEqual([
    "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE", "README.md", "package.json",
    "bin/", "dist/", "docs/", "examples/",
  ].sort());
  expect(files.filter((path) => /\.test\./.test(path) && !path.startsWith("examples/testing/"))).toEqual([]);
  const entries = Object.keys(publicEntries());
  const promised = entries.flatMap((name) => [
    name === "index" ? "dist/types/public.d.ts" : `dist/types/${name}/public.d.ts`,
    `dist/lib/${name}.js`,
    `dist/node/${name}.js`,
  ]);
  expect(files).toEqual(expect.arrayContaining(["bin/skep.cjs", "dist/node/library.cjs", ...promised]));
  const links = [...readFileSync("README.md", "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map(([, to = ""]) => to);
  const reached = (to: string): boolean => files.some((path) => path === to || path.startsWith(`${to}/`));
  expect(links.filter((to) => !reached(normalize(join(dirname("README.md"), to))))).toEqual([]);
});

/** As a user's project compiles them, whose only packages are this one and Node's types. */
function compileFiles(files: readonly string[], options: object) {
  const compilerOptions = {
    ...{
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      allowJs: true,
      checkJs: true,
    },
    ...options,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { encoding: "utf8" });
}

// biome-ignore format: one case per line
const COMPILED = [
  { rule: "node16",                           file: "all.mts", module: "node16",   resolution: "node16",   lib: "es2023",     types: ["node"] },
  { rule: "nodenext",                         file: "all.mts", module: "nodenext", resolution: "nodenext", lib: "es2023,dom", types: ["node"] },
  { rule: "CommonJS with nodenext",           file: "all.cts", module: "nodenext", resolution: "nodenext", lib: "es2023",     types: ["node"] },
  { rule: "bundler",                          file: "all.ts",  module: "esnext",   resolution: "bundler",  lib: "es2023",     types: ["node"] },
  { rule: "bundler, for a page",              file: "page.ts", module: "esnext",   resolution: "bundler",  lib: "es2023,dom", types: [] },
];

test.runIf(isBuilt).each(COMPILED)(
  "declarations have no errors of their own: $rule",
  ({ file, module, resolution, lib, types }) => {
    const entries = file === "page.ts" ? portableEntries() : publicEntries();
    const names = Object.keys(entries);
    const imports = names.map((name) => `import * as ${name} from "${importName(name)}";\n`).join("");
    writeFileSync(join(folder, file), `${imports}export const all = [${names.join(", ")}];\n`);
    const done = compileFiles([file], {
      target: "es2022",
      module,
      moduleResolution: resolution,
      lib: lib.split(","),
      types,
    });
    expect(done.stdout).toBe("");
    expect(done.status).toBe(0);
  },
);

/** What `skep types` would write of the object in docs/library.md. */
const PROG = `import type { HashMap } from "skep";
export declare const maps: { readonly counts: HashMap<number, bigint> };
export declare const globals: { targ_pid: number; seen: bigint };
export declare const programs: {};
export declare const events: { readonly events: { comm: string } };
`;

/** Code that a document shows, with what stands in the text around it. */
function shownCode(): { name: string; text: string }[] {
  return ["library", "verify", "testing", "scenarios"].flatMap((page) => {
    const blocks = readFileSync(`docs/${page}.md`, "utf8").matchAll(/^```(ts|js)\n([\s\S]*?)^```$/gm);
    return [...blocks].flatMap(([, language, code = ""], i) => {
      if (code.includes('"vitest"') || code.includes("function*")) return []; // files of examples/, checked there
      const given = [
        !code.includes('from "skep"') && code.includes("Collection") && 'import { Collection } from "skep";',
        /\bc\./.test(code) &&
          !/(?:const|using) c =/.test(code) &&
          'const c = (await import("skep")).Collection.read("x.o").load();',
        code.includes("packet") && "const packet = new Uint8Array(64);",
      ].filter((line) => line !== false);
      return [{ name: `${page}-${i}.m${language}`, text: `${given.join("\n")}\n${code}\nexport {};\n` }];
    });
  });
}

test.runIf(isBuilt)("what documents show compiles", () => {
  const shown = shownCode();
  expect(shown.length).toBeGreaterThan(6);
  writeFileSync(join(folder, "prog.d.ts"), PROG);
  for (const { name, text } of shown) writeFileSync(join(folder, name), text);
  const options = {
    target: "es2023",
    module: "nodenext",
    lib: ["es2023", "esnext.disposable"],
    types: ["node"],
  };
  const done = compileFiles(
    shown.map(({ name }) => name),
    options,
  );
  // JavaScript may read what TypeScript would want the types of.
  const complaints = done.stdout.split("\n").filter((line) => !/\.mjs\(.*on type 'unknown'\.$/.test(line));
  expect(complaints.join("\n")).toBe("");
});
