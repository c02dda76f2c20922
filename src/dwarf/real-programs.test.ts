// Debug information that gcc and clang write, in every version of DWARF, compared with what addr2line and the source say.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { printC } from "../btf/print-c.ts";
import { parseElf } from "../elf/read.ts";
import { readSymbols } from "../elf/symbols.ts";
import { DwarfProgram } from "./program.ts";
import { ProgramTypes } from "./program-types.ts";
import { sourceFrames } from "./source-lines.ts";

const SOURCE = `
struct point { int x; long y; unsigned flags : 3; unsigned kind : 5; };
union either { int i; float f; };
enum color { RED = 1, GREEN, BLUE = -4 };
struct node { struct node *next; char name[16]; struct point at; union either e; enum color c; struct { int inner; }; int grid[3][4]; };
typedef struct node node_t;
__attribute__((noinline)) int visit(node_t *n, int count, double weight, enum color c, const char *what, unsigned char small, void (*back)(int)) {
  if (back) back(count);
  return n->at.x + count + (int)weight + c + small + what[0];
}
static inline __attribute__((always_inline)) int twice(int x) {
  volatile int y = x * 2;
  return y;
}
__attribute__((noinline)) int outer(int v) { return twice(v) + 1; }
int main(int argc, char **argv) {
  node_t n = { 0, "first", { 7, 8, 1, 2 }, { 5 }, GREEN };
  return outer(visit(&n, argc, 1.5, BLUE, argv[0], 9, 0));
}
`;
const BUILDS = [
  ...[2, 3, 4, 5].map((version) => ({
    rule: `gcc, version ${version}`,
    compiler: ["gcc", `-gdwarf-${version}`],
  })),
  ...[4, 5].map((version) => ({
    rule: `clang, version ${version}`,
    compiler: ["clang", `-gdwarf-${version}`],
  })),
  { rule: "gcc, 64-bit format", compiler: ["gcc", "-gdwarf-5", "-gdwarf64"] },
  { rule: "type units", compiler: ["gcc", "-gdwarf-5", "-fdebug-types-section"] },
  { rule: "type units of version 4", compiler: ["gcc", "-gdwarf-4", "-fdebug-types-section"] },
  { rule: "functions in sections", compiler: ["gcc", "-g", "-ffunction-sections"] },
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skep-dwarf-"));
  writeFileSync(join(folder, "walk.c"), SOURCE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build([command = "gcc", ...flags]: readonly string[]): { path: string; program: DwarfProgram } {
  const path = join(folder, "walk");
  execFileSync(command, ["-O1", ...flags, "-o", path, "walk.c"], { cwd: folder });
  const program = DwarfProgram.read(parseElf(new Uint8Array(readFileSync(path))));
  if (program === undefined) throw new Error("no debug information");
  return { path, program };
}

function symbol(path: string, name: string): { address: bigint; size: bigint } {
  const table = readSymbols(parseElf(new Uint8Array(readFileSync(path))), "symtab");
  for (let i = 0; table !== undefined && i < table.count; i++)
    if (table.name(i) === name) return { address: table.value(i), size: BigInt(table.size(i)) };
  throw new Error(`no symbol ${name}`);
}

test.each(BUILDS)("functions and types: $rule", ({ compiler }) => {
  const { path, program } = build(compiler);
  const types = new ProgramTypes(program);
  const found = types.function(symbol(path, "visit").address);
  if (found === undefined) throw new Error("visit is not found");
  const text = printC(found.btf).join("\n").replaceAll("long int", "long");
  expect(text).toContain(
    "struct point {\n\tint x;\n\tlong y;\n\tunsigned int flags: 3;\n\tunsigned int kind: 5;\n}",
  );
  expect(text).toContain("BLUE = -4");
  expect(text).toContain("struct {\n\t\tint inner;\n\t};\n\tint grid[3][4];");
  const func = found.btf.type(found.id);
  const proto = func.kind === "func" ? found.btf.type(func.proto) : undefined;
  expect(proto?.kind === "funcProto" && proto.params.map(({ name }) => name)).toEqual([
    "n",
    "count",
    "weight",
    "c",
    "what",
    "small",
    "back",
  ]);
  const node = types.type("struct", "node");
  const struct = node?.btf.type(node.id);
  expect(struct?.kind === "struct" && struct.bytes).toBe(112);
  expect(types.type("typedef", "node_t")).toBeDefined();
  expect(types.type("struct", "missing")).toBeUndefined();
});

test.each(BUILDS)("lines and inlined calls: $rule", ({ compiler }) => {
  const { path, program } = build(compiler);
  const { address, size } = symbol(path, "outer");
  let inlined = 0;
  for (let at = address; at < address + size; at += 1n) {
    const said = execFileSync("llvm-addr2line", ["-i", "-f", "-e", path, `0x${at.toString(16)}`], {
      encoding: "utf8",
    });
    const [name, place = ""] = said.split("\n");
    const frames = sourceFrames(program, at);
    const ours = frames.map((frame) => `${frame.name}\n${frame.file}:${frame.line}\n`);
    expect(ours[0]).toBe(`${name}\n${place.replace(/ \(discriminator \d+\)/, "")}\n`);
    expect(ours.length).toBe(said.trim().split("\n").length / 2);
    if (frames.length === 2) inlined++;
  }
  expect(inlined).toBeGreaterThan(0);
});

test("a source line is found where it became code, else the next below it", () => {
  const { path, program } = build(["gcc", "-g"]);
  const types = new ProgramTypes(program);
  const at = (line: number) =>
    types.line("walk.c", line).map(({ address }) => sourceFrames(program, address).at(-1)?.name);
  expect(at(9)).toEqual(["visit"]);
  expect(at(12)).toEqual(["outer"]);
  expect(types.line("walk.c", 6)[0]).toEqual({ address: symbol(path, "visit").address, line: 7 });
  expect(types.line("walk.c", 4_000)).toEqual([]);
  expect(types.line("talk.c", 9)).toEqual([]);
});

test("damaged debug information ends in an error, never otherwise", () => {
  const { path } = build(["gcc", "-g"]);
  const good = new Uint8Array(readFileSync(path));
  const elf = parseElf(good);
  const sections = elf.sections.filter((section) => section.name.startsWith(".debug_"));
  let seed = 12345;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    const bytes = good.slice();
    const section = sections[random(sections.length)];
    if (section === undefined) throw new Error("no sections");
    for (let i = 0; i < 4; i++) bytes[section.offset + random(section.size)] = random(256);
    try {
      const program = DwarfProgram.read(parseElf(bytes));
      const types = program && new ProgramTypes(program);
      types?.function(symbol(path, "visit").address);
      types?.type("struct", "node");
      types?.line("walk.c", 9);
      if (program) sourceFrames(program, symbol(path, "outer").address);
    } catch (error) {
      expect((error as { code?: string }).code).toMatch(/^(dwarf|elf|btf)\//);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(10);
});
