import type { CodeEntry } from "./code-entry.ts";

/** What is wrong with things that must be given back: references, locks, sections. */
export const RESOURCE_CODES = {
  "verify/reference-leak": {
    meaning: "a reference is not given back on some path",
    kernel: [/Unreleased reference/, /would lead to reference leak/, /reference leak/],
    fix: "give {name} back on every path to the end, also where something else failed: {release}",
    asm: "give it back on every path to the end, also where something else failed: {release}",
  },
  "verify/lock-held": {
    meaning: "a path ends, or calls something that it must not, while a lock is held",
    kernel: [
      /cannot be used inside bpf_(?:spin_lock|res_spin_lock)-ed region/,
      /bpf_spin_lock is missing unlock|bpf_spin_unlock is missing|would lead to .*lock/,
      /function calls are not allowed while holding a lock/,
      /bpf_spin_lock-ed region/,
      /global function calls are not allowed while holding a lock/,
      /must be held for bpf_/,
    ],
    fix: "give the lock back first: {unlock}",
  },
  "verify/lock-nesting": {
    meaning: "a second lock is taken while one is held",
    kernel: [/Locking two bpf_spin_locks are not allowed/, /lock.*already held/, /AA deadlock detected/],
    fix: "give the first lock back before taking it again, or another",
  },
  "verify/unlock-mismatch": {
    meaning: "a lock is given back that is not held, or not the one that was taken last",
    kernel: [
      /spin_unlock without taking a lock/,
      /spin_unlock of different lock/,
      /spin_unlock.* (?:without|of different)/,
      /unlock.*out of order/,
      /held lock and object are not in the same allocation/,
    ],
    fix: "take and give back the same lock of the same value, innermost first",
  },
  "verify/lock-unavailable": {
    meaning: "programs of this type cannot use locks",
    kernel: [
      /progs cannot use bpf_spin_lock yet|cannot use bpf_timer yet|cannot use bpf_list_head|cannot use bpf_/,
    ],
    fix: "use atomic operations, or a per-CPU map, instead",
  },
  "verify/rcu-section": {
    meaning: "an RCU section is closed that is not open, or left open where the program ends or may sleep",
    kernel: [/rcu_read_(?:lock|unlock)/, /RCU|rcu_read_lock-ed region/],
    fix: "pair each bpf_rcu_read_lock() with bpf_rcu_read_unlock() on every path",
  },
  "verify/preemption-section": {
    meaning: "preemption is enabled where it is not disabled, or left disabled at the end",
    kernel: [/preempt_disable-ed region/, /unmatched attempt to enable preemption/, /preempt/],
    fix: "pair each bpf_preempt_disable() with bpf_preempt_enable() on every path",
  },
  "verify/irq-section": {
    meaning: "interrupts are restored out of order, or left disabled at the end",
    kernel: [/local_irq_(?:save|restore)/, /irq flag|IRQ|irq_restore/],
    fix: "restore the flags that were saved last, on every path: bpf_local_irq_restore(&flags);",
  },
  "verify/exception": {
    meaning:
      "the exception callback is not one: it is static, takes something else than one number, or is called",
    kernel: [/exception c(?:allback|b)|exception_callback/],
    fix: "give it the form __noinline int callback(__u64 cookie) { … }, not static, and leave calling it to bpf_throw()",
  },
} as const satisfies Readonly<Record<`verify/${string}`, CodeEntry>>;
