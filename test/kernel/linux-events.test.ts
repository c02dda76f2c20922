import { hostname } from "node:os";
import { afterAll, expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { PERF_TYPES, SOFTWARE_EVENTS } from "../../src/abi/perf-event.ts";
import { USDT_SPEC_BYTES, USDT_SPECS_MAP } from "../../src/abi/usdt-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { FEATURES } from "./features.ts";
import { countAndReturn, expectGone, programs } from "./linux-lab.ts";
import { COUNTS, countByCookie, exit, mov, objectOf, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";
import { ShopProgram } from "./usdt-program.ts";

// Programs on counted events, watched memory, and many places of a program at once.

const NAME = "skep_ev_prog";
const backend = openLinux();
const { kernel, target } = backend;
const libc = target.resolveBinary("libc") ?? "";
const shop = new ShopProgram();

afterAll(() => {
  shop[Symbol.dispose]();
  backend[Symbol.dispose]();
  expectGone(NAME);
});

const perfObject = programs(NAME, [{ type: "perfEvent", section: "perf_event", text: countAndReturn(0) }]);

// biome-ignore format: one case per line
test.for([
  { rule: "every so many",          rate: { period: 1n },    script: "i=0; while [ $i -lt 60 ]; do i=$((i+1)); /bin/true; done" },
  { rule: "so many times a second", rate: { freqHz: 1000 },  script: "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done" },
] as const)("any event of perf counts: $rule", async ({ rate, script }) => {
  const child = await startHeld(["sh", "-c", script], { stdio: "ignore" });
  using loaded = backend.load(perfObject);
  const event = "freqHz" in rate ? "cpu-clock" : "page-faults";
  const config = BigInt(SOFTWARE_EVENTS[event]);
  const attach = { kind: "perfEvent", type: PERF_TYPES.software, config, pid: child.pid, ...rate } as const;
  using link = loaded.link(NAME, attach);
  child.release();
  await child.exited;
  expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThan(5n);
  if (target.kernelVersion >= (6 << 16) + (6 << 8))
    expect(link.info().details).toMatchObject({ kind: "perfEvent", event: "event", config });
});

test("an event that this machine has not is refused with a reason", () => {
  using loaded = backend.load(perfObject);
  const attach = { kind: "perfEvent", type: 0x7fff, config: 0n, period: 1n } as const;
  expect(() => loaded.link(NAME, attach)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^system\/E(NOENT|INVAL)$/) }),
  );
});

test("a hardware counter counts", (t) => {
  needs(t, "hw-counters");
  using loaded = backend.load(perfObject);
  const attach = {
    kind: "perfEvent",
    type: PERF_TYPES.hardware,
    config: 0n,
    freqHz: 1000,
    pid: process.pid,
  } as const;
  using _link = loaded.link(NAME, attach);
  for (const end = performance.now() + 200; performance.now() < end; );
  expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThan(10n);
});

test("a machine without hardware counters says so, and nothing stays attached", (t) => {
  if (FEATURES["hw-counters"].present() === "yes") return t.skip("this machine has them");
  using loaded = backend.load(perfObject);
  const counter = { kind: "perfEvent", type: PERF_TYPES.hardware, config: 0n } as const;
  for (const rate of [{ freqHz: 1000 }, { period: 1_000_000n }])
    expect(() => loaded.link(NAME, { ...counter, ...rate, pid: process.pid })).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^system\/(ENOENT|EOPNOTSUPP)$/),
        remedy: expect.stringContaining("hardware counters"),
      }),
    );
  expect(loaded.program(NAME).info().runCnt).toBe(0n);
});

test("memory is watched as it is written", (t) => {
  needs(t, "breakpoint");
  const watched = new Uint8Array(4096);
  const address = kernel.addressOf(watched);
  using loaded = backend.load(perfObject);
  const attach = { kind: "breakpoint", address, length: 1, access: "write", pid: process.pid } as const;
  {
    using _link = loaded.link(NAME, attach);
    for (let i = 1; i <= 5; i++) watched[0] = i;
    watched[1] = 1; // not watched
  }
  const seen = readCounts(loaded.map("counts"))[0];
  watched[0] = 9;
  expect(readCounts(loaded.map("counts"))[0]).toBe(seen);
  // Emulated processors report one write several times.
  if (hostname() === "guest") expect(seen).toBeGreaterThanOrEqual(5n);
  else expect(seen).toBe(5n);
  expect(() => loaded.link(NAME, { ...attach, address: address + 1n, length: 8 })).toThrow(
    expect.objectContaining({ code: "system/EINVAL", remedy: expect.stringContaining("multiple") }),
  );
});

const dd = (count: number) => ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", `count=${count}`, "status=none"];

function libcFunction(name: string): number {
  const [found] = target.userFunctions(libc, name);
  if (found === undefined) throw new Error(`libc has no ${name}`);
  return found.offset;
}

const byCookie = [mov(6, 1), ...countByCookie, mov(0, 0n), exit];

// biome-ignore format: one case per line
test.for([
  { rule: "on entry",                 section: "uprobe.multi",    return: false, session: false, times: 1n },
  { rule: "on return",                section: "uretprobe.multi", return: true,  session: false, times: 1n },
  { rule: "a program for one place",  section: "kprobe",          return: false, session: false, times: 1n },
  { rule: "on both, by a session",    section: "uprobe.session",  return: false, session: true,  times: 2n },
])("many places of a library, each with its cookie: $rule", async ({ section, session, times, return: onReturn }, t) => {
  needs(t, "uprobe", "cookie");
  if (session) needs(t, "uprobe-session");
  const child = await startHeld(dd(500), { stdio: "ignore" });
  const notes: string[] = [];
  using loaded = backend.load(objectOf({ name: NAME, type: "kprobe", section, insns: byCookie }), {
    onNote: (note) => notes.push(note),
  });
  const offsets = [libcFunction("read"), libcFunction("write")];
  const points = { kind: "uprobeMulti", path: libc, offsets, cookies: [1n, 2n], pid: child.pid } as const;
  const link = loaded.link(NAME, { ...points, return: onReturn, session });
  child.release();
  await child.exited;
  const counts = readCounts(loaded.map("counts"));
  expect(counts[1]).toBeGreaterThanOrEqual(500n * times);
  expect(counts[2]).toBe(500n * times);
  if (notes.length === 0)
    expect(link.info().details).toMatchObject({ kind: "uprobeMulti", path: libc, offsets: offsets.map(BigInt), cookies: [1n, 2n] });
  else expect(notes[0]).toContain("one by one");
  expect(() => loaded.link(NAME, { ...points, cookies: [1n], return: onReturn, session })).toThrow(
    expect.objectContaining({ code: "linux/list-lengths" }),
  );
});

test("a USDT probe is attached by its name", async (t) => {
  needs(t, "uprobe", "cookie");
  if (shop.path === undefined) return t.skip("needs a C compiler");
  using loaded = backend.load(objectOf({ name: NAME, type: "kprobe", section: "usdt", insns: byCookie }));
  const child = await startHeld([shop.path], { stdio: "ignore" });
  const attach = { kind: "usdt", path: shop.path, provider: "shop", name: "sold", pid: child.pid } as const;
  loaded.attach(NAME, [{ attach, cookie: 4n }]);
  child.release();
  await child.exited;
  expect(readCounts(loaded.map("counts"))[4]).toBe(100n);
  expect(() => loaded.link(NAME, { ...attach, name: "sald" })).toThrow(
    expect.objectContaining({ code: "linux/no-target", remedy: expect.stringContaining("shop:sold") }),
  );
});

// As programs with libbpf's usdt.bpf.h do: the cookie is the number of an entry that says where arguments are.
const SPECS: MapSpec = {
  name: USDT_SPECS_MAP,
  type: "array",
  keySize: 4,
  valueSize: USDT_SPEC_BYTES,
  maxEntries: 8,
  flags: 0,
};
const READ_SPEC = `
  call bpf_get_attach_cookie
  *(u32 *)(r10 - 4) = r0
  r1 = map[${USDT_SPECS_MAP}] ll
  r2 = r10
  r2 += -4
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r3 = *(u64 *)(r0 + 0)
  r4 = *(u64 *)(r0 + 192)
  r5 = *(u16 *)(r0 + 200)
  r6 = *(u8 *)(r0 + 15)
  r1 = map[counts][0]+0 ll
  *(u64 *)(r1 + 0) = r3
  *(u64 *)(r1 + 8) = r4
  *(u64 *)(r1 + 16) = r5
  *(u64 *)(r1 + 24) = r6
  out: r0 = 0
  exit`;

test("programs with libbpf's macros learn where a USDT probe's arguments are", async (t) => {
  needs(t, "uprobe", "cookie");
  if (shop.path === undefined) return t.skip("needs a C compiler");
  using loaded = backend.load(
    programs(NAME, [{ type: "kprobe", section: "usdt", text: READ_SPEC }], [COUNTS, SPECS]),
  );
  const child = await startHeld([shop.path], { stdio: "ignore" });
  const attach = { kind: "usdt", path: shop.path, provider: "shop", name: "sold", pid: child.pid } as const;
  loaded.attach(NAME, [{ attach, cookie: 99n }]);
  child.release();
  await child.exited;
  // The constant 7, the cookie, one argument, of 32 bits.
  expect(readCounts(loaded.map("counts")).slice(0, 4)).toEqual([7n, 99n, 1n, 32n]);
});
