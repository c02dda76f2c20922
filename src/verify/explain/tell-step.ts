import { helperById } from "../../abi/helpers.ts";
import { formatInsn } from "../../isa/disassemble.ts";
import type { Insn } from "../../isa/insn.ts";
import { kfuncOf } from "../call/kfunc.ts";
import { CONTEXTS } from "../context/contexts.ts";
import type { Environment } from "../environment.ts";
import { describe } from "../state/describe.ts";
import { isPointer, type Value } from "../state/value.ts";
import type { PathStep } from "./replay.ts";

/** What an instruction does, in words: where a value comes from, or what became of it. */
export function tellStep(env: Environment, insn: Insn, step: PathStep): string {
  const code = formatInsn(insn, { helperName: (id) => helperById(id)?.name });
  switch (insn.kind) {
    case "call":
      return `${code}: ${tellCall(env, insn)}`;
    case "load":
      return `${code}: read from ${source(env, valueOf(step, insn.base), insn.off)}`;
    case "loadImm64":
      return insn.ref ? `${code}: an address that is fixed when the program is loaded` : code;
    default:
      return code;
  }
}

function valueOf(step: PathStep, reg: number): Value | undefined {
  return step.before.frames[step.depth]?.regs[reg];
}

function tellCall(env: Environment, insn: Extract<Insn, { kind: "call" }>): string {
  const { target } = insn;
  if (target.kind === "helper") {
    const doc = helperById(target.id)?.doc ?? "a helper";
    return doc.charAt(0).toLowerCase() + doc.slice(1);
  }
  const kfunc = kfuncOf(env, insn);
  if (kfunc) return `the kernel's ${kfunc.name}()${kfunc.entry?.mayBeNull ? ", which may return NULL" : ""}`;
  return "a function of the program";
}

function source(env: Environment, base: Value | undefined, off: number): string {
  if (base === undefined || !isPointer(base)) return "memory";
  if (base.kind !== "ctx") return describe(base).replace(/^a pointer to /, "");
  const layout = CONTEXTS[env.programType];
  const field = layout?.fields.find((f) => off >= f.offset && off < f.offset + f.size);
  return field ? `${field.name} of ${layout?.type ?? "the context"}` : "the context";
}

/** How a comparison came out: "if r2 > 10 goto +3: not taken". */
export function tellJump(insn: Insn, taken: boolean): string {
  return `${formatInsn(insn)}: ${taken ? "taken" : "not taken"}`;
}
