import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Report, renderDiagnostic } from "../../src/base/diagnostic.ts";
import { type BtfBlob, parseBtf } from "../../src/btf/decode.ts";
import type { Aggregate } from "../../src/btf/layout.ts";
import { idsOfKind } from "../../src/btf/lookup.ts";
import { parseC } from "../../src/btf/parse-c.ts";
import { printC, printType, typeName } from "../../src/btf/print-c.ts";
import type { Btf, BtfId } from "../../src/btf/types.ts";

const dir = mkdtempSync(join(tmpdir(), "skep-parse-c-"));
afterAll(() => rmSync(dir, { recursive: true }));

function parsed(text: string): BtfBlob {
  const report = new Report();
  const btf = parseC(text, report);
  const [first] = report.diagnostics;
  if (btf === undefined || first) throw new Error(first && renderDiagnostic(first, { name: "test", text }));
  return btf;
}

/** The BTF that clang makes of a text. */
function compiled(text: string): BtfBlob {
  const [source, object, section] = ["a.c", "a.o", "a.btf"].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(source, text);
  execFileSync("clang", ["-target", "bpf", "-g", "-w", "-c", source, "-o", object], { stdio: "pipe" });
  execFileSync("llvm-objcopy", [`--dump-section=.BTF=${section}`, object, "/dev/null"], { stdio: "pipe" });
  return parseBtf(new Uint8Array(readFileSync(section)));
}

/** Everything that is named, in words: layouts, types of members, values, prototypes. */
function described(btf: Btf): Map<string, string> {
  const found = new Map<string, string>();
  for (const kind of ["struct", "union"] as const)
    for (const id of idsOfKind(btf, kind)) {
      const type = btf.type(id) as Aggregate;
      if (type.name !== "") found.set(`${kind} ${type.name}`, layout(btf, id));
    }
  for (const kind of ["enum", "typedef", "func"] as const)
    for (const id of idsOfKind(btf, kind)) {
      const name = btf.nameOf(id);
      if (name !== "" && !isBeyondClang14(btf, id)) found.set(`${kind} ${name}`, printType(btf, id));
    }
  return found;
}

/** Enums with values that clang 14 writes without their sign, or without their upper half. */
function isBeyondClang14(btf: Btf, id: BtfId): boolean {
  const type = btf.type(id);
  return type.kind === "enum" && (type.bytes === 8 || type.signed);
}

function layout(btf: Btf, id: BtfId): string {
  const type = btf.type(id) as Aggregate;
  const members = type.members.map((member) => {
    const inner = btf.type(member.type);
    const unnamed = (inner.kind === "struct" || inner.kind === "union") && inner.name === "";
    const what = unnamed ? layout(btf, member.type) : typeName(btf, member.type);
    return `${member.name} ${what} @${member.bitOffset}:${member.bitWidth ?? ""}`;
  });
  return `${type.kind} ${type.bytes} {${members.join("; ")}}`;
}

/** What clang keeps of a text it must have as we do; it drops what nothing uses. */
function expectLikeClang(text: string): number {
  const ours = described(parsed(text));
  const theirs = described(compiled(text));
  const differences = [...theirs].filter(
    ([name, words]) => (ours.has(name) || !name.startsWith("enum ")) && ours.get(name) !== words,
  );
  expect(differences.map(([name, words]) => `${name}: ${ours.get(name)}\nclang: ${words}`)).toEqual([]);
  return theirs.size;
}

test("declarations are what clang makes of them", () => {
  const count = expectLikeClang(
    `
    typedef unsigned char u8; typedef unsigned int u32; typedef unsigned long long u64;
    typedef u64 aligned_u64 __attribute__((aligned(16)));
    struct forward; union later;
    enum colour { RED, GREEN = 5, BLUE = -1 }; enum wide { BIG = 1ULL << 40, BIGGER };
    enum tiny { ONE, TWO } __attribute__((packed));
    typedef int (*handler_t)(struct forward *, const volatile char *restrict, ...);
    struct list { struct list *next, *prev; };
    struct bits { u32 a : 3, b : 29; u8 c : 1; u64 d : 33; long : 0; int e : 7; _Bool f : 1, g : 1; short : 3; u8 h; };
    struct packed_bits { u32 a : 3; u8 b; u32 c : 31; u64 d : 40; } __attribute__((packed));
    struct all {
      char c; enum colour colour; enum tiny tiny; enum wide wide; struct list list; struct bits bits[2][3];
      union { u8 bytes[7]; struct { u8 x; u32 y; }; struct packed_bits packed; } data;
      union { long l; float f; double d; }; struct { } empty;
      handler_t handler; int (*(*table)[4])(void); const char *const names[3]; aligned_u64 stamp;
      struct { int deep __attribute__((aligned(32))); } __attribute__((packed)) inner; u8 after;
      unsigned __int128 huge; char tail[];
    };
    struct packed_all { char a; struct list b; int c __attribute__((aligned(4))); struct bits d; } __attribute__((packed));
    struct late_align { char a; int b __attribute__((packed)); char c __attribute__((aligned(2))); } __attribute__((aligned(2)));
    union mixed { int a : 5; char b[9]; struct all *c; } __attribute__((aligned(4)));
    struct packed_all packed_all; struct late_align late_align; union mixed mixed; struct all all;
    void (*use)(struct all *, union mixed, u32 n[4], void fn(int), struct forward *, union later *, handler_t);
  `,
  );
  expect(count).toBeGreaterThan(12);
});

test("generated structs are laid out as clang does", () => {
  const basic = fc.constantFrom(
    "char",
    "short",
    "int",
    "long",
    "long long",
    "_Bool",
    "void *",
    "unsigned __int128",
    "double",
    "u8",
  );
  const width = (type: string) => ({ char: 8, u8: 8, short: 16, int: 32, long: 64, _Bool: 1 })[type] ?? 0;
  const attribute = fc.constantFrom(
    "",
    "",
    "",
    " __attribute__((packed))",
    " __attribute__((aligned(2)))",
    " __attribute__((aligned(16)))",
    " __attribute__((aligned(1)))",
  );
  const plain = fc.tuple(basic, attribute, fc.constantFrom("", "", "[3]", "[2][5]")).map(
    ([type, how, array]) =>
      (name: string) =>
        `${type} ${name}${array}${how};`,
  );
  const bitField = fc
    .tuple(fc.constantFrom("char", "u8", "short", "int", "long", "_Bool"), fc.nat(64), fc.boolean(), attribute)
    .map(([type, bits, unnamed, how]) => (name: string) => {
      const most = width(type);
      if (unnamed) return `${type} : ${bits % (most + 1)};`;
      return `${type} ${name} : ${(bits % most) + 1}${how};`;
    });
  type Field = (name: string) => string;
  const { body } = fc.letrec<{ body: string; field: Field; nested: Field }>((tie) => ({
    body: fc
      .array(tie("field"), { minLength: 1, maxLength: 8 })
      .map((fields) => fields.map((field, i) => field(`f${i}`)).join(" ")),
    field: fc.oneof({ depthSize: "small", withCrossShrink: true }, plain, bitField, tie("nested")),
    nested: fc.tuple(fc.constantFrom("struct", "union"), tie("body"), attribute, attribute).map(
      ([kind, inner, how, own]) =>
        (name: string) =>
          `${kind} { ${inner} }${how} ${name}${own};`,
    ),
  }));
  const struct = fc.tuple(fc.constantFrom("struct", "union"), body, attribute);
  fc.assert(
    fc.property(fc.array(struct, { minLength: 100, maxLength: 100 }), (structs) => {
      const text = structs.map(
        ([kind, inner, how], i) => `${kind} s${i} { ${inner} }${how}; ${kind} s${i} v${i};`,
      );
      expect(expectLikeClang(`typedef unsigned char u8;\n${text.join("\n")}`)).toBeGreaterThanOrEqual(100);
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

test("a whole kernel is printed and read back with the same layouts", () => {
  const real = parseBtf(new Uint8Array(readFileSync("/sys/kernel/btf/vmlinux")));
  const text = printC(real, { typeTags: true }).join("");
  const back = parsed(text);
  const differences: string[] = [];
  let compared = 0;
  for (const kind of ["struct", "union", "enum"] as const)
    for (const id of idsOfKind(real, kind)) {
      const name = real.nameOf(id);
      const again = back.find(name, kind)[0];
      // Of several types of one name all but the first are printed under another.
      if (name === "" || again === undefined || real.find(name, kind)[0] !== id) continue;
      compared++;
      const [a, b] =
        kind === "enum"
          ? [plain(printType(real, id)), plain(printType(back, again))]
          : [places(real, id), places(back, again)];
      if (a !== b) differences.push(`${kind} ${name}: ${a}\nread back: ${b}`);
    }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(10_000);
});

/** Without what printing puts behind names that are there twice. */
function plain(text: string): string {
  return text.replace(/___\d+\b/g, "");
}

/** Sizes and places. Members that printing adds to fill holes are left out. */
function places(btf: Btf, id: BtfId): string {
  const type = btf.type(id) as Aggregate;
  const members = type.members.filter((member) => !/^__hole_\d+$/.test(member.name));
  return `${type.bytes} ${members.map((m) => `${m.name}@${m.bitOffset}:${m.bitWidth ?? ""}`).join(" ")}`;
}
