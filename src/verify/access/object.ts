import { BtfError } from "../../btf/error.ts";
import { FIELD_TYPE_NAME, specialFields } from "../program/fields.ts";
import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { ATTR, hasAttr, isFixed, type Pointer, pointer, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import { isTrusted } from "../transfer/null-checks.ts";
import type { Analysis } from "../walk/analysis.ts";
import { mayWriteField, writableNames } from "./object-rights.ts";
import { type Access, refuse } from "./report.ts";
import { safetyOf } from "./safe-fields.ts";
import { type Walked, walkStruct } from "./walk-struct.ts";

/** What an access to a kernel object, or to one that the program allocated, gives; undefined, and a fault, if not allowed. */
export function accessObject(a: Analysis, s: State, p: Pointer, access: Access): Value | undefined {
  const { btf } = p;
  if (btf === undefined) throw new Error("bug: an object without a type");
  const type = btf.type(p.type);
  const name = "name" in type ? type.name : "";
  if (!mayTouch(a, s, p, access, name)) return undefined;
  const offset = p.off + access.off;
  if (hasAttr(p, ATTR.alloc) && touchesSpecial(a, s, p, access, offset)) return undefined;
  const walked = walkSafely(p, offset, access.size);
  if (walked.kind === "fault") {
    refuse(a, s, access, "verify/object-access", walked.message);
    return undefined;
  }
  if (walked.kind === "address" && a.env.profile.has("untrustedMemory"))
    return pointer("mem", { attrs: ATTR.readOnly | ATTR.untrusted });
  if (walked.kind !== "pointer" || hasAttr(p, ATTR.alloc)) return UNKNOWN_VALUE;
  return objectBehind(a, s, p, walked, name);
}

function walkSafely(p: Pointer, offset: number, size: number): Walked {
  try {
    if (p.btf === undefined) return { kind: "number" };
    return walkStruct(p.btf, p.type, offset, size);
  } catch (error) {
    if (error instanceof BtfError) return { kind: "fault", message: error.message };
    throw error;
  }
}

function mayTouch(a: Analysis, s: State, p: Pointer, access: Access, name: string): boolean {
  if (!a.env.privileged)
    return refuse(a, s, access, "verify/privilege", `struct ${name} is read without CAP_PERFMON`);
  if (!a.env.gpl && p.btf === a.env.kernel && !hasAttr(p, ATTR.alloc))
    return refuse(
      a,
      s,
      access,
      "verify/gpl-only",
      `struct ${name} of the kernel is read by a program not under the GPL`,
    );
  const offset = p.off + access.off;
  if (offset < 0)
    return refuse(
      a,
      s,
      access,
      "verify/object-access",
      `${describe(p)} is accessed at offset ${offset}, before its start`,
    );
  if (!isFixed(p) || p.vary.value !== 0n)
    return refuse(a, s, access, "verify/object-access", `${describe(p)} is accessed at an offset that varies`);
  if (hasAttr(p, ATTR.user))
    return refuse(
      a,
      s,
      access,
      "verify/object-access",
      `${describe(p)} is in user memory; use bpf_probe_read_user()`,
    );
  if (hasAttr(p, ATTR.perCpu))
    return refuse(
      a,
      s,
      access,
      "verify/object-access",
      `${describe(p)} is per CPU; use bpf_per_cpu_ptr() first`,
    );
  return access.how === "read" || mayWrite(a, s, p, access, name);
}

function mayWrite(a: Analysis, s: State, p: Pointer, access: Access, name: string): boolean {
  if (hasAttr(p, ATTR.alloc) && !hasAttr(p, ATTR.untrusted)) return true;
  if (p.btf === a.env.kernel && mayWriteField(a.env, name, p.off + access.off, access.size)) return true;
  const fields = writableNames(a.env, name);
  const instead = "keep what is yours in a map, or call what the kernel has for the change";
  const fix = fields.length > 0 ? `of struct ${name} only these are written: ${fields.join(", ")}` : instead;
  return refuse(a, s, access, "verify/read-only", `${describe(p)} can only be read`, { fix });
}

function touchesSpecial(a: Analysis, s: State, p: Pointer, access: Access, offset: number): boolean {
  const fields = p.btf ? specialFields(p.btf, p.type) : [];
  const field = fields.find((f) => offset < f.offset + f.size && f.offset < offset + access.size);
  if (field === undefined) return false;
  const message = `the access touches the ${FIELD_TYPE_NAME[field.kind]} at offset ${field.offset}, which only the kernel uses`;
  refuse(a, s, access, "verify/special-field", message);
  return true;
}

/** Whether RCU keeps objects alive here: programs that cannot sleep run within a section. */
export function isInRcuSection(s: State): boolean {
  return s.rcuDepth > 0 || !s.sleepable || s.held.some((held) => held.kind === "lock");
}

/** The object that a field points to, and how far it can be trusted. */
function objectBehind(
  a: Analysis,
  s: State,
  from: Pointer,
  walked: Extract<Walked, { kind: "pointer" }>,
  owner: string,
): Pointer {
  const attrs = trustOf(s, from, walked, owner);
  const nullable = attrs.nullable;
  const id = nullable ? a.newId() : 0;
  return pointer("btf", { btf: from.btf, type: walked.type, attrs: attrs.attrs, nullable, id });
}

const TRUST = ATTR.untrusted | ATTR.trusted | ATTR.rcu;

function trustOf(
  s: State,
  from: Pointer,
  walked: Extract<Walked, { kind: "pointer" }>,
  owner: string,
): Readonly<{ attrs: number; nullable: boolean }> {
  const { attrs } = walked;
  if (hasAttr(from, ATTR.untrusted)) return { attrs: ATTR.untrusted, nullable: false };
  const isRcu = hasAttr(from, ATTR.rcu);
  if (!isTrusted(from) && !isRcu) return { attrs: attrs & ~TRUST, nullable: false };
  const safety = safetyOf(owner, walked.field);
  if (safety === "trusted") return { attrs: attrs | ATTR.trusted, nullable: false };
  if (safety === "trustedOrNull") return { attrs: attrs | ATTR.trusted, nullable: true };
  if (!isInRcuSection(s) || from.nullable) return { attrs: ATTR.untrusted, nullable: false };
  if (safety === "rcu") return { attrs: attrs | ATTR.rcu, nullable: false };
  if (safety === "rcuOrNull") return { attrs: (attrs | ATTR.rcu) & ~ATTR.untrusted, nullable: true };
  if ((attrs & ATTR.rcu) !== 0) return { attrs: attrs | ATTR.rcu, nullable: true };
  if ((attrs & (ATTR.perCpu | ATTR.user)) !== 0) return { attrs, nullable: false };
  return { attrs: attrs & ~TRUST, nullable: false };
}
