// The command as it is started: bundled, in a process of its own, as a user without privileges.
import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeTarget } from "../../test/support/fake-target.ts";
import type { ObjectSpec } from "../object/object.ts";
import { toElf } from "../object/to-elf.ts";
import { compile } from "../pipeline.ts";

const NOBODY = 65534;
const ROOT = process.cwd();
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skep-run-"));
  chmodSync(folder, 0o755);
  const commands = JSON.stringify(join(ROOT, "src/cli/run-command.ts"));
  const errors = JSON.stringify(join(ROOT, "src/cli/report-error.ts"));
  buildSync({
    stdin: {
      contents: `import { runCommand } from ${commands};
        import { printError } from ${errors};
        try { process.exitCode = runCommand(process.argv.slice(2)); } catch (error) { process.exitCode = printError(error); }`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    outfile: join(folder, "run.mjs"),
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

type Said = Readonly<{ out: string; err: string; status: number | null }>;

/** Writes the files and runs the command in their folder. */
function run(
  args: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>> = {},
  input = "",
): Said {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const done: SpawnSyncReturns<string> = spawnSync(process.execPath, [join(folder, "run.mjs"), ...args], {
    cwd: folder,
    encoding: "utf8",
    input,
    timeout: 200_000,
    maxBuffer: 1 << 28,
    ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
  });
  return { out: done.stdout, err: done.stderr, status: done.status };
}

const SUM = "r0 = 0\nr1 = 10\nloop:\nr0 += r1\nr1 += -1\nif r1 != 0 goto loop\nexit\n";

// biome-ignore format: one case per line
test.each([
  { rule: "assembly",               name: "p.asm",  content: SUM,                                               r0: "55 = 0x37" },
  { rule: "llvm-objdump's listing", name: "p.s",    content: "\nx.o:\tfile format elf64-bpf\n\nDisassembly of section xdp:\n\n0000000000000000 <f>:\n       0:\tb7 00 00 00 02 00 00 00\tr0 = 2\n       1:\t95 00 00 00 00 00 00 00\texit\n", r0: "2" },
  { rule: "bpftool's listing",      name: "p.asm",  content: "int f(void * ctx):\n; return 3; @ x.c:4\n   0: (b7) r0 = 3\n   1: (95) exit\n", r0: "3" },
  { rule: "the kernel's log",       name: "p.asm",  content: "0: (b7) r0 = 4                        ; R0=4\n1: (95) exit\n",   r0: "4" },
  { rule: "bytes in hex",           name: "p.hex",  content: "b7 00 00 00 ff ff ff ff\n95 00 00 00 00 00 00 00\n",    r0: "18446744073709551615 = 0xffffffffffffffff = -1" },
  { rule: "64-bit words",           name: "p.hex",  content: "0x0000002a000000b7\n0x0000000000000095\n",              r0: "42 = 0x2a" },
  { rule: "bytes",                  name: "p.bin",  content: Uint8Array.from([0xb4, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x95, 0, 0, 0, 0, 0, 0, 0]), r0: "4294967294 = 0xfffffffe = -2 as int" },
  { rule: "hex without an ending",  name: "p",      content: "b7000000070000009500000000000000",                      r0: "7" },
  { rule: "assembly without one",   name: "q",      content: SUM,                                                     r0: "55 = 0x37" },
])("$rule", ({ name, content, r0 }) => {
  for (const engine of ["jit", "interpreter"])
    expect(run([name, "--engine", engine], { [name]: content })).toMatchObject({
      out: expect.stringMatching(new RegExp(`^r0 {7}${r0}\nsteps {4}\\d+\n$`)),
      err: "",
      status: 0,
    });
});

test("from the standard input", () => {
  expect(run(["-", "--format", "asm"], {}, SUM).out).toBe("r0       55 = 0x37\nsteps    33\n");
});

test("a context by hex or by file, and what became of it", () => {
  const text = "r2 = *(u32 *)(r1 + 0)\n*(u32 *)(r1 + 4) = r2\nr0 = r2\nexit\n";
  const { out } = run(["c.asm", "--ctx", "2a 00 00 00 00 00 00 00"], { "c.asm": text });
  expect(out).toBe(
    "r0       42 = 0x2a\nsteps    4\ncontext  8 bytes, changed\n  0000  2a 00 00 00 2a*00 00 00\n",
  );
  expect(run(["c.asm", "--ctx", "data"], { data: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0) }).out).toContain(
    "r0       7\n",
  );
});

const DROP_ODD = `
  r2 = *(u32 *)(r1 + 0)
  r3 = *(u32 *)(r1 + 4)
  r0 = 2
  r4 = r2
  r4 += 1
  if r4 > r3 goto out
  r5 = *(u8 *)(r2 + 0)
  r6 = r5
  r6 &= 1
  if r6 == 0 goto out
  r0 = 1
  *(u8 *)(r2 + 0) = 0
out:
  exit`;

test("a packet, its verdict, and how it was changed", () => {
  const { out } = run(["d.asm", "--packet", "0b0c0d"], { "d.asm": DROP_ODD });
  expect(out).toBe("r0       1 (XDP_DROP)\nsteps    13\npacket   3 bytes, changed\n  0000  00*0c 0d\n");
  const even = JSON.parse(run(["d.asm", "--packet", "0c0b", "--json"]).out) as object;
  expect(even).toEqual({
    program: "d",
    type: "xdp",
    r0: 2,
    verdict: "XDP_PASS",
    steps: 11,
    engine: "jit",
    runs: 1,
    packet: "0c0b",
  });
});

test("each packet of a capture", () => {
  const head = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
  const packet = (...bytes: number[]) => [
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    bytes.length,
    0,
    0,
    0,
    bytes.length,
    0,
    0,
    0,
    ...bytes,
  ];
  const capture = Uint8Array.from([...head, ...packet(1, 2), ...packet(2, 1, 1), ...packet(3), 0]);
  const { out, err } = run(["d.asm", "--packet", "a.pcap"], { "d.asm": DROP_ODD, "a.pcap": capture });
  expect(out.split("\n").map((line) => line.trim().split(/ +/))).toEqual([
    ["PACKET", "BYTES", "AFTER", "R0", "VERDICT", "STEPS"],
    ["1", "2", "2", "1", "XDP_DROP", "13"],
    ["2", "3", "3", "2", "XDP_PASS", "11"],
    ["3", "1", "1", "1", "XDP_DROP", "13"],
    ["XDP_DROP:", "2"],
    ["XDP_PASS:", "1"],
    [""],
  ]);
  expect(err).toContain("ends within a packet");
});

const COUNT = `
  *(u32 *)(r10 - 4) = 5
  *(u64 *)(r10 - 16) = 9
  r1 = map[counts]
  r2 = r10
  r2 += -4
  r3 = r10
  r3 += -16
  r4 = 0
  call bpf_map_update_elem
  exit`;

test("maps by option, and what they hold", () => {
  const args = ["m.asm", "--map", "counts:hash:4:8:2", "--maps"];
  expect(run(args, { "m.asm": COUNT }).out).toBe(
    "r0       0\nsteps    10\nmap counts: hash, 1 of 2 entries\n  [5] = 9\n",
  );
  const { maps } = JSON.parse(run([...args, "--json"]).out) as { maps: unknown };
  expect(maps).toEqual([{ name: "counts", type: "hash", entries: [{ key: 5, value: 9 }] }]);
});

test("lines of bpf_trace_printk", () => {
  const text = `
    r1 = 0x6425206968 ll
    *(u64 *)(r10 - 8) = r1
    r1 = r10
    r1 += -8
    r2 = 6
    r3 = 41
    call bpf_trace_printk
    exit`;
  expect(run(["t.asm"], { "t.asm": text }).out).toMatch(/^printk {3}hi 41\nr0 /);
});

test("a trace shows what each instruction wrote", () => {
  const text = "r1 = 7\n*(u64 *)(r10 - 8) = r1\ncall twice\nexit\ntwice:\nr0 = r1\nr0 *= 2\nexit\n";
  expect(run(["t.asm", "--trace"], { "t.asm": text }).out).toBe(
    [
      "t:",
      "    0: r1 = 7                             r1=7",
      "    1: *(u64 *)(r10 -8) = r1              [fp-8]=7",
      "    2: call subprog[twice]",
      "  twice:",
      "      4: r0 = r1                          r0=7",
      "      5: r0 *= 2                          r0=14",
      "      6: exit",
      "t:",
      "    3: exit",
      "r0       14 = 0xe",
      "steps    7",
      "",
    ].join("\n"),
  );
  const lines = run(["t.asm", "--trace", "--json"]).out.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as { r0?: number }).at(-1)?.r0).toBe(14);
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ instruction: 1, stored: { value: 7 }, registers: {} });
});

test("--repeat says how long a run takes", () => {
  const { out } = run(["p.asm", "--repeat", "1000"], { "p.asm": SUM });
  expect(out).toMatch(
    /^r0 {7}55 = 0x37\nsteps {4}33\ntime {5}.* a run.* \(mean of 1000 runs, jit\)\n.*fastest tenth/,
  );
});

test("a packet in hex, longer than any path may be", () => {
  const { out, err, status } = run(["l.asm", "--packet", "ab".repeat(600)], {
    "l.asm": "r2 = *(u32 *)(r1 + 4)\nr1 = *(u32 *)(r1 + 0)\nr2 -= r1\nr0 = r2\nexit\n",
  });
  expect({ err, status }).toEqual({ err: "", status: 0 });
  expect(out).toMatch(/^r0 {7}600 = 0x258\n/);
});

test("an access that is wrong: where, what lies near, the registers, and what to do", () => {
  const { out, err, status } = run(["b.asm", "--packet", "01020304"], {
    "b.asm": "r6 = 3\nr2 = *(u32 *)(r1 + 0)\nr0 = *(u8 *)(r2 + 4)\nexit\n",
  });
  expect({ out, status }).toEqual({ out: "", status: 1 });
  expect(err).toContain("error[vm/bad-access]: b, instruction 2: read of 1 byte at 0x");
  expect(err).toContain("past the valid 4 bytes of the packet");
  expect(err).toContain("  b.asm:3 | r0 = *(u8 *)(r2 + 4)\n");
  expect(err).toContain(" >    2: r0 = *(u8 *)(r2 +4)\n");
  expect(err).toMatch(/ r6=3 .*r10=fp\n/);
  expect(err).toContain("help: ");
});

test("a program that does not end is stopped", () => {
  const endless = { "e.asm": "r0 = 0\nagain: r0 += 1\ngoto again\nexit\n" };
  expect(run(["e.asm"], endless)).toMatchObject({
    status: 1,
    err: expect.stringContaining("ran 1000000 instructions"),
  });
  expect(run(["e.asm", "--max-steps", "50"]).err).toMatch(
    /error\[vm\/step-limit\].*ran 50 instructions[\s\S]*--max-steps/,
  );
});

const MIB = 1 << 20;

// biome-ignore format: one case per line
test.each<{ rule: string; args: string[]; files?: Record<string, string | Uint8Array>; code: string; status: number }>([
  { rule: "no such file",                 args: ["absent.o"],                                                              code: "run/unreadable",   status: 3 },
  { rule: "a folder",                     args: ["."],                                                                     code: "run/unreadable",   status: 3 },
  { rule: "a file that never ends",       args: ["/dev/zero"],                                                             code: "run/too-large",    status: 1 },
  { rule: "an empty file",                args: ["x.asm"],              files: { "x.asm": "" },                            code: "run/empty",        status: 1 },
  { rule: "nothing but comments",         args: ["x.asm"],              files: { "x.asm": "; nothing\n" },                 code: "run/empty",        status: 1 },
  { rule: "hex of nothing",               args: ["x.hex"],              files: { "x.hex": "# nothing\n" },                 code: "run/empty",        status: 1 },
  { rule: "no hex",                       args: ["x.hex"],              files: { "x.hex": "b7 zz" },                       code: "run/bad-hex",      status: 1 },
  { rule: "half an instruction",          args: ["x.hex"],              files: { "x.hex": "b7 00 00" },                    code: "isa/bad-encoding", status: 1 },
  { rule: "an unknown opcode",            args: ["x.hex"],              files: { "x.hex": "ff 00 00 00 00 00 00 00" },     code: "isa/bad-encoding", status: 1 },
  { rule: "wrong assembly",               args: ["x.asm"],              files: { "x.asm": "r0 = r11\nexit\n" },            code: "asm/syntax",       status: 1 },
  { rule: "bytes as assembly",            args: ["x.asm"],              files: { "x.asm": new Uint8Array(100) },           code: "run/not-text",     status: 1 },
  { rule: "10 MB of one line",            args: ["x.asm"],              files: { "x.asm": "r".repeat(10 * MIB) },          code: "run/not-text",     status: 1 },
  { rule: "10 MB of wrong lines",         args: ["x.asm"],              files: { "x.asm": "foo bar\n".repeat(MIB) },       code: "asm/syntax",       status: 1 },
  { rule: "10 MB of instructions",        args: ["x.bin"],              files: { "x.bin": new Uint8Array(10 * MIB) },      code: "run/too-large",    status: 1 },
  { rule: "10 MB of digits",              args: ["x.hex"],              files: { "x.hex": "00".repeat(5 * MIB) },          code: "isa/bad-encoding", status: 1 },
  { rule: "10 MB of digits and a letter", args: ["x.hex"],              files: { "x.hex": `${"0".repeat(10 * MIB)}g` },    code: "run/bad-hex",      status: 1 },
  { rule: "the head of an object",        args: ["x.o"],                files: { "x.o": "\x7fELF" },                       code: "elf/",             status: 1 },
  { rule: "10 MB after such a head",      args: ["x.o"],                files: { "x.o": `\x7fELF${"\x01".repeat(10 * MIB)}` }, code: "elf/",         status: 1 },
  { rule: "no end",                       args: ["x.asm"],              files: { "x.asm": "r0 = 0\n" },                    code: "vm/bad-program",   status: 1 },
  { rule: "no such helper",               args: ["x.asm"],              files: { "x.asm": "call 9999\nexit\n" },           code: "vm/no-helper",     status: 3 },
  { rule: "no such map",                  args: ["x.asm"],              files: { "x.asm": "r1 = map[m]\nexit\n" },         code: "vm/no-such-map",   status: 1 },
  { rule: "a map of no entries",          args: ["x.asm", "--map", "m:hash:4:8:0"],   files: { "x.asm": SUM },             code: "vm/bad-map",       status: 1 },
  { rule: "a map of too many",            args: ["x.asm", "--map", "m:array:4:8000:4000000000"], files: { "x.asm": SUM },  code: "vm/no-memory",     status: 3 },
  { rule: "no context",                   args: ["x.asm"],              files: { "x.asm": "r0 = *(u8 *)(r1 + 0)\nexit\n" }, code: "vm/bad-access",   status: 1 },
  { rule: "a damaged capture",            args: ["x.asm", "--packet", "x.pcap"],      files: { "x.asm": SUM, "x.pcap": Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 0) }, code: "run/bad-capture", status: 1 },
])("$rule", ({ args, files, code, status }) => {
  const said = run(args, files);
  expect(said.err).toContain(`error[${code}`);
  expect(said.err).toContain("help: ");
  expect(said.err.length).toBeLessThan(20_000);
  expect({ out: said.out, status: said.status }).toEqual({ out: "", status });
});

// biome-ignore format: one case per line
test.each([
  { rule: "no program",              args: [],                                     says: "there is no program to run" },
  { rule: "two programs",            args: ["p.asm", "q.asm"],                     says: "one program at a time" },
  { rule: "an unknown option",       args: ["p.asm", "--trac"],                    says: "did you mean `--trace`" },
  { rule: "an unknown engine",       args: ["p.asm", "--engine", "jot"],           says: "did you mean `jit`?" },
  { rule: "an unknown type",         args: ["p.asm", "--type", "xpd"],             says: "did you mean `xdp`?" },
  { rule: "no number",               args: ["p.asm", "--repeat", "0"],             says: "--repeat takes a whole number from 1" },
  { rule: "too large a number",      args: ["p.asm", "--max-steps", "9999999999"], says: "--max-steps takes at most" },
  { rule: "a map without sizes",     args: ["p.asm", "--map", "counts"],           says: "NAME:TYPE:KEY:VALUE:ENTRIES" },
  { rule: "neither file nor hex",    args: ["p.asm", "--ctx", "nothing"],          says: "there is no file nothing" },
  { rule: "no packets for kprobes",  args: ["p.asm", "--type", "kprobe", "--packet", "00"], says: "gets no packet" },
  { rule: "trace and repeat",        args: ["p.asm", "--trace", "--repeat", "2"],  says: "cannot stand together" },
])("the command line is wrong: $rule", ({ args, says }) => {
  const { err, status } = run(args, { "p.asm": SUM });
  expect(err).toContain(says);
  expect(status).toBe(2);
});

test("help", () => {
  const { out, status } = run(["--help"]);
  expect(status).toBe(0);
  for (const word of ["--packet FILE|HEX", "--trace", "--map NAME:TYPE:KEY:VALUE:ENTRIES", "Exit status"])
    expect(out).toContain(word);
});

test("the examples of README.md say what they print", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^\$ npm start -- run (.*)\n((?:(?!\$ |```).*\n)*)/gm)];
  expect(examples.length).toBeGreaterThan(0);
  for (const [, args, shown] of examples) {
    const command = `"${process.execPath}" "${join(folder, "run.mjs")}" ${args}`;
    expect(execFileSync("sh", ["-c", command], { cwd: ROOT, encoding: "utf8" })).toBe(shown);
  }
});

test("an object file that this compiler wrote", () => {
  const text =
    "BEGIN { @n[1] = 42; } tracepoint:syscalls:sys_exit_openat /args.ret > 3/ { @sizes[args.ret] = count(); }";
  const { compiled } = compile({ name: "-e", text }, fakeTarget({ noBtf: true }));
  const [begin, trace] = compiled?.object.programs.map(({ name }) => name) ?? [];
  const file = { "ours.o": toElf(compiled?.object as ObjectSpec) };
  expect(run(["ours.o", "--program", String(begin), "--maps"], file).out).toContain(" [1] = 42\n");
  const ctx = "0000000000000000 0101000000000000 0700000000000000";
  const args = ["ours.o", "--program", String(trace), "--maps", "--json", "--ctx", ctx];
  const { maps } = JSON.parse(run(args).out) as { maps: { name: string; entries: unknown }[] };
  expect(maps.at(-1)?.entries).toEqual([{ key: 7, value: 1 }]);
});

const C_SOURCE = `
typedef unsigned int u32; typedef unsigned long long u64;
#define SEC(n) __attribute__((section(n), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
struct xdp_md { u32 data, data_end, data_meta, a, b, c; };
struct seen { u64 packets; char name[4]; };
struct task { int pid, tgid; } __attribute__((preserve_access_index));
static void *(*lookup)(void *, const void *) = (void *)1;
static long (*tail_call)(void *, void *, u32) = (void *)12;
extern int LINUX_KERNEL_VERSION __attribute__((section(".kconfig")));
struct { __uint(type, 2); __uint(max_entries, 4); __type(key, u32); __type(value, struct seen); } counts SEC(".maps");
SEC("xdp") int last(struct xdp_md *ctx) { return 3; }
struct { __uint(type, 3); __uint(max_entries, 4); __uint(key_size, 4); __array(values, int (void *)); } jumps SEC(".maps") = { .values = { [2] = (void *)&last } };
int total;
SEC("xdp") int filter(struct xdp_md *ctx) {
  u32 key = 1;
  struct seen *seen = lookup(&counts, &key);
  if (!seen) return 0;
  seen->packets++; seen->name[0] = 'h'; total += 2;
  tail_call(ctx, &jumps, key + 1);
  return 1;
}
SEC("xdp") int reads_far(struct xdp_md *ctx) { return *((char *)(long)ctx->data + 100); }
SEC("raw_tp/x") int fits(void *ctx) { struct task *t = 0; return LINUX_KERNEL_VERSION ? (int)(long)&t->tgid : 0; }
char _license[] SEC("license") = "GPL";
`;

function hasClang(): boolean {
  try {
    execFileSync("clang", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

// Skipped visibly: without clang there is no object file.
test.skipIf(!hasClang())(
  "an object file: programs, maps by their types, tail calls, source lines, relocation",
  () => {
    mkdirSync(join(folder, "c"), { recursive: true });
    writeFileSync(join(folder, "c/prog.c"), C_SOURCE);
    execFileSync("clang", ["-O2", "-g", "-target", "bpf", "-c", "prog.c", "-o", "prog.o"], {
      cwd: join(folder, "c"),
    });
    const object = "c/prog.o";
    expect(run([object])).toMatchObject({ status: 2, err: expect.stringContaining("filter") });
    expect(run([object, "--program", "filtr"]).err).toContain("did you mean `filter` or");
    const { out, err } = run([object, "--program", "filter", "--maps"]);
    expect(err).toBe("note: the packet is 64 bytes of zero; give one with --packet\n");
    expect(out).toMatch(/^r0 {7}3 \(XDP_TX\)\n/);
    expect(out).toContain("map counts: array, 1 of 4 entries not zero\n  [1] = { .packets = 1, .name = h }\n");
    expect(out).toContain("map jumps: progArray, 1 of 4 entries\n");
    expect(out).toContain("  total = 2\n");
    expect(run([object, "--program", "filter", "--trace"]).out).toContain(
      "; struct seen *seen = lookup(&counts, &key); @ ",
    );
    const far = run([object, "--program", "reads_far", "--packet", "00"]);
    expect(far).toMatchObject({ status: 1, err: expect.stringContaining("prog.c:25 | SEC(") });
    expect(run([object, "--program", "fits"]).out).toContain("r0       4\n");
  },
);
