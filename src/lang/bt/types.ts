import { unreachable } from "../../base/errors.ts";
import type { SeriesHow } from "../../plan/plan.ts";
import type { Composite } from "./composite.ts";

/** Where a pointer points. "auto": known at run time only, by the address itself. */
export type PointerSpace = "kernel" | "user" | "auto";

/** A type of the tracing language. Sizes in bytes. */
export type Type = Readonly<
  | { kind: "none" } // what a function gives that gives nothing
  /** `asUnsigned`: only constants that are not negative were met, which unsigned numbers of so many bytes hold as well. */
  | { kind: "int"; size: IntSize; signed: boolean; asUnsigned?: IntSize }
  | { kind: "bool" }
  | {
      kind: "enum";
      size: 1 | 2 | 4 | 8;
      signed: boolean;
      name: string;
      members: readonly (readonly [string, bigint])[];
      /** What it is shown by is a text in JSON, too. */
      isText?: true;
    }
  | { kind: "string"; size: number } // at most `size` bytes, the NUL included
  | { kind: "buffer"; size: number } // at most `size` bytes of any kind, with their number
  /** `kernelObject`: the value is a pointer that the verifier follows by BTF, so fields are loaded directly. */
  | { kind: "pointer"; to: Type; space: PointerSpace; kernelObject?: boolean }
  | { kind: "void" }
  | { kind: "struct"; composite: Composite }
  | { kind: "array"; of: Type; length: number }
  | { kind: "tuple"; fields: readonly TupleField[] }
  | { kind: "stack"; user: boolean; mode: StackMode; limit: number }
  | { kind: "ksym" }
  | { kind: "usym" }
  | { kind: "inet" }
  | { kind: "mac" }
  | { kind: "timestamp"; format: string; clock: ClockName }
  | { kind: "cgroupPath"; hierarchy: string }
  | { kind: "username" }
  | { kind: "strerror" }
  | { kind: "probe" }
  | { kind: "args"; composite: Composite; space: "ctx" } // the `args` of a probe
  | AggregateType
>;

export type IntSize = 1 | 2 | 4 | 8;
export type TupleField = Readonly<{ name?: string; type: Type }>;
export type StackMode = "bpftrace" | "perf" | "raw" | "build_id";
export type ClockName = "boot" | "realtime" | "monotonic" | "tai";

/** What `@m = count()` and its like give a map. */
export type AggregateType = Readonly<
  | { kind: "count" }
  | { kind: "sum" | "min" | "max" | "avg" | "stats"; signed: boolean }
  | { kind: "hist"; bits: number }
  | { kind: "lhist"; min: bigint; max: bigint; step: bigint }
  | { kind: "tseries"; interval: bigint; length: number; how: SeriesHow; signed: boolean }
>;

export const NONE: Type = { kind: "none" };
export const VOID: Type = { kind: "void" };
export const BOOL: Type = { kind: "bool" };
export const I32: Type = { kind: "int", size: 4, signed: true };
export const U32: Type = { kind: "int", size: 4, signed: false };
export const I64: Type = { kind: "int", size: 8, signed: true };
export const U64: Type = { kind: "int", size: 8, signed: false };

const AGGREGATES = new Set<string>(["count", "sum", "min", "max", "avg", "stats", "hist", "lhist", "tseries"]);

export function isAggregate(type: Type): type is AggregateType {
  return AGGREGATES.has(type.kind);
}

/** Whether an aggregate amounts to one number: histograms, statistics and time series do not. */
export function hasNumber({ kind }: Type): boolean {
  return kind !== "hist" && kind !== "lhist" && kind !== "stats" && kind !== "tseries";
}

/** Integers, booleans and enums: what arithmetic works on. */
export function isInteger(type: Type): boolean {
  return type.kind === "int" || type.kind === "bool" || type.kind === "enum";
}

/** What lives in one register: integers and everything that is one number underneath. */
export function isScalar(type: Type): boolean {
  switch (type.kind) {
    case "int":
    case "bool":
    case "enum":
    case "pointer":
    case "ksym":
    case "timestamp":
    case "cgroupPath":
    case "username":
    case "strerror":
    case "probe":
      return true;
    default:
      return false;
  }
}

/** Whether reading a value of this type as a number keeps its sign. */
export function isSigned(type: Type): boolean {
  return (type.kind === "int" || type.kind === "enum") && type.signed;
}

/** Bytes that a value takes in memory: in structs and arrays as C lays them out, elsewhere as plan/value-type.ts says. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case "none":
    case "void":
      return 0;
    case "bool":
      return 1;
    case "int":
    case "enum":
    case "string":
      return type.size;
    case "buffer":
      return 4 + type.size;
    case "struct":
    case "args":
      return type.composite.bytes;
    case "array":
      return type.length * sizeOf(type.of);
    case "tuple":
      return tupleLayout(type.fields).size;
    case "stack":
    case "usym":
      return 16;
    case "inet":
      return 24;
    case "mac":
      return 6;
    case "pointer":
    case "ksym":
    case "timestamp":
    case "cgroupPath":
    case "username":
    case "strerror":
    case "probe":
      return 8;
    case "count":
    case "sum":
    case "min":
    case "max":
    case "avg":
    case "stats":
    case "hist":
    case "lhist":
    case "tseries":
      return 8;
    default:
      return unreachable(type);
  }
}

/** Natural alignment, 1 to 8. */
export function alignOf(type: Type): 1 | 2 | 4 | 8 {
  switch (type.kind) {
    case "bool":
    case "string":
    case "mac":
    case "none":
    case "void":
      return 1;
    case "int":
    case "enum":
      return type.size;
    case "buffer":
      return 4;
    case "array":
      return alignOf(type.of);
    default:
      return 8;
  }
}

/** Where the fields of a tuple lie. */
export function tupleLayout(fields: readonly TupleField[]): { offsets: number[]; size: number } {
  const offsets: number[] = [];
  let end = 0;
  let align = 1;
  for (const field of fields) {
    const own = field.type.kind === "string" && field.type.size >= 8 ? 8 : alignOf(field.type);
    end = roundUp(end, own);
    offsets.push(end);
    end += sizeOf(field.type);
    align = Math.max(align, own);
  }
  return { offsets, size: roundUp(end, align) };
}

export function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/** The type's name as a user would write or read it. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "int":
      return type.asUnsigned ? `uint${type.asUnsigned * 8}` : `${type.signed ? "int" : "uint"}${type.size * 8}`;
    case "enum":
      return `enum ${type.name}`;
    case "string":
      return type.size > 0 ? `string[${type.size}]` : "string";
    case "buffer":
      return `buffer[${type.size}]`;
    case "pointer":
      return type.to.kind === "pointer" ? `${typeName(type.to)}*` : `${typeName(type.to)} *`;
    case "struct":
      return type.composite.name;
    case "args":
      return "args";
    case "array":
      return `${typeName(type.of)}[${type.length}]`;
    case "tuple":
      return `(${type.fields.map((f) => (f.name ? `${f.name} = ` : "") + typeName(f.type)).join(", ")})`;
    case "stack":
      return type.user ? "ustack" : "kstack";
    case "count":
    case "sum":
    case "min":
    case "max":
    case "avg":
    case "stats":
    case "hist":
    case "lhist":
    case "tseries":
      return `${type.kind}_t`;
    default:
      return type.kind;
  }
}

/** Whether both describe the same values. Strings and buffers of different sizes are the same kind of value. */
export function sameType(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "int":
      return b.kind === "int" && a.size === b.size && a.signed === b.signed;
    case "struct":
      return b.kind === "struct" && a.composite.name === b.composite.name;
    case "array":
      return b.kind === "array" && a.length === b.length && sameType(a.of, b.of);
    case "tuple":
      return (
        b.kind === "tuple" &&
        a.fields.length === b.fields.length &&
        a.fields.every((f, i) => sameType(f.type, b.fields[i]?.type ?? NONE))
      );
    case "stack":
      return b.kind === "stack" && a.user === b.user;
    case "lhist":
      return b.kind === "lhist" && a.min === b.min && a.max === b.max && a.step === b.step;
    case "hist":
      return b.kind === "hist" && a.bits === b.bits;
    case "tseries":
      return b.kind === "tseries" && a.interval === b.interval && a.length === b.length && a.how === b.how;
    default:
      return true;
  }
}

type Pointer = Extract<Type, { kind: "pointer" }>;

/** The pointer as a number that the verifier does not follow: what can be stored and calculated with. */
export function plainPointer(type: Pointer): Pointer {
  return type.kernelObject ? { kind: "pointer", to: type.to, space: type.space } : type;
}
