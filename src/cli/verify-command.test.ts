// The command as it is started: bundled, in a process of its own, as a user without privileges.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MACHINE, SECTION_TYPE } from "../elf/elf.ts";
import { CODE_FLAGS, ElfWriter } from "../elf/write.ts";

const NOBODY = 65534;
const ROOT = process.cwd();
let folder = "";

beforeAll(() => {
  mkdirSync(join(ROOT, ".cache"), { recursive: true }); // below node_modules' folder: koffi is found from there
  folder = mkdtempSync(join(ROOT, ".cache/verify-"));
  chmodSync(folder, 0o755);
  const commands = JSON.stringify(join(ROOT, "src/cli/verify-command.ts"));
  const errors = JSON.stringify(join(ROOT, "src/cli/report-error.ts"));
  buildSync({
    stdin: {
      contents: `import { verifyCommand } from ${commands};
        import { printError } from ${errors};
        try { process.exitCode = await verifyCommand(process.argv.slice(2)); } catch (error) { process.exitCode = printError(error); }`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    external: ["koffi"],
    outfile: join(folder, "verify.mjs"),
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

type Said = Readonly<{ out: string; err: string; status: number | null }>;

/** Writes the files and runs the command in their folder. */
function verify(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>> = {}): Said {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const done = spawnSync(process.execPath, [join(folder, "verify.mjs"), ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 200_000,
    ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
  });
  return { out: done.stdout, err: done.stderr, status: done.status };
}

const GOOD = "r0 = 0\nexit\n";
const NULL_READ = `*(u32 *)(r10 -4) = 1
r2 = r10
r2 += -4
r1 = map[counts] ll
call bpf_map_lookup_elem
r0 = *(u64 *)(r0 +0)
exit
`;
const COUNTS = ["--map", "counts:hash:4:8:64"];
const OLD_LOOP = "r0 = 0\nloop:\nr0 += 1\nif r0 < 9 goto loop\nexit\n";

test("an accepted program: status 0, one row of a table", () => {
  const { out, status } = verify(["good.asm", "--kernel", "6.1"], { "good.asm": GOOD });
  expect(out).toMatch(/^good\.asm, for Linux 6\.1:\nPROGRAM +TYPE .*\ngood +socket_filter +accepted /);
  expect(status).toBe(0);
});

test("a refused program: status 1, the fault and what helps", () => {
  const { out, status } = verify(["null.asm", ...COUNTS, "--type", "xdp"], { "null.asm": NULL_READ });
  expect(out).toContain("REFUSED");
  expect(out).toContain("null.asm:6:1: error[verify/null-dereference]");
  expect(out).toContain("help: ");
  expect(status).toBe(1);
});

test("one pointer that is not tested is one fault, whatever is done with it", () => {
  const reads = NULL_READ.replace(
    "r0 = *(u64",
    "r6 = *(u64 *)(r0 +0)\n*(u64 *)(r0 +8) = r6\nr0 += 8\nr0 = *(u64",
  );
  const { out } = verify(["nulls.asm", ...COUNTS, "--type", "xdp", "--json"], { "nulls.asm": reads });
  const { programs } = JSON.parse(out);
  expect(programs[0].findings.map((f: { code: string }) => f.code)).toEqual(["verify/null-dereference"]);
});

test("all kernels: a column for each, and why the old ones refuse", () => {
  const { out, status } = verify(["loop.asm", "--kernel", "all", "--type", "xdp"], { "loop.asm": OLD_LOOP });
  expect(out).toMatch(/PROGRAM +5\.4 +5\.10 /);
  expect(out).toMatch(/loop +yes +yes /);
  expect(status).toBe(0);
});

test("unprivileged: a loop is refused", () => {
  const { out, status } = verify(["loop.asm", "--unprivileged"], { "loop.asm": OLD_LOOP });
  expect(out).toContain("error[verify/back-edge]");
  expect(status).toBe(1);
});

test("unprivileged: of most types nothing is loaded", () => {
  const { out } = verify(["good.asm", "--unprivileged", "--type", "xdp"], { "good.asm": GOOD });
  expect(out).toContain("error[verify/privilege]: users without CAP_BPF load programs of type socket_filter");
});

test("quiet: nothing about what is accepted", () => {
  expect(verify(["good.asm", "-q"], { "good.asm": GOOD })).toEqual({ out: "", err: "", status: 0 });
});

test("a script, without root: on the simulated machine", () => {
  const { out, err, status } = verify(["--sim", "hello.bt"], { "hello.bt": 'BEGIN { printf("hello\\n"); }' });
  expect([err, status]).toEqual(["", 0]);
  expect(out).toContain("hello.bt, for Linux 6.12, simulated:");
});

test.each([
  { rule: "no file", args: [], says: "there is no program to verify" },
  { rule: "an unknown kernel", args: ["good.asm", "--kernel", "3.10"], says: "nothing is known of Linux 3.10" },
  { rule: "no release", args: ["good.asm", "--kernel", "old"], says: "--kernel takes a release or all" },
  { rule: "two files", args: ["good.asm", "loop.asm"], says: "one file at a time" },
  {
    rule: "a loaded program as if it were not",
    args: ["id", "5", "--unprivileged"],
    says: "was loaded by who it was",
  },
  { rule: "two outputs", args: ["good.asm", "--json", "--sarif"], says: "cannot stand together" },
])("wrong use: $rule", ({ args, says }) => {
  const { err, status } = verify(args, { "good.asm": GOOD });
  expect(err).toContain(says);
  expect(status).toBe(2);
});

test("a section that says no program type: its type is asked for, or the other programs are taken alone", () => {
  const code = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
  const elf = new ElfWriter(MACHINE.bpf);
  for (const [i, name] of ["from-container", "xdp"].entries()) {
    const section = elf.addSection({
      name,
      type: SECTION_TYPE.progbits,
      flags: CODE_FLAGS,
      data: code,
      align: 8,
    });
    elf.addSymbol({ name: `p${i}`, type: "func", binding: "global", section, value: 0, size: 16 });
  }
  const files = { "old.o": elf.finish() };
  const asked = verify(["old.o", "--kernel", "6.1"], files);
  expect([asked.status, asked.err]).toEqual([1, expect.stringMatching(/from-container.*\n.*--type tc/)]);
  expect(verify(["old.o", "--kernel", "6.1", "--type", "tc"], files).out).toMatch(
    /p0 +sched_cls +accepted[\s\S]*p1 +xdp/,
  );
  expect(verify(["old.o", "--kernel", "6.1", "--program", "p1"], files).out).not.toContain("p0");
});

test("a file that is no program: status 1", () => {
  const { err, status } = verify(["bad.asm"], { "bad.asm": "r0 = what\n" });
  expect(err).toContain("bad.asm:1:");
  expect(status).toBe(1);
});

test("JSON: one document, with the history", () => {
  const { out, status } = verify(["null.asm", ...COUNTS, "--type", "xdp", "--json"], { "null.asm": NULL_READ });
  const { ok, programs } = JSON.parse(out);
  expect([ok, status, programs.length]).toEqual([false, 1, 1]);
  expect(programs[0].findings[0]).toMatchObject({
    code: "verify/null-dereference",
    instruction: 5,
    line: 6,
    why: [{ instruction: 4, code: "call bpf_map_lookup_elem" }],
  });
});

test("SARIF: one rule and one result per fault, whichever kernels find it", () => {
  const { out, status } = verify(["null.asm", ...COUNTS, "--type", "xdp", "--sarif", "--kernel", "5.15,6.1"], {
    "null.asm": NULL_READ,
  });
  const { version, runs } = JSON.parse(out);
  expect([version, status]).toEqual(["2.1.0", 1]);
  const [run] = runs;
  expect(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(["verify/null-dereference"]);
  expect(run.results).toHaveLength(1);
  expect(run.results[0].message.text).toContain("(Linux 5.15, 6.1)");
  expect(run.results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: "null.asm" },
    region: { startLine: 6, startColumn: 1 },
  });
});

test("SARIF has the shape that its schema demands", () => {
  const { out } = verify(["null.asm", ...COUNTS, "--type", "xdp", "--sarif"], { "null.asm": NULL_READ });
  const log = JSON.parse(out);
  expect(log).toMatchObject({ $schema: expect.stringMatching(/^https:/), version: "2.1.0" });
  const [{ tool, results, columnKind }] = log.runs;
  expect(columnKind).toMatch(/^(?:utf16CodeUnits|unicodeCodePoints)$/);
  expect(tool.driver).toMatchObject({ name: "skep", semanticVersion: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  for (const rule of tool.driver.rules) {
    expect(rule.defaultConfiguration.level).toMatch(/^(?:none|note|warning|error)$/);
    for (const { text } of [rule.shortDescription, rule.help]) expect(text).toMatch(/^[^{}]+$/); // no places left open
  }
  for (const result of results) {
    expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(result.message.text).not.toBe("");
    const steps = result.codeFlows.flatMap((flow: { threadFlows: { locations: { location: unknown }[] }[] }) =>
      flow.threadFlows.flatMap(({ locations }) => locations.map(({ location }) => location)),
    );
    expect(steps.length).toBeGreaterThan(1);
    for (const { physicalLocation } of [...result.locations, ...steps]) {
      expect(physicalLocation.artifactLocation.uri).toMatch(/^[\w%:./~-]+$/);
      const { startLine, startColumn } = physicalLocation.region;
      expect([startLine, startColumn].every((n) => Number.isInteger(n) && n >= 1)).toBe(true);
    }
  }
});

test("states: what is known after each instruction, and what the walk costs", () => {
  const { out, status } = verify(["loop.asm", "--type", "xdp", "--kernel", "6.1", "--states"], {
    "loop.asm": OLD_LOOP,
  });
  expect(out).toMatch(
    /^program loop, for Linux 6\.1: accepted\n20 instructions followed, 0\.0020 % of the 1000000/,
  );
  expect(out).toMatch(/\n +9 +2 +if r0 < 0x9 goto pc-2 +4: if r0 < 9 goto loop\n/);
  expect(out).toContain("1: r0 += 1   9 times\n           r0: 1; r1: the context\n");
  expect(status).toBe(0);
});

test("states of a program that is refused: why, too", () => {
  const { out, status } = verify(["null.asm", ...COUNTS, "--type", "xdp", "--states"], {
    "null.asm": NULL_READ,
  });
  expect(out).toMatch(/: REFUSED\n[\s\S]*\nnull\.asm:6:1: error\[verify\/null-dereference\][\s\S]*\nhelp: /);
  expect(out).toContain("after each instruction, the first few states that differ:\n");
  expect(status).toBe(1);
});

const LOG = `libbpf: prog 'count': BPF program load failed: Permission denied
0: R1=ctx() R10=fp0
0: (79) r0 = *(u64 *)(r3 +0)
R3 !read_ok
processed 1 insns (limit 1000000) max_states_per_insn 0
`;

test("a kernel's log is explained", () => {
  const { out, status } = verify(["--explain", "refused.log"], { "refused.log": LOG });
  expect(out).toContain("program count: instruction 0: error[verify/uninit-register]");
  expect(out).toContain("kernel: R3 !read_ok");
  expect(status).toBe(0);
});

test("a file without a log: status 1", () => {
  const { err, status } = verify(["--explain", "good.asm"], { "good.asm": GOOD });
  expect(err).toContain("error[verify/no-log]");
  expect(status).toBe(1);
});
