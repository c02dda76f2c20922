import { demangle } from "../base/demangle.ts";
import type { StackFrame } from "../base/shown-value.ts";
import type { ValueType } from "../plan/value-type.ts";
import type { MapHandle } from "./backend.ts";
import type { ResolvedFrame, Resolver } from "./resolver.ts";

type StackType = Extract<ValueType, { kind: "stack" }>;

/** Whether source lines and inlined functions are shown, and names as C++ and Rust have them. */
export type StackOptions = Readonly<{
  sources: boolean;
  demangle: boolean;
  /** Told of each address that nothing names; process 0 is the kernel. */
  unnamed(process: number, address: bigint): void;
}>;

const MAX_KEPT = 4096; // named stacks; a profile shows the same few over and over

/** Finds the frames of stacks in the plan's stack map and names them. Keeps the stacks that it named lately. */
export class StackReader {
  readonly #maps: readonly MapHandle[];
  readonly #resolver: Resolver;
  readonly #options: StackOptions;
  readonly #kept = new Map<string, readonly StackFrame[]>();

  /** `maps`: from u64 stack hash to u64 frames, innermost first, looked into in this order; none when no stacks are taken. */
  constructor(maps: readonly MapHandle[], resolver: Resolver, options: Partial<StackOptions> = {}) {
    this.#options = { sources: true, demangle: true, unnamed() {}, ...options };
    this.#maps = maps;
    this.#resolver = resolver;
  }

  /** The stack whose 16 bytes (hash, frames, pid) lie at `at`. Frames that the kernel could not store are missing. */
  read(type: StackType, view: DataView, at: number): readonly StackFrame[] {
    const hash = view.getBigUint64(at, true);
    const count = Math.min(view.getUint32(at + 8, true), type.limit);
    const pid = view.getUint32(at + 12, true);
    const id = `${hash}/${count}/${pid}/${type.mode === "raw" || type.mode === "build_id" ? type.mode : ""}`;
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const addresses = this.#addresses(hash, count);
    const frames = addresses.flatMap((address, index) => this.#frames(type, pid, address, index > 0));
    if (addresses.length < count) return frames; // it may still be on its way into the map
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(id, frames);
    return frames;
  }

  #addresses(hash: bigint, count: number): bigint[] {
    if (this.#maps.length === 0 || count === 0) return [];
    const key = new Uint8Array(8);
    new DataView(key.buffer).setBigUint64(0, hash, true);
    const value = this.#find(key);
    if (value === undefined) return [];
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    const stored = Math.min(count, Math.floor(value.byteLength / 8));
    return Array.from({ length: stored }, (_, i) => view.getBigUint64(i * 8, true));
  }

  #find(key: Uint8Array): Uint8Array | undefined {
    for (const map of this.#maps) {
      const value = map.lookup(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #frames(type: StackType, pid: number, address: bigint, isCaller: boolean): readonly StackFrame[] {
    if (type.mode === "raw") return [{ address }];
    if (type.mode === "build_id") {
      const place = type.user ? this.#resolver.userPlace?.(pid, address) : undefined;
      if (place?.buildId === undefined) return [{ address }];
      return [{ address, module: place.file, buildId: place.buildId, fileOffset: place.offset }];
    }
    const { userFrames } = this.#resolver;
    if (type.user && userFrames !== undefined) {
      const found = userFrames.call(this.#resolver, pid, address, isCaller);
      const wanted = this.#options.sources ? found : found.filter((frame) => !frame.isInlined);
      if (wanted.length > 0) return wanted.map((frame) => this.#named(address, frame));
    }
    const symbol = type.user ? this.#resolver.userSymbol(pid, address) : this.#resolver.kernelSymbol(address);
    if (symbol !== undefined) return [this.#named(address, symbol)];
    this.#options.unnamed(type.user ? pid : 0, address);
    return [{ address }];
  }

  #named(address: bigint, { name, offset, module, file, line, isInlined }: ResolvedFrame): StackFrame {
    return {
      address,
      symbol: this.#options.demangle ? (demangle(name) ?? name) : name,
      offset,
      ...(module !== undefined && { module }),
      ...(this.#options.sources && file !== undefined && { file }),
      ...(this.#options.sources && line !== undefined && { line }),
      ...(isInlined && { isInlined }),
    };
  }
}
