// Maps of the machine against the kernel's: the same operations in the same order give the same results and errors.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mapElemAttr } from "../../src/abi/attr-map.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { MAP_TYPES } from "../../src/abi/map-types.ts";
import { bpf } from "../../src/linux/bpf.ts";
import type { BpfCommand } from "../../src/linux/bpf-commands.ts";
import { createMap } from "../../src/linux/bpf-map.ts";
import type { Fd } from "../../src/linux/fd.ts";
import { possibleCpus } from "../../src/linux/procfs.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { plainEnvironment } from "../../src/vm/environment.ts";
import { Machine } from "../../src/vm/machine.ts";
import type { VmMap } from "../../src/vm/maps/vm-map.ts";
import { isOlder } from "./needs.ts";

const kernel = openKernel();
const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
const cpus = possibleCpus().length;
const RUNS = process.env["SKEP_GUEST_KERNEL"] === undefined ? 150 : 10;
const NO_PREALLOC = 1;
const loopback = { ifindex: 1, mtu: 65_536, isUp: true, forwards: false };
const network = { device: (ifindex: number) => (ifindex === 1 ? loopback : undefined) };
const world = { ...plainEnvironment({ cpus }), network };

type Kind = "lookup" | "update" | "delete" | "nextKey" | "lookupAndDelete" | "keys";
type Operation = Readonly<{ kind: Kind; key: number; value: number; flags: number }>;
/** Bytes for success, else -errno. */
type Result = string | number;

type Case = Readonly<{
  rule: string;
  spec: Partial<MapSpec> & Pick<MapSpec, "type">;
  /** Bytes of the key with that number. */
  key?: (n: number) => Uint8Array;
  /** Bytes of the value with that number. */
  value?: (n: number, size: number) => Uint8Array;
  kinds?: readonly Kind[];
  since?: string;
  /** Keys there are; fewer than entries where the kernel's choice of what to drop is its own. */
  keys?: number;
  flags?: readonly number[];
  runs?: number;
}>;

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Prefix length, then an address of two bytes; some lengths are too long. */
function prefix(n: number): Uint8Array {
  const lengths = [0, 1, 7, 8, 9, 15, 16, 17];
  return Uint8Array.of(lengths[n % 8] ?? 0, 0, 0, 0, (n * 5) & 0xc0, (n >> 2) << 7);
}

const none = () => new Uint8Array(0);
/** No device, the loopback device, and one that is not there. */
const device = (n: number) => word([0, 1, 1, 1, 99_999][n % 5] ?? 0);
const queue = (n: number) => word([0, 8, 64, 20_000][n % 4] ?? 0);
const ALL: readonly Kind[] = ["lookup", "update", "update", "delete", "nextKey", "lookupAndDelete", "keys"];
const WITHOUT_TAKE: readonly Kind[] = ["lookup", "update", "update", "delete", "nextKey", "keys"];
const QUEUE: readonly Kind[] = ["lookup", "update", "update", "delete", "nextKey", "lookupAndDelete"];

// biome-ignore format: one type per line
const CASES: readonly Case[] = [
  { rule: "hash",                    spec: { type: "hash", maxEntries: 5 }, kinds: ALL, since: "5.14" },
  { rule: "hash, not preallocated",  spec: { type: "hash", maxEntries: 5, flags: NO_PREALLOC }, kinds: ALL, since: "5.14" },
  { rule: "hash, odd sizes",         spec: { type: "hash", maxEntries: 3, keySize: 4, valueSize: 5 } },
  { rule: "per-CPU hash",            spec: { type: "percpuHash", maxEntries: 5 }, kinds: ALL, since: "5.14" },
  { rule: "LRU hash with room",      spec: { type: "lruHash", maxEntries: 600 }, kinds: ALL, since: "5.14" },
  { rule: "per-CPU LRU with room",   spec: { type: "lruPercpuHash", maxEntries: 600 }, kinds: ALL, since: "5.14" },
  { rule: "array",                   spec: { type: "array", maxEntries: 5 } },
  { rule: "array, odd size",         spec: { type: "array", maxEntries: 5, valueSize: 7 } },
  { rule: "per-CPU array",           spec: { type: "percpuArray", maxEntries: 5 } },
  { rule: "LPM trie",                spec: { type: "lpmTrie", maxEntries: 6, keySize: 6, flags: NO_PREALLOC }, key: prefix, keys: 24, since: "6.13" },
  { rule: "queue",                   spec: { type: "queue", maxEntries: 3, keySize: 0 }, key: none, kinds: QUEUE },
  { rule: "stack",                   spec: { type: "stack", maxEntries: 3, keySize: 0 }, key: none, kinds: QUEUE },
  { rule: "ring buffer",             spec: { type: "ringbuf", maxEntries: 4096, keySize: 0, valueSize: 0 }, key: none, kinds: ["lookup", "update", "delete", "nextKey"], since: "5.8" },
  { rule: "bloom filter",            spec: { type: "bloomFilter", maxEntries: 1000, keySize: 0 }, key: none, kinds: ["update", "delete", "nextKey"], since: "5.16" },
  { rule: "device map",              spec: { type: "devmap", maxEntries: 4, valueSize: 4 }, value: device },
  { rule: "device map with programs", spec: { type: "devmap", maxEntries: 4, valueSize: 8 }, value: (n) => Uint8Array.of(...device(n), 255, 255, 255, 255), kinds: ["lookup", "delete", "nextKey"] },
  { rule: "device hash",             spec: { type: "devmapHash", maxEntries: 4, valueSize: 4 }, value: device, since: "5.4" },
  { rule: "CPU map",                 spec: { type: "cpumap", maxEntries: 5, valueSize: 4 }, value: queue, runs: 20 },
  { rule: "socket map, empty",       spec: { type: "sockmap", maxEntries: 4, valueSize: 8 }, kinds: ["lookup", "delete", "nextKey"] },
  { rule: "socket hash, empty",      spec: { type: "sockhash", maxEntries: 4, valueSize: 8 }, kinds: ["lookup", "delete", "nextKey"] },
  { rule: "socket map of descriptors", spec: { type: "sockmap", maxEntries: 4, valueSize: 4 }, kinds: ["lookup", "delete", "nextKey"] },
  { rule: "reuseport sockets, empty", spec: { type: "reuseportSockarray", maxEntries: 4, valueSize: 8 }, kinds: ["lookup", "delete", "nextKey"], since: "4.19" },
  { rule: "XDP sockets, empty",      spec: { type: "xskmap", maxEntries: 4, valueSize: 4 }, kinds: ["lookup", "delete", "nextKey"] },
  { rule: "cgroups, empty",          spec: { type: "cgroupArray", maxEntries: 4, valueSize: 4 }, kinds: ["lookup", "delete", "nextKey"] },
  { rule: "perf events, empty",      spec: { type: "perfEventArray", maxEntries: 4, valueSize: 4 }, kinds: ["lookup", "nextKey"] },
  { rule: "user ring buffer",        spec: { type: "userRingbuf", maxEntries: 4096, keySize: 0, valueSize: 0 }, key: none, kinds: ["lookup", "update", "delete", "nextKey"], since: "6.1" },
  { rule: "program array, empty",    spec: { type: "progArray", maxEntries: 3, valueSize: 4 }, kinds: ["lookup", "delete", "nextKey"] },
  { rule: "stack traces, empty",     spec: { type: "stackTrace", maxEntries: 4, valueSize: 80 }, kinds: ["lookup", "update", "delete"] },
];

// ---- the two sides

const COMMANDS: Readonly<Record<Exclude<Kind, "keys">, BpfCommand>> = {
  lookup: "BPF_MAP_LOOKUP_ELEM",
  update: "BPF_MAP_UPDATE_ELEM",
  delete: "BPF_MAP_DELETE_ELEM",
  nextKey: "BPF_MAP_GET_NEXT_KEY",
  lookupAndDelete: "BPF_MAP_LOOKUP_AND_DELETE_ELEM",
};

function call(
  map: Fd,
  kind: Exclude<Kind, "keys">,
  key: Uint8Array | undefined,
  value: Uint8Array,
  flags: number,
): number {
  const pointer = (bytes: Uint8Array | undefined) => (bytes?.length ? kernel.addressOf(bytes) : 0n);
  const attr = mapElemAttr.encode({
    mapFd: map.number,
    key: pointer(key),
    value: kind === "delete" ? 0n : pointer(value),
    flags: BigInt(flags),
  });
  return bpf(kernel, COMMANDS[kind], attr);
}

function inKernel(
  map: Fd,
  spec: MapSpec,
  size: number,
  op: Operation,
  key: Uint8Array,
  given: Uint8Array,
): Result {
  if (op.kind === "keys") {
    const keys: string[] = [];
    let last: Uint8Array | undefined;
    for (let i = 0; i < 1000; i++) {
      const next = new Uint8Array(spec.keySize);
      if (call(map, "nextKey", last, next, 0) < 0) break;
      keys.push(next.join());
      last = next;
    }
    return keys.sort().join(" ");
  }
  const value = op.kind === "update" ? given : new Uint8Array(op.kind === "nextKey" ? spec.keySize : size);
  const result = call(map, op.kind, key, value, op.flags);
  if (result < 0) return result;
  return op.kind === "update" || op.kind === "delete" || isWalk(op) ? 0 : value.join();
}

/** Which key comes next is the kernel's choice; whether there is one is not. */
function isWalk(op: Operation): boolean {
  return op.kind === "nextKey";
}

function inMachine(map: VmMap, op: Operation, key: Uint8Array, given: Uint8Array): Result {
  switch (op.kind) {
    case "lookup":
      return text(map.userLookup(key));
    case "update":
      return map.userUpdate(key, given, op.flags);
    case "delete":
      return map.userDelete(key);
    case "lookupAndDelete":
      return text(map.userLookupAndDelete?.(key) ?? map.missing);
    case "nextKey": {
      const next = map.userNextKey(key);
      return typeof next === "number" ? next : 0;
    }
    case "keys": {
      const keys: string[] = [];
      for (let next = map.userNextKey(undefined); typeof next !== "number"; next = map.userNextKey(next))
        keys.push(next.join());
      return keys.sort().join(" ");
    }
    default:
      throw new Error(op.kind satisfies never);
  }
}

function text(found: Uint8Array | number): Result {
  return typeof found === "number" ? found : found.join();
}

/** Bytes behind a per-CPU value that does not fill 8 are zero, as the kernel hands them out. */
function bytesOf(seed: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (seed + i * 3) & 0xff);
}

function operations(rule: Case): fc.Arbitrary<readonly Operation[]> {
  return fc.array(
    fc.record({
      kind: fc.constantFrom(...(rule.kinds ?? WITHOUT_TAKE)),
      key: fc.nat((rule.keys ?? 8) - 1),
      value: fc.nat(255),
      flags: fc.constantFrom(...(rule.flags ?? [0, 0, 0, 1, 2, 3])),
    }),
    { minLength: 1, maxLength: 40 },
  );
}

test.each(CASES)("$rule", (rule) => {
  if (rule.since !== undefined && isOlder(release, rule.since)) return;
  const spec: MapSpec = { name: "m", keySize: 4, valueSize: 8, maxEntries: 4, flags: 0, ...rule.spec };
  const machine = new Machine({ environment: world, engine: "interpreter" });
  const makeKey = rule.key ?? word;
  fc.assert(
    fc.property(operations(rule), (list) => {
      using fd = createMap(kernel, { ...spec, type: MAP_TYPES[spec.type].number });
      const { raw } = machine.createMap(spec);
      for (const [i, given] of list.entries()) {
        const op = given.kind === "update" ? given : { ...given, flags: 0 };
        const key = makeKey(op.key);
        const value = (rule.value ?? bytesOf)(op.value, raw.userValueSize);
        const expected = inKernel(fd, spec, raw.userValueSize, op, key, value);
        const found = inMachine(raw, op, key, value);
        if (isRearranged(spec, op, expected, found)) continue;
        expect({ i, op: op.kind, result: found }).toEqual({ i, op: op.kind, result: expected });
      }
    }),
    { numRuns: Math.min(rule.runs ?? RUNS, RUNS) },
  );
});

/** After which key a walk ends depends on the order, which hashes and tries choose for themselves. */
function isRearranged(spec: MapSpec, op: Operation, expected: Result, found: Result): boolean {
  const hasOrder = spec.type === "array" || spec.type === "percpuArray" || spec.keySize === 0;
  return (
    isWalk(op) &&
    !hasOrder &&
    spec.type !== "progArray" &&
    [expected, found].every((one) => one === 0 || one === -2)
  );
}
