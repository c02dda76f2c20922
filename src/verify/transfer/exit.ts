import type { Reg } from "../../isa/insn.ts";
import { refuse } from "../access/report.ts";
import { checkNothingHeld } from "../call/resources.ts";
import { returnRange } from "../context/return-range.ts";
import { brief, describeValue } from "../state/describe.ts";
import type { Frame, State } from "../state/state.ts";
import { topFrame } from "../state/state.ts";
import { isPointer, type ScalarValue, UNSET, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { lastVisit, widenNumbers } from "../walk/widen.ts";
import { readRegister } from "./read-register.ts";

/** The end of a function: the next instruction, in the caller, or -1 where the path ends. */
export function transferExit(a: Analysis, s: State): number {
  const inEntry = s.frames.length === 1;
  const sections = inEntry || !a.env.profile.has("callsUnderLock");
  if (!checkNothingHeld(a, s, inEntry ? "the program ends" : "the function ends", false, sections)) return -1;
  if (inEntry) {
    checkResult(a, s);
    return -1;
  }
  return leaveFunction(a, s);
}

function leaveFunction(a: Analysis, s: State): number {
  const callee = topFrame(s);
  const result = callee.regs[0] ?? UNSET;
  if (result.kind === "stack") {
    const message = "a pointer into a function's own stack frame is returned";
    a.fault(s, { code: "verify/caller-frame", message, subject: { kind: "reg", reg: 0 } });
    return -1;
  }
  if (callee.callback !== undefined) return leaveCallback(a, s, callee, result);
  s.frames.pop();
  topFrame(s).regs[0] = result;
  return callee.callsite + 1;
}

/** Back to the call, which may call back once more. */
function leaveCallback(a: Analysis, s: State, callee: Frame, result: Value): number {
  if (result.kind === "unset") readRegister(a, s, 0);
  else if (isPointer(result)) {
    const message = `the callback returns ${describeValue(result)}, no number`;
    a.fault(s, { code: "verify/return-pointer", message, subject: { kind: "reg", reg: 0 } });
  } else if (result.kind === "scalar" && callee.returns) {
    a.needPrecise(s, 0);
    checkRange(a, s, result, callee.returns, false, "a callback");
  }
  s.frames.pop();
  const point = lastVisit(s, callee.callsite);
  if (point) widenNumbers(point, s);
  return callee.callsite;
}

/** What the program, a global function or a callback that runs later returns. */
function checkResult(a: Analysis, s: State): void {
  const frame = topFrame(s);
  const isMain = frame.subprogram === 0 || frame.subprogram === a.exceptionCallback.index;
  const isEntry = isMain && frame.callback === undefined;
  const rule = isEntry ? returnRange(a.env) : undefined;
  if (rule?.kind === "nothing") return;
  const result = frame.regs[0] ?? UNSET;
  if (result.kind === "unset" && isEntry) {
    const message = "the program ends without a result in r0";
    a.fault(s, { code: "verify/no-result", message, subject: { kind: "reg", reg: 0 } });
    return;
  }
  const value = readRegister(a, s, 0);
  if (value.kind === "poison") return;
  if (isPointer(value) && !a.env.privileged) {
    refuse(a, s, { reg: 0 }, "verify/leak", "an address is returned");
    return;
  }
  if (isEntry && rule === undefined) return;
  if (value.kind !== "scalar") {
    const who = isEntry ? "the program" : frame.callback ? "the callback" : "the global function";
    refuse(a, s, { reg: 0 }, "verify/return-pointer", `${who} returns ${describeValue(value)}, no number`);
    return;
  }
  const range = isEntry ? (rule?.kind === "range" ? rule.range : undefined) : frame.returns;
  if (range === undefined) return;
  a.needPrecise(s, 0);
  const bits32 = isEntry && rule?.kind === "range" && rule.bits === 32;
  checkRange(a, s, value, range, bits32, isEntry ? "this program" : "a callback");
}

/** Whether a number that becomes the result is one that may be returned. */
export function checkRange(
  a: Analysis,
  s: State,
  { num, ...rest }: ScalarValue,
  [least, most]: readonly [number, number],
  bits32: boolean,
  who: string,
  from: Reg = 0,
): void {
  const within = bits32
    ? num.s32min >= least && num.s32max <= most
    : num.smin >= BigInt(least) && num.smax <= BigInt(most);
  if (within) return;
  const allowed = least === most ? `${least}` : `${least} to ${most}`;
  const message = `the result is ${brief({ num, ...rest })}; ${who} may return ${allowed}`;
  refuse(a, s, { reg: from }, "verify/return-range", message, { allowed });
}
