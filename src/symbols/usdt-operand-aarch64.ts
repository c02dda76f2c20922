import { type OperandSource, parseNumber, type SourceResult } from "./operand-source.ts";

/** The part of an AArch64 operand behind "@". */
export function parseAarch64Source(text: string): SourceResult {
  const value = parseNumber(text.replace(/^#/, ""));
  if (value !== undefined) return { source: { kind: "imm", value } };
  const register = parseRegister(text);
  if (register !== undefined)
    return register.reg === "zero"
      ? { source: { kind: "imm", value: 0n }, bytes: register.bytes }
      : { source: { kind: "reg", reg: register.reg, shift: 0 }, bytes: register.bytes };
  if (/^[bhsdqv]\d+/.test(text))
    return { reason: "floating-point registers are not saved where probes can read them" };
  const [, inside] = /^\[([^\]]*)\]$/.exec(text) ?? [];
  if (inside === undefined) return { reason: "this form of operand is not known" };
  return parseMemory(inside.split(",").map((part) => part.trim()));
}

/** [base], [base, 8], [base, index], [base, index, lsl 3], [base, w2, sxtw 2]. */
function parseMemory([baseText = "", second, extend, ...more]: readonly string[]): SourceResult {
  const base = parseRegister(baseText);
  if (base === undefined || base.bytes !== 8 || base.reg === "zero")
    return { reason: `${baseText || "nothing"} cannot hold an address` };
  if (more.length > 0) return { reason: "this form of address is not known" };
  if (second === undefined) return { source: { kind: "mem", base: base.reg, disp: 0n } };
  const disp = parseNumber(second.replace(/^#/, ""));
  if (disp !== undefined)
    return extend === undefined
      ? { source: { kind: "mem", base: base.reg, disp } }
      : { reason: "this form of address is not known" };
  const index = parseRegister(second);
  if (index === undefined || index.reg === "sp") return { reason: `${second} cannot be an offset` };
  if (index.reg === "zero") return { source: { kind: "mem", base: base.reg, disp: 0n } };
  return indexed(base.reg, index, extend ?? (index.bytes === 8 ? "lsl 0" : "uxtw 0"));
}

function indexed(base: string, index: { reg: string; bytes: 4 | 8 }, extend: string): SourceResult {
  const [, how, amount = "0"] = /^(lsl|[us]xt[wx])(?:\s+#?(\d+))?$/i.exec(extend) ?? [];
  if (how === undefined || Number(amount) > 3) return { reason: `the extension ${extend} is not known` };
  const narrow = how.toLowerCase().endsWith("w");
  if (narrow !== (index.bytes === 4)) return { reason: `the extension ${extend} does not fit the register` };
  const source: OperandSource = {
    kind: "mem",
    base,
    disp: 0n,
    index: index.reg,
    scale: (1 << Number(amount)) as 1 | 2 | 4 | 8,
    ...(narrow && { indexBits: 32 }),
    ...(narrow && how.toLowerCase() === "sxtw" && { indexSigned: true }),
  };
  return { source };
}

/** General registers as members of `struct user_pt_regs`; the zero register as "zero". */
function parseRegister(text: string): { reg: string; bytes: 4 | 8 } | undefined {
  const name = text.toLowerCase();
  if (name === "sp") return { reg: "sp", bytes: 8 };
  if (name === "wsp") return { reg: "sp", bytes: 4 };
  if (name === "xzr" || name === "wzr") return { reg: "zero", bytes: name === "xzr" ? 8 : 4 };
  if (name === "fp") return { reg: "regs[29]", bytes: 8 };
  if (name === "lr") return { reg: "regs[30]", bytes: 8 };
  const [, width, number] = /^([xw])(\d|[12]\d|30)$/.exec(name) ?? [];
  if (number === undefined) return undefined;
  return { reg: `regs[${number}]`, bytes: width === "x" ? 8 : 4 };
}
