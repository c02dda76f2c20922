/**
 * A value as user space holds it after decoding. Integers of 8 bytes are bigint, smaller ones numbers. Text is lossless
 * (base/lossless-text.ts). Tuples and arrays are arrays; structs, and tuples whose fields all have names, are objects.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | EnumValue
  | readonly StackFrame[]
  | readonly Value[]
  | { readonly [field: string]: Value };

/** `name` is absent when no member has this value. */
export type EnumValue = Readonly<{ name?: string; value: number | bigint }>;

/** One return address of a stack, innermost first. Without `symbol` the address could not be named. */
export type StackFrame = Readonly<{
  address: bigint;
  symbol?: string;
  /** Bytes from the symbol's start. */
  offset?: bigint;
  /** The kernel module or the mapped file that holds the address. */
  module?: string;
  /** The build id of that file in hex, and the byte of it that lies there: where nothing more was asked for. */
  buildId?: string;
  fileOffset?: bigint;
  /** Where the source is, as debug information has it. */
  file?: string;
  line?: number;
  /** The compiler put the function into the one of the next frame. */
  isInlined?: true;
}>;

/**
 * What must be known of a value's type to show it; every ValueType of plan/value-type.ts is one. Kinds that are not
 * listed by name hold finished text.
 */
export type Shape = Readonly<
  | { kind: "none" | "int" | "bool" | "pointer" | "string" | "tailString" | "tailBuffer" | "buffer" }
  | { kind: "ksym" | "usym" | "inet" | "mac" | "timestamp" | "cgroupPath" | "username" | "strerror" | "probe" }
  | { kind: "enum"; isText?: true } // isText: its name stands in JSON, too
  | { kind: "array"; of: Shape }
  | { kind: "tuple" | "struct"; fields: readonly ShapeField[] }
  | { kind: "stack"; user: boolean; mode: "bpftrace" | "perf" | "raw" | "build_id" }
>;
export type ShapeField = Readonly<{ name?: string; type: Shape }>;

/** Whether a tuple or struct is held and shown by the names of its fields. */
export function hasFieldNames(
  shape: Readonly<{ kind: "tuple" | "struct"; fields: readonly ShapeField[] }>,
): boolean {
  if (shape.kind === "struct") return true;
  return shape.fields.length > 0 && shape.fields.every((field) => field.name !== undefined);
}
