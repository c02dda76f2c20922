import type { State } from "../state/state.ts";
import type { Analysis } from "../walk/analysis.ts";
import { holdsLock } from "./locks.ts";

/**
 * Checks that nothing is held where a path leaves the program: references in the entry's frame, or anywhere where
 * `always`; locks and sections where `sections`. `leaves` is what leaves, for messages.
 */
export function checkNothingHeld(
  a: Analysis,
  s: State,
  leaves: string,
  always: boolean,
  sections: boolean,
): boolean {
  let ok = true;
  if (always || s.frames.length === 1) {
    for (const held of s.held) {
      if (held.kind !== "reference") continue;
      const message = `${leaves}, and the reference that was taken at instruction ${held.insn} was not given back`;
      const values = { release: held.what };
      a.fault(s, {
        code: "verify/reference-leak",
        message,
        subject: { kind: "held", insn: held.insn },
        values,
      });
      ok = false;
    }
  }
  if (!sections || !ok) return ok;
  return checkNoSections(a, s, leaves);
}

function checkNoSections(a: Analysis, s: State, leaves: string): boolean {
  const lock = s.held.find((held) => held.kind === "lock");
  const irq = s.held.find((held) => held.kind === "irq");
  if (holdsLock(s) && lock) {
    const message = `${leaves} while the lock taken at instruction ${lock.insn} is held`;
    a.fault(s, { code: "verify/lock-held", message, subject: { kind: "held", insn: lock.insn } });
  } else if (s.rcuDepth > 0) {
    a.fault(s, { code: "verify/rcu-section", message: `${leaves} within an RCU section` });
  } else if (irq) {
    const message = `${leaves} with the interrupts disabled at instruction ${irq.insn}`;
    a.fault(s, { code: "verify/irq-section", message, subject: { kind: "held", insn: irq.insn } });
  } else if (s.preemptDepth > 0) {
    a.fault(s, { code: "verify/preemption-section", message: `${leaves} with preemption disabled` });
  } else return true;
  return false;
}
