/** One field as the layout sees it: bytes and alignment of its type, and what the source says about its place. */
export type FieldShape = Readonly<{
  bytes: number;
  align: number;
  /** A bit-field's width; 0 only ends the current unit. */
  bits?: number;
  named: boolean;
  /** `__attribute__((packed))` on the field. */
  packed?: boolean;
  /** `__attribute__((aligned(n)))` on the field; it can only make the alignment larger, unless the field is packed. */
  aligned?: number;
}>;

export type Layout = Readonly<{
  bytes: number;
  align: number;
  /** Where each field begins, in bits from the start. */
  bitOffsets: readonly number[];
}>;

/**
 * Where C puts the fields of a struct or union: natural alignment, bit-fields inside units of their declared type.
 * Source: System V ABI, AMD64 supplement, section 3.1.2, as gcc and clang implement it for every 64-bit
 * little-endian target that Linux has.
 */
export function layOut(
  tag: "struct" | "union",
  fields: readonly FieldShape[],
  packed: boolean,
  aligned?: number,
): Layout {
  let bit = 0;
  let align = 1;
  let endBit = 0;
  const bitOffsets: number[] = [];
  for (const field of fields) {
    const isPacked = packed || field.packed === true;
    const own = Math.max(isPacked ? 1 : field.align, field.aligned ?? 1);
    const start = tag === "union" ? 0 : bit;
    const at = placeField(field, start, own, isPacked);
    bitOffsets.push(at);
    bit = at + (field.bits ?? field.bytes * 8);
    endBit = Math.max(endBit, bit);
    if (field.bits === undefined || field.named) align = Math.max(align, own);
  }
  align = Math.max(align, aligned ?? 1);
  const bytes = roundUp(Math.ceil(endBit / 8), align);
  return { bytes, align, bitOffsets };
}

function placeField(field: FieldShape, bit: number, align: number, packed: boolean): number {
  if (field.bits === undefined) return roundUp(bit, align * 8);
  const unit = field.bytes * 8;
  if (field.bits === 0) return roundUp(bit, unit);
  const start = field.aligned === undefined ? bit : roundUp(bit, field.aligned * 8);
  if (packed) return start;
  const crosses = Math.floor(start / unit) !== Math.floor((start + field.bits - 1) / unit);
  return crosses ? roundUp(start, unit) : start;
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
