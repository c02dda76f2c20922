import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitrarySymbolicInsn } from "../../test/arbitrary-insn.ts";
import { cpuMs } from "../../test/support/cpu-time.ts";
import { renderDiagnostic } from "../base/diagnostic.ts";
import { assemble } from "./assemble.ts";
import { disassemble, formatInsn, type TextStyle } from "./disassemble.ts";
import { encodeProgram } from "./encode.ts";
import type { Insn, InsnBody } from "./insn.ts";

const HELPERS: Readonly<Record<string, number>> = { bpf_map_lookup_elem: 1, bpf_get_current_pid_tgid: 14 };
const helperId = (name: string) => HELPERS[name];
const helperName = (id: number) => Object.keys(HELPERS).find((name) => HELPERS[name] === id);

function read(text: string): Insn[] {
  const source = { name: "test.s", text };
  const { insns, report } = assemble(source, { helperId, helperNames: () => Object.keys(HELPERS) });
  if (insns === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  return insns;
}

const reg = (r: 0 | 1 | 2 | 3) => ({ kind: "reg", reg: r }) as const;
const imm = (value: number) => ({ kind: "imm", imm: value }) as const;
const packet = { kind: "loadPacket", mode: "ind", size: 2, src: 3 } as const;

// Both notations of one instruction; `also` are further spellings that are read but never written.
// biome-ignore format: one case per line
test.each<{ insn: InsnBody; kernel: string; llvm: string; also?: string[] }>([
  { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(1) },                kernel: "r0 = 1",                llvm: "r0 = 1",               also: ["r0 = 0x1", "  r0=1 ; one", "r0 = +1 // one", "12: (b7) r0 = 1"] },
  { insn: { kind: "alu", op: "mov", bits: 32, dst: 1, src: reg(2) },                kernel: "w1 = w2",               llvm: "w1 = w2" },
  { insn: { kind: "alu", op: "mov", bits: 32, dst: 1, src: imm(-1) },               kernel: "w1 = -1",               llvm: "w1 = -1",              also: ["w1 = 0xffffffff", "w1 = 4294967295"] },
  { insn: { kind: "alu", op: "arsh", bits: 64, dst: 3, src: reg(1) },               kernel: "r3 s>>= r1",            llvm: "r3 s>>= r1" },
  { insn: { kind: "alu", op: "sdiv", bits: 32, dst: 3, src: imm(-2) },              kernel: "w3 s/= -2",             llvm: "w3 s/= -2" },
  { insn: { kind: "alu", op: "smod", bits: 64, dst: 3, src: reg(2) },               kernel: "r3 s%= r2",             llvm: "r3 s%= r2" },
  { insn: { kind: "neg", bits: 32, dst: 1 },                                        kernel: "w1 = -w1",              llvm: "w1 = -w1" },
  { insn: { kind: "movsx", bits: 64, from: 8, dst: 1, src: 2 },                     kernel: "r1 = (s8)r2",           llvm: "r1 = (s8)r2",          also: ["r1 = (s8) r2"] },
  { insn: { kind: "endian", op: "be", width: 16, dst: 1 },                          kernel: "r1 = be16 r1",          llvm: "r1 = be16 r1" },
  { insn: { kind: "endian", op: "bswap", width: 32, dst: 1 },                       kernel: "r1 = bswap32 r1",       llvm: "r1 = bswap32 r1" },
  { insn: { kind: "addrSpaceCast", dst: 1, src: 2, toSpace: 0, fromSpace: 1 },      kernel: "r1 = addr_space_cast(r2, 0, 1)", llvm: "r1 = addr_space_cast(r2, 0, 1)" },
  { insn: { kind: "load", size: 8, signed: false, dst: 1, base: 10, off: -8 },      kernel: "r1 = *(u64 *)(r10 -8)", llvm: "r1 = *(u64 *)(r10 - 8)", also: ["r1 = *(u64*)(r10-8)"] },
  { insn: { kind: "load", size: 4, signed: false, dst: 1, base: 2, off: 0 },        kernel: "r1 = *(u32 *)(r2 +0)",  llvm: "w1 = *(u32 *)(r2 + 0)", also: ["r1 = *(u32 *)(r2)"] },
  { insn: { kind: "load", size: 1, signed: true, dst: 1, base: 2, off: 4 },         kernel: "r1 = *(s8 *)(r2 +4)",   llvm: "r1 = *(s8 *)(r2 + 4)" },
  { insn: { kind: "store", size: 4, base: 10, off: -4, src: imm(-5) },              kernel: "*(u32 *)(r10 -4) = -5", llvm: "*(u32 *)(r10 - 4) = -5", also: ["*(u32 *)(r10 -4) = 0xfffffffb"] },
  { insn: { kind: "store", size: 1, base: 2, off: 3, src: reg(1) },                 kernel: "*(u8 *)(r2 +3) = r1",   llvm: "*(u8 *)(r2 + 3) = w1" },
  { insn: { kind: "atomic", op: "add", fetch: false, size: 8, base: 1, off: 0, src: 2 },    kernel: "lock *(u64 *)(r1 +0) += r2",                      llvm: "lock *(u64 *)(r1 + 0) += r2" },
  { insn: { kind: "atomic", op: "xor", fetch: false, size: 4, base: 1, off: 0, src: 2 },    kernel: "lock *(u32 *)(r1 +0) ^= r2",                      llvm: "lock *(u32 *)(r1 + 0) ^= w2" },
  { insn: { kind: "atomic", op: "add", fetch: true, size: 8, base: 1, off: 0, src: 0 },     kernel: "r0 = atomic64_fetch_add((u64 *)(r1 +0), r0)",     llvm: "r0 = atomic_fetch_add((u64 *)(r1 + 0), r0)" },
  { insn: { kind: "atomic", op: "or", fetch: true, size: 4, base: 6, off: 8, src: 1 },      kernel: "r1 = atomic_fetch_or((u32 *)(r6 +8), r1)",        llvm: "w1 = atomic_fetch_or((u32 *)(r6 + 8), w1)" },
  { insn: { kind: "atomic", op: "xchg", fetch: true, size: 8, base: 6, off: 0, src: 1 },    kernel: "r1 = atomic64_xchg((u64 *)(r6 +0), r1)",          llvm: "r1 = xchg_64(r6 + 0, r1)" },
  { insn: { kind: "atomic", op: "xchg", fetch: true, size: 4, base: 6, off: 8, src: 1 },    kernel: "r1 = atomic_xchg((u32 *)(r6 +8), r1)",            llvm: "w1 = xchg32_32(r6 + 8, w1)" },
  { insn: { kind: "atomic", op: "cmpxchg", fetch: true, size: 8, base: 6, off: 0, src: 8 }, kernel: "r0 = atomic64_cmpxchg((u64 *)(r6 +0), r0, r8)",   llvm: "r0 = cmpxchg_64(r6 + 0, r0, r8)" },
  { insn: { kind: "atomic", op: "cmpxchg", fetch: true, size: 4, base: 6, off: -8, src: 8 },kernel: "r0 = atomic_cmpxchg((u32 *)(r6 -8), r0, r8)",     llvm: "w0 = cmpxchg32_32(r6 - 8, w0, w8)" },
  { insn: { kind: "loadAcquire", size: 1, dst: 2, base: 1, off: 4 },                kernel: "r2 = load_acquire((u8 *)(r1 +4))",     llvm: "w2 = load_acquire((u8 *)(r1 + 4))" },
  { insn: { kind: "storeRelease", size: 8, base: 1, off: 4, src: 2 },               kernel: "store_release((u64 *)(r1 +4), r2)",    llvm: "store_release((u64 *)(r1 + 4), r2)" },
  { insn: { kind: "loadImm64", dst: 1, imm: 0x0123456789abcdefn },                  kernel: "r1 = 0x123456789abcdef ll",            llvm: "r1 = 81985529216486895 ll", also: ["5: (18) r1 = 0x123456789abcdef"] },
  { insn: { kind: "loadImm64", dst: 1, imm: 0xfffffffffffffffbn },                  kernel: "r1 = 0xfffffffffffffffb ll",           llvm: "r1 = -5 ll" },
  { insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "map", map: ".bss" } }, kernel: "r1 = map[name:.bss] ll",              llvm: "r1 = map[name:.bss] ll", also: ["r1 = map[.bss]"] },
  { insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapValue", map: "x", off: 8 } }, kernel: "r1 = map[name:x][0]+8 ll",  llvm: "r1 = map[name:x][0]+8 ll", also: ["r1 = map[x][0]+8"] },
  { insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapValueFd", fd: 4, off: 0 } }, kernel: "r1 = map[fd:4][0]+0 ll",     llvm: "r1 = map[fd:4][0]+0 ll", also: ["r1 = map[fd:4][0]"] },
  { insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapIdx", index: 2 } }, kernel: "r1 = map[idx:2] ll",                  llvm: "r1 = map[idx:2] ll" },
  { insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "btfVar", btfId: 7, btfFd: 3 } }, kernel: "r1 = ksym[btf:7,fd:3] ll",  llvm: "r1 = ksym[btf:7,fd:3] ll" },
  { insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "ksym", name: "jiffies", weak: true } }, kernel: "r1 = ksym[jiffies,weak] ll", llvm: "r1 = ksym[jiffies,weak] ll" },
  { insn: { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "funcOff", off: 12 } }, kernel: "r1 = subprog[+12] ll",                llvm: "r1 = subprog[+12] ll" },
  { insn: { kind: "loadPacket", mode: "abs", size: 1, src: 0, imm: 12 },            kernel: "r0 = *(u8 *)skb[12]",     llvm: "r0 = *(u8 *)skb[12]" },
  { insn: { ...packet, imm: 0 },                                                    kernel: "r0 = *(u16 *)skb[r3 + 0]", llvm: "r0 = *(u16 *)skb[r3]" },
  { insn: { ...packet, imm: -4 },                                                   kernel: "r0 = *(u16 *)skb[r3 + -4]", llvm: "r0 = *(u16 *)skb[r3 + -4]", also: ["r0 = *(u16 *)skb[r3 - 4]"] },
  { insn: { kind: "ja", off: -2, wide: false },                                     kernel: "goto pc-2",               llvm: "goto -2",              also: ["goto -0x2 <LBB0_1>"] },
  { insn: { kind: "ja", off: 70000, wide: true },                                   kernel: "gotol pc+70000",          llvm: "gotol +70000" },
  { insn: { kind: "mayGoto", off: 3 },                                              kernel: "may_goto pc+3",           llvm: "may_goto +3" },
  { insn: { kind: "jump", op: "eq", bits: 64, dst: 1, src: imm(0), off: 2 },        kernel: "if r1 == 0x0 goto pc+2",  llvm: "if r1 == 0 goto +2",   also: ["if r1 == 0 goto +2 <LBB0_2>"] },
  { insn: { kind: "jump", op: "sgt", bits: 32, dst: 1, src: imm(-5), off: 0 },      kernel: "if w1 s> 0xfffffffb goto pc+0", llvm: "if w1 s> -5 goto +0" },
  { insn: { kind: "jump", op: "set", bits: 64, dst: 1, src: reg(2), off: 1 },       kernel: "if r1 & r2 goto pc+1",    llvm: "if r1 & r2 goto +1" },
  { insn: { kind: "call", target: { kind: "helper", id: 14 } },                     kernel: "call bpf_get_current_pid_tgid#14", llvm: "call 14",     also: ["call bpf_get_current_pid_tgid", "call bpf_get_current_pid_tgid#241344", "call helper#14"] },
  { insn: { kind: "call", target: { kind: "local", off: 5 } },                      kernel: "call pc+5",               llvm: "call pc+5",            also: ["call pc+5#bpf_prog_f00_sub"] },
  { insn: { kind: "call", target: { kind: "kfunc", btfId: 5, btfFd: 0 } },          kernel: "call ksym[btf:5]",        llvm: "call ksym[btf:5]" },
  { insn: { kind: "call", target: { kind: "ksym", name: "bpf_rcu_read_lock", weak: false } }, kernel: "call ksym[bpf_rcu_read_lock]", llvm: "call ksym[bpf_rcu_read_lock]" },
  { insn: { kind: "call", target: { kind: "func", name: "sub" } },                  kernel: "call subprog[sub]",       llvm: "call subprog[sub]" },
  { insn: { kind: "call", target: { kind: "reg", reg: 3 } },                        kernel: "callx r3",                llvm: "callx r3" },
  { insn: { kind: "exit" },                                                         kernel: "exit",                    llvm: "exit",                 also: ["   0:\t95 00 00 00 00 00 00 00\texit"] },
])("$kernel", ({ insn, kernel, llvm, also = [] }) => {
  expect(formatInsn(insn, { helperName })).toBe(kernel);
  expect(formatInsn(insn, { style: "llvm" })).toBe(llvm);
  for (const text of [kernel, llvm, ...also]) expect(read(text), text).toEqual([insn]);
});

test("assemble(disassemble(program)) is the program, in both styles, with and without numbers and opcodes", () => {
  const symbol = fc.option(fc.stringMatching(/^[a-z_.][\w.$@]{0,8}$/), { nil: undefined, freq: 9 });
  const program = fc.array(fc.tuple(arbitrarySymbolicInsn, symbol), { maxLength: 12 }).map((list) => {
    const seen = new Set<string>();
    return list.map(([insn, name]): Insn => {
      if (name === undefined || seen.has(name)) return insn;
      seen.add(name);
      return { ...insn, meta: { symbol: name } };
    });
  });
  const style = fc.constantFrom<TextStyle[]>("kernel", "llvm");
  fc.assert(
    fc.property(program, style, fc.boolean(), fc.boolean(), (insns, style, numbers, opcodes) => {
      const text = disassemble(insns, { style, numbers, opcodes, helperName });
      expect(read(text), text).toEqual(insns);
    }),
    { numRuns: 2000 },
  );
});

test("labels: jumps become offsets across 64-bit loads, called labels become functions", () => {
  const insns = read(`
# counts down
entry:
  r6 = 3
loop: r6 -= 1
  r1 = 0x1 ll
  if r6 != 0 goto loop
  goto done
  r0 = 1
done:
  r1 = subprog[callback]
  call sub
  exit

sub:
  r0 = 0
  exit
callback:
  r0 = 0
  exit
`);
  expect(insns).toEqual([
    { kind: "alu", op: "mov", bits: 64, dst: 6, src: imm(3), meta: { symbol: "entry" } },
    { kind: "alu", op: "sub", bits: 64, dst: 6, src: imm(1) },
    { kind: "loadImm64", dst: 1, imm: 1n },
    { kind: "jump", op: "ne", bits: 64, dst: 6, src: imm(0), off: -4 },
    { kind: "ja", off: 1, wide: false },
    { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(1) },
    { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "func", name: "callback" } },
    { kind: "call", target: { kind: "func", name: "sub" } },
    { kind: "exit" },
    { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0), meta: { symbol: "sub" } },
    { kind: "exit" },
    { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0), meta: { symbol: "callback" } },
    { kind: "exit" },
  ]);
  expect(encodeProgram(insns)).toHaveLength(15 * 8);
});

test("output of bpftool and of llvm-objdump is read as it stands", () => {
  const bpftool = `int main(struct __sk_buff * skb):
; r0 = sub(skb)
   0: (85) call pc+2#bpf_prog_6deef7357e7b4530_sub
   1: (18) r1 = 0xffffffffffffffff
   3: (95) exit
int sub(struct __sk_buff * skb):
   4: (b7) r0 = 2
   5: (95) exit
`;
  expect(read(bpftool).map((insn) => insn.meta?.symbol ?? insn.kind)).toEqual([
    "main",
    "loadImm64",
    "exit",
    "sub",
    "exit",
  ]);
  const objdump = `0000000000000000 <f>:
       0:\t18 01 00 00 2a 00 00 00 00 00 00 00 00 00 00 00\tr1 = 42 ll
       2:\t15 01 01 00 2a 00 00 00\tif r1 == 42 goto +1 <LBB0_2>
       3:\t05 00 fe ff 00 00 00 00\tgoto -2 <f+0x10>

0000000000000020 <LBB0_2>:
       4:\t95 00 00 00 00 00 00 00\texit
`;
  expect(read(objdump).map((insn) => insn.kind)).toEqual(["loadImm64", "jump", "ja", "exit"]);
});

test("assembly lines travel with the instructions when asked for", () => {
  const { insns } = assemble({ name: "a.s", text: "  r0 = 0 ; zero\n\nf: exit" }, { lines: true });
  expect(insns?.map((insn) => insn.meta)).toEqual([
    { line: { file: "a.s", line: 1, column: 1, text: "r0 = 0 ; zero" } },
    { symbol: "f", line: { file: "a.s", line: 3, column: 3, text: "exit" } },
  ]);
});

// biome-ignore format: one case per line
test.each<{ text: string; code: string; at: number }>([
  { text: "r0 =",                                 code: "asm/syntax",          at: 4 },
  { text: "r0 = r1 r2",                           code: "asm/syntax",          at: 8 },
  { text: "r11 = 0",                              code: "asm/syntax",          at: 0 },
  { text: "r99999999999 = 0",                     code: "asm/syntax",          at: 0 },
  { text: "hello",                                code: "asm/syntax",          at: 0 },
  { text: "w1 = r2",                              code: "asm/syntax",          at: 5 },
  { text: "w1 += r2",                             code: "asm/syntax",          at: 6 },
  { text: "r1 = be16 r2",                         code: "asm/syntax",          at: 10 },
  { text: "r1 = -r2",                             code: "asm/syntax",          at: 6 },
  { text: "r1 = *(u64 *)(w2 +0)",                 code: "asm/syntax",          at: 14 },
  { text: "w1 = *(u64 *)(r2 +0)",                 code: "asm/syntax",          at: 0 },
  { text: "r1 = *(s64 *)(r2 +0)",                 code: "asm/syntax",          at: 7 },
  { text: "*(s8 *)(r2 +0) = r1",                  code: "asm/syntax",          at: 1 },
  { text: "r1 = *(u64 *)skb[0]",                  code: "asm/syntax",          at: 7 },
  { text: "r1 = *(u8 *)skb[0]",                   code: "asm/syntax",          at: 0 },
  { text: "w1 = (s32)w2",                         code: "asm/syntax",          at: 6 },
  { text: "lock *(u16 *)(r1 +0) += r2",           code: "asm/syntax",          at: 6 },
  { text: "r1 = atomic_fetch_add((u32 *)(r1 +0), r2)", code: "asm/syntax",     at: 38 },
  { text: "r1 = cmpxchg_64(r1 + 0, r0, r2)",      code: "asm/syntax",          at: 0 },
  { text: "r1 = map[id:5]",                       code: "asm/syntax",          at: 9 },
  { text: "r1 = map[m][1]",                       code: "asm/syntax",          at: 12 },
  { text: "call map[m]",                          code: "asm/syntax",          at: 5 },
  { text: "if r1 = 2 goto +1",                    code: "asm/syntax",          at: 6 },
  { text: "r1 = *(u64 *)(r2 +40000)",             code: "asm/range",           at: 17 },
  { text: "r1 = 0xffffffff",                      code: "asm/range",           at: 5 },
  { text: "r1 = 0x10000000000000000 ll",          code: "asm/range",           at: 5 },
  { text: "if r1 == 4294967295 goto +1",          code: "asm/range",           at: 9 },
  { text: "goto +32768",                          code: "asm/range",           at: 0 },
  { text: "goto nowhere",                         code: "asm/unknown-label",   at: 5 },
  { text: "a: exit\na: exit",                     code: "asm/duplicate-label", at: 8 },
  { text: "exit\ngoto end\nend:",                 code: "asm/empty-label",     at: 14 },
  { text: "call bpf_map_lookup_elm",              code: "asm/unknown-call",    at: 5 },
  { text: `r1 = ${"9".repeat(5000)}`,             code: "asm/syntax",          at: 5 },
])("refuses $text", ({ text, code, at }) => {
  const { insns, report } = assemble(
    { name: "t", text },
    { helperId, helperNames: () => Object.keys(HELPERS) },
  );
  expect(insns).toBeUndefined();
  expect(report.diagnostics).toHaveLength(1);
  expect(report.diagnostics[0]).toMatchObject({ code, span: { start: at } });
  expect(report.diagnostics[0]?.help).not.toBe("");
});

test("a mistyped helper gets a suggestion", () => {
  const source = { name: "t", text: "call bpf_map_lookup_elm" };
  const { report } = assemble(source, { helperId, helperNames: () => Object.keys(HELPERS) });
  expect(report.diagnostics[0]?.help).toContain("bpf_map_lookup_elem");
});

test("arbitrary text gives diagnostics inside the text, never an exception", () => {
  const words = fc.constantFrom(
    "r1", "w2", "=", "+=", "s>>=", "*(", "u64", "*)", "(", ")", "[", "]", "map[", "if", "goto", "call", "lock",
    "exit", "ll", "0x", "12", "-", "+", "a:", "#", ";", "\n", "\t", " ", "skb[", "pc+1", "atomic_fetch_add", "<", ",",
  ); // biome-ignore format: a list
  const text = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 30 }).map((parts) => parts.join(" ")),
    fc.array(words).map((p) => p.join("")),
  );
  fc.assert(
    fc.property(text, (text) => {
      const { insns, report } = assemble({ name: "t", text });
      expect(insns === undefined).toBe(report.hasErrors);
      for (const { span } of report.diagnostics) {
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 5000 },
  );
});

test("hostile input takes time in proportion to its length", () => {
  const started = cpuMs();
  for (const piece of [
    "a",
    "a ",
    "0",
    "x:",
    " ",
    "r1 = ",
    "(",
    "\t(",
    "f(a",
    "exit\n",
    "bad\n",
    "ab ",
    "l:\n",
    "goto x\n",
  ])
    assemble({ name: "t", text: piece.repeat(300_000 / piece.length) });
  expect(cpuMs() - started).toBeLessThan(5000);
});
