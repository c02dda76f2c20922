import type { ByteReader } from "./byte-reader.ts";
import { FORM } from "./constants.ts";
import { DwarfError } from "./error.ts";

/**
 * An attribute's value as it is written. `ref`: place of an entry in the unit's section; `index`: number of an entry
 * of another table, which the unit knows where to find; `text`: place of a text in a section.
 */
export type Attribute = Readonly<
  | { kind: "number"; value: bigint }
  | { kind: "address"; value: bigint }
  | { kind: "string"; value: string }
  | { kind: "text"; section: "str" | "lineStr"; offset: number }
  | { kind: "index"; of: "text" | "address" | "ranges" | "other"; value: number }
  | { kind: "ref"; offset: number }
  | { kind: "signature"; value: bigint }
  | { kind: "block"; bytes: Uint8Array }
  | { kind: "elsewhere" } // in a supplementary file
>;

/** What forms depend on. `start`: where the unit begins, to which its references are relative. */
export type UnitShape = Readonly<{ start: number; version: number; offsetSize: 4 | 8; addressSize: number }>;

const ELSEWHERE: Attribute = { kind: "elsewhere" };
const number = (value: bigint | number): Attribute => ({ kind: "number", value: BigInt(value) });
const block = (bytes: Uint8Array): Attribute => ({ kind: "block", bytes });
const index = (of: "text" | "address" | "ranges" | "other", value: number): Attribute => ({
  kind: "index",
  of,
  value,
});

/** Reads one value. Throws DwarfError for a form that is unknown: what follows could not be found. */
export function readAttribute(reader: ByteReader, form: number, constant: bigint, unit: UnitShape): Attribute {
  const ref = (offset: number): Attribute => ({ kind: "ref", offset: unit.start + offset });
  switch (form) {
    case FORM.addr:
      return { kind: "address", value: BigInt(reader.sized(unit.addressSize)) };
    case FORM.data1:
    case FORM.flag:
      return number(reader.u8());
    case FORM.data2:
      return number(reader.u16());
    case FORM.data4:
      return number(reader.u32());
    case FORM.data8:
      return number(reader.u64());
    case FORM.sdata:
      return number(reader.bigSleb());
    case FORM.udata:
      return number(reader.bigUleb());
    case FORM.flagPresent:
      return number(1);
    case FORM.implicitConst:
      return number(constant);
    case FORM.secOffset:
      return number(reader.sized(unit.offsetSize));
    case FORM.string:
      return { kind: "string", value: reader.text() };
    case FORM.strp:
      return { kind: "text", section: "str", offset: reader.sized(unit.offsetSize) };
    case FORM.lineStrp:
      return { kind: "text", section: "lineStr", offset: reader.sized(unit.offsetSize) };
    case FORM.ref1:
      return ref(reader.u8());
    case FORM.ref2:
      return ref(reader.u16());
    case FORM.ref4:
      return ref(reader.u32());
    case FORM.ref8:
      return ref(Number(reader.u64()));
    case FORM.refUdata:
      return ref(reader.uleb());
    case FORM.refAddr:
      return { kind: "ref", offset: reader.sized(unit.version < 3 ? unit.addressSize : unit.offsetSize) };
    case FORM.refSig8:
      return { kind: "signature", value: reader.u64() };
    case FORM.indirect:
      return readAttribute(reader, reader.uleb(), 0n, unit);
    default:
      return readBlock(reader, form) ?? readIndex(reader, form) ?? readElsewhere(reader, form, unit);
  }
}

function readBlock(reader: ByteReader, form: number): Attribute | undefined {
  switch (form) {
    case FORM.block1:
      return block(reader.block(reader.u8()));
    case FORM.block2:
      return block(reader.block(reader.u16()));
    case FORM.block4:
      return block(reader.block(reader.u32()));
    case FORM.block:
    case FORM.exprloc:
      return block(reader.block(reader.uleb()));
    case FORM.data16:
      return block(reader.block(16));
    default:
      return undefined;
  }
}

function readIndex(reader: ByteReader, form: number): Attribute | undefined {
  switch (form) {
    case FORM.strx:
    case FORM.gnuStrIndex:
      return index("text", reader.uleb());
    case FORM.strx1:
      return index("text", reader.u8());
    case FORM.strx2:
      return index("text", reader.u16());
    case FORM.strx3:
      return index("text", reader.u24());
    case FORM.strx4:
      return index("text", reader.u32());
    case FORM.addrx:
    case FORM.gnuAddrIndex:
      return index("address", reader.uleb());
    case FORM.addrx1:
      return index("address", reader.u8());
    case FORM.addrx2:
      return index("address", reader.u16());
    case FORM.addrx3:
      return index("address", reader.u24());
    case FORM.addrx4:
      return index("address", reader.u32());
    case FORM.rnglistx:
      return index("ranges", reader.uleb());
    case FORM.loclistx:
      return index("other", reader.uleb());
    default:
      return undefined;
  }
}

/** What stands in a file that several programs share (dwz). */
function readElsewhere(reader: ByteReader, form: number, unit: UnitShape): Attribute {
  switch (form) {
    case FORM.refSup4:
      reader.skip(4);
      return ELSEWHERE;
    case FORM.refSup8:
      reader.skip(8);
      return ELSEWHERE;
    case FORM.strpSup:
    case FORM.gnuRefAlt:
    case FORM.gnuStrpAlt:
      reader.skip(unit.offsetSize);
      return ELSEWHERE;
    default:
      throw new DwarfError(`form 0x${form.toString(16)} is unknown`, reader.section, reader.at);
  }
}
