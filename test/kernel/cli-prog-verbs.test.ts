import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDisassembler } from "../../src/cli/machine-code.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { CliLab } from "./cli-lab.ts";
import { RunningSkep, runSkep } from "./skep-command.ts";

type Json = Readonly<Record<string, unknown>>;

const SKEP = `${process.execPath} bin/skep.cjs`;
const backend = openLinux();
let lab: CliLab;
let loaded: LinuxLoaded;
beforeAll(() => {
  lab = new CliLab();
  loaded = backend.load(fromElf(readFileSync(lab.compile("values")), { name: "values" }));
});
afterAll(() => {
  backend[Symbol.dispose]();
  lab[Symbol.dispose]();
});

const id = (name: string) => String(loaded.program(name).id);

async function skep(...args: string[]): Promise<string> {
  const { out, err, status } = await runSkep(...args);
  expect(err).toBe("");
  expect(status).toBe(0);
  return out;
}

test("instructions with opcodes and line numbers are bpftool's", async () => {
  for (const words of [["opcodes"], ["linum"]]) {
    const args = ["prog", "dump", "xlated", "id", id("skt_filter"), ...words];
    const theirs = execFileSync("bpftool", ["-j", ...args], { encoding: "utf8" });
    // bpftool 7.1 shows a move that makes a per-CPU address (6.10) as a plain one.
    const ours = (await skep(...args, "-j")).replaceAll("&(void __percpu *)(r0)", "r0");
    expect(JSON.parse(ours)).toEqual(JSON.parse(theirs));
  }
  const file = lab.path("image");
  await skep("prog", "dump", "xlated", "id", id("skt_filter"), "file", file);
  const theirs = lab.path("image.bpftool");
  execFileSync("bpftool", ["prog", "dump", "xlated", "id", id("skt_filter"), "file", theirs]);
  expect(readFileSync(file).equals(readFileSync(theirs))).toBe(true);
});

test("the control flow is a graph that has a node per block", async () => {
  const dot = await skep("prog", "dump", "xlated", id("skt_filter"), "visual");
  const theirs = execFileSync("bpftool", ["prog", "dump", "xlated", "id", id("skt_filter"), "visual"], {
    encoding: "utf8",
  });
  const blocks = (text: string) => text.match(/\[(?:shape=record,style=filled,)?label="\{?\s*\d+: /g)?.length;
  expect(blocks(dot)).toBe(blocks(theirs));
  expect(dot).toContain('label="int skt_filter(void * ctx)"');
  expect(dot).toMatch(/s\d+ -> s\d+ \[label="yes"\];/);
});

test("machine code is what objdump reads in it", async (t) => {
  const file = lab.path("machine");
  await skep("prog", "dump", "jited", id("skt_filter"), "file", file);
  const { jitedProgLen } = loaded.program("skt_filter").info();
  expect(readFileSync(file).length).toBe(jitedProgLen);
  const disassembler = await openDisassembler(process.arch);
  if (disassembler === undefined) t.skip("the optional package @alexaltea/capstone-js is not installed");
  if (process.arch !== "x64") t.skip("compares with objdump's x86-64");
  const listing = execFileSync("objdump", ["-D", "-b", "binary", "-mi386:x86-64", file], { encoding: "utf8" });
  const theirs = [...listing.matchAll(/^\s+([0-9a-f]+):\t[0-9a-f ]+\t(\w+)/gm)].map((m) => m.slice(1, 3));
  const [{ insns }] = JSON.parse(await skep("prog", "dump", "jited", id("skt_filter"), "-j")) as [
    { insns: { pc: string; operation: string; src?: string }[] },
  ];
  expect(insns.map(({ pc }) => pc)).toEqual(theirs.map(([at]) => `0x${at}`));
  // The two write the size of the operands, or leave it out where it is plain.
  const stem = (name = "") =>
    name
      .split(" ")[0]
      ?.replace(/(?<=...)[bwlq]$/, "")
      .replace(/abs$/, "");
  expect(insns.map(({ operation }) => stem(operation))).toEqual(theirs.map(([, name]) => stem(name)));
  expect(insns.some(({ src }) => src !== undefined)).toBe(true);
  const text = await skep("prog", "dump", "jited", id("skt_filter"), "opcodes", "linum");
  expect(text).toContain("int skt_filter(void * ctx):");
  expect(text).toMatch(/; u64 \*v = lookup\(&skt_pcpu, &k\); \[file:.*line_num:\d+/);
});

test("top counts the runs between two looks", async () => {
  const running = new RunningSkep(["prog", "top", id("skt_filter"), "-n", "3", "-i", "700ms", "-j"]);
  const lines = () => running.out.split("\n").filter((line) => line !== "");
  await running.until("\n"); // the first look is over, so the kernel counts
  let isOver = false;
  void running.done.then(() => (isOver = true));
  while (!isOver) {
    loaded.program("skt_filter").testRun({ data: new Uint8Array(64), repeat: 1000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { err, status } = await running.done;
  expect(err).toBe("");
  expect(status).toBe(0);
  const rows = lines().map((line) => (JSON.parse(line) as { programs: Json[] }).programs[0]);
  expect(rows).toHaveLength(3);
  const ran = rows.find((row) => Number(row?.["runs"]) >= 1000);
  expect(ran).toMatchObject({ name: "skt_filter", type: "socket_filter" });
  expect(Number(ran?.["ns_per_run"])).toBeGreaterThan(0);
  const table = await skep("prog", "top", id("skt_filter"), "--count", "1", "--interval", "10ms");
  expect(table).toContain("RUNS/S");
});

test("programs are attached to socket maps and detached", () => {
  const object = lab.compile("messages");
  const script = `set -e; F=$(mktemp -d); mount -t bpf bpf $F
    ${SKEP} prog load ${object} $F/p pinmaps $F/m
    ${SKEP} prog attach pinned $F/p sk_msg_verdict pinned $F/m/skt_socks
    bpftool prog attach pinned $F/p msg_verdict pinned $F/m/skt_socks 2>&1 || true
    ${SKEP} prog detach pinned $F/p sk_msg_verdict pinned $F/m/skt_socks --json
    ${SKEP} prog detach pinned $F/p sk_msg_verdict pinned $F/m/skt_socks 2>&1 || echo status $?
    umount $F; rmdir $F`;
  const out = execFileSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
  expect(out).toMatch(/null\nerror\[system\/ENOENT\][\s\S]*not attached there[\s\S]*status 3/);
});

test("a program is loaded as another type, with maps that are there, and attached", () => {
  const object = lab.compile("values");
  const script = `set -e; F=$(mktemp -d); mount -t bpf bpf $F
    ${SKEP} map create $F/mine type hash key 4 value 8 entries 8 name skt_mine
    ${SKEP} prog load ${object} $F/xdp type xdp map name skt_plain pinned $F/mine
    bpftool -j prog show pinned $F/xdp; echo
    ${SKEP} prog loadall ${object} $F/all autoattach 2>&1
    ${SKEP} link show pinned $F/all/skt_enter -j
    ${SKEP} prog load ${object} $F/none map name skt_plan pinned $F/mine 2>&1 || echo status $?
    umount $F; rmdir $F`;
  const out = execFileSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
  expect(out).toContain('"type":"xdp"');
  expect(out).toContain("note: program skt_filter is pinned and not attached");
  expect(out).toContain('"tp_name":"sys_enter"');
  expect(out).toMatch(/the object has no map skt_plan\nhelp: did you mean `skt_plain`[\s\S]*status 2/);
});

test("who holds a program is shown, and where its link attaches", async () => {
  using link = loaded.link("skt_enter", { kind: "rawTracepoint", name: "sys_enter" });
  const shown = JSON.parse(await skep("prog", "show", id("skt_enter"), "-j")) as { pids: { pid: number }[] };
  expect(shown.pids.map(({ pid }) => pid)).toContain(process.pid);
  expect(await skep("prog", "show", id("skt_enter"))).toMatch(/attached to +raw tracepoint sys_enter/);
  expect(await skep("prog", "list")).toMatch(/skt_enter .* raw tracepoint sys_enter /);
  expect(await skep("link", "show", String(link.info().id))).toContain(`(${process.pid})`);
});

test("without privileges the missing capability is named, and files are read all the same", () => {
  const object = lab.compile("values");
  const asNobody = (...args: string[]) =>
    spawnSync(
      "setpriv",
      ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, "bin/skep.cjs", ...args],
      {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      },
    );
  execFileSync("chmod", ["-R", "a+rX", lab.dir]);
  for (const args of [
    ["prog", "list"],
    ["map", "list"],
    ["link", "list"],
    ["btf", "list"],
    ["prog", "show", "5"],
  ]) {
    const { stderr, status } = asNobody(...args);
    expect(stderr).toContain("CAP_SYS_ADMIN");
    expect(status).toBe(3);
  }
  const types = asNobody("btf", "dump", "file", object, "--format", "c");
  expect(types.stderr).toBe("");
  expect(types.stdout).toContain("struct val {");
  expect(asNobody("btf", "dump").status).toBe(0);
});

test("a program that the kernel refuses is explained, and nothing is pinned", () => {
  const object = lab.compile("refused");
  const script = `F=$(mktemp -d); mount -t bpf bpf $F
    ${SKEP} prog load ${object} $F/p 2>&1; echo status $?; ls $F | grep -x p; umount $F; rmdir $F`;
  const out = execFileSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
  expect(out).toContain("error[load/refused]");
  expect(out).toMatch(/help: .*verify \S*refused\.o --program skt_bad\nstatus 3\n$/);
});

// biome-ignore format: one case per line
test.each([
  { rule: "a verb that could be several", args: ["prog", "d"],                              says: "can mean several things", status: 2 },
  { rule: "a place that does not exist",  args: ["prog", "attach", "id", "1", "sk_msg"],     says: "did you mean `sk_msg_verdict`", status: 2 },
  { rule: "a graph as JSON",              args: ["prog", "dump", "xlated", "1", "visual", "-j"], says: "a graph is no JSON",   status: 2 },
  { rule: "a graph of machine code",      args: ["prog", "dump", "jited", "1", "visual"],     says: "does not fit here",        status: 2 },
  { rule: "too many words",               args: ["prog", "show", "id", "1", "2"],             says: "is too much",              status: 2 },
])("$rule is refused", async ({ args, says, status }) => {
  const said = await runSkep(...args);
  expect(said.err).toContain(says);
  expect(said.err).toContain("help: ");
  expect(said.status).toBe(status);
});
