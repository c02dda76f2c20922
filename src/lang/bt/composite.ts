import type { BtfId } from "../../btf/types.ts";
import type { Type } from "./types.ts";

/** A field of a struct, union or args record. Offsets in bytes from the start of the whole. */
export type CompositeField = Readonly<{
  name: string;
  type: Type;
  offset: number;
  /** A bit-field: `width` bits from bit `shift` of the little-endian integer of `loadBytes` bytes at `offset`. */
  bits?: Readonly<{ shift: number; width: number; loadBytes: 1 | 2 | 4 | 8 }>;
  /** Tracepoint records: `offset` holds where the data lies (16 bits) and how long it is (16 bits). */
  dataLoc?: boolean;
  /** Kernel types: the numbers of the members that lead to it. */
  path?: readonly number[];
  /** Where the operand of a USDT argument is. */
  operand?: unknown;
}>;

/** A struct or union, from the kernel's BTF, the script or a tracepoint's format. Fields are decoded when asked for. */
export interface Composite {
  /** "struct sock", "union foo". */
  readonly name: string;
  readonly bytes: number;
  /** Its id in the kernel's BTF, for types that other kernels have under the same name. */
  readonly id?: BtfId;
  /** Looks through unnamed members. */
  field(name: string): CompositeField | undefined;
  /** All that `field` finds by name, in layout order; unnamed members are replaced by theirs. */
  fields(): readonly CompositeField[];
}

/** A bit-field as the plan describes it: an integer of the load's size, and the bits in it. */
export function bitsOfField(field: CompositeField, bits: NonNullable<CompositeField["bits"]>) {
  const signed = field.type.kind === "int" && field.type.signed;
  return {
    type: { kind: "int", size: bits.loadBytes, signed } as const,
    bits: { shift: bits.shift, width: bits.width },
  };
}
