import { readdirSync, rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { MAP_FLAGS } from "../../src/abi/map-flags.ts";
import type { MapSpec, MapType } from "../../src/abi/map-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { Fd } from "../../src/linux/fd.ts";
import { objectIds } from "../../src/linux/objects.ts";
import { heldProgram, innerMap, openLink, openMap, openProgram, putObject } from "../../src/linux/open.ts";
import { queryPerfFd } from "../../src/linux/prog-query.ts";
import { asm, BpfFs, count, countAndReturn, expectGone, functionBtf, programs } from "./linux-lab.ts";
import { COUNTS, ifProcess, objectOf, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// Maps, programs and links as objects: reading and writing, pinning, opening again, running.

const NAME = "skep_ob_prog";
const backend = openLinux();
const { kernel } = backend;
const key = (n: number) => new Uint8Array(Uint32Array.of(n).buffer);
const value = (n: number) => new Uint8Array(BigUint64Array.of(BigInt(n)).buffer);
const number = (bytes: Uint8Array | undefined) =>
  bytes && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);

afterAll(() => {
  backend[Symbol.dispose]();
  expectGone(NAME);
});

const mapOf = (type: MapType, more: Partial<MapSpec> = {}): MapSpec => ({
  name: "m",
  type,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1024,
  flags: 0,
  ...more,
});
const load = (...maps: MapSpec[]) => backend.load({ programs: [], maps, license: "GPL" });
const join = (parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));

test.each(["hash", "lruHash", "array"] as const)(
  "many entries are written and deleted at a time: %s",
  (type) => {
    using loaded = load(mapOf(type));
    const map = loaded.map("m");
    const numbers = Array.from({ length: 300 }, (_, i) => i);
    map.updateAll(join(numbers.map(key)), join(numbers.map((n) => value(n * 2))));
    expect(number(map.lookup(key(299)))).toBe(598);
    if (type === "array") return;
    expect([...map.entries()]).toHaveLength(300);
    map.deleteAll(join(numbers.slice(0, 100).map(key)));
    expect([...map.entries()]).toHaveLength(200);
    expect(() => map.updateAll(join([key(1)]), new Uint8Array(9))).toThrow(
      expect.objectContaining({ code: "linux/map-size" }),
    );
    const taken = [...map.takeEntries()].map(([k]) => number(k)).sort((a = 0, b = 0) => a - b);
    expect(taken).toEqual(numbers.slice(100));
    expect([...map.entries()]).toEqual([]);
  },
);

// Types without batch calls in the kernel: they are written, walked, taken from and cleared key by key.
// biome-ignore format: one map per line
test.each<{ rule: string; spec: MapSpec; keys: readonly number[]; values: (n: number) => Uint8Array; shows: (n: number) => number | undefined }>([
  { rule: "devmapHash", spec: mapOf("devmapHash", { valueSize: 4, maxEntries: 64 }), keys: [3, 70, 900],            values: () => key(1),    shows: () => 1 },
  { rule: "lpmTrie",    spec: mapOf("lpmTrie", { keySize: 8, flags: MAP_FLAGS.noPrealloc }), keys: [8, 16, 24],     values: (n) => value(n), shows: (n) => n },
  { rule: "cpumap",     spec: mapOf("cpumap", { valueSize: 4, maxEntries: 1 }),      keys: [0],                     values: () => key(192),  shows: () => 192 },
])("maps that the kernel does not read in batches are walked all the same: $rule", ({ spec, keys, values, shows }) => {
  using loaded = load(spec);
  const map = loaded.map("m");
  const keyOf = (n: number) => (spec.keySize === 8 ? new Uint8Array(Uint32Array.of(n, 10).buffer) : key(n));
  map.updateAll(join(keys.map(keyOf)), join(keys.map(values)));
  const walked = [...map.entries()].map(([k, v]) => [number(k), number(v)]).sort(([a = 0], [b = 0]) => a - b);
  expect(walked.filter(([, v]) => v !== 0)).toEqual(keys.map((n) => [n, shows(n)]));
  if (spec.type === "cpumap") return;
  map.deleteAll(join([keyOf(keys[0] ?? 0), keyOf(30)]));
  const left = [...map.takeEntries()].map(([k]) => number(k)).sort((a = 0, b = 0) => a - b);
  expect(left).toEqual(keys.slice(1));
  map.updateAll(join(keys.map(keyOf)), join(keys.map(values)));
  map.clear();
  expect([...map.entries()]).toEqual([]);
});

test("a write of many stops where the map is full", () => {
  using loaded = load(mapOf("hash", { maxEntries: 10 }));
  const map = loaded.map("m");
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  expect(() => map.updateAll(join(numbers.map(key)), join(numbers.map(value)))).toThrow(
    expect.objectContaining({ code: "system/E2BIG", remedy: expect.stringContaining("more entries") }),
  );
  expect([...map.entries()]).toHaveLength(10);
});

test("queues and stacks give back what was pushed", (t) => {
  using loaded = load(mapOf("queue", { keySize: 0 }), mapOf("stack", { name: "s", keySize: 0 }));
  for (const [name, order] of [
    ["m", [1, 2, 3]],
    ["s", [3, 2, 1]],
  ] as const) {
    const map = loaded.map(name);
    for (const n of [1, 2, 3]) map.push(value(n));
    expect(number(map.peek())).toBe(order[0]);
    expect([map.pop(), map.pop(), map.pop(), map.pop()].map(number)).toEqual([...order, undefined]);
    expect(() => [...map.entries()]).toThrow(expect.objectContaining({ code: "linux/map-not-walkable" }));
    map.push(value(4));
    map.clear();
    expect(map.peek()).toBeUndefined();
  }
  needs(t, "bloom-filter");
  using filter = load(mapOf("bloomFilter", { keySize: 0 }));
  filter.map("m").push(value(5));
  expect([filter.map("m").mayHold(value(5)), filter.map("m").mayHold(value(6))]).toEqual([true, false]);
});

test("an array in memory is what programs see", () => {
  using loaded = load(
    mapOf("array", { flags: MAP_FLAGS.mmapable, valueSize: 12, maxEntries: 600 }),
    mapOf("hash", { name: "h" }),
  );
  const map = loaded.map("m");
  using memory = map.mmap();
  const words = new Uint32Array(memory.buffer);
  words[4 * 599] = 7; // each value takes 16 bytes
  expect(number(map.lookup(key(599)))).toBe(7);
  map.update(key(1), Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  expect(words[4]).toBe(9);
  expect(() => loaded.map("h").mmap()).toThrow(expect.objectContaining({ code: "linux/not-mmapable" }));
});

test("a frozen map cannot be written", () => {
  using loaded = load(mapOf("array"));
  const map = loaded.map("m");
  map.update(key(0), value(3));
  map.freeze();
  expect(() => map.update(key(0), value(4))).toThrow(expect.objectContaining({ code: "system/EPERM" }));
  expect(number(map.lookup(key(0)))).toBe(3);
});

test("maps hold maps, programs and descriptors", () => {
  const inner = mapOf("array", { name: "inner", maxEntries: 2 });
  const maps = [
    inner,
    mapOf("arrayOfMaps", {
      name: "outer",
      valueSize: 4,
      maxEntries: 4,
      inner,
      slots: [{ index: 1, name: "inner" }],
    }),
    mapOf("hashOfMaps", { name: "table", valueSize: 4, maxEntries: 4, inner }),
    mapOf("progArray", { name: "calls", valueSize: 4, maxEntries: 4, slots: [{ index: 2, name: NAME }] }),
    mapOf("cpumap", { name: "cpus", valueSize: 4, maxEntries: 1 }),
  ];
  using loaded = backend.load(
    programs(NAME, [{ type: "socketFilter", section: "socket", text: "r0 = 0\nexit" }], maps),
  );
  loaded.map("inner").update(key(0), value(42));
  putObject(loaded.map("table"), key(9), loaded.map("inner").fd);
  for (const [name, at] of [
    ["outer", 1],
    ["table", 9],
  ] as const) {
    using found = innerMap(kernel, loaded.map(name), key(at));
    expect(number(found?.lookup(key(0)))).toBe(42);
    expect(found?.spec).toMatchObject({ name: "inner", type: "array", maxEntries: 2 });
  }
  expect(innerMap(kernel, loaded.map("outer"), key(0))).toBeUndefined();
  using program = heldProgram(kernel, loaded.map("calls"), key(2));
  expect(program?.id).toBe(loaded.program(NAME).id);
  expect(() => innerMap(kernel, loaded.map("inner"), key(0))).toThrow(
    expect.objectContaining({ code: "linux/map-holds-none" }),
  );
});

test("a target for a program that there is not is refused", () => {
  const object = programs(NAME, [{ type: "socketFilter", section: "socket", text: "r0 = 0\nexit" }]);
  expect(() => backend.load(object, { targets: { skep_ob_prig: { kind: "manual" } } })).toThrow(
    expect.objectContaining({ code: "linux/unknown-name", remedy: expect.stringContaining(NAME) }),
  );
});

test("a slot that names nothing is refused, and nothing is left", () => {
  const calls = mapOf("progArray", { name: "calls", valueSize: 4, slots: [{ index: 0, name: "no_such" }] });
  expect(() => load(calls)).toThrow(expect.objectContaining({ code: "linux/unknown-name" }));
});

// biome-ignore format: one map per line
const EVERY_TYPE: readonly MapSpec[] = [
  mapOf("hash"), mapOf("array"), mapOf("progArray", { valueSize: 4 }), mapOf("perfEventArray", { valueSize: 4, maxEntries: 0 }),
  mapOf("percpuHash"), mapOf("percpuArray"), mapOf("stackTrace"), mapOf("cgroupArray", { valueSize: 4 }),
  mapOf("lruHash"), mapOf("lruPercpuHash"), mapOf("lpmTrie", { keySize: 8, flags: MAP_FLAGS.noPrealloc }),
  mapOf("arrayOfMaps", { valueSize: 4, inner: mapOf("array") }), mapOf("hashOfMaps", { valueSize: 4, inner: mapOf("array") }),
  mapOf("devmap", { valueSize: 4 }), mapOf("sockmap", { valueSize: 4 }), mapOf("cpumap", { valueSize: 4, maxEntries: 1 }),
  mapOf("xskmap", { valueSize: 4 }), mapOf("sockhash", { valueSize: 4 }), mapOf("cgroupStorage", { keySize: 16, maxEntries: 0 }),
  mapOf("reuseportSockarray"), mapOf("percpuCgroupStorage", { keySize: 16, maxEntries: 0 }),
  mapOf("queue", { keySize: 0 }), mapOf("stack", { keySize: 0 }), mapOf("devmapHash", { valueSize: 4 }),
  mapOf("ringbuf", { keySize: 0, valueSize: 0, maxEntries: 4096 }), mapOf("bloomFilter", { keySize: 0 }),
  mapOf("userRingbuf", { keySize: 0, valueSize: 0, maxEntries: 4096 }),
  mapOf("arena", { keySize: 0, valueSize: 0, maxEntries: 4, flags: MAP_FLAGS.mmapable }),
];
const SINCE: Readonly<Partial<Record<MapType, "bloom-filter" | "user-ringbuf" | "arena">>> = {
  bloomFilter: "bloom-filter",
  userRingbuf: "user-ringbuf",
  arena: "arena",
};

test.for(EVERY_TYPE)("a map of type $type is made, and opened again by its id", (spec, t) => {
  const feature = SINCE[spec.type];
  if (feature !== undefined) needs(t, feature);
  using loaded = load(spec);
  using again = openMap(kernel, { id: loaded.map("m").id });
  const { type, keySize, valueSize } = spec;
  expect(again.spec).toMatchObject({ name: "m", type, keySize, valueSize });
  expect(again.valueBytes).toBe(loaded.map("m").valueBytes);
});

test("an arena is memory that is shared", (t) => {
  needs(t, "arena");
  using loaded = load(mapOf("arena", { keySize: 0, valueSize: 0, maxEntries: 4, flags: MAP_FLAGS.mmapable }));
  using memory = loaded.map("m").mmap();
  const bytes = new Uint8Array(memory.buffer);
  bytes[5000] = 3;
  expect(bytes[5000]).toBe(3);
});

test.for([
  { rule: "an address of its own", at: { mapExtra: 1n << 44n } },
  { rule: "any address", at: {} },
])("an arena at $rule: first values, mapped twice and again", ({ at }, t) => {
  needs(t, "arena");
  const shape = { keySize: 0, valueSize: 0, maxEntries: 4, flags: MAP_FLAGS.mmapable };
  using loaded = load({ ...mapOf("arena", { ...shape, ...at }), initial: Uint8Array.of(1, 2, 3) });
  const map = loaded.map("m");
  const read = () => {
    using memory = map.mmap();
    return [...new Uint8Array(memory.buffer, 0, 4)];
  };
  expect(read()).toEqual([1, 2, 3, 0]);
  using other = map.mmap();
  new Uint8Array(other.buffer)[3] = 7;
  expect(read()).toEqual([1, 2, 3, 7]);
  expect(other.buffer.byteLength).toBeGreaterThan(0);
});

test("maps that are pinned by name are shared, and must be alike", () => {
  using files = new BpfFs(kernel);
  const pinned = mapOf("hash", { name: "shared", pinning: "byName" });
  const withPins = (spec: MapSpec) =>
    backend.load({ programs: [], maps: [spec], license: "GPL" }, { pinPath: files.path });
  {
    using first = withPins(pinned);
    first.map("shared").update(key(1), value(11));
  }
  using second = withPins(pinned);
  expect(number(second.map("shared").lookup(key(1)))).toBe(11);
  expect(() => withPins({ ...pinned, maxEntries: 5 })).toThrow(
    expect.objectContaining({
      code: "linux/pinned-differs",
      message: expect.stringContaining("number of entries: 1024, not 5"),
    }),
  );
  using opened = openMap(kernel, { pinned: `${files.path}/shared` });
  expect(number(opened.lookup(key(1)))).toBe(11);
  expect(() => opened.pin(`${files.path}/shared`)).toThrow(expect.objectContaining({ code: "system/EEXIST" }));
  expect(() => opened.pin("/tmp/skep-no-bpf-fs")).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("mount -t bpf") }),
  );
  rmSync(`${files.path}/shared`);
  expect(() => openMap(kernel, { pinned: `${files.path}/shared` })).toThrow(
    expect.objectContaining({ code: "system/ENOENT" }),
  );
});

test("a pinned program and link stay when their object goes", (t) => {
  needs(t, "raw-tp");
  using files = new BpfFs(kernel);
  const insns = ifProcess(process.pid, asm(count(0)));
  const loaded = backend.load(
    objectOf({ name: NAME, type: "rawTracepoint", section: "raw_tp/sys_enter", insns }),
  );
  using counts = openMap(kernel, { id: loaded.map("counts").id });
  const link = loaded.link(NAME, { kind: "rawTracepoint", name: "sys_enter" });
  const { id, programId } = link.info();
  expect([...objectIds(kernel, "link")]).toContain(id);
  expect([...objectIds(kernel, "prog")]).toContain(programId);
  const held = readdirSync("/proc/self/fd").map((fd) => queryPerfFd(kernel, process.pid, Number(fd)));
  expect(held).toContainEqual({ programId, kind: "rawTracepoint", name: "sys_enter", offset: 0n, address: 0n });
  link.pin(`${files.path}/link`);
  loaded.program(NAME).pin(`${files.path}/prog`);
  loaded.close();
  const before = readCounts(counts)[0] ?? 0n;
  for (let i = 0; i < 10; i++) kernel.call("getpid");
  expect(readCounts(counts)[0]).toBeGreaterThanOrEqual(before + 10n);
  using program = openProgram(kernel, { pinned: `${files.path}/prog` });
  expect(program).toMatchObject({ id: programId, name: NAME, type: "rawTracepoint" });
  expect(program.mapIds()).toEqual([counts.id]);
  using again = openLink(kernel, { id });
  expect(again.info()).toMatchObject({ id, programId, type: "rawTracepoint" });
  expect(() => openProgram(kernel, { id: 0x7fff_ffff })).toThrow(
    expect.objectContaining({ code: "linux/no-object" }),
  );
  rmSync(`${files.path}/link`);
  rmSync(`${files.path}/prog`);
});

// The packet's first byte is the result; network programs see 64 bytes, of which XDP cuts off 10.
const packet = Uint8Array.from({ length: 64 }, (_, i) => i + 1);

test("network programs are run by themselves on a packet", () => {
  const text = `
    r6 = r1
    ${count(0)}
    r1 = r6
    r2 = -10
    call bpf_xdp_adjust_tail
    r0 = 2
    exit`;
  using loaded = backend.load(programs(NAME, [{ type: "xdp", section: "xdp", text }]));
  const program = loaded.program(NAME);
  expect(program.testRun({ data: packet })).toMatchObject({ returned: 2, data: packet.slice(0, 54) });
  const { durationNs } = program.testRun({ data: packet.slice(0, 20), repeat: 1 });
  expect(durationNs).toBeGreaterThanOrEqual(0);
  expect(readCounts(loaded.map("counts"))[0]).toBe(2n);
  expect(() => program.testRun({ data: packet.slice(0, 5) })).toThrow(
    expect.objectContaining({ code: "system/EINVAL", remedy: expect.stringContaining("14") }),
  );
});

// biome-ignore format: one type per line
test.each([
  { type: "socketFilter", section: "socket" },
  { type: "schedCls",     section: "tc" },
  { type: "schedAct",     section: "action" },
  { type: "cgroupSkb",    section: "cgroup_skb/ingress" },
  { type: "lwtXmit",      section: "lwt_xmit" },
] as const)("a program of type $type is run by itself, as often as asked", ({ type, section }) => {
  using loaded = backend.load(programs(NAME, [{ type, section, text: countAndReturn(1) }]));
  const { returned, data } = loaded.program(NAME).testRun({ data: packet, repeat: 5 });
  expect([returned, data.length]).toEqual([1, 64]);
  expect(readCounts(loaded.map("counts"))[0]).toBe(5n);
});

test("a traffic control program's context comes back", () => {
  // __sk_buff.mark is at 8, cb[0] at 48
  const text = "r2 = *(u32 *)(r1 + 8)\n r2 += 1\n *(u32 *)(r1 + 8) = r2\n r0 = 0\n exit";
  using loaded = backend.load(programs(NAME, [{ type: "schedCls", section: "tc", text }]));
  const context = new Uint8Array(192);
  context[8] = 41;
  expect(loaded.program(NAME).testRun({ data: packet, context }).context[8]).toBe(42);
});

test("a syscall program reads and writes the memory it is given", (t) => {
  needs(t, "syscall-program");
  const text = "r2 = *(u64 *)(r1 + 0)\n r2 *= 3\n *(u64 *)(r1 + 8) = r2\n r0 = 7\n exit";
  using loaded = backend.load(programs(NAME, [{ type: "syscall", section: "syscall", text }]));
  const { returned, context } = loaded.program(NAME).testRun({ context: join([value(14), value(0)]) });
  expect([returned, number(context.subarray(8))]).toEqual([7, 42]);
});

test("a raw tracepoint program is run with its arguments", (t) => {
  needs(t, "raw-tp");
  const text = "r0 = *(u64 *)(r1 + 8)\n exit";
  using loaded = backend.load(programs(NAME, [{ type: "rawTracepoint", section: "raw_tp/sys_enter", text }]));
  expect(loaded.program(NAME).testRun({ context: join([value(1), value(99)]) }).returned).toBe(99);
});

test("a program of a type that cannot run by itself says so", () => {
  using loaded = backend.load(
    programs(NAME, [{ type: "cgroupSysctl", section: "cgroup/sysctl", text: "r0 = 1\nexit" }]),
  );
  expect(() => loaded.program(NAME).testRun({ data: packet })).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("attach it") }),
  );
});

// Sums the u64 of each record with a callback, and counts them.
const DRAIN = `
  *(u64 *)(r10 - 8) = 0
  r1 = map[ring] ll
  r2 = subprog[each] ll
  r3 = r10
  r3 += -8
  r4 = 0
  call bpf_user_ringbuf_drain
  exit
each:
  r6 = r1
  r2 = 8
  *(u64 *)(r10 - 8) = 0
  r1 = r10
  r1 += -8
  r3 = r6
  r4 = 0
  r5 = 0
  call bpf_dynptr_read
  r6 = *(u64 *)(r10 - 8)
  r1 = map[counts][0]+0 ll
  lock *(u64 *)(r1 + 0) += r6
  r0 = 0
  exit`;

test("records that user space writes reach a program", (t) => {
  needs(t, "user-ringbuf");
  const ring: MapSpec = {
    name: "ring",
    type: "userRingbuf",
    keySize: 0,
    valueSize: 0,
    maxEntries: 4096,
    flags: 0,
  };
  const type = "rawTracepoint";
  const { btf, functions } = functionBtf(["skep_ob_drain", "skep_ob_each"], [0, 8], "static");
  const object = programs(
    NAME,
    [{ type, section: "raw_tp/sys_enter", text: DRAIN, functions }],
    [COUNTS, ring],
  );
  using loaded = backend.load({ ...object, btf });
  using writer = loaded.userRing("ring");
  const sum = () => Number(readCounts(loaded.map("counts"))[0]);
  const drain = () => loaded.program(NAME).testRun().returned;
  for (const n of [1, 2, 3]) expect(writer.write(value(n))).toBe(true);
  const dropped = writer.reserve(8);
  dropped?.discard();
  expect([drain(), sum()]).toEqual([3, 6]);
  let written = 0;
  while (writer.write(value(1))) written++;
  expect(written).toBe(4096 / 16);
  drain();
  expect(sum()).toBe(6 + written);
  expect(writer.write(value(5))).toBe(true); // round the corner
  expect([drain(), sum()]).toEqual([1, 11 + written]);
  expect(() => writer.reserve(5000)).toThrow(expect.objectContaining({ code: "linux/record-too-large" }));
  expect(() => loaded.userRing("counts")).toThrow(expect.objectContaining({ code: "linux/no-buffer" }));
});

test("descriptors are not left open", () => {
  const before = new Fd(kernel, kernel.call("openat", -100, new TextEncoder().encode("/dev/null\0"), 0));
  const at = before.number;
  before.close();
  for (let i = 0; i < 3; i++) {
    using loaded = load(mapOf("hash"));
    openMap(kernel, { id: loaded.map("m").id })[Symbol.dispose]();
    loaded.map("m").btf();
  }
  using after = new Fd(kernel, kernel.call("openat", -100, new TextEncoder().encode("/dev/null\0"), 0));
  expect(after.number).toBe(at);
});
