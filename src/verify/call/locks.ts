import { refuse } from "../access/report.ts";
import { describe } from "../state/describe.ts";
import type { Held, State } from "../state/state.ts";
import { mapValues } from "../state/state.ts";
import { ATTR, hasAttr, isFixed, isPointer, type Pointer, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";

/** How a lock is taken: resilient ones (6.15) may be taken inside each other. */
export type LockManner = Readonly<{ takes: boolean; resilient: boolean; irq: boolean }>;

/** bpf_spin_lock() and bpf_spin_unlock(). */
export function changeLock(a: Analysis, s: State, site: CallSite, value: Value): boolean {
  return useLock(a, s, site, 1, value, {
    takes: site.name.startsWith("bpf_spin_lock"),
    resilient: false,
    irq: false,
  });
}

export function useLock(
  a: Analysis,
  s: State,
  site: CallSite,
  r: number,
  value: Value,
  manner: LockManner,
): boolean {
  if (!isPointer(value)) return true;
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/map-without-field", message);
  const kind = manner.resilient ? "resSpinLock" : "spinLock";
  if (!isFixed(value))
    return refuse(
      a,
      s,
      { reg: r },
      "verify/constant-argument",
      "the address of the lock is at an offset that varies",
    );
  if (value.kind === "mapValue") {
    const field = value.map?.fields.find((f) => f.kind === kind);
    if (field === undefined) return refused(`values of map \`${value.map?.name ?? "?"}\` hold no lock`);
    const at = value.off + Number(value.vary.value);
    if (at !== field.offset)
      return refused(`${describe(value)} at offset ${at}; its lock is at ${field.offset}`);
  }
  return manner.takes ? take(a, s, site, value, manner) : giveBack(a, s, site, r, value, manner);
}

/** What tells one lock from another: the map, or the object that it is in. */
export function owner(p: Pointer): unknown {
  return p.kind === "mapValue" ? p.map : p.btf;
}

function take(a: Analysis, s: State, site: CallSite, p: Pointer, manner: LockManner): boolean {
  const locks = s.held.filter((held) => held.kind === "lock");
  const refused = (held: Held | undefined, when: string): false => {
    const subject = { kind: "held", insn: held?.insn ?? s.insn } as const;
    a.fault(s, { code: "verify/lock-nesting", message: `${site.name} is called ${when}`, subject });
    return false;
  };
  const same = locks.find((held) => held.id === p.id && held.kind === "lock" && held.of === owner(p));
  const plain = locks.find((held) => held.kind === "lock" && !held.resilient);
  if (!manner.resilient && locks.length > 0) return refused(locks[0], "while another lock is held");
  if (manner.resilient && plain) return refused(plain, "while a lock of bpf_spin_lock() is held");
  if (manner.resilient && same) return refused(same, "for a lock that the program holds already");
  const { resilient, irq } = manner;
  s.held = [...s.held, { kind: "lock", id: p.id, insn: s.insn, of: owner(p), resilient, irq }];
  return true;
}

function giveBack(a: Analysis, s: State, site: CallSite, r: number, p: Pointer, manner: LockManner): boolean {
  const locks = s.held.filter((held) => held.kind === "lock");
  if (s.tainted) {
    s.held = s.held.filter((held) => held.kind !== "lock");
    return true; // what was found before may be why it does not fit
  }
  if (locks.length === 0)
    return refuse(a, s, { reg: r }, "verify/unlock-mismatch", `${site.name} without a lock being held`);
  const last = locks[locks.length - 1];
  const fits =
    last?.kind === "lock" &&
    last.id === p.id &&
    last.of === owner(p) &&
    last.resilient === manner.resilient &&
    last.irq === manner.irq;
  if (!fits)
    return refuse(
      a,
      s,
      { reg: r },
      "verify/unlock-mismatch",
      `${site.name} of another lock than the one taken last`,
    );
  s.held = s.held.filter((held) => held !== last);
  mapValues(s, (value) => (isPointer(value) && hasAttr(value, ATTR.nonOwning) ? a.voided : value));
  return true;
}

/** Whether any lock is held. */
export function holdsLock(s: State): boolean {
  return s.held.some((held) => held.kind === "lock");
}
