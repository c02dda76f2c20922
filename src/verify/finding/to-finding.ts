import type { ProgramType } from "../../abi/attach-spec.ts";
import type { SourceLine } from "../../base/source-line.ts";
import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import { type History, historyOf } from "../explain/history.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CodeEntry } from "./code-entry.ts";
import { CODES, type FindingCode, fixText } from "./codes.ts";
import type { Fault, Finding } from "./finding.ts";
import { lineAt } from "./line-at.ts";
import {
  argumentIn,
  arrayNameOf,
  indexNameOf,
  indexTextOf,
  type Language,
  languageOf,
  nameOf,
  packetNames,
  passedIn,
} from "./names.ts";

const NO_HISTORY: History = { steps: [], origin: [] };

/** A fault as a finding. */
export function toFinding(
  program: ProgramSpec,
  insnIndex: number,
  fault: Fault,
  history: History = NO_HISTORY,
): Finding {
  const line = lineAt(program, insnIndex);
  const language = languageOf(line?.file);
  const name = language === "asm" ? undefined : nameIn(fault, history, line);
  const here = hereText(CODES[fault.code], history);
  return {
    code: fault.code,
    insnIndex,
    ...(line && { line }),
    message: withName(fault, name),
    why: history.steps,
    ...(here !== undefined && { here }),
    fix:
      specialFix(fault, history, language, name) ??
      fixText(
        fault.code,
        valuesOf(program, fault, history, { insnIndex, language, name, line }),
        language,
        varies(history),
      ),
    also: [],
  };
}

/** What iterators and dynptrs are given back by is the variable on the stack, not what was got from it. */
function nameIn(
  { code, subject, values }: Fault,
  { steps }: History,
  line: SourceLine | undefined,
): string | undefined {
  const given = code.endsWith("-argument") || code === "verify/argument-type";
  const argument = given && subject?.kind === "reg" ? argumentIn(line, subject.reg) : undefined;
  if (argument !== undefined) return argument;
  const own = passedIn(steps[0]?.line);
  if (/_(?:destroy|dynptr)\(\)$/.test(values?.["release"] ?? "") && own !== undefined) return own;
  return nameOf(steps, line) ?? own;
}

/** What is known where the fault is, and what never happened on the way there. */
function hereText({ missing }: CodeEntry, { here, isArgument }: History): string | undefined {
  if (here === undefined) return undefined;
  const known = isArgument ? `${here}, an argument: callers may pass all that its type allows` : here;
  return missing === undefined ? known : `${known}; ${missing}`;
}

/** What helps where the history tells more than the code. */
function specialFix(
  { code, message, values }: Fault,
  { voided }: History,
  language: Language,
  name: string | undefined,
): string | undefined {
  if (voided === "given back") return `use ${name ?? "it"} before it is given back, not after`;
  if (voided === "packet changed")
    return "after that call, read data and data_end from the context again, and compare again";
  if (code === "verify/read-only" && /`\S*\.rodata\S*`/.test(message))
    return "declare the variable without `const`, so that it is not in the read-only section";
  if (code === "verify/argument-type" && language === "c" && /holds (?:a|the) number/.test(message) && name)
    return `pass ${values?.["expected"]}, such as &${name}`;
  return undefined;
}

/** Without a history nothing is known of it. */
function varies({ index, here }: History): boolean {
  return index !== undefined || here === undefined;
}

/** How many elements fit, and the last byte offset at which one does, where the fault tells the size of the whole. */
function limits(
  insn: Insn | undefined,
  bound: string | undefined,
  { offset = 0 }: History,
): Readonly<Record<string, string>> {
  if (bound === undefined || !insn || !("size" in insn) || !("off" in insn)) return {};
  const left = Number(bound) - offset - insn.off;
  if (!(left >= insn.size)) return {};
  return { count: String(Math.floor(left / insn.size)), last: String(left - insn.size) };
}

/** Authors of C do not know registers. */
function withoutRegister(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { name, ...rest } = values;
  return name === undefined || /^r\d+$/.test(name) ? rest : values;
}

type Author = Readonly<{
  insnIndex: number;
  language: Language;
  name: string | undefined;
  line: SourceLine | undefined;
}>;

/** What the fix's places stand for. */
function valuesOf(
  program: ProgramSpec,
  { subject, values }: Fault,
  history: History,
  { language, name, line, insnIndex }: Author,
): Readonly<Record<string, string>> {
  const { index } = history;
  const common = {
    leave: LEAVE[language](program.type),
    ...values,
    ...limits(program.insns[insnIndex], values?.["bound"], history),
  };
  if (language === "asm") {
    const own = subject?.kind === "reg" ? `r${subject.reg}` : undefined;
    const added = index === undefined ? own : `r${index}`;
    return { ...common, ...(own && { name: own }), ...(added && { index: added }) };
  }
  return {
    ...withoutRegister(common),
    ...(language === "c" && packetNames(program)),
    ...(name !== undefined && { name }),
    index: indexNameOf(line) ?? indexOf(line, name) ?? "i",
    array: arrayNameOf(line) ?? "array",
  };
}

/** A variable that is no array itself, else what stands between the brackets. */
function indexOf(line: SourceLine | undefined, name: string | undefined): string | undefined {
  return name === undefined || name === arrayNameOf(line) ? indexTextOf(line) : name;
}

/** How a program of a type is left when something is not as it should be. */
const LEAVE: Readonly<Record<Language, (type: ProgramType) => string>> = {
  c: (type) => `return ${RESULTS[type] ?? "0"};`,
  bt: () => "return;",
  asm: () => "goto out",
};

const RESULTS: Readonly<Partial<Record<ProgramType, string>>> = {
  xdp: "XDP_PASS",
  schedCls: "TC_ACT_OK",
  schedAct: "TC_ACT_OK",
  cgroupSkb: "1",
  cgroupSock: "1",
  cgroupSockAddr: "1",
  cgroupDevice: "1",
  cgroupSysctl: "1",
  cgroupSockopt: "1",
  sockOps: "1",
  skMsg: "SK_PASS",
  skSkb: "SK_PASS",
  skLookup: "SK_PASS",
  skReuseport: "SK_PASS",
  netfilter: "NF_ACCEPT",
};

/** The message with the author's word for what it is about. */
function withName({ message, subject }: Fault, name: string | undefined): string {
  if (name === undefined || subject?.kind !== "reg") return message;
  const register = new RegExp(`\\br${subject.reg}\\b`);
  if (register.test(message)) return message.replace(register, `\`${name}\` (r${subject.reg})`);
  return /^a (?:pointer|number) /.test(message)
    ? message.replace(/^(a .*?)(?= (?:is|may) )/, `\`${name}\`, $1,`)
    : message;
}

/** All faults of a walk, in the order of the program's instructions; those of one cause as one. */
export function toFindings(program: ProgramSpec, analysis: Analysis): readonly Finding[] {
  const byCause = new Map<string, { fault: Fault; history: History; insns: number[] }>();
  for (const record of analysis.faults) {
    const history = historyOf(analysis, program, record);
    const cause = causeOf(record.fault, history, record.insn);
    const known = byCause.get(cause);
    if (known === undefined) byCause.set(cause, { fault: record.fault, history, insns: [record.insn] });
    else {
      known.insns.push(record.insn);
      known.fault = withWidest(known.fault, record.fault);
    }
  }
  return [...byCause.values()].map(({ fault, history, insns: [first = 0, ...others] }) => {
    const also = others.map((insnIndex) => {
      const line = lineAt(program, insnIndex);
      return { insnIndex, ...(line && { line }) };
    });
    return { ...toFinding(program, first, fault, history), also };
  });
}

/** One test of where the value came from mends them all, whatever is done with it. */
const UNTESTED: ReadonlySet<FindingCode> = new Set([
  "verify/null-dereference",
  "verify/null-arithmetic",
  "verify/null-argument",
]);

/** Faults with the same cause are mended by the same change. */
function causeOf({ code, message, subject }: Fault, { origin, here }: History, insn: number): string {
  if (UNTESTED.has(code) && origin.length > 0) return `untested ${origin[0]}`;
  if (subject?.kind === "held") return `${code} ${subject.insn}`;
  if (origin.length > 0) return `${code} ${origin.join(" ")}`;
  if (here !== undefined && subject?.kind === "reg") return `${code} ${here}`;
  return subject === undefined || subject.kind === "none" ? `${code} ${message}` : `${code} ${insn}`;
}

/** Of two faults that one bound mends: the one with the larger bound. */
function withWidest(a: Fault, b: Fault): Fault {
  const [mine, other] = [Number(a.values?.["bound"]), Number(b.values?.["bound"])];
  return other > mine ? { ...a, values: { ...a.values, bound: String(other) } } : a;
}
