import { MAP_FLAGS } from "../../abi/map-flags.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { unreachable } from "../../base/errors.ts";
import { ARENA_PAGE } from "../arena.ts";
import { MachineError } from "../machine-error.ts";
import { ArenaMap } from "./arena-map.ts";
import { ArrayMap } from "./array-map.ts";
import { BloomFilter } from "./bloom-filter.ts";
import { PerfEventArray, StackTraceMap, UserRingBuffer } from "./event-maps.ts";
import { HashMap } from "./hash-map.ts";
import { LpmTrie } from "./lpm-trie.ts";
import { QueueMap } from "./queue-map.ts";
import { ReferenceMap, type Referents } from "./reference-maps.ts";
import { RingBuffer } from "./ring-buffer.ts";
import { StorageMap, type StorageParts } from "./storage-map.ts";
import { type StructOpsHost, StructOpsMap } from "./struct-ops-map.ts";
import type { VmMap } from "./vm-map.ts";

const LRU_NODE_BYTES = 12;
const MAX_VALUE_BYTES = 0x7fff_ffff;
const MAX_STACK_FRAMES = 127; // kernel.perf_event_max_stack
const PAGE_BYTES = 4096;

/** Makes a map. Throws MachineError for sizes and flags that the kernel refuses, and for types that are missing here. */
export function createMap(
  spec: MapSpec,
  id: number,
  parts: StorageParts & Readonly<{ referents: Referents; structOps: StructOpsHost }>,
): VmMap {
  const wrong = whatIsWrong(spec);
  if (wrong !== undefined)
    throw new MachineError("vm/bad-map", `map ${spec.name} of type ${spec.type}: ${wrong}`);
  if (spec.maxEntries * LRU_NODE_BYTES > parts.space.maxBytes && spec.type.startsWith("lru"))
    throw new MachineError("vm/no-memory", `map ${spec.name}: ${spec.maxEntries} entries are too many`);
  switch (spec.type) {
    case "hash":
    case "percpuHash":
    case "lruHash":
    case "lruPercpuHash":
      return new HashMap(spec, id, parts);
    case "array":
    case "percpuArray":
      return new ArrayMap(spec, id, parts);
    case "lpmTrie":
      return new LpmTrie(spec, id, parts);
    case "queue":
    case "stack":
      return new QueueMap(spec, id);
    case "bloomFilter":
      return new BloomFilter(spec, id);
    case "ringbuf":
      return new RingBuffer(spec, id, parts);
    case "userRingbuf":
      return new UserRingBuffer(spec, id, parts);
    case "perfEventArray":
      return new PerfEventArray(spec, id);
    case "stackTrace":
      return new StackTraceMap(spec, id);
    case "progArray":
    case "cgroupArray":
    case "arrayOfMaps":
    case "hashOfMaps":
    case "devmap":
    case "devmapHash":
    case "cpumap":
    case "xskmap":
    case "sockmap":
    case "sockhash":
    case "reuseportSockarray":
      return new ReferenceMap(spec, id, parts.referents);
    case "taskStorage":
    case "inodeStorage":
    case "skStorage":
    case "cgrpStorage":
    case "cgroupStorage":
    case "percpuCgroupStorage":
      return new StorageMap(spec, id, parts);
    case "structOps":
      return new StructOpsMap(spec, id, parts.structOps);
    case "arena":
      return new ArenaMap(spec, id, parts);
    default:
      return unreachable(spec.type);
  }
}

type Rule = (spec: MapSpec) => string | undefined;

const hasEntries: Rule = ({ maxEntries }) => (maxEntries > 0 ? undefined : "it needs at least one entry");
const hasValues: Rule = ({ valueSize }) =>
  valueSize > 0 && valueSize <= MAX_VALUE_BYTES ? undefined : `a value of ${valueSize} bytes is not possible`;
const isIndexed: Rule = ({ keySize }) => (keySize === 4 ? undefined : `its keys have 4 bytes, not ${keySize}`);
const hasKeys: Rule = ({ keySize }) => (keySize > 0 ? undefined : "its keys have no bytes");
const hasNoKeys: Rule = ({ keySize }) => (keySize === 0 ? undefined : "it has no keys");
const refersTo: Rule = ({ valueSize }) =>
  valueSize === 4 || valueSize === 8 ? undefined : "its values have 4 bytes";
const hasInner: Rule = ({ inner }) => (inner ? undefined : "it does not say what its inner maps look like");
const isRing: Rule = ({ maxEntries, keySize, valueSize }) => {
  const isPower = maxEntries > 0 && (maxEntries & (maxEntries - 1)) === 0;
  if (!isPower || maxEntries % PAGE_BYTES !== 0)
    return `its size, ${maxEntries} bytes, must be a power of two and a multiple of ${PAGE_BYTES}`;
  return keySize === 0 && valueSize === 0 ? undefined : "it has neither keys nor values";
};
const isTrie: Rule = ({ keySize, flags }) => {
  if (keySize < 5 || keySize > 260) return `a key of ${keySize} bytes is not possible; 5 to 260 are`;
  return (flags & MAP_FLAGS.noPrealloc) !== 0 ? undefined : "it needs the flag BPF_F_NO_PREALLOC";
};
const holdsFrames: Rule = ({ valueSize }) =>
  valueSize % 8 === 0 && valueSize / 8 <= MAX_STACK_FRAMES
    ? undefined
    : `a value holds up to ${MAX_STACK_FRAMES} addresses`;

const hasOneEntry: Rule = ({ maxEntries }) => (maxEntries === 1 ? undefined : "it has one entry");
const isArena: Rule = ({ keySize, valueSize, maxEntries, flags, mapExtra = 0n }) => {
  if (keySize !== 0 || valueSize !== 0) return "it has neither keys nor values";
  if ((flags & MAP_FLAGS.mmapable) === 0) return "it needs the flag BPF_F_MMAPABLE";
  const bytes = BigInt(maxEntries) * BigInt(ARENA_PAGE);
  if (bytes > 1n << 32n) return "it can have 4 GiB at most";
  if (mapExtra % BigInt(ARENA_PAGE) !== 0n) return "its address, map_extra, must be that of a page";
  return mapExtra >> 32n === (mapExtra + bytes - 1n) >> 32n
    ? undefined
    : "addresses from map_extra on must have the same upper 32 bits";
};

const HASH: readonly Rule[] = [hasEntries, hasKeys, hasValues];
const ARRAY: readonly Rule[] = [hasEntries, isIndexed, hasValues];
const REFERENCES: readonly Rule[] = [hasEntries, isIndexed, refersTo];

/** What each type demands at its creation. */
// biome-ignore format: one type per line
const RULES: Readonly<Record<MapSpec["type"], readonly Rule[]>> = {
  hash: HASH, percpuHash: HASH, lruHash: HASH, lruPercpuHash: HASH,
  array: ARRAY, percpuArray: ARRAY,
  progArray: REFERENCES, perfEventArray: REFERENCES, cgroupArray: REFERENCES, devmap: REFERENCES, cpumap: REFERENCES,
  xskmap: REFERENCES, sockmap: REFERENCES, reuseportSockarray: REFERENCES,
  arrayOfMaps: [...REFERENCES, hasInner],
  hashOfMaps: [...HASH, refersTo, hasInner],
  devmapHash: REFERENCES,
  sockhash: [...HASH, refersTo],
  lpmTrie: [hasEntries, hasValues, isTrie],
  queue: [hasEntries, hasNoKeys, hasValues], stack: [hasEntries, hasNoKeys, hasValues], bloomFilter: [hasEntries, hasNoKeys, hasValues],
  ringbuf: [isRing], userRingbuf: [isRing],
  stackTrace: [...ARRAY, holdsFrames],
  cgroupStorage: [hasValues], percpuCgroupStorage: [hasValues],
  skStorage: [isIndexed, hasValues], inodeStorage: [isIndexed, hasValues], taskStorage: [isIndexed, hasValues], cgrpStorage: [isIndexed, hasValues],
  structOps: [isIndexed, hasValues, hasOneEntry], arena: [hasEntries, isArena],
};

function whatIsWrong(spec: MapSpec): string | undefined {
  for (const rule of RULES[spec.type]) {
    const problem = rule(spec);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
