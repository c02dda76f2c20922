#!/usr/bin/env node
// The one table of rooms and of what each may import. `npm run arrows` writes from it
//   biome.arrows.json   the lint rules that hold the arrows (biome.json extends it)
//   ARCHITECTURE.md     the diagram between the two "arrows" marks
// and `npm run check` fails when either is stale. To allow a new import, change the table and say why in the commit.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const DEPTH = 4; // folders below src/ that the rules look into

// biome-ignore format: one room per line, in the order in which data flows
export const ROOMS = [
  { name: "base",     holds: "bytes, declarative structs, spans, diagnostics, errors",          imports: [] },
  { name: "abi",      holds: "the kernel's numbers and structs as data",                        imports: ["base"] },
  { name: "isa",      holds: "instructions: the union, encode, decode, text, evaluation",       imports: ["base"] },
  { name: "btf",      holds: "BTF: read, write, lay out, look up, print",                       imports: ["base"] },
  { name: "elf",      holds: "ELF files; knows no eBPF",                                        imports: ["base"] },
  { name: "dwarf",    holds: "debug information of programs: functions, types, lines",          imports: ["base", "btf", "elf"] },
  { name: "plan",     holds: "what passes between language, runtime and kernels: types only",   imports: ["base", "abi", "btf"] },
  { name: "object",   holds: "ObjectSpec, to and from ELF, linking, relocation",                imports: ["base", "abi", "isa", "btf", "elf"] },
  { name: "ir",       holds: "SSA: build, check, print, parse, control flow",                   imports: ["base", "abi", "isa", "btf"] },
  { name: "opt",      holds: "optimizer: one pass per file",                                    imports: ["base", "isa", "ir"] },
  { name: "codegen",  holds: "IR to bytecode: select, allocate, spill, emit",                   imports: ["base", "abi", "isa", "btf", "ir", "object"] },
  { name: "lang",     holds: "front ends and their builtins",                                   imports: ["base", "abi", "isa", "btf", "ir", "plan"] },
  { name: "verify",   holds: "the verifier that explains itself",                               imports: ["base", "abi", "isa", "btf", "object"] },
  { name: "vm",       holds: "interpreter, Wasm JIT, maps and helpers",                         imports: ["base", "abi", "isa", "btf", "object"] },
  { name: "symbols",  holds: "addresses to names, names to addresses",                          imports: ["base", "elf"] },
  { name: "runtime",  holds: "Backend, session, decoding of events, aggregation",               imports: ["base", "abi", "btf", "object", "plan"] },
  { name: "sim",      holds: "the simulated kernel: a Backend",                                 imports: ["base", "abi", "isa", "btf", "plan", "object", "vm", "runtime"] },
  { name: "linux",    holds: "the real kernel: a Backend",                                      imports: ["base", "abi", "isa", "btf", "elf", "plan", "object", "symbols", "dwarf", "runtime"], packages: ["node:*", "koffi"] },
  { name: "output",   holds: "rows to tables, histograms, JSON lines, pictures",                imports: ["base"] },
  { name: "tools",    holds: "one file per tool; data only",                                    imports: ["base"] },
  { name: "collection", holds: "the library: an object's phases, values typed by its BTF",    imports: ["base", "abi", "isa", "btf", "object", "runtime", "linux"] },
  { name: ".",        holds: "pipeline.ts, trace.ts, simulate.ts, public.ts: all of it put together",      imports: "all", except: ["cli"] },
  { name: "cli",      holds: "one file per command; parses, prints, exits",                     imports: "all", packages: ["node:*"] },
];

const names = ROOMS.map((room) => room.name).filter((name) => name !== ".");

/** The folders of src/ that `room` may import, itself included. */
export function allowed(room) {
  if (room.imports !== "all") return [...room.imports, room.name];
  return names.filter((name) => !room.except?.includes(name));
}

/** One lint override: which specifiers a file `depth` folders below src/ may not write. Later patterns win. */
function override(room, depth) {
  const up = depth === 0 ? "./" : "../".repeat(depth);
  const group = ["**", "!./**", "./../**"];
  for (let own = 1; own < depth; own++) group.push(`!${"../".repeat(own)}**`);
  if (depth > 0) group.push(`${up}**`);
  if (depth === 0)
    group.push(...names.filter((name) => !allowed(room).includes(name)).map((name) => `./${name}/**`));
  else {
    group.push(...allowed(room).map((name) => (name === "." ? `!${up}*.ts` : `!${up}${name}/**`)));
    if (room.imports === "all") group.push(`!${up}*.ts`);
  }
  group.push(
    ...(room.packages ?? []).flatMap((name) => [`!${name}`, ...(name.endsWith("*") ? [`!${name}/**`] : [])]),
  );
  const may =
    room.imports === "all"
      ? `all but ${[...(room.except ?? [])].join(", ") || "nothing"}`
      : room.imports.join(", ");
  const where = room.name === "." ? "src/*.ts" : `src/${room.name}/`;
  const folder = room.name === "." ? "src/" : `src/${room.name}/${"*/".repeat(depth - 1)}`;
  const message = `The arrows: ${where} may import ${[may || "nothing", ...(room.packages ?? [])].join(", ")} (scripts/arrows.mjs).`;
  const style = { noRestrictedImports: { level: "error", options: { patterns: [{ group, message }] } } };
  if (!room.packages) style.noRestrictedGlobals = { level: "error", options: { deniedGlobals: NODE_GLOBALS } };
  if (room.name !== "cli") style.noProcessEnv = "error";
  return { includes: [`${folder}*.ts`, "!**/*.test.ts"], linter: { rules: { style } } };
}

// What a portable room must not use: all but linux/ and cli/ runs in a browser.
const NODE_GLOBALS = Object.fromEntries(
  ["Buffer", "process", "require", "__dirname", "setImmediate"].map((name) => [
    name,
    `${name} exists only in Node; only linux/ and cli/ may use it.`,
  ]),
);

// The entry `skep/sim` also offers simulate(), which needs the compiler and so stands outside of sim/.
const SIM_ENTRY = {
  includes: ["src/sim/public.ts"],
  linter: { rules: { style: { noRestrictedImports: "off" } } },
};

export function biomeRules() {
  const depths = (room) => (room.name === "." ? [0] : Array.from({ length: DEPTH }, (_, i) => i + 1));
  const overrides = ROOMS.flatMap((room) => depths(room).map((depth) => override(room, depth)));
  overrides.push(SIM_ENTRY);
  return `${JSON.stringify({ $schema: "./node_modules/@biomejs/biome/configuration_schema.json", overrides }, undefined, 1)}\n`;
}

export function diagram() {
  const width = Math.max(...ROOMS.map((room) => room.holds.length)) + 2;
  const lines = ROOMS.map((room) => {
    const from =
      room.imports === "all"
        ? room.except
          ? `all but ${room.except.join(" ")}`
          : "everything"
        : room.imports.join(" ");
    const packages = room.packages ? `; ${room.packages.join(", ")}` : "";
    return `  ${(room.name === "." ? "*.ts" : `${room.name}/`).padEnd(10)}${room.holds.padEnd(width)}<- ${from || "nothing"}${packages}`;
  });
  return ["```text", "src/", ...lines, "```"].join("\n");
}

const MARKS = ["<!-- arrows: written by scripts/arrows.mjs -->", "<!-- arrows: end -->"];

/** What the two generated files should hold; `was` is undefined when the file or its marks are missing. */
export function generated(root = ROOT) {
  const read = (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : undefined);
  const text = read("ARCHITECTURE.md") ?? "";
  const [from, to] = MARKS.map((mark) => text.indexOf(mark));
  const marked = from >= 0 && to > from;
  const page = marked ? `${text.slice(0, from)}${MARKS[0]}\n${diagram()}\n${text.slice(to)}` : undefined;
  return [
    { file: "biome.arrows.json", was: read("biome.arrows.json"), wanted: biomeRules() },
    { file: "ARCHITECTURE.md", was: marked ? text : undefined, wanted: page },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, was, wanted } of generated()) {
    if (wanted === undefined) console.error(`${file}: no marks to write between`);
    else if (was !== wanted) {
      writeFileSync(join(ROOT, file), wanted);
      console.log(`wrote ${file}`);
    }
  }
}
