// The maps that generated programs use.
import type { MapSpec, MapType } from "../../src/abi/map-spec.ts";
import { testTypes } from "./verify-types.ts";

export const TYPES_OF_PROGRAMS = testTypes();
const { u32, locked, timed, owners, lists, worked, pair } = TYPES_OF_PROGRAMS;

const NO_PREALLOC = 1;
const MMAPABLE = 1 << 10;
const storage = { keySize: 4, valueSize: 16, maxEntries: 0, flags: NO_PREALLOC, btfKey: u32, btfValue: pair };
const one = { type: "array", keySize: 4, maxEntries: 1, flags: 0, btfKey: u32 } as const;

// biome-ignore format: one map per line
export const MAPS: readonly MapSpec[] = [
  { name: "hash",    type: "hash",           keySize: 8, valueSize: 24,  maxEntries: 16, flags: 0 },
  { name: "array",   type: "array",          keySize: 4, valueSize: 64,  maxEntries: 4,  flags: 0 },
  { name: "percpu",  type: "percpuArray",    keySize: 4, valueSize: 16,  maxEntries: 2,  flags: 0 },
  { name: "lru",     type: "lruHash",        keySize: 4, valueSize: 8,   maxEntries: 64, flags: 0 },
  { name: "one",     type: "array",          keySize: 4, valueSize: 32,  maxEntries: 1,  flags: 0 },
  { name: "rodata",  type: "array",          keySize: 4, valueSize: 16,  maxEntries: 1,  flags: 1 << 7, readOnly: true, initial: Uint8Array.from([7, 0, 0, 0, 104, 105, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]) },
  { name: "ring",    type: "ringbuf",        keySize: 0, valueSize: 0,   maxEntries: 4096, flags: 0 },
  { name: "progs",   type: "progArray",      keySize: 4, valueSize: 4,   maxEntries: 4,  flags: 0 },
  { name: "events",  type: "perfEventArray", keySize: 4, valueSize: 4,   maxEntries: 4,  flags: 0 },
  { name: "stacks",  type: "stackTrace",     keySize: 4, valueSize: 80,  maxEntries: 16, flags: 0 },
  { name: "queue",   type: "queue",          keySize: 0, valueSize: 8,   maxEntries: 8,  flags: 0 },
  { name: "locked",  type: "array",          keySize: 4, valueSize: 16,  maxEntries: 2,  flags: 0, btfKey: u32, btfValue: locked },
  { name: "timed",   type: "array",          keySize: 4, valueSize: 24,  maxEntries: 2,  flags: 0, btfKey: u32, btfValue: timed },
  { name: "outer",   type: "arrayOfMaps",    keySize: 4, valueSize: 4,   maxEntries: 2,  flags: 0, inner: { name: "inner", type: "array", keySize: 4, valueSize: 8, maxEntries: 2, flags: 0 } },
  { name: "lock1",   ...one, valueSize: 16, btfValue: locked },
  { name: "timer1",  ...one, valueSize: 24, btfValue: timed },
  { name: "owners",  ...one, valueSize: 40, btfValue: owners },
  { name: "lists",   ...one, valueSize: 40, btfValue: lists },
  { name: "worked",  ...one, valueSize: 24, btfValue: worked },
  { name: "owned",   type: "hash",           keySize: 4, valueSize: 40,  maxEntries: 4, flags: 0, btfKey: u32, btfValue: owners },
  { name: "pcpuhash", type: "percpuHash",    keySize: 8, valueSize: 16,  maxEntries: 8, flags: 0 },
  { name: "pcpulru", type: "lruPercpuHash",  keySize: 8, valueSize: 16,  maxEntries: 8, flags: 0 },
  { name: "trie",    type: "lpmTrie",        keySize: 8, valueSize: 8,   maxEntries: 8, flags: NO_PREALLOC },
  { name: "devs",    type: "devmap",         keySize: 4, valueSize: 4,   maxEntries: 4, flags: 0 },
  { name: "devhash", type: "devmapHash",     keySize: 4, valueSize: 8,   maxEntries: 4, flags: 0 },
  { name: "cpus",    type: "cpumap",         keySize: 4, valueSize: 4,   maxEntries: 1, flags: 0 },
  { name: "xsks",    type: "xskmap",         keySize: 4, valueSize: 4,   maxEntries: 4, flags: 0 },
  { name: "socks",   type: "sockmap",        keySize: 4, valueSize: 4,   maxEntries: 4, flags: 0 },
  { name: "sockhash", type: "sockhash",      keySize: 8, valueSize: 8,   maxEntries: 4, flags: 0 },
  { name: "reuse",   type: "reuseportSockarray", keySize: 4, valueSize: 8, maxEntries: 4, flags: 0 },
  { name: "cgroups", type: "cgroupArray",    keySize: 4, valueSize: 4,   maxEntries: 4, flags: 0 },
  { name: "stack",   type: "stack",          keySize: 0, valueSize: 8,   maxEntries: 8, flags: 0 },
  { name: "bloom",   type: "bloomFilter",    keySize: 0, valueSize: 8,   maxEntries: 8, flags: 0 },
  { name: "user",    type: "userRingbuf",    keySize: 0, valueSize: 0,   maxEntries: 4096, flags: 0 },
  { name: "hashes",  type: "hashOfMaps",     keySize: 8, valueSize: 4,   maxEntries: 2,  flags: 0, inner: { name: "inner2", type: "hash", keySize: 8, valueSize: 8, maxEntries: 2, flags: 0 } },
  { name: "sks",     type: "skStorage",      ...storage },
  { name: "tasks",   type: "taskStorage",    ...storage },
  { name: "inodes",  type: "inodeStorage",   ...storage },
  { name: "cgrps",   type: "cgrpStorage",    ...storage },
  { name: "cgst",    type: "cgroupStorage",  keySize: 8, valueSize: 16, maxEntries: 0, flags: 0 },
  { name: "arena",   type: "arena",          keySize: 0, valueSize: 0,  maxEntries: 4, flags: MMAPABLE, mapExtra: 1n << 44n },
];

export function mapNamed(name: string): MapSpec {
  const found = MAPS.find((map) => map.name === name);
  if (!found) throw new Error(`no map ${name}`);
  return found;
}

export function mapsOf(types: readonly MapType[] | undefined): readonly MapSpec[] {
  return types === undefined ? MAPS : MAPS.filter(({ type }) => types.includes(type));
}
