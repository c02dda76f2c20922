import { parseBtf } from "../btf/decode.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { TAG } from "./constants.ts";
import type { DwarfProgram } from "./program.ts";
import { addressesOfLine, lastLines } from "./source-lines.ts";
import { TypesToBtf } from "./types-to-btf.ts";
import type { Entry } from "./unit.ts";

const TAGS = {
  struct: [TAG.structureType, TAG.classType],
  union: [TAG.unionType],
  enum: [TAG.enumerationType],
  typedef: [TAG.typedef, TAG.baseType],
} as const;

type Found = Readonly<{ btf: Btf; id: BtfId }>;

/**
 * Functions, types and lines of a program as compilers ask for them: types as BTF, each with all that it is made of.
 * All methods throw DwarfError when what they must read is malformed.
 */
export class ProgramTypes {
  readonly #program: DwarfProgram;
  readonly #found = new Map<Entry, Found>();

  constructor(program: DwarfProgram) {
    this.#program = program;
  }

  function(address: bigint): Found | undefined {
    const entry = this.#program.functionAt(address)?.entry;
    return entry && this.#write(entry, (types) => types.function(entry));
  }

  type(kind: "struct" | "union" | "enum" | "typedef", name: string): Found | undefined {
    const entry = this.#program.typeNamed(TAGS[kind], name);
    return entry && this.#write(entry, (types) => types.type(entry));
  }

  line(file: string, line: number): readonly Readonly<{ address: bigint; line: number }>[] {
    return addressesOfLine(this.#program, file, line);
  }

  sources(): ReadonlyMap<string, number> {
    return lastLines(this.#program);
  }

  #write(entry: Entry, write: (types: TypesToBtf) => BtfId): Found {
    const known = this.#found.get(entry);
    if (known !== undefined) return known;
    const types = new TypesToBtf(this.#program);
    const id = write(types);
    const found = { btf: parseBtf(types.builder.finish()), id };
    this.#found.set(entry, found);
    return found;
  }
}
