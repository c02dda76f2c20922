import { HARDWARE_EVENTS, PERF_TYPES, SOFTWARE_EVENTS } from "../abi/perf-event.ts";
import type { BtfBlob } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import { openKernelBtf } from "../linux/kernel-btf.ts";
import { listInterfaces } from "../linux/net-xdp.ts";
import { mapInfoOf, openObject } from "../linux/objects.ts";
import type { LinuxResolver } from "../linux/resolver.ts";
import type { Kernel } from "../linux/syscall.ts";

/** Names of what links only number; each is looked up once. */
export class LinkNames {
  readonly kernel: Kernel;
  readonly resolver: LinuxResolver;
  #types: BtfBlob | undefined;
  #devices: ReadonlyMap<number, string> | undefined;

  constructor(kernel: Kernel, resolver: LinuxResolver) {
    this.kernel = kernel;
    this.resolver = resolver;
  }

  /** An interface by its number, in this network namespace; undefined: there is none. */
  device(ifindex: number): string | undefined {
    this.#devices ??= new Map(listInterfaces(this.kernel).map((one) => [one.ifindex, one.name]));
    return this.#devices.get(ifindex);
  }

  map(id: number): string {
    using fd = openObject(this.kernel, "map", id);
    const name = fd && mapInfoOf(this.kernel, fd).name;
    return name ? `${name} (map ${id})` : `map ${id}`;
  }

  /** A function of the kernel itself; those of programs and modules keep their numbers. */
  function(object: number, id: number): string {
    if (object !== 1 || id === 0) return object === 0 ? "" : `function ${id} of object ${object}`;
    this.#types ??= openKernelBtf(this.kernel);
    const name = this.#types !== undefined && id < this.#types.count ? this.#types.nameOf(id as BtfId) : "";
    return name === "" ? `function ${id}` : name.replace(/^btf_trace_/, "");
  }

  cgroup(id: bigint): string {
    return this.resolver.cgroupPath(id, "*")?.replace(/^unified:/, "") ?? `${id}`;
  }

  /** The function at an address, by its name, else the address. */
  symbol(address: bigint): string {
    return this.resolver.kernelSymbol(address)?.name ?? `0x${address.toString(16)}`;
  }
}

/** The type of a perf event as perf(1) calls it; its number where it has no name. */
export function perfTypeName(type: number): string | number {
  return PERF_TYPE_NAMES[type] ?? type;
}

/** What an event of a type counts, as perf(1) calls it; its number where it has no name. */
export function perfConfigName(type: number, config: bigint): string | bigint {
  const named = (events: Readonly<Record<string, number>>) =>
    Object.keys(events).find((name) => BigInt(events[name] ?? -1) === config);
  if (type === PERF_TYPES.software) return named(SOFTWARE_EVENTS) ?? config;
  if (type === PERF_TYPES.hardware)
    return named(HARDWARE_EVENTS)?.replace(/^branches$/, "branch-instructions") ?? config;
  if (type !== PERF_TYPES.hwCache) return config;
  const part = (names: readonly string[], at: number) => {
    const number = Number((config >> BigInt(at)) & 0xffn);
    return names[number] ?? String(number);
  };
  return `${part(CACHE_NAMES, 0)}-${part(CACHE_OP_NAMES, 8)}-${part(CACHE_RESULT_NAMES, 16)}`;
}

// By PERF_TYPES, CACHES, CACHE_OPS and CACHE_RESULTS.
const PERF_TYPE_NAMES = ["hardware", "software", "tracepoint", "hw-cache", "raw", "breakpoint"];
const CACHE_NAMES = ["L1-dcache", "L1-icache", "LLC", "dTLB", "iTLB", "branch", "node"];
const CACHE_OP_NAMES = ["load", "store", "prefetch"];
const CACHE_RESULT_NAMES = ["refs", "misses"];
