import type { Helper } from "../../abi/helper-types.ts";
import type { State } from "../state/state.ts";
import type { Analysis } from "../walk/analysis.ts";
import { holdsLock } from "./locks.ts";

/** Checks that the point of the program allows the helper: sleeping, RCU, preemption, interrupts, locks. */
export function mayBeCalledHere(a: Analysis, s: State, helper: Helper): boolean {
  const name = `${helper.name}()`;
  if (holdsLock(s) && helper.name !== "bpf_spin_unlock" && helper.name !== "bpf_kptr_xchg") {
    const lock = s.held.find((held) => held.kind === "lock");
    const message = `${name} is called while a lock is held`;
    a.fault(s, { code: "verify/lock-held", message, subject: { kind: "held", insn: lock?.insn ?? s.insn } });
    return false;
  }
  return !helper.mightSleep || maySleepHere(a, s, name);
}

/** Checks that something that may sleep is called where that is possible. */
export function maySleepHere(a: Analysis, s: State, name: string): boolean {
  const where = whyNoSleep(s);
  if (where === undefined) return true;
  a.fault(s, { code: "verify/may-sleep", message: `${name} may sleep, and ${where}` });
  return false;
}

function whyNoSleep(s: State): string | undefined {
  if (!s.sleepable) return "the program is not sleepable";
  if (s.rcuDepth > 0) return "this is within an RCU section";
  if (s.preemptDepth > 0) return "preemption is disabled here";
  if (s.held.some((held) => held.kind === "irq")) return "interrupts are disabled here";
  return holdsLock(s) ? "a lock is held" : undefined;
}
