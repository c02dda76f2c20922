/**
 * How a value lies in memory (an event, a map key or value) and how it is shown. Sizes and offsets in bytes,
 * little-endian. Produced by lang/, decoded by runtime/.
 */
// biome-ignore format: one variant per line
export type ValueType = Readonly<
  | { kind: "none" }
  | { kind: "int"; size: 1 | 2 | 4 | 8; signed: boolean }
  | { kind: "bool" } // 1 byte
  | { kind: "enum"; size: 1 | 2 | 4 | 8; signed: boolean; name: string; members: readonly (readonly [string, bigint])[]; isText?: true } // isText: also in JSON
  | { kind: "pointer" } // 8 bytes, shown as 0x…
  | { kind: "string"; size: number } // NUL-terminated unless full
  /** 8 bytes: u32 start (from the event's first byte), u32 length; the string's bytes lie behind the fixed part. */
  | { kind: "tailString"; limit: number } // length == limit: the string was probably cut
  | { kind: "tailBuffer"; limit: number } // as tailString, for buf(): any bytes
  | { kind: "buffer"; size: number } // u32 length, then size bytes
  | { kind: "array"; of: ValueType; length: number; stride: number }
  | { kind: "tuple"; fields: readonly ValueField[]; size: number }
  | { kind: "struct"; name: string; fields: readonly ValueField[]; size: number }
  | { kind: "ksym" } // u64 address
  | { kind: "usym" } // u64 address, u32 pid, u32 zero
  /** 16 bytes: u64 hash, u32 number of frames, u32 pid (0: kernel); frames are in the plan's stack map under the hash. */
  | { kind: "stack"; user: boolean; mode: "bpftrace" | "perf" | "raw" | "build_id"; limit: number }
  | { kind: "inet" } // u64 family (2 or 10), 16 address bytes
  | { kind: "mac" } // 6 bytes
  | { kind: "timestamp"; format: string; clock: "boot" | "realtime" | "monotonic" | "tai" } // u64 ns
  | { kind: "cgroupPath"; hierarchy: string } // u64 id
  | { kind: "username" } // u64 uid
  | { kind: "strerror" } // u64 errno
  | { kind: "probe" } // u64 index into the plan's probeNames
>;

/** `name` is absent in unnamed tuples. `bits`: a bit-field, counted from the least significant bit at `offset`. */
export type ValueField = Readonly<{
  name?: string;
  type: ValueType;
  offset: number;
  bits?: Readonly<{ shift: number; width: number }>;
}>;

/** Bytes that a value of this type takes. */
export function sizeOfValue(type: ValueType): number {
  switch (type.kind) {
    case "none":
      return 0;
    case "bool":
      return 1;
    case "int":
    case "enum":
      return type.size;
    case "string":
      return type.size;
    case "buffer":
      return 4 + type.size;
    case "array":
      return type.length * type.stride;
    case "tuple":
    case "struct":
      return type.size;
    case "usym":
    case "stack":
      return 16;
    case "inet":
      return 24;
    case "mac":
      return 6;
    default:
      return 8;
  }
}
