import { SkepError } from "../base/errors.ts";
import { UNWIND_REGION } from "../plan/unwind-tables.ts";
import type { MissingTables } from "../runtime/backend.ts";
import { fileOffset, type Mapping } from "../symbols/maps.ts";
import type { LinuxMap } from "./maps.ts";

/** A region of a process with code, and the file that is mapped there. */
export type UnwindRegion = Readonly<{ mapping: Mapping; file: MissingTables["file"] }>;

const PROCESS_BITS = 32;
const ADDRESS_BITS = 64n;

/** The trie by which programs find the region of an address where they cannot ask the kernel. */
export class UnwindRegions {
  readonly #map: LinuxMap;
  readonly #keys = new Map<number, Uint8Array>();
  #count = 0;

  constructor(map: LinuxMap) {
    this.#map = map;
  }

  /** Replaces what is known of a process. */
  set(pid: number, regions: readonly UnwindRegion[]): void {
    this.#forget(pid);
    const pieces = regions.flatMap((region) =>
      prefixes(region.mapping).map((prefix) => ({ region, ...prefix })),
    );
    if (this.#count + pieces.length > UNWIND_REGION.entries)
      for (const one of [...this.#keys.keys()]) this.#forget(one);
    const keys = new Uint8Array(pieces.length * UNWIND_REGION.keyBytes);
    const values = new Uint8Array(pieces.length * UNWIND_REGION.valueBytes);
    for (const [index, { region, start, bits }] of pieces.entries()) {
      writeKey(keys, index, pid, start, bits);
      writeValue(values, index, region);
    }
    if (pieces.length === 0) return;
    try {
      this.#map.updateAll(keys, values);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error; // no room: those that fit serve
    }
    this.#keys.set(pid, keys);
    this.#count += pieces.length;
  }

  #forget(pid: number): void {
    const keys = this.#keys.get(pid);
    if (keys === undefined) return;
    this.#map.deleteAll(keys);
    this.#keys.delete(pid);
    this.#count -= keys.length / UNWIND_REGION.keyBytes;
  }
}

/** The region in pieces whose addresses share their first `bits` bits and have all that follow. */
function prefixes({ start, end }: Mapping): { start: bigint; bits: number }[] {
  const pieces: { start: bigint; bits: number }[] = [];
  for (let at = start; at < end; ) {
    let size = 1n;
    while (at % (size * 2n) === 0n && at + size * 2n <= end) size *= 2n;
    pieces.push({ start: at, bits: Number(ADDRESS_BITS) - (size.toString(2).length - 1) });
    at += size;
  }
  return pieces;
}

function writeKey(keys: Uint8Array, index: number, pid: number, start: bigint, bits: number): void {
  const view = new DataView(keys.buffer, index * UNWIND_REGION.keyBytes, UNWIND_REGION.keyBytes);
  view.setUint32(0, PROCESS_BITS + bits, true);
  view.setUint32(4, pid);
  view.setBigUint64(8, start);
}

function writeValue(values: Uint8Array, index: number, { mapping, file }: UnwindRegion): void {
  const { valueBytes } = UNWIND_REGION;
  const words = [
    mapping.start,
    mapping.end,
    mapping.start - fileOffset(mapping, mapping.start),
    file.device,
    file.inode,
  ];
  const view = new DataView(values.buffer, index * valueBytes, valueBytes);
  for (const [at, word] of words.entries()) view.setBigUint64(at * 8, BigInt.asUintN(64, word), true);
}
