/**
 * Lengths of x86-64 instructions. Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapter 2
 * and appendix A (opcode maps), December 2023.
 */

/** Bytes; a longer one faults. */
export const X86_LONGEST_INSTRUCTION = 15;

/** What follows an opcode: `m` a ModRM byte, a digit that many bytes, `z` 4 or 2 bytes, `v` 8, 4 or 2, `a` an address. */
type Form = string;

const NO_FORM: Form = "?";

/** Opcodes without a prefix map, 16 a row; "?" is no instruction in 64-bit mode or a prefix. "g" is group 3: F6 and F7. */
// biome-ignore format: sixteen opcodes a row
const ONE_BYTE: readonly Form[] = [
  "m", "m", "m", "m", "1", "z", "?", "?", "m", "m", "m", "m", "1", "z", "?", "?", // 00
  "m", "m", "m", "m", "1", "z", "?", "?", "m", "m", "m", "m", "1", "z", "?", "?", // 10
  "m", "m", "m", "m", "1", "z", "?", "?", "m", "m", "m", "m", "1", "z", "?", "?", // 20
  "m", "m", "m", "m", "1", "z", "?", "?", "m", "m", "m", "m", "1", "z", "?", "?", // 30
  "?", "?", "?", "?", "?", "?", "?", "?", "?", "?", "?", "?", "?", "?", "?", "?", // 40
  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  // 50
  "?", "?", "?", "m", "?", "?", "?", "?", "z", "mz", "1", "m1", "", "", "",  "",  // 60
  "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", // 70
  "m1", "mz", "?", "m1", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // 80
  "",  "",  "",  "",  "",  "",  "",  "",  "",  "",  "?", "",  "",  "",  "",  "",  // 90
  "a", "a", "a", "a", "",  "",  "",  "",  "1", "z", "",  "",  "",  "",  "",  "",  // A0
  "1", "1", "1", "1", "1", "1", "1", "1", "v", "v", "v", "v", "v", "v", "v", "v", // B0
  "m1", "m1", "2", "", "?", "?", "m1", "mz", "3", "", "2", "", "", "1", "?", "", // C0
  "m", "m", "m", "m", "?", "?", "?", "",  "m", "m", "m", "m", "m", "m", "m", "m", // D0
  "1", "1", "1", "1", "1", "1", "1", "1", "4", "4", "?", "1", "",  "",  "",  "",  // E0
  "?", "",  "?", "?", "",  "",  "g1", "gz", "", "", "", "",  "",  "",  "m", "m", // F0
];

/** Opcodes behind 0F. */
// biome-ignore format: sixteen opcodes a row
const TWO_BYTES: readonly Form[] = [
  "m", "m", "m", "m", "?", "",  "",  "",  "",  "",  "?", "",  "?", "m", "",  "m1", // 00
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // 10
  "m", "m", "m", "m", "?", "?", "?", "?", "m", "m", "m", "m", "m", "m", "m", "m", // 20
  "",  "",  "",  "",  "",  "",  "?", "",  "?", "?", "?", "?", "?", "?", "?", "?", // 30
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // 40
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // 50
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // 60
  "m1", "m1", "m1", "m1", "m", "m", "m", "", "m", "m", "?", "?", "m", "m", "m", "m", // 70
  "4", "4", "4", "4", "4", "4", "4", "4", "4", "4", "4", "4", "4", "4", "4", "4", // 80
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // 90
  "",  "",  "",  "m", "m1", "m", "?", "?", "", "",  "",  "m", "m1", "m", "m", "m", // A0
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m1", "m", "m", "m", "m", "m", // B0
  "m", "m", "m1", "m", "m1", "m1", "m1", "m", "", "", "", "", "", "", "", "", // C0
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // D0
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // E0
  "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", "m", // F0
];

/** What prefixes say of sizes. */
type Sizes = Readonly<{ wide: boolean; short: boolean; shortAddress: boolean }>;

/** Bytes of the instruction that begins at `at`; undefined for what is none, or is cut off at the end of `code`. */
export function x86InstructionLength(code: Uint8Array, at: number): number | undefined {
  let next = at;
  let short = false;
  let shortAddress = false;
  let wide = false;
  for (; isPrefix(code[next]); next++) {
    short ||= code[next] === 0x66;
    shortAddress ||= code[next] === 0x67;
  }
  const rex = code[next] ?? 0;
  if (rex >> 4 === 4) {
    wide = (rex & 8) !== 0;
    next++;
  }
  const opcode = opcodeAt(code, next);
  if (opcode === undefined || opcode.form === NO_FORM) return undefined;
  const end = afterOperands(code, opcode.end, opcode.form, { wide, short, shortAddress });
  return end === undefined || end - at > X86_LONGEST_INSTRUCTION || end > code.length ? undefined : end - at;
}

function isPrefix(byte: number | undefined): boolean {
  switch (byte) {
    case 0x26: // segments
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0x66: // sizes
    case 0x67:
    case 0xf0: // lock, repeat
    case 0xf2:
    case 0xf3:
      return true;
    default:
      return false;
  }
}

type Opcode = Readonly<{ form: Form; end: number }>;

function opcodeAt(code: Uint8Array, at: number): Opcode | undefined {
  const [first = -1, second = 0] = code.subarray(at, at + 2);
  switch (first) {
    case 0xc5:
      return inMap(code, 1, at + 2);
    case 0xc4:
      return inMap(code, second & 0x1f, at + 3);
    case 0x62:
      return inMap(code, second & 7, at + 4);
    case 0x0f:
      if (second === 0x38) return { form: "m", end: at + 3 };
      if (second === 0x3a) return { form: "m1", end: at + 3 };
      return { form: TWO_BYTES[second] ?? NO_FORM, end: at + 2 };
    default:
      return { form: ONE_BYTE[first] ?? NO_FORM, end: at + 1 };
  }
}

/** Opcodes behind a prefix of vector instructions, by the number of their map; 5 and 6 are of half-precision numbers. */
function inMap(code: Uint8Array, map: number, at: number): Opcode | undefined {
  const opcode = code[at];
  if (opcode === undefined) return undefined;
  switch (map) {
    case 1:
      return { form: TWO_BYTES[opcode] ?? NO_FORM, end: at + 1 };
    case 2:
    case 5:
    case 6:
      return { form: "m", end: at + 1 };
    case 3:
      return { form: "m1", end: at + 1 };
    default:
      return undefined;
  }
}

function afterOperands(code: Uint8Array, start: number, form: Form, sizes: Sizes): number | undefined {
  let at = start;
  const modrm = code[at] ?? 0;
  let rest = form;
  if (form.startsWith("m") || form.startsWith("g")) {
    const bytes = addressBytes(code, at);
    if (bytes === undefined) return undefined;
    at += bytes;
    // Of group 3 only TEST, the first two of eight, has an operand of its own.
    rest = form.startsWith("g") && ((modrm >> 3) & 7) > 1 ? "" : form.slice(1);
  }
  return at + immediateBytes(rest, sizes);
}

/** The ModRM byte with what it asks for: a SIB byte, a displacement. */
function addressBytes(code: Uint8Array, at: number): number | undefined {
  const modrm = code[at];
  if (modrm === undefined) return undefined;
  const mode = modrm >> 6;
  const base = modrm & 7;
  if (mode === 3) return 1;
  const hasSib = base === 4;
  const displacement = mode === 1 ? 1 : mode === 2 ? 4 : 0;
  if (mode !== 0) return 1 + (hasSib ? 1 : 0) + displacement;
  const sibBase = (code[at + 1] ?? 0) & 7;
  if (hasSib) return sibBase === 5 ? 6 : 2;
  return base === 5 ? 5 : 1;
}

function immediateBytes(form: Form, { wide, short, shortAddress }: Sizes): number {
  switch (form) {
    case "":
      return 0;
    case "z":
      return short && !wide ? 2 : 4;
    case "v":
      return wide ? 8 : short ? 2 : 4;
    case "a":
      return shortAddress ? 4 : 8;
    default:
      return Number(form);
  }
}

/** Whether an instruction begins `offset` bytes behind the function's start; undefined where the code cannot be told. */
export function beginsInstruction(code: Uint8Array, offset: number): boolean | undefined {
  let at = 0;
  while (at < offset) {
    const length = x86InstructionLength(code, at);
    if (length === undefined) return undefined;
    at += length;
  }
  return at === offset;
}
