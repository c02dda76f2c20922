/** A member before it has its place. `bits` is set for bit-fields; `align` is what an attribute asks for. */
export type CField = Readonly<{
  bytes: number;
  naturalAlign: number;
  named: boolean;
  bits?: number;
  packed?: boolean;
  align?: number | undefined;
}>;

export type CLayout = Readonly<{ bytes: number; align: number; bitOffsets: readonly number[] }>;

/** Places members as GCC and Clang do on x86_64. Source: System V ABI, AMD64 supplement 1.0, section 3.1.2. */
export function layOutRecord(
  kind: "struct" | "union",
  fields: readonly CField[],
  packed: boolean,
  askedAlign: number,
  mostAlign = Number.POSITIVE_INFINITY,
): CLayout {
  const bitOffsets: number[] = [];
  let align = Math.max(1, askedAlign);
  let endBit = 0;
  let largestBits = 0;
  for (const field of fields) {
    const own = Math.min(fieldAlign(field, packed), mostAlign);
    const start = kind === "union" ? 0 : place(field, endBit, own, packed || field.packed === true);
    bitOffsets.push(start);
    endBit = start + (field.bits ?? field.bytes * 8);
    largestBits = Math.max(largestBits, endBit);
    // A bit-field without name moves others, but does not align the whole.
    if (field.bits === undefined || field.named) align = Math.max(align, own);
  }
  const usedBytes = Math.ceil((kind === "union" ? largestBits : endBit) / 8);
  return { bytes: roundUp(usedBytes, align), align, bitOffsets };
}

/** In bytes. What an attribute asks for comes on top of what `packed` leaves. */
function fieldAlign(field: CField, packed: boolean): number {
  const natural = packed || field.packed ? 1 : field.naturalAlign;
  return Math.max(natural, field.align ?? 1);
}

function place(field: CField, endBit: number, align: number, packed: boolean): number {
  if (field.bits === undefined) return roundUp(endBit, align * 8);
  if (field.bits === 0) return roundUp(endBit, Math.max(field.naturalAlign, align) * 8);
  const asked = (field.align ?? 0) * 8;
  const natural = packed ? 1 : field.naturalAlign * 8;
  const alignBits = Math.max(natural, asked);
  if ((endBit % alignBits) + field.bits > field.bytes * 8) return roundUp(endBit, alignBits);
  return asked === 0 ? endBit : roundUp(endBit, asked);
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
