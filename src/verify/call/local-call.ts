import type { State } from "../state/state.ts";
import { newFrame, setReg, topFrame } from "../state/state.ts";
import { LOST, UNKNOWN_VALUE } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { checkGlobalArguments } from "./global-arguments.ts";
import { holdsLock } from "./locks.ts";
import { forgetPackets } from "./packet-moves.ts";

/** A call of one of the program's own functions; the next instruction. */
export function transferLocalCall(a: Analysis, s: State): number {
  const target = a.program.targetOf[s.insn] ?? 0;
  const index = a.program.subprogramOf[target] ?? 0;
  const callee = a.program.subprograms[index];
  if (callee === undefined) throw new Error("bug: a call to no function");
  if (index === a.exceptionCallback.index) {
    const message = `${callee.name}() is the exception callback, which only bpf_throw() may call`;
    a.fault(s, {
      code: "verify/exception",
      message,
      values: { fix: "move what it does into another function, and call that" },
    });
  }
  if (callee.linkage === "global") return callGlobal(a, s, index);
  if (!a.env.profile.has("callsUnderLock") && refusedByLock(a, s, `${callee.name}()`)) return -1;
  if (!hasRoom(a, s)) return -1;
  const caller = topFrame(s);
  const frame = newFrame(index, s.insn, s.frames.length);
  for (let r = 1; r <= 5; r++) frame.regs[r] = caller.regs[r] ?? LOST;
  for (let r = 0; r <= 5; r++) caller.regs[r] = LOST;
  s.frames.push(frame);
  return callee.start;
}

/** Checks that another function may be entered. */
export function hasRoom(a: Analysis, s: State): boolean {
  const most = a.env.profile.limits.frames;
  if (s.frames.length < most) return true;
  const name = a.program.subprograms[s.frames[0]?.subprogram ?? 0]?.name ?? "the program";
  const message = `from ${name} on, more than ${most} functions are active at once`;
  a.fault(s, { code: "verify/call-depth", message });
  return false;
}

/** A global function is verified on its own: here only its arguments count, and its result is any number. */
function callGlobal(a: Analysis, s: State, index: number): number {
  const callee = a.program.subprograms[index];
  const name = callee?.name ?? "?";
  if (!refusedByLock(a, s, `the global function ${name}()`)) {
    checkGlobalArguments(a, s, index);
    if (!a.env.profile.has("callsInSections")) checkNoSection(a, s, name);
    const why = a.program.facts[index]?.maySleep ? whyAwake(s) : undefined;
    if (why)
      a.fault(s, { code: "verify/may-sleep", message: `the global function ${name}() may sleep, and ${why}` });
  }
  a.calledGlobals.add(index);
  for (let r = 1; r <= 5; r++) setReg(s, r, LOST);
  setReg(s, 0, UNKNOWN_VALUE);
  if (a.program.facts[index]?.movesPacket) forgetPackets(a, s);
  return s.insn + 1;
}

function refusedByLock(a: Analysis, s: State, callee: string): boolean {
  if (!holdsLock(s)) return false;
  const lock = s.held.find((held) => held.kind === "lock");
  const message = `${callee} is called while a lock is held`;
  a.fault(s, { code: "verify/lock-held", message, subject: { kind: "held", insn: lock?.insn ?? 0 } });
  return true;
}

/** Older kernels do not know which global functions sleep, and take none for one that does not. */
function checkNoSection(a: Analysis, s: State, name: string): void {
  if (s.preemptDepth === 0) return;
  const message = `the global function ${name}() is called with preemption disabled`;
  a.fault(s, { code: "verify/preemption-section", message });
}

function whyAwake(s: State): string | undefined {
  if (!s.sleepable) return "the program is not sleepable";
  if (s.rcuDepth > 0) return "this is within an RCU section";
  if (s.preemptDepth > 0) return "preemption is disabled here";
  return s.held.some((held) => held.kind === "irq") ? "interrupts are disabled here" : undefined;
}
