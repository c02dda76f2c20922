import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { BtfBuilder } from "../../src/btf/encode.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { enableRunTimeStats } from "../../src/linux/bpf.ts";
import { Features } from "../../src/linux/features.ts";
import { mapInfoOf, objectIds, openObject, programInfo, programMapIds } from "../../src/linux/objects.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { Tracefs } from "../../src/linux/tracefs.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import { COUNTS, countAt, exit, ifProcess, load, mov, objectOf, valueAddress } from "./linux-programs.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const { kernel } = backend;

afterAll(() => {
  backend[Symbol.dispose]();
  expect(execFileSync("bpftool", ["map", "list"], { encoding: "utf8" })).not.toContain("skep_t_");
});

const key = (n: number) => new Uint8Array(Uint32Array.of(n).buffer);
const value = (n: number) => new Uint8Array(BigUint64Array.of(BigInt(n)).buffer);
const mapOf = (type: MapSpec["type"], maxEntries: number, flags = 0): MapSpec => ({
  name: `skep_t_${type.slice(0, 8)}`,
  type,
  keySize: 4,
  valueSize: 8,
  maxEntries,
  flags,
});
const loadMap = (spec: MapSpec) => backend.load({ programs: [], maps: [spec], license: "GPL" });

type Dumped = { key: string[]; value?: string[]; values?: { cpu: number; value: string[] }[] };

function dump(id: number): Map<string, string> {
  const text = execFileSync("bpftool", ["-j", "map", "dump", "id", String(id)], { encoding: "utf8" });
  const bytes = (list: string[]) => list.map((b) => Number(b)).join();
  const entries = JSON.parse(text) as Dumped[];
  return new Map(
    entries.map((e) => [
      bytes(e.key),
      e.value ? bytes(e.value) : (e.values ?? []).map((v) => bytes(v.value)).join(),
    ]),
  );
}

/** Others may make maps at the same time: the newest one of that name is ours. */
function idOf(name: string): number {
  const maps = JSON.parse(execFileSync("bpftool", ["-j", "map", "list"], { encoding: "utf8" })) as {
    id: number;
    name?: string;
  }[];
  return maps.filter((m) => m.name === name.slice(0, 15)).at(-1)?.id ?? 0;
}

// biome-ignore format: one case per line
test.each([
  { type: "hash",          entries: 5000, NO_PREALLOC: 0 },
  { type: "hash",          entries: 5000, NO_PREALLOC: 1 },
  { type: "lruHash",       entries: 5000, NO_PREALLOC: 0 },
  { type: "percpuHash",    entries: 300,  NO_PREALLOC: 0 },
  { type: "lruPercpuHash", entries: 300,  NO_PREALLOC: 0 },
  { type: "array",         entries: 1000, NO_PREALLOC: 0 },
  { type: "percpuArray",   entries: 50,   NO_PREALLOC: 0 },
] as const)("entries of a map are what bpftool says: $type ($NO_PREALLOC)", ({ type, entries, NO_PREALLOC }) => {
  using loaded = loadMap(mapOf(type, type.startsWith("lru") ? 4 * entries : entries, NO_PREALLOC));
  const map = loaded.map(`skep_t_${type.slice(0, 8)}`);
  const cpus = type.includes("ercpu") ? backend.target.cpus : 1;
  for (let i = 0; i < entries; i++) {
    const all = new Uint8Array(8 * cpus);
    for (let cpu = 0; cpu < cpus; cpu++) all.set(value(i * 10 + cpu), cpu * 8);
    map.update(key(i), all);
  }
  const ours = new Map([...map.entries()].map(([k, v]) => [k.join(), v.join()]));
  expect(ours.size).toBe(map.spec.maxEntries === entries || type.startsWith("lru") ? entries : ours.size);
  expect(ours).toEqual(dump(idOf(map.spec.name)));
  map.clear();
  const left = [...map.entries()];
  if (type.endsWith("rray")) expect(left.every(([, v]) => v.every((b) => b === 0))).toBe(true);
  else expect(left).toEqual([]);
});

test("each entry that stays is given once while others come and go", () => {
  using loaded = loadMap(mapOf("hash", 20_000));
  const map = loaded.map("skep_t_hash");
  for (let i = 0; i < 10_000; i++) map.update(key(i), value(i));
  const seen = new Map<number, number>();
  let extra = 10_000;
  for (const [k] of map.entries()) {
    const n = new DataView(k.buffer, k.byteOffset).getUint32(0, true);
    seen.set(n, (seen.get(n) ?? 0) + 1);
    if (n % 2 === 1) map.delete(k);
    if (extra < 19_000) map.update(key(extra++), value(0));
  }
  for (let i = 0; i < 10_000; i += 2) expect(seen.get(i)).toBe(1);
});

test("a map refuses as the kernel does", () => {
  using loaded = loadMap(mapOf("hash", 2));
  const map = loaded.map("skep_t_hash");
  map.update(key(1), value(1));
  expect(() => map.update(key(1), value(1), "noexist")).toThrow(expect.objectContaining({ errno: "EEXIST" }));
  expect(() => map.update(key(2), value(1), "exist")).toThrow(expect.objectContaining({ errno: "ENOENT" }));
  map.update(key(2), value(1));
  expect(() => map.update(key(3), value(1))).toThrow(expect.objectContaining({ errno: "E2BIG" }));
  expect(() => map.update(key(1), new Uint8Array(4))).toThrow(
    expect.objectContaining({ code: "linux/map-size" }),
  );
  expect(map.delete(key(9))).toBe(false);
  expect(map.lookup(key(9))).toBeUndefined();
});

test("a map has its first value before programs run, and a frozen one keeps it", () => {
  const RDONLY_PROG = 1 << 7;
  const initial = value(42);
  using loaded = loadMap({ ...mapOf("array", 1, RDONLY_PROG), initial, readOnly: true });
  const map = loaded.map("skep_t_array");
  expect(map.lookup(key(0))).toEqual(initial);
  expect(() => map.update(key(0), value(1))).toThrow(expect.objectContaining({ errno: "EPERM" }));
});

test("a refused program says why, and nothing of the object stays", () => {
  const bad: Insn[] = [valueAddress(1, "skep_t_array"), load(0, 1, 4096), exit];
  const program = { name: "skep_t_bad", type: "rawTracepoint", section: "raw_tp", insns: bad } as const;
  const logs: string[] = [];
  const attempt = () =>
    backend.load(objectOf(program, [mapOf("array", 1)]), { onVerifierLog: (name) => logs.push(name) });
  expect(attempt).toThrow(VerifierRefused);
  expect(attempt).toThrow(/program skep_t_bad[\s\S]*invalid access to map value/);
  expect(logs).toEqual(["skep_t_bad", "skep_t_bad"]);
});

test("a refused program with line info names the source line", () => {
  const btf = new BtfBuilder();
  const int = btf.add({
    kind: "int",
    name: "int",
    bytes: 4,
    signed: true,
    char: false,
    bool: false,
    bits: 32,
    bitOffset: 0,
  });
  const proto = btf.add({ kind: "funcProto", returns: int, params: [], variadic: false });
  const func = btf.add({ kind: "func", name: "skep_t_lines", proto, linkage: "global" });
  const line = (n: number, text: string) => ({ meta: { line: { file: "a.bt", line: n, column: 3, text } } });
  const insns: Insn[] = [
    { ...mov(0, 1n), ...line(1, "the first line") },
    { ...load(0, 3, 0), ...line(2, "the second line") },
    exit,
  ];
  const object = {
    programs: [
      {
        name: "skep_t_lines",
        type: "rawTracepoint",
        section: "raw_tp",
        insns,
        functions: [{ name: "skep_t_lines", insnIndex: 0, btfId: func }],
      },
    ],
    maps: [],
    btf: btf.finish(),
    license: "GPL",
  } as const;
  expect(() => backend.load(object)).toThrow(/the second line[\s\S]*R3 !read_ok/);
});

test("a program's runs are counted while statistics are on", () => {
  using loaded = backend.load(
    objectOf({
      name: "skep_t_stats",
      type: "rawTracepoint",
      section: "raw_tp",
      insns: ifProcess(process.pid, countAt(0)),
    }),
  );
  using _stats = enableRunTimeStats(kernel);
  loaded.attach("skep_t_stats", [{ attach: { kind: "rawTracepoint", name: "sys_enter" } }]);
  for (let i = 0; i < 100; i++) kernel.call("getpid");
  const [stats] = loaded.stats();
  expect(stats?.program).toBe("skep_t_stats");
  expect(stats?.runs).toBeGreaterThanOrEqual(100n);
  expect(stats?.ns).toBeGreaterThan(1000n);
});

test("objects are found by id", () => {
  using loaded = backend.load(
    objectOf({
      name: "skep_t_info",
      type: "rawTracepoint",
      section: "raw_tp",
      insns: ifProcess(1, countAt(0)),
    }),
  );
  const { id } = programInfo(kernel, loaded.programFd("skep_t_info"));
  expect([...objectIds(kernel, "prog")]).toContain(id);
  using program = openObject(kernel, "prog", id);
  if (program === undefined) throw new Error("it is gone");
  expect(programInfo(kernel, program)).toMatchObject({ name: "skep_t_info", type: 17, gplCompatible: 1 });
  const [mapId = 0] = programMapIds(kernel, program);
  using map = openObject(kernel, "map", mapId);
  if (map === undefined) throw new Error("it is gone");
  expect(mapInfoOf(kernel, map)).toMatchObject({ name: COUNTS.name, valueSize: 64, maxEntries: 1 });
  expect(openObject(kernel, "prog", 0x7fff_ffff)).toBeUndefined();
});

test("features are found by asking, when the version does not tell", () => {
  const byAsking = new Features(() => openKernel(), 0);
  const { target } = backend;
  for (const name of [
    "attachCookie",
    "currentTaskBtf",
    "atomicFetch",
    "percpuLookup",
    "noPreallocTracing",
    "snprintf",
    "strncmp",
    "bpfLoop",
    "forEachMapElem",
    "ktimeBoot",
    "ktimeTai",
    "cpuV4",
    "rawTracepointCookie",
  ] as const)
    expect(`${name} ${byAsking.has(name)}`).toBe(`${name} ${target.has(name)}`);
});

test("tracepoints are read without leaving a mount", (t) => {
  needs(t, "tracefs");
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  {
    using tracefs = new Tracefs(kernel);
    const format = tracefs.format("sched", "sched_switch");
    expect(format?.fields.find((f) => f.name === "next_comm")).toMatchObject({
      type: "char[16]",
      size: 16,
      dataLoc: false,
    });
    expect(
      tracefs.format("sched", "sched_process_exec")?.fields.find((f) => f.name === "filename")?.dataLoc,
    ).toBe(true);
    expect(tracefs.format("sched", "../../x")).toBeUndefined();
    expect(tracefs.list("sched", "sched_swi*")).toEqual([{ category: "sched", name: "sched_switch" }]);
    expect(tracefs.list("sy*lls", "sys_enter_open*").map((e) => e.name)).toContain("sys_enter_openat2");
    expect(existsSync(tracefs.root())).toBe(true);
  }
  expect(readFileSync("/proc/self/mounts", "utf8")).toBe(mounts);
});

test("the machine answers a compiler's questions", (t) => {
  needs(t, "btf");
  const { target } = backend;
  expect(target.kernelBtf()?.find("task_struct", "struct")).toHaveLength(1);
  expect(target.rawTracepoints("sched_sw*")).toContain("sched_switch");
  expect(target.rawTracepoints("sys_enter")).toEqual(["sys_enter"]);
  expect(target.kernelSymbol("vfs_read")).toBeTypeOf("bigint");
  expect(target.kernelSymbol("no_such_symbol_here")).toBeUndefined();
  expect(target.resolveBinary("sh")).toMatch(/^\//);
  expect(target.userFunctions(target.resolveBinary("libc") ?? "", "getpp*").map((f) => f.name)).toContain(
    "getppid",
  );
  expect(target.syscallNumber("newfstat")).toBe(process.arch === "x64" ? 5 : 80);
  expect(() => target.userFunctions("/etc/passwd", "*")).toThrow(
    expect.objectContaining({ remedy: expect.any(String) }),
  );
});

test("every system call that has a tracepoint has a number", (t) => {
  needs(t, "tracefs");
  const { target } = backend;
  const unknown = target.tracepoints("syscalls", "sys_enter_*").map((e) => e.name.slice("sys_enter_".length));
  expect(unknown.filter((name) => target.syscallNumber(name) === undefined)).toEqual([]);
});
