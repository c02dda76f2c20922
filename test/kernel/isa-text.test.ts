// Disassembly against the three programs that print eBPF: the kernel's verifier, bpftool and llvm-objdump.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, type TestContext, test } from "vitest";
import { assemble } from "../../src/isa/assemble.ts";
import { decodeProgram } from "../../src/isa/decode.ts";
import { disassemble } from "../../src/isa/disassemble.ts";
import { disassembleXlated } from "../../src/isa/disassemble-xlated.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import { createMap } from "../../src/linux/bpf-map.ts";
import { loadProgram } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { isOlder } from "./needs.ts";

const SYSCALL_PROGRAM = 31;
const SOCKET_FILTER = 1;
const SLEEPABLE = 16;
const ARRAY = 2;
const kernel = openKernel();
const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
const folder = mkdtempSync(join(tmpdir(), "skep-isa-"));
afterAll(() => rmSync(folder, { recursive: true }));

function needsCommand(context: TestContext, name: string): void {
  if (spawnSync(name, ["--version"]).error) context.skip(`needs the command ${name}`);
}

const BASIC = `
r6 = r1
r2 = *(u64 *)(r6 +0)
r3 = *(u32 *)(r6 +8)
r4 = *(u16 *)(r6 +16)
r5 = *(u8 *)(r6 +24)
r2 += r3
w2 -= w3
r2 *= -3
w4 /= 7
r4 %= r3
w2 |= 255
r2 &= 4095
r2 ^= r5
r2 <<= 3
w2 >>= w3
r2 s>>= 63
r2 = -r2
w3 = -w3
r4 = be16 r4
r4 = be64 r4
r4 = le32 r4
r1 = 0x123456789abcdef ll
*(u64 *)(r10 -8) = r1
*(u32 *)(r10 -16) = -5
*(u32 *)(r10 -12) = r3
*(u16 *)(r10 -20) = 7
*(u8 *)(r10 -21) = r5
lock *(u64 *)(r10 -8) += r2
lock *(u32 *)(r10 -16) ^= r2
r3 = atomic64_fetch_add((u64 *)(r10 -8), r3)
r3 = atomic_fetch_or((u32 *)(r10 -16), r3)
r3 = atomic64_fetch_and((u64 *)(r10 -8), r3)
r3 = atomic_xchg((u32 *)(r10 -16), r3)
r3 = atomic64_xchg((u64 *)(r10 -8), r3)
r0 = 1
r0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r3)
r0 = atomic_cmpxchg((u32 *)(r10 -16), r0, r3)
if r2 == 0x0 goto pc+0
if r2 != r3 goto pc+1
goto pc+0
if w2 s> 0xfffffffb goto pc+0
if r2 & 0x8 goto pc+0
if w2 s<= w3 goto pc+0
if r2 < 0x5 goto pc+0
call bpf_ktime_get_ns
r1 = r6
call sub
r0 = 0
exit
sub:
r0 = 2
exit
`;

const V4 = `
r2 = *(u64 *)(r1 +0)
*(u64 *)(r10 -8) = r2
r3 = *(s8 *)(r10 -8)
r3 = *(s16 *)(r10 -8)
r3 = *(s32 *)(r10 -8)
r3 = (s8)r2
r3 = (s16)r2
r3 = (s32)r2
w3 = (s8)w2
w3 = (s16)w2
r3 s/= r2
w3 s/= -7
r3 s%= 5
w3 s%= w2
r3 = bswap16 r3
r3 = bswap32 r3
r3 = bswap64 r3
if r2 == 0x1 goto pc+1
gotol pc+0
r0 = 0
exit
`;

const V6_15 = `
r2 = *(u64 *)(r1 +0)
*(u64 *)(r10 -8) = r2
may_goto pc+0
r3 = load_acquire((u64 *)(r10 -8))
r3 = load_acquire((u8 *)(r10 -8))
store_release((u32 *)(r10 -8), r3)
r0 = 0
exit
`;

const PACKET = `
r6 = r1
r0 = *(u8 *)skb[12]
r0 = *(u16 *)skb[0]
r7 = 4
r0 = *(u32 *)skb[r7 + 8]
r0 = *(u8 *)skb[-4096]
r0 = 0
exit
`;

const HELPERS: Readonly<Record<string, number>> = { bpf_map_lookup_elem: 1, bpf_ktime_get_ns: 5 };

function assembled(text: string) {
  const { insns, report } = assemble({ name: "t", text }, { helperId: (name) => HELPERS[name] });
  if (insns === undefined) throw new Error(JSON.stringify(report.diagnostics));
  return insns;
}

/** The instructions that a verifier's log shows, by slot. */
function logLines(log: string): Map<number, string> {
  const lines = new Map<number, string>();
  for (const line of log.split("\n")) {
    const found = /^(\d+): (\([0-9a-f]{2}\) .*?)\s*(?:;.*)?$/.exec(line);
    if (found?.[2] !== undefined) lines.set(Number(found[1]), found[2].replace(/ ?R\d+.*$/, ""));
  }
  return lines;
}

// biome-ignore format: one case per line
test.for([
  { rule: "basic",                  text: BASIC,  since: "5.14", type: SYSCALL_PROGRAM },
  { rule: "instruction set v4",     text: V4,     since: "6.6",  type: SYSCALL_PROGRAM },
  { rule: "acquire and may_goto",   text: V6_15,  since: "6.15", type: SYSCALL_PROGRAM },
  { rule: "packet loads",           text: PACKET, since: "4.1",  type: SOCKET_FILTER },
])("the verifier's log prints the same: $rule", ({ text, since, type }, context) => {
  if (isOlder(release, since)) context.skip(`needs Linux ${since}, this is ${release}`);
  const insns = decodeProgram(encodeProgram(assembled(text)));
  const flags = type === SYSCALL_PROGRAM ? SLEEPABLE : 0;
  const load = { name: "text", type, insns: encodeProgram(insns), license: "GPL", flags, logLevel: 2 };
  const result = loadProgram(kernel, load);
  if (result.kind === "refused") throw new Error(result.log);
  using _ = result.fd;
  const seen = logLines(result.log);
  const helperName = (id: number) => Object.keys(HELPERS).find((name) => HELPERS[name] === id);
  const own = disassemble(insns, { numbers: true, opcodes: true, helperName }).trimEnd().split("\n");
  expect(seen.size).toBeGreaterThan(insns.length * 0.9);
  for (const line of own) {
    const [, slot, text] = /^ *(\d+): (.*)$/.exec(line) ?? [];
    const theirs = seen.get(Number(slot));
    if (theirs !== undefined) expect(text).toBe(theirs);
  }
});

test("bpftool prints the same, and what it prints can be read", (context) => {
  needsCommand(context, "bpftool");
  using map = createMap(kernel, { name: "m", type: ARRAY, keySize: 4, valueSize: 64, maxEntries: 1 });
  const source = `r8 = map[m][0]+8\nr9 = map[m]\n${BASIC}`;
  const insns = encodeProgram(assembled(source), {
    names: { map: () => ({ fd: map.number }) },
  });
  const result = loadProgram(kernel, {
    name: "skep_text",
    type: SYSCALL_PROGRAM,
    insns,
    license: "GPL",
    flags: SLEEPABLE,
  });
  if (result.kind === "refused") throw new Error(result.log);
  using program = result.fd;
  const id = /^prog_id:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${program.number}`, "utf8"))?.[1] ?? "";
  const raw = join(folder, "xlated");
  execFileSync("bpftool", ["prog", "dump", "xlated", "id", id, "file", raw]);
  const dump = execFileSync("bpftool", ["prog", "dump", "xlated", "id", id], { encoding: "utf8" });
  const bytes = new Uint8Array(readFileSync(raw));
  const own = disassembleXlated(bytes, {
    reference: (ref) =>
      ref.kind === "mapFd"
        ? `map[id:${ref.fd}]`
        : ref.kind === "mapValueFd"
          ? `map[id:${ref.fd}][0]+${ref.off}`
          : undefined,
  });
  const plain = (listing: string) =>
    listing
      .trimEnd()
      .split("\n")
      .map((line) =>
        line.replace(/call bpf_\w+#|call unknown#/, "call helper#").replace(/(call pc[+-]\d+)#.*/, "$1"),
      );
  expect(plain(own)).toEqual(plain(dump));
  const again = assembled(dump.replaceAll("map[id:", "map[fd:"));
  expect(again.length).toBe(assembled(source).length);
});

const C_SOURCE = `
typedef unsigned long long u64; typedef unsigned int u32; typedef unsigned char u8; typedef unsigned short u16;
struct S { u64 a; u32 b; u8 c; short d; int e; };
static u64 (*lookup)(void *, void *) = (void *)1;
static u64 (*clock)(void) = (void *)5;
u64 glob;
__attribute__((noinline)) int sub(struct S *s, int x) { return s->e * x / (s->b + 3); }
int f(struct S *s, u64 k) {
  u64 r = 0, key = 4;
  if (s->e > -5) r += s->a;
  if (s->d < (short)k) r ^= 0x123456789abcdefULL;
  if (s->b <= 77 || (u32)k > s->b) r -= clock();
  s->b = 5; s->c = k; s->d = r; s->a += s->d;
  __sync_fetch_and_add(&s->a, k);
  r += __sync_fetch_and_add(&s->a, k) + __sync_fetch_and_or(&s->b, k) + __sync_fetch_and_and(&s->a, k);
  r += __sync_fetch_and_xor(&s->a, k) + __sync_lock_test_and_set(&s->a, k) + __sync_lock_test_and_set(&s->b, k);
  r += __sync_val_compare_and_swap(&s->a, k, r) + __sync_val_compare_and_swap(&s->b, (u32)k, (u32)r);
  r += lookup(&glob, &key);
  r = __builtin_bswap64(r) ^ __builtin_bswap32(k) ^ __builtin_bswap16(k);
  while (k & 8) { r = -r; k >>= 1; s->b %= 7; r /= s->a | 1; asm volatile("" ::: "memory"); }
  switch (r & 7) { case 1: r = 5; break; case 2: r *= -1000; break; case 5: r |= k << 9; break; }
  asm volatile("%0 = le16 %0" : "+r"(r));
  return r + sub(s, 7);
}
int legacy(void *skb) {
  register u64 r0 asm("r0");
  register void *r6 asm("r6") = skb;
  asm volatile("%0 = *(u8 *)skb[12]" : "=r"(r0) : "r"(r6));
  asm volatile("%0 = *(u16 *)skb[r7]" : "=r"(r0) : "r"(r6));
  return r0;
}
`;

test.for(["v1", "v2", "v3"])("llvm-objdump prints the same of what clang compiles for %s", (cpu, context) => {
  for (const command of ["clang-14", "llvm-objcopy-14", "llvm-objdump-14"]) needsCommand(context, command);
  const source = join(folder, `${cpu}.c`);
  const object = join(folder, `${cpu}.o`);
  const text = join(folder, `${cpu}.text`);
  const atomics = /^ {2}(?:r \+= __sync|__sync).*$/gm; // those with a result need v3
  writeFileSync(
    source,
    cpu === "v3" ? C_SOURCE : C_SOURCE.replace(atomics, "  __sync_fetch_and_add(&s->a, k);"),
  );
  execFileSync("clang-14", ["-O2", "-target", "bpf", `-mcpu=${cpu}`, "-c", source, "-o", object]);
  execFileSync("llvm-objcopy-14", ["-O", "binary", "--only-section=.text", object, text]);
  const args = ["-d", "--mattr=+alu32", object];
  const listing = execFileSync("llvm-objdump-14", args, { encoding: "utf8" });
  const bytes = new Uint8Array(readFileSync(text));
  const theirs = [...listing.matchAll(/^ +\d+:\t[0-9a-f ]+\t(.*)$/gm)].map(([, insn = ""]) =>
    insn.replace(/ <[^<>]*>$/, ""),
  );
  const own = disassemble(decodeProgram(bytes), { style: "llvm" }).trimEnd().split("\n");
  expect(theirs.length).toBeGreaterThan(60);
  expect(own.map((line) => line.replace("call pc-1", "call -1"))).toEqual(theirs); // both call forms look alike there
  const readable = listing
    .replace(/^.*file format.*$|^Disassembly of.*$/gm, "")
    .replaceAll("\tcall -1", "\tcall pc-1");
  expect(encodeProgram(assembled(readable))).toEqual(bytes);
});
