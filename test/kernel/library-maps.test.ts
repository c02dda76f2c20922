import { spawn } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import type { HashMap } from "../../src/collection/map-types.ts";
import { openPinned } from "../../src/collection/open-map.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { openKernelObject } from "../../src/linux/open-object.ts";
import { possibleCpus } from "../../src/linux/procfs.ts";
import { libraryObject } from "./library-lab.ts";
import { BpfFs } from "./linux-lab.ts";
import { needs } from "./needs.ts";

// Maps of all types through the library: keys and values are what the object's types say.

const file = libraryObject("values");
const backend = openLinux();
afterAll(() => backend[Symbol.dispose]());
const cpus = possibleCpus().length;

function load(settings: Parameters<Collection["maps"]>[0] = {}) {
  return Collection.read(file).only("landed").maps(settings).load({ backend });
}

const KINDS = ["user-ringbuf", "bloom-filter", "task-storage"] as const;

test("hash tables: written, found, taken, in batches", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const counts = c.map("counts");
  counts.updateMany(Array.from({ length: 300 }, (_, i) => [i, BigInt(i) * 2n]));
  expect(counts.count()).toBe(300);
  expect([counts.lookup(7), counts.has(7), counts.lookup(300), counts.has(300)]).toEqual([
    14n,
    true,
    undefined,
    false,
  ]);
  expect(() => counts.update(7, 1, { mode: "noexist" })).toThrow(
    expect.objectContaining({ code: "system/EEXIST" }),
  );
  expect(() => counts.update(999, 1, { mode: "exist" })).toThrow(
    expect.objectContaining({ code: "system/ENOENT" }),
  );
  expect([counts.delete(7), counts.delete(7)]).toEqual([true, false]);
  counts.deleteMany(Array.from({ length: 200 }, (_, i) => i));
  expect([...counts.keys()].map(Number).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, i) => i + 200),
  );
  expect(counts.take(200)).toBe(400n);
  const taken = [...counts.takeEntries()];
  expect(taken).toHaveLength(99);
  expect(taken.every(([k, v]) => BigInt(k as number) * 2n === v)).toBe(true);
  expect([...counts]).toEqual([]);
});

test("what stays in a map is met once while others come and go", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const counts = c.map("counts");
  for (let i = 0; i < 500; i++) counts.update(i, i);
  const met = new Map<number, number>();
  let next = 1000;
  for (const [key] of counts.entries()) {
    met.set(key as number, (met.get(key as number) ?? 0) + 1);
    if (next < 1400) counts.update(next++, 0);
    else counts.delete(next - 401);
  }
  const stayed = Array.from({ length: 500 }, (_, i) => i);
  expect(stayed.filter((key) => met.get(key) !== 1)).toEqual([]);
});

test("structs as keys and values", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const key = { pid: 5, name: "sshd" };
  const table = c.map("table");
  expect(() => table.update(key, { ns: 1 })).toThrow("table: value.delta: it is missing");
  const blank = { ...(c.globals["last"] as object), comm: "x", ns: 3n };
  table.update(key, blank);
  expect(table.lookup({ pid: 5, name: "sshd" })).toEqual(blank);
  expect([...table.keys()]).toEqual([key]);
});

test("per-CPU maps hold a value for each CPU", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const map = c.map("per_cpu");
  map.fill(1, { x: 1, y: -1 });
  expect(map.lookup(1)).toEqual(Array(cpus).fill({ x: 1, y: -1 }));
  const values = Array.from({ length: cpus }, (_, cpu) => ({ x: cpu, y: 0 }));
  map.update(2, values);
  expect(new Map([...map] as [number, unknown][]).get(2)).toEqual(values);
  expect(() => map.update(3, { x: 1, y: 1 })).toThrow(
    expect.objectContaining({ code: "collection/bad-value", remedy: expect.stringContaining("fill") }),
  );
});

test("arrays, in memory too", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const corners = c.map("corners");
  using memory = corners.mmap();
  memory.set(3, { x: 7, y: 8 });
  expect([...corners.values()]).toEqual([...Array(3).fill({ x: 0, y: 0 }), { x: 7, y: 8 }]);
  corners.update(0, { x: 1, y: 2 });
  expect([memory.length, memory.get(0)]).toEqual([4, { x: 1, y: 2 }]);
  expect(() => memory.get(4)).toThrow(expect.objectContaining({ code: "collection/bad-value" }));
  expect(() => corners.delete(0)).toThrow(expect.objectContaining({ code: "system/EINVAL" }));
  corners.clear();
  expect(corners.lookup(3)).toEqual({ x: 0, y: 0 });
});

test("queues, stacks, sets", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const line = c.map("line");
  for (const x of [1, 2]) line.push({ x, y: 0 });
  expect(() => line.push({ x: 3, y: 0 })).toThrow(expect.objectContaining({ code: "system/E2BIG" }));
  line.push({ x: 3, y: 0 }, { replace: true });
  expect([line.peek(), line.pop(), line.pop(), line.pop()]).toEqual([
    { x: 2, y: 0 },
    { x: 2, y: 0 },
    { x: 3, y: 0 },
    undefined,
  ]);
  const pile = c.map("pile");
  for (const n of [1, 2]) pile.push(n);
  expect([pile.pop(), pile.pop(), pile.pop()]).toEqual([2, 1, undefined]);
  const perhaps = c.map("perhaps");
  perhaps.add(5n);
  expect([perhaps.mayHold(5n), perhaps.mayHold(6n)]).toEqual([true, false]);
  expect(() => [...line.entries()]).toThrow(expect.objectContaining({ code: "linux/map-not-walkable" }));
});

test("prefixes", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const routes = c.map("routes");
  routes.update("10.0.0.0/8", 8);
  routes.update({ prefixlen: 16, address: [10, 1, 0, 0] }, 16);
  expect([routes.lookup("10.1.2.3"), routes.lookup("10.2.2.3"), routes.lookup("11.0.0.1")]).toEqual([
    16,
    8,
    undefined,
  ]);
  expect([...routes.keys()]).toContainEqual({ prefixlen: 8, address: Uint8Array.of(10, 0, 0, 0) });
  for (const key of ["10.0.0.0/33", "::1/8", "ten", "10.0.0.0/x"])
    expect(() => routes.lookup(key)).toThrow(expect.objectContaining({ code: "collection/bad-value" }));
});

test("maps in maps", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const outer = c.map("outer");
  using made = outer.create();
  made.update(1, { x: 5, y: 6 });
  outer.update(3, made);
  outer.update(4, c.map("first_inner"));
  using found = outer.lookup(3) as typeof made;
  expect(found.lookup(1)).toEqual({ x: 5, y: 6 });
  expect([...outer.keys()].sort()).toEqual([3, 4]);
  expect(outer.lookup(5)).toBeUndefined();
  expect(() => c.map("counts").create()).toThrow(expect.objectContaining({ code: "collection/no-inner-map" }));
});

test("memory of tasks", (t) => {
  needs(t, ...KINDS);
  using c = load();
  const child = spawn("sleep", ["30"]);
  try {
    const owner = { pid: child.pid ?? 0 };
    const notes = c.map("notes");
    expect(notes.lookup(owner)).toBeUndefined();
    notes.update(owner, { x: 1, y: 2 });
    expect(notes.lookup(owner)).toEqual({ x: 1, y: 2 });
    expect([notes.delete(owner), notes.delete(owner)]).toEqual([true, false]);
    expect(() => notes.lookup({ pid: 0x3fff_ffff })).toThrow(
      expect.objectContaining({ code: "linux/no-owner" }),
    );
  } finally {
    child.kill("SIGKILL");
  }
});

test("pins: shared, of another size, removed; maps given; frozen", (t) => {
  needs(t, ...KINDS);
  using fs = new BpfFs(backend.kernel);
  const pin = `${fs.path}/counts`;
  using first = load({ counts: { pin } });
  using second = load({ counts: { pin } });
  first.map("counts").update(1, 11);
  expect(second.map("counts").lookup(1)).toBe(11n);
  expect(() => load({ counts: { pin, maxEntries: 5 } })).toThrow(
    expect.objectContaining({ code: "linux/pinned-differs", remedy: expect.stringContaining(pin) }),
  );
  using third = load({ counts: { use: { id: first.map("counts").id } } });
  expect(third.map("counts").lookup(1)).toBe(11n);
  expect(() => load({ counts: { use: { id: first.map("per_cpu").id } } })).toThrow(
    expect.objectContaining({ code: "linux/pinned-differs" }),
  );
  first.map("table").pin(`${fs.path}/table`);
  {
    using table = openPinned<HashMap<{ pid: number; name: string }, unknown>>(`${fs.path}/table`, { backend });
    table.update({ pid: 1, name: "init" }, first.globals["last"]);
    expect([...first.map("table").keys()]).toEqual([{ pid: 1, name: "init" }]);
    expect(table.lookup({ pid: 1, name: "init" })).toMatchObject({
      state: "IDLE",
      where: [{ x: 0 }, { x: 0 }],
    });
  }
  first.map("corners").pin(`${fs.path}/corners`);
  using opened = openKernelObject(backend.kernel, "map", { pinned: `${fs.path}/corners` });
  expect(opened.number).toBeGreaterThan(0);
  first.map("corners").unpin();
  expect(() => openKernelObject(backend.kernel, "map", { pinned: `${fs.path}/corners` })).toThrow("ENOENT");
  first.map("routes").freeze();
  expect(() => first.map("routes").update("10.0.0.0/8", 1)).toThrow(
    expect.objectContaining({ code: "system/EPERM" }),
  );
});
