import { parseNumber, type SourceResult } from "./operand-source.ts";

type Part = Readonly<{ reg: string; bytes: 1 | 2 | 4 | 8; shift: number }>;

/** Every general register by its assembler name, with its member of pt_regs. */
const REGISTERS: ReadonlyMap<string, Part> = new Map(listRegisters());

function listRegisters(): [string, Part][] {
  const list: [string, Part][] = [];
  const add = (name: string, reg: string, bytes: 1 | 2 | 4 | 8, shift = 0) =>
    list.push([name, { reg, bytes, shift }]);
  for (const letter of ["a", "b", "c", "d"]) {
    const reg = `${letter}x`;
    add(`r${reg}`, reg, 8);
    add(`e${reg}`, reg, 4);
    add(reg, reg, 2);
    add(`${letter}l`, reg, 1);
    add(`${letter}h`, reg, 1, 8);
  }
  for (const reg of ["si", "di", "bp", "sp"]) {
    add(`r${reg}`, reg, 8);
    add(`e${reg}`, reg, 4);
    add(reg, reg, 2);
    add(`${reg}l`, reg, 1);
  }
  for (let n = 8; n <= 15; n++) {
    const reg = `r${n}`;
    add(reg, reg, 8);
    add(`${reg}d`, reg, 4);
    add(`${reg}w`, reg, 2);
    add(`${reg}b`, reg, 1);
    add(`${reg}l`, reg, 1); // Intel's name
  }
  add("rip", "ip", 8);
  add("eip", "ip", 4);
  return list;
}

/** The part of an x86-64 operand behind "@", in AT&T syntax. */
export function parseX86Source(text: string): SourceResult {
  if (text.startsWith("$")) {
    const value = parseNumber(text.slice(1));
    return value === undefined
      ? { reason: "the address of a symbol is not known here" }
      : { source: { kind: "imm", value } };
  }
  if (/^%[cdefgs]s:/.test(text)) return { reason: "memory relative to a segment register cannot be read" };
  if (text.startsWith("%")) {
    const part = REGISTERS.get(text.slice(1));
    if (part !== undefined)
      return { source: { kind: "reg", reg: part.reg, shift: part.shift }, bytes: part.bytes };
    if (/^%([xyz]mm|st|mm)/.test(text))
      return { reason: "floating-point registers are not saved where probes can read them" };
    return { reason: `${text} is no register that is known` };
  }
  return parseMemory(text);
}

const MEMORY = /^([^()]*)\(\s*(?:(%\w+)\s*)?(?:,\s*(%\w+)\s*(?:,\s*([1248])\s*)?)?\)$/;

function parseMemory(text: string): SourceResult {
  const match = MEMORY.exec(text);
  if (match === null) {
    const absolute = parseNumber(text);
    if (absolute !== undefined) return { source: { kind: "mem", disp: absolute } };
    if (/^[A-Za-z_.$][\w.$@]*([+-]\w+)*$/.test(text))
      return { reason: "the symbol is not in the file's symbol table" };
    return { reason: "this form of operand is not known" };
  }
  const [, dispText = "", baseText, indexText, scaleText] = match;
  const disp = dispText.trim() === "" ? 0n : sumOf(dispText.trim());
  if (disp === undefined) return { reason: "the symbol is not in the file's symbol table" };
  const base = addressRegister(baseText);
  const index = addressRegister(indexText);
  if ((baseText === undefined && indexText === undefined) || base === "unknown" || index === "unknown")
    return { reason: "memory must be addressed by 64-bit registers" };
  return {
    source: {
      kind: "mem",
      disp,
      ...(base !== undefined && { base }),
      ...(index !== undefined && { index, scale: Number(scaleText ?? 1) as 1 | 2 | 4 | 8 }),
    },
  };
}

/** "8", "-16", "8+0x10": what assemblers leave of an expression. */
function sumOf(text: string): bigint | undefined {
  const parts = text.match(/[+-]?[^+-]+/g) ?? [];
  if (parts.join("") !== text) return undefined;
  let sum = 0n;
  for (const part of parts) {
    const value = parseNumber(part);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

function addressRegister(text: string | undefined): string | undefined | "unknown" {
  if (text === undefined) return undefined;
  const part = REGISTERS.get(text.slice(1));
  return part?.bytes === 8 ? part.reg : "unknown";
}
