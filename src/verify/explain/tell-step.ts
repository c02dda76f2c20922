import { helperById } from "../../abi/helpers.ts";
import type { Insn } from "../../isa/insn.ts";
import { kfuncOf } from "../call/kfunc.ts";
import { CONTEXTS } from "../context/contexts.ts";
import type { Environment } from "../environment.ts";
import { describe } from "../state/describe.ts";
import { isPointer, type Value } from "../state/value.ts";
import type { Place } from "./places.ts";
import type { PathStep } from "./replay.ts";

/** Where the value comes from that an instruction makes, in words; undefined where the instruction says it all. */
export function noteOf(env: Environment, insn: Insn, step: PathStep): string | undefined {
  switch (insn.kind) {
    case "call":
      return tellCall(env, insn, step.after.frames[step.depth]?.regs[0]);
    case "load":
      return `from ${source(env, valueOf(step, insn.base), insn.off)}`;
    case "loadImm64":
      return undefined;
    default:
      return undefined;
  }
}

/** Whether a jump compares what is in the place. */
export function compared(insn: Insn, step: PathStep, place: Place): boolean {
  if (insn.kind !== "jump" || place.kind !== "reg" || place.frame !== step.depth) return false;
  return insn.dst === place.reg || (insn.src.kind === "reg" && insn.src.reg === place.reg);
}

function valueOf(step: PathStep, reg: number): Value | undefined {
  return step.before.frames[step.depth]?.regs[reg];
}

/** When a helper returns NULL, by the beginning of its name. */
const NULL_WHEN: readonly (readonly [RegExp, string])[] = [
  [/^bpf_map_lookup/, "NULL where the map does not hold the key"],
  [/^bpf_ringbuf_reserve/, "NULL where the buffer is full"],
  [/^bpf_sk(?:c)?_lookup/, "NULL where there is no such socket"],
  [/_storage_get$/, "NULL where there is none, and none was made"],
];

function tellCall(
  env: Environment,
  insn: Extract<Insn, { kind: "call" }>,
  result: Value | undefined,
): string | undefined {
  const { target } = insn;
  if (target.kind === "helper") {
    const helper = helperById(target.id);
    if (result && isPointer(result) && !result.nullable) return undefined;
    if (result && isPointer(result)) return NULL_WHEN.find(([name]) => name.test(helper?.name ?? ""))?.[1];
    if (result?.kind !== "scalar") return undefined;
    const doc = helper?.doc ?? "a helper";
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
