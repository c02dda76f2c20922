import { expect, test } from "vitest";
import { mapBatchAttr, mapElemAttr } from "../abi/attr-map.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { type Answer, FakeKernel } from "./fake-kernel.ts";
import { Fd } from "./fd.ts";
import { LinuxMap } from "./maps.ts";

const SPEC: MapSpec = { name: "m", type: "hash", keySize: 4, valueSize: 4, maxEntries: 1000, flags: 0 };
const LOOKUP = 1;
const DELETE = 3;
const NEXT_KEY = 4;
const LOOKUP_BATCH = 24;
const DELETE_BATCH = 27;
const ENOENT = 2;
const ENOSPC = 28;
const ENOTSUPP = 524;

const word = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
const setWord = (bytes: Uint8Array, value: number, at = 0) =>
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, value, true);

/** A hash map of a kernel before 5.6; `between` runs before each step of a walk. */
function oldKernel(entries: Map<number, number>, between: () => void = () => {}): FakeKernel {
  return new FakeKernel((_name, args, kernel) => {
    const command = Number(args[0]);
    if (command >= LOOKUP_BATCH) return -ENOTSUPP;
    const attr = mapElemAttr.decode(args[1] as Uint8Array);
    const key = attr.key === 0n ? undefined : word(kernel.bytesAt(attr.key));
    if (command === DELETE) return entries.delete(key ?? -1) ? 0 : -ENOENT;
    if (command === LOOKUP) {
      const value = entries.get(key ?? -1);
      if (value === undefined) return -ENOENT;
      setWord(kernel.bytesAt(attr.value), value);
      return 0;
    }
    if (command !== NEXT_KEY) return -22;
    between();
    const keys = [...entries.keys()];
    const next = keys[key === undefined ? 0 : keys.indexOf(key) + 1]; // an unknown key starts over
    if (next === undefined) return -ENOENT;
    setWord(kernel.bytesAt(attr.value), next);
    return 0;
  });
}

const numbers = (map: LinuxMap) => [...map.entries()].map(([key, value]) => [word(key), word(value)]);
const mapOn = (kernel: FakeKernel, spec = SPEC) => new LinuxMap(kernel, spec, new Fd(kernel, 5), 4);

test("without batches a map is walked key by key", () => {
  const entries = new Map([1, 2, 3].map((n) => [n, n * 10]));
  expect(numbers(mapOn(oldKernel(entries)))).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
});

test("a walk that starts over gives nothing twice", () => {
  const entries = new Map([1, 2, 3, 4, 5].map((n) => [n, n]));
  let steps = 0;
  const kernel = oldKernel(entries, () => {
    if (++steps === 3) entries.delete(2); // the key that the walk stands on
  });
  expect(numbers(mapOn(kernel)).map(([key]) => key)).toEqual([1, 2, 3, 4, 5]);
});

test("a walk ends although entries come and go without end", () => {
  const entries = new Map([[0, 0]]);
  let next = 1;
  const kernel = oldKernel(entries, () => {
    entries.clear();
    entries.set(next++, 0);
  });
  expect(numbers(mapOn(kernel)).length).toBeLessThanOrEqual(2 * SPEC.maxEntries + 64);
});

/** A kernel with batches, that gives `perCall` entries a time and wants room for `bucket` at least. */
function batchKernel(
  total: number,
  perCall: number,
  bucket: number,
  otherwise: Answer = () => -22,
): FakeKernel {
  return new FakeKernel((name, args, kernel) => {
    if (args[0] !== LOOKUP_BATCH) return otherwise(name, args, kernel);
    const raw = args[1] as Uint8Array;
    const attr = mapBatchAttr.decode(raw);
    if (attr.count < bucket) return -ENOSPC;
    const from = attr.inBatch === 0n ? 0 : word(kernel.bytesAt(attr.inBatch));
    const count = Math.min(perCall, total - from, attr.count);
    for (let i = 0; i < count; i++) {
      setWord(kernel.bytesAt(attr.keys), from + i, i * 4);
      setWord(kernel.bytesAt(attr.values), (from + i) * 2, i * 4);
    }
    setWord(kernel.bytesAt(attr.outBatch), from + count);
    setWord(raw, count, mapBatchAttr.offsets.count);
    return from + count >= total ? -ENOENT : 0;
  });
}

test("batches are read to the end, the last one too", () => {
  const all = numbers(mapOn(batchKernel(250, 100, 1)));
  expect(all).toEqual(Array.from({ length: 250 }, (_, i) => [i, i * 2]));
});

test("a bucket with more entries than there was room for is read with more room", () => {
  const kernel = batchKernel(10, 10, 100_000);
  expect(numbers(mapOn(kernel))).toHaveLength(10);
  expect(kernel.calls.length).toBeLessThan(12);
});

test("clearing goes on behind a key that is gone", () => {
  const entries = new Set([0, 1, 3, 4]);
  const batches: number[][] = [];
  const kernel = batchKernel(5, 5, 1, (_name, args, k) => {
    if (args[0] !== DELETE_BATCH) return -22;
    const raw = args[1] as Uint8Array;
    const { keys, count } = mapBatchAttr.decode(raw);
    const wanted = Array.from({ length: count }, (_, i) => word(k.bytesAt(keys).subarray(i * 4)));
    batches.push(wanted);
    const gone = wanted.findIndex((key) => !entries.delete(key));
    setWord(raw, gone === -1 ? count : gone, mapBatchAttr.offsets.count);
    return gone === -1 ? 0 : -ENOENT;
  });
  mapOn(kernel).clear();
  expect(entries.size).toBe(0);
  expect(batches).toEqual([
    [0, 1, 2, 3, 4],
    [3, 4],
  ]);
});

test("per-CPU values are rounded up to 8 bytes for each CPU", () => {
  let bytes = 0;
  const kernel = new FakeKernel((_name, args, k) => {
    bytes = k.bytesAt(mapElemAttr.decode(args[1] as Uint8Array).value).length;
    return 0;
  });
  const map = mapOn(kernel, { ...SPEC, type: "percpuHash", valueSize: 12 });
  expect(map.lookup(new Uint8Array(4))).toHaveLength(64);
  expect(bytes).toBe(64);
});

test("without batches many entries are written one by one, and taken one by one", () => {
  const entries = new Map<number, number>();
  const kernel = new FakeKernel((_name, args, k) => {
    const command = Number(args[0]);
    if (command >= LOOKUP_BATCH) return -ENOTSUPP;
    const attr = mapElemAttr.decode(args[1] as Uint8Array);
    const key = attr.key === 0n ? undefined : word(k.bytesAt(attr.key));
    const UPDATE = 2;
    if (command === UPDATE) entries.set(key ?? -1, word(k.bytesAt(attr.value)));
    else if (command === DELETE) return entries.delete(key ?? -1) ? 0 : -ENOENT;
    else if (command === LOOKUP) setWord(k.bytesAt(attr.value), entries.get(key ?? -1) ?? 0);
    else if (command === NEXT_KEY) {
      const [next] = entries.keys();
      if (next === undefined) return -ENOENT;
      setWord(k.bytesAt(attr.value), next);
    } else return -ENOTSUPP; // taking and reading in one step came later
    return 0;
  });
  const map = mapOn(kernel);
  map.updateAll(
    new Uint8Array(Uint32Array.of(1, 2, 3).buffer),
    new Uint8Array(Uint32Array.of(10, 20, 30).buffer),
  );
  expect([...entries]).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
  expect([...map.takeEntries()].map(([k, v]) => [word(k), word(v)])).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
  expect(entries.size).toBe(0);
});

// biome-ignore format: one case per line
test.each([
  { rule: "push to a map with keys",  use: (map: LinuxMap) => map.push(new Uint8Array(4)),               code: "linux/map-has-keys" },
  { rule: "pop from one",             use: (map: LinuxMap) => map.pop(),                                 code: "linux/map-has-keys" },
  { rule: "half an entry",            use: (map: LinuxMap) => map.updateAll(new Uint8Array(6), new Uint8Array(4)), code: "linux/map-size" },
  { rule: "memory without the flag",  use: (map: LinuxMap) => map.mmap(),                                code: "linux/not-mmapable" },
])("wrong use of a map is refused: $rule", ({ use, code }) => {
  const kernel = new FakeKernel(() => 0);
  expect(() => use(mapOn(kernel))).toThrow(expect.objectContaining({ code }));
  expect(kernel.calls).toEqual([]);
});
