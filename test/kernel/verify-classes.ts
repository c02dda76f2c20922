// Programs by class of check, in assembly: test/kernel/verify-classes/*.asm. A line `== TYPE what it is about` begins one;
// `== xdp|schedCls …` begins one for each type. `{map=hash|array}` in that line gives as many programs as there are words,
// and `{map}` stands for the word; `; ` in it ends a line.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProgramType } from "../../src/abi/attach-spec.ts";
import { helperByName } from "../../src/abi/helpers.ts";
import { PROGRAM_TYPES } from "../../src/abi/program-types.ts";
import { assemble } from "../../src/isa/assemble.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { slotsOf } from "../../src/isa/insn.ts";
import type { FunctionInfo } from "../../src/object/object.ts";
import { TYPES_OF_PROGRAMS } from "./verify-maps.ts";
import { type GeneratedProgram, KERNEL_BTF } from "./verify-programs.ts";
import { GLOBALS, type GlobalKind } from "./verify-types.ts";

/** From the root of the project. */
const FOLDER = "test/kernel/verify-classes";

export function classNames(folder = FOLDER): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".asm"))
    .map((name) => name.slice(0, -4));
}

/** The programs of a class. Throws for one that cannot be assembled. */
export function programsOf(name: string, folder = FOLDER): readonly GeneratedProgram[] {
  return programsIn(readFileSync(join(folder, `${name}.asm`), "utf8"), name);
}

export function programsIn(text: string, name: string): readonly GeneratedProgram[] {
  const [, ...parts] = `\n${text}`.split("\n== ");
  return parts.flatMap((part) => {
    const [head = "", ...lines] = part.split("\n");
    const [types = "", ...words] = head.split(" ");
    return types
      .split("|")
      .flatMap((type) => variants(`${type} ${words.join(" ")}`, lines.join("\n")))
      .map((one) => program(one.head, one.text, name));
  });
}

const CHOICE = /\{(\w+)=([^}]*)\}/;

/** A program for each word of the first choice in its head line, and for each of the next one. */
function variants(head: string, text: string): readonly Readonly<{ head: string; text: string }>[] {
  const found = CHOICE.exec(head);
  if (found === null) return [{ head, text }];
  const [all, name = "", words = ""] = found;
  return words.split("|").flatMap((word) => {
    const lines = word.replaceAll("; ", "\n");
    return variants(head.replace(all, word), text.replaceAll(`{${name}}`, lines));
  });
}

/** `head`: the type of the program, `sleepable` if it is, and what it is about. */
function program(head: string, text: string, name: string): GeneratedProgram {
  const [type = "", ...words] = head.split(" ");
  const sleepable = words[0] === "sleepable";
  if (!isType(type)) throw new Error(`${name}: no program type ${type}`);
  const what = `${name}: ${words.join(" ")}`;
  const { insns, report } = assemble({ name: what, text }, { helperId: (helper) => helperByName(helper)?.id });
  if (insns === undefined)
    throw new Error(`${what}: ${report.diagnostics.map(({ message }) => message).join("; ")}`);
  const program = { type, insns: bound(insns), functions: functionsOf(insns), what };
  return { ...program, ...(sleepable && { sleepable }) };
}

const isType = (word: string): word is ProgramType => Object.hasOwn(PROGRAM_TYPES, word);
const isGlobal = (symbol: string): symbol is GlobalKind => (GLOBALS as readonly string[]).includes(symbol);

/** Functions are static, but for those that bear the name of a prototype in verify-types.ts. */
function functionsOf(insns: readonly Insn[]): readonly FunctionInfo[] {
  const { entry, local, global, globals } = TYPES_OF_PROGRAMS;
  const functions: FunctionInfo[] = [{ name: "entry", insnIndex: 0, btfId: entry, linkage: "global" }];
  const called = new Set(insns.map(calledBy));
  for (const [insnIndex, { meta }] of insns.entries()) {
    if (insnIndex === 0 || meta?.symbol === undefined || !called.has(meta.symbol)) continue;
    const kind = meta.symbol.replace(/\d+$/, "");
    const info = { name: meta.symbol, insnIndex };
    if (isGlobal(kind)) functions.push({ ...info, btfId: globals[kind], linkage: "global" });
    else if (kind === "global") functions.push({ ...info, btfId: global, linkage: "global" });
    else functions.push({ ...info, btfId: local, linkage: "static" });
  }
  return functions;
}

function calledBy(insn: Insn): string | undefined {
  if (insn.kind === "call" && insn.target.kind === "func") return insn.target.name;
  return insn.kind === "loadImm64" && insn.ref?.kind === "func" ? insn.ref.name : undefined;
}

/** Names of functions as distances, names of kernel functions as ids. */
function bound(insns: readonly Insn[]): readonly Insn[] {
  const slotOf = new Map<string, number>();
  const slots: number[] = [];
  let slot = 0;
  for (const insn of insns) {
    if (insn.meta?.symbol !== undefined) slotOf.set(insn.meta.symbol, slot);
    slots.push(slot);
    slot += slotsOf(insn);
  }
  return insns.map((insn, i) => {
    const offTo = (symbol: string) => (slotOf.get(symbol) ?? 0) - (slots[i] ?? 0) - 1;
    if (insn.kind === "loadImm64" && insn.ref?.kind === "func")
      return { ...insn, ref: { kind: "funcOff", off: offTo(insn.ref.name) } };
    if (insn.kind !== "call") return insn;
    if (insn.target.kind === "func")
      return { ...insn, target: { kind: "local", off: offTo(insn.target.name) } };
    if (insn.target.kind !== "ksym") return insn;
    return {
      ...insn,
      target: { kind: "kfunc", btfId: KERNEL_BTF?.find(insn.target.name, "func")[0] ?? 0, btfFd: 0 },
    };
  });
}
