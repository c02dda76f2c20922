import { refuse } from "../access/report.ts";
import { FIELD_TYPE_NAME, type SpecialField, specialFields } from "../program/fields.ts";
import { describe } from "../state/describe.ts";
import { EMPTY_SLOT, objectSlot } from "../state/slot.ts";
import type { State } from "../state/state.ts";
import { frameAt, setSlot, slotAt } from "../state/state.ts";
import { ATTR, fixedOffset, hasAttr, isFixed, type Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { SpecialParam } from "./kfunc.ts";
import type { KfuncSite } from "./kfunc-site.ts";
import { owner, useLock } from "./locks.ts";
import { isField } from "./use-argument.ts";

/** Arguments that point to a field, or to stack bytes, that the kernel itself uses. */
export function checkSpecial(
  a: Analysis,
  s: State,
  site: KfuncSite,
  field: SpecialParam,
  r: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10,
  p: Pointer,
): boolean {
  switch (field) {
    case "irqFlag":
      return checkIrqFlag(a, s, site, r, p);
    case "resSpinLock": {
      const { name } = site.kfunc;
      if (p.kind !== "mapValue" && !(p.kind === "btf" && hasAttr(p, ATTR.alloc)))
        return wrongPlace(a, s, site, field, r, p);
      const manner = { takes: !name.includes("unlock"), resilient: true, irq: name.includes("irq") };
      return useLock(a, s, site, r, p, manner);
    }
    case "workqueue":
    case "taskWork":
      if (p.kind !== "mapValue") return wrongPlace(a, s, site, field, r, p);
      return isField(a, s, site, r, p, field);
    case "listHead":
    case "rbRoot":
      return checkHead(a, s, site, field, r, p);
    case "listNode":
    case "rbNode":
      return checkNode(a, s, site, field, r, p);
    default:
      return true;
  }
}

function wrongPlace(a: Analysis, s: State, site: KfuncSite, field: SpecialParam, r: number, p: Pointer): false {
  const message = `r${r} for ${site.name} holds ${describe(p)}; it takes the address of a ${nameOf(field)}`;
  return refuse(a, s, { reg: r }, "verify/kfunc-argument", message, {
    expected: `the address of a ${nameOf(field)}`,
  });
}

function nameOf(field: SpecialParam): string {
  return field === "irqFlag" ? "saved interrupt flag" : FIELD_TYPE_NAME[field];
}

function fieldsOf(p: Pointer): readonly SpecialField[] {
  if (p.kind === "mapValue") return p.map?.fields ?? [];
  return p.btf ? specialFields(p.btf, p.type) : [];
}

/** The head of a list or the root of a tree, in a map value or an object, under the lock beside it. */
function checkHead(
  a: Analysis,
  s: State,
  site: KfuncSite,
  field: "listHead" | "rbRoot",
  r: number,
  p: Pointer,
): boolean {
  const own = p.kind === "btf" && hasAttr(p, ATTR.alloc);
  if (p.kind !== "mapValue" && !own) return wrongPlace(a, s, site, field, r, p);
  if (!isFixed(p))
    return refuse(
      a,
      s,
      { reg: r },
      "verify/constant-argument",
      `r${r} for ${site.name} is at an offset that varies`,
    );
  const at = p.off + Number(p.vary.value);
  const found = fieldsOf(p).find((f) => f.kind === field && f.offset === at);
  if (found === undefined)
    return refuse(a, s, { reg: r }, "verify/map-without-field", `there is no ${nameOf(field)} at offset ${at}`);
  const btf = p.kind === "mapValue" ? p.map?.btf : p.btf;
  if (found.holds && btf) site.holds = { btf, ...found.holds };
  const lock = s.held.find((held) => held.kind === "lock" && held.id === p.id && held.of === owner(p));
  if (lock !== undefined) return true;
  return refuse(
    a,
    s,
    { reg: r },
    "verify/lock-held",
    `${site.name} is called without the lock of the ${nameOf(field)} being held`,
    { fix: "hold the lock beside it meanwhile: bpf_spin_lock(&lock); before, bpf_spin_unlock(&lock); after" },
  );
}

/** A node: moved in when it is owned, or one that is in a list or tree already. */
function checkNode(
  a: Analysis,
  s: State,
  site: KfuncSite,
  field: "listNode" | "rbNode",
  r: number,
  p: Pointer,
): boolean {
  if (p.kind !== "btf" || !hasAttr(p, ATTR.alloc)) return wrongPlace(a, s, site, field, r, p);
  const adds = /_(?:push_|add)/.test(site.kfunc.name);
  if (adds && p.ref === 0)
    return refuse(
      a,
      s,
      { reg: r },
      "verify/release-argument",
      `${site.name} adds an object that the program does not own`,
    );
  if (!adds && !hasAttr(p, ATTR.nonOwning) && p.ref !== 0)
    return refuse(a, s, { reg: r }, "verify/kfunc-argument", `${site.name} takes a node that is in the tree`, {
      expected: "a node that is in the tree",
    });
  const found = fieldsOf(p).find((f) => f.kind === field && f.offset === p.off);
  if (found === undefined)
    return refuse(
      a,
      s,
      { reg: r },
      "verify/map-without-field",
      `there is no ${nameOf(field)} at offset ${p.off}`,
    );
  if (p.btf) site.object = { btf: p.btf, type: p.type, attrs: p.attrs };
  if (adds) site.movedIn = p.ref;
  return true;
}

/** Interrupts are disabled, and enabled again in the opposite order. */
function checkIrqFlag(a: Analysis, s: State, site: KfuncSite, r: number, p: Pointer): boolean {
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/irq-section", message);
  const at = p.kind === "stack" && isFixed(p) ? fixedOffset(p) : 1;
  if (at % 8 !== 0 || at > -8 || at < -512)
    return refused(`r${r} does not point to 8 aligned bytes of the stack`);
  const slot = -at / 8 - 1;
  const frame = frameAt(s, p.frame);
  const { object } = slotAt(frame, slot);
  const flagClass = site.kfunc.name.includes("spin") ? "lock" : "native";
  if (/irq_?save/.test(site.kfunc.name)) {
    if (object) return refused(`r${r} points to bytes that hold a saved flag, or another object, already`);
    site.makes.push(() => {
      const id = a.newId();
      s.held = [...s.held, { kind: "irq", id, insn: s.insn }];
      setSlot(frame, slot, objectSlot({ kind: "irqFlag", first: true, ref: id, class: flagClass }));
    });
    return true;
  }
  if (object?.kind !== "irqFlag") return refused(`r${r} does not point to a saved interrupt flag`);
  if (object.class !== flagClass) return refused(`the flag was not saved by the counterpart of ${site.name}`);
  const last = s.held.findLast((held) => held.kind === "irq");
  if (last?.id !== object.ref)
    return refused("interrupts are restored out of order: the flag that was saved last comes first");
  a.noteRead(s, p.frame, slot);
  s.held = s.held.filter((held) => held !== last);
  setSlot(frame, slot, EMPTY_SLOT);
  return true;
}
