import { HELPERS } from "../abi/helpers.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { SkepError } from "../base/errors.ts";
import { resolve } from "../btf/layout.ts";
import { findMember, findStruct } from "../btf/lookup.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { assemble } from "../isa/assemble.ts";
import { bindNames } from "../isa/bind-names.ts";
import { encodeProgram } from "../isa/encode.ts";
import { createMap, lookupElem } from "./bpf-map.ts";
import { loadProgram, testRun } from "./bpf-prog.ts";
import type { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";

const FIRST = "ftrace_pages_start"; // the kernel's variable that its records hang on; kernel/trace/ftrace.c, v6.12
const PAGE_BYTES = 4096;
const MOST_RECORDS = 1 << 20;
const MOST_GROUPS = 1 << 12;
const SLEEPABLE = 16; // BPF_F_SLEEPABLE, which programs of system calls are
const POINTER_BYTES = 8;

/** Where ftrace keeps what it knows of a group of functions, by the kernel's own types. */
type Layout = Readonly<{
  group: Readonly<{ bytes: number; next: number; records: number; count: number }>;
  record: Readonly<{ bytes: number; place: number }>;
}>;

/** One group in the kernel's memory: `count` records from `records` on, in the order of their places. */
type Group = Readonly<{ records: bigint; count: number }>;

/**
 * Ftrace's own records, read by a program that reads kernel memory: only those pages of them that a search comes by,
 * where printing them all takes the kernel 600 ms in an emulated machine.
 */
export class FtraceRecords implements Disposable {
  readonly #reader: KernelReader;
  readonly #record: Layout["record"];
  readonly #perPage: number;
  readonly #groups: readonly Group[];
  readonly #pages = new Map<bigint, DataView>();

  private constructor(reader: KernelReader, { record }: Layout, groups: readonly Group[]) {
    this.#reader = reader;
    this.#record = record;
    this.#perPage = Math.floor(PAGE_BYTES / record.bytes);
    this.#groups = groups;
  }

  /**
   * Undefined where this process may not read them, where the kernel's types do not tell how they are kept, and where
   * they are not `total`, which the kernel counts as well.
   */
  static open(kernel: Kernel, btf: Btf, total: number): FtraceRecords | undefined {
    const layout = layoutOf(btf);
    if (layout === undefined || total > MOST_RECORDS) return undefined;
    return refusedAsNothing(() => {
      const reader = KernelReader.open(kernel, layout.group.bytes);
      if (reader === undefined) return undefined;
      try {
        const groups = readGroups(reader, layout, total);
        if (groups !== undefined) return new FtraceRecords(reader, layout, groups);
      } catch (error) {
        reader[Symbol.dispose]();
        throw error;
      }
      reader[Symbol.dispose]();
      return undefined;
    });
  }

  /** Those of the code addresses at which ftrace can put a call; undefined where records cannot be read. */
  placesAmong(addresses: Iterable<bigint>): ReadonlySet<bigint> | undefined {
    return refusedAsNothing(() => {
      const places = new Set<bigint>();
      for (const address of addresses) {
        for (const group of this.#groups) {
          const isThere = this.#holds(group, address);
          if (isThere === undefined) return undefined;
          if (isThere) places.add(address);
        }
      }
      return places;
    });
  }

  /** By halves, as the kernel itself looks for a place: lookup_rec(), kernel/trace/ftrace.c, v6.12. */
  #holds(group: Group, address: bigint): boolean | undefined {
    let [low, high] = [0, group.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = this.#placeOf(group, middle);
      if (place === undefined) return undefined;
      if (place === address) return true;
      if (place < address) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  #placeOf({ records }: Group, index: number): bigint | undefined {
    const first = index - (index % this.#perPage);
    const at = records + BigInt(first * this.#record.bytes);
    let page = this.#pages.get(at);
    if (page === undefined) {
      const read = this.#reader.read(at, "page");
      if (read === undefined) return undefined;
      page = new DataView(read.buffer.slice(0));
      this.#pages.set(at, page);
    }
    return page.getBigUint64((index - first) * this.#record.bytes + this.#record.place, true);
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }
}

/** What the kernel refuses is not known. */
function refusedAsNothing<T>(ask: () => T | undefined): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    return undefined;
  }
}

/** The groups, if they have `total` records together. */
function readGroups(reader: KernelReader, { group }: Layout, total: number): readonly Group[] | undefined {
  const groups: Group[] = [];
  let found = 0;
  let at = reader.first();
  while (at !== undefined && at !== 0n) {
    const head = reader.read(at, "group");
    if (head === undefined || groups.length === MOST_GROUPS) return undefined;
    const count = head.getInt32(group.count, true);
    if (count < 0 || found + count > total) return undefined;
    found += count;
    groups.push({ records: head.getBigUint64(group.records, true), count });
    at = head.getBigUint64(group.next, true);
  }
  return at === 0n && found === total ? groups : undefined;
}

function layoutOf(btf: Btf): Layout | undefined {
  const group = findStruct(btf, "ftrace_page");
  const offset = (struct: BtfId, name: string) => findMember(btf, struct, name);
  const records = group === undefined ? undefined : offset(group, "records");
  if (group === undefined || records === undefined) return undefined;
  const [next, count] = [offset(group, "next"), offset(group, "index")];
  const pointer = resolve(btf, records.type);
  const record = pointer.kind === "pointer" ? pointer.to : undefined;
  const place = record === undefined ? undefined : offset(record, "ip");
  if (record === undefined || place === undefined || next === undefined || count === undefined)
    return undefined;
  const bytesOf = (struct: BtfId) => {
    const type = resolve(btf, struct);
    return type.kind === "struct" ? type.bytes : 0;
  };
  const layout: Layout = {
    group: {
      bytes: bytesOf(group),
      next: next.bitOffset / 8,
      records: records.bitOffset / 8,
      count: count.bitOffset / 8,
    },
    record: { bytes: bytesOf(record), place: place.bitOffset / 8 },
  };
  const isUsual = PAGE_BYTES % layout.record.bytes === 0 && layout.group.bytes <= PAGE_BYTES;
  return isUsual ? layout : undefined;
}

/** Reads kernel memory into this process, by a program that is run for each piece. */
class KernelReader implements Disposable {
  readonly #kernel: Kernel;
  readonly #program: Fd;
  readonly #out: Fd;
  readonly #bytes = new Uint8Array(PAGE_BYTES);

  private constructor(kernel: Kernel, program: Fd, out: Fd) {
    this.#kernel = kernel;
    this.#program = program;
    this.#out = out;
  }

  /** Undefined where the kernel refuses such a program (before 5.16). Throws SystemError. */
  static open(kernel: Kernel, groupBytes: number): KernelReader | undefined {
    const shape = { type: MAP_TYPES.array.number, keySize: 4, valueSize: PAGE_BYTES, maxEntries: 1 };
    const out = createMap(kernel, { name: "skep_memory", ...shape });
    const ids = new Map(HELPERS.map((helper) => [helper.name, helper.id]));
    const text = readingProgram(groupBytes);
    const { insns } = assemble({ name: "memory", text }, { helperId: (name) => ids.get(name) });
    if (insns === undefined) throw new Error("bug: the program that reads memory does not assemble");
    const loaded = loadProgram(kernel, {
      name: "skep_memory",
      type: PROGRAM_TYPES.syscall.number,
      flags: SLEEPABLE,
      insns: encodeProgram(bindNames(insns, { map: () => ({ fd: out.number }) })),
      license: "GPL",
    });
    if (loaded.kind === "loaded") return new KernelReader(kernel, loaded.fd, out);
    out.close();
    return undefined;
  }

  /** Where the first group is; undefined where the kernel's variable cannot be seen. */
  first(): bigint | undefined {
    return this.#run(0n, POINTER_BYTES)?.getBigUint64(0, true);
  }

  /** Undefined where nothing can be read. What is returned is valid until the next call. */
  read(address: bigint, what: "group" | "page"): DataView | undefined {
    return this.#run(address, what === "group" ? 0 : PAGE_BYTES);
  }

  #run(address: bigint, bytes: number): DataView | undefined {
    const context = new Uint8Array(BigUint64Array.of(address, BigInt(bytes)).buffer);
    if (testRun(this.#kernel, this.#program, { context }).returned !== 0) return undefined;
    if (!lookupElem(this.#kernel, this.#out, new Uint8Array(4), this.#bytes)) return undefined;
    return new DataView(this.#bytes.buffer);
  }

  [Symbol.dispose](): void {
    this.#program.close();
    this.#out.close();
  }
}

/** Takes an address, or 0 for the variable's, and whether a page, a pointer (8), or else a group's head is wanted. */
function readingProgram(groupBytes: number): string {
  const name = new Uint8Array(Math.ceil((FIRST.length + 1) / 4) * 4);
  new TextEncoder().encodeInto(FIRST, name);
  const words = new Int32Array(name.buffer);
  const nameAt = 16 + name.length + (name.length % 8);
  return [
    "r7 = *(u64 *)(r1 + 0)",
    "r8 = *(u64 *)(r1 + 8)",
    "if r7 != 0 goto known",
    ...[...words].map((word, index) => `*(u32 *)(r10 - ${nameAt - 4 * index}) = ${word}`),
    "*(u64 *)(r10 - 16) = 0",
    "r1 = r10",
    `r1 += -${nameAt}`,
    `r2 = ${FIRST.length + 1}`,
    "r3 = 0",
    "r4 = r10",
    "r4 += -16",
    "call bpf_kallsyms_lookup_name",
    "if r0 != 0 goto out",
    "r7 = *(u64 *)(r10 - 16)",
    "known:",
    "*(u32 *)(r10 - 4) = 0",
    "r1 = map[memory]",
    "r2 = r10",
    "r2 += -4",
    "call bpf_map_lookup_elem",
    "if r0 == 0 goto missing",
    "r1 = r0",
    "r3 = r7",
    `if r8 == ${PAGE_BYTES} goto page`,
    `if r8 == ${POINTER_BYTES} goto pointer`,
    `r2 = ${groupBytes}`,
    "goto read",
    "pointer:",
    `r2 = ${POINTER_BYTES}`,
    "goto read",
    "page:",
    `r2 = ${PAGE_BYTES}`,
    "read:",
    "call bpf_probe_read_kernel",
    "goto out",
    "missing:",
    "r0 = 1",
    "out:",
    "exit",
    "",
  ].join("\n");
}
