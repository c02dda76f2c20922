import { ByteReader } from "./byte-reader.ts";
import { type LineHeader, readLineHeader } from "./line-header.ts";
import type { DwarfSections } from "./sections.ts";

/** Code from `address` on comes from this line. `isStatement`: a place where a statement begins. */
export type LineRow = Readonly<{
  address: bigint;
  /** Index into the table's files. */
  file: number;
  line: number;
  isStatement: boolean;
  /** One past the last address of a piece of code; it has no line. */
  isEnd: boolean;
}>;

const MOST_ROWS = 1 << 22;
const OP = {
  extended: 0,
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStatement: 6,
  basicBlock: 7,
  addPcConstant: 8,
  advancePcFixed: 9,
} as const; // DWARF 5, 6.2.5.2
const EXTENDED = { endSequence: 1, setAddress: 2, defineFile: 3 } as const;

/** Which line of which file the code of one unit comes from. */
export class LineTable {
  /** Paths, as the compiler wrote them: whole, or below the folder in which it ran. */
  readonly files: readonly string[];
  /** By address; of one address, in the compiler's order. */
  readonly rows: readonly LineRow[];

  /** Throws DwarfError. */
  constructor(sections: DwarfSections, at: number, unit: { folder: string; addressSize: number }) {
    const header = readLineHeader(sections, at, unit.folder);
    this.files = header.files;
    const rows = new LineProgram(sections, header, unit.addressSize).run();
    this.rows = rows.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  }

  /** The row whose code holds an address. */
  find(address: bigint): LineRow | undefined {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle] as LineRow).address <= address) low = middle + 1;
      else high = middle;
    }
    const row = this.rows[low - 1];
    return row === undefined || row.isEnd || row.line === 0 ? undefined : row;
  }

  file(index: number): string | undefined {
    return this.files[index];
  }
}

/** The state machine that writes the rows. */
class LineProgram {
  readonly #reader: ByteReader;
  readonly #header: LineHeader;
  readonly #addressSize: number;
  readonly #rows: LineRow[] = [];
  #sequence: LineRow[] = [];
  #address = 0n;
  #file = 1;
  #line = 1;
  #isStatement: boolean;

  constructor(sections: DwarfSections, header: LineHeader, addressSize: number) {
    this.#reader = new ByteReader(sections.line, ".debug_line", sections.littleEndian, header.programAt);
    this.#header = header;
    this.#addressSize = addressSize;
    this.#isStatement = header.defaultIsStatement;
  }

  run(): LineRow[] {
    const { end, opcodeBase, lineBase, lineRange } = this.#header;
    while (this.#reader.at < end && this.#rows.length < MOST_ROWS) {
      const opcode = this.#reader.u8();
      if (opcode < opcodeBase) this.#standard(opcode);
      else {
        const adjusted = opcode - opcodeBase;
        this.#advance(Math.floor(adjusted / lineRange));
        this.#line += lineBase + (adjusted % lineRange);
        this.#emit(false);
      }
    }
    return this.#rows;
  }

  #standard(opcode: number): void {
    const reader = this.#reader;
    switch (opcode) {
      case OP.extended:
        return this.#extended();
      case OP.copy:
        return this.#emit(false);
      case OP.advancePc:
        return this.#advance(reader.uleb());
      case OP.advanceLine:
        this.#line += reader.sleb();
        return;
      case OP.setFile:
        this.#file = reader.uleb();
        return;
      case OP.negateStatement:
        this.#isStatement = !this.#isStatement;
        return;
      case OP.basicBlock:
        return;
      case OP.addPcConstant:
        return this.#advance(Math.floor((255 - this.#header.opcodeBase) / this.#header.lineRange));
      case OP.advancePcFixed:
        this.#address += BigInt(reader.u16());
        return;
      default: // what it means is not needed here; the header tells how many numbers follow
        for (let i = 0; i < (this.#header.operands[opcode - 1] ?? 0); i++) reader.uleb();
    }
  }

  #extended(): void {
    const length = this.#reader.uleb();
    const end = this.#reader.at + length;
    const opcode = length === 0 ? 0 : this.#reader.u8();
    if (opcode === EXTENDED.endSequence) {
      this.#emit(true);
      this.#keep();
    } else if (opcode === EXTENDED.setAddress)
      this.#address = BigInt(this.#reader.sized(Math.min(this.#addressSize, length - 1)));
    this.#reader.at = end;
  }

  #advance(operations: number): void {
    this.#address += BigInt(operations * this.#header.minInstructionBytes);
  }

  #emit(isEnd: boolean): void {
    this.#sequence.push({
      address: this.#address,
      file: this.#file,
      line: this.#line,
      isStatement: this.#isStatement,
      isEnd,
    });
  }

  /** Pieces at address 0 belong to functions that the linker left out. */
  #keep(): void {
    if ((this.#sequence[0]?.address ?? 0n) !== 0n) for (const row of this.#sequence) this.#rows.push(row);
    this.#sequence = [];
    this.#address = 0n;
    this.#file = 1;
    this.#line = 1;
    this.#isStatement = this.#header.defaultIsStatement;
  }
}
