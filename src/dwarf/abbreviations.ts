import { ByteReader } from "./byte-reader.ts";
import { DwarfError } from "./error.ts";

/** How entries of one kind are written: their attributes, in order. `constant`: the value of an implicit one. */
export type Abbreviation = Readonly<{
  tag: number;
  hasChildren: boolean;
  attributes: readonly Readonly<{ name: number; form: number; constant: bigint }>[];
}>;

const IMPLICIT_CONST = 0x21;
const MOST_ATTRIBUTES = 4096;

/** One table of .debug_abbrev, by code. Throws DwarfError. */
export function readAbbreviations(
  bytes: Uint8Array,
  littleEndian: boolean,
  at: number,
): ReadonlyMap<number, Abbreviation> {
  const reader = new ByteReader(bytes, ".debug_abbrev", littleEndian, at);
  const table = new Map<number, Abbreviation>();
  for (;;) {
    const code = reader.uleb();
    if (code === 0) return table;
    const tag = reader.uleb();
    const hasChildren = reader.u8() !== 0;
    const attributes = [];
    for (;;) {
      const name = reader.uleb();
      const form = reader.uleb();
      const constant = form === IMPLICIT_CONST ? reader.bigSleb() : 0n;
      if (name === 0 && form === 0) break;
      if (attributes.length >= MOST_ATTRIBUTES)
        throw new DwarfError("an entry has too many attributes", ".debug_abbrev", reader.at);
      attributes.push({ name, form, constant });
    }
    table.set(code, { tag, hasChildren, attributes });
  }
}
