import { resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../../btf/types.ts";
import { ATTR } from "../state/value.ts";

/**
 * What is at a place in a struct: a number, a pointer to another struct with the attributes that its tags give, or an
 * address of something else.
 */
export type Walked =
  | Readonly<{ kind: "number" | "address" }>
  | Readonly<{ kind: "pointer"; type: BtfId; attrs: number; field: string }>
  | Readonly<{ kind: "fault"; message: string }>;

type Struct = Extract<BtfType, { members: readonly Member[] }>;

const MAX_DEPTH = 32;

/** What `size` bytes at `offset` of a struct are, as the kernel's verifier walks it. Throws BtfError for a bad blob. */
export function walkStruct(btf: Btf, root: BtfId, offset: number, size: number): Walked {
  let id = resolveId(btf, root);
  let off = offset;
  let attrs = 0;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const type = btf.type(id);
    if (type.kind !== "struct" && type.kind !== "union")
      return {
        kind: "fault",
        message: `the type behind the pointer, of kind ${type.kind}, has no fields that are known`,
      };
    if (type.kind === "union" && type.members.length !== 1) attrs |= ATTR.untrusted;
    if (off + size > type.bytes) return beyondEnd(btf, type, off, size);
    const step = stepInto(btf, type, off, size, attrs);
    if ("kind" in step) return step;
    id = step.id;
    off = step.off;
  }
  return { kind: "fault", message: "the struct is nested too deep" };
}

/** The access is behind a struct's declared end: fine within an array without a length. */
function beyondEnd(btf: Btf, type: Struct, off: number, size: number): Walked {
  const last = type.members[type.members.length - 1];
  const lastType = last && resolve(btf, last.type);
  if (lastType?.kind !== "array" || lastType.length !== 0 || last === undefined) return tooFar(type, off, size);
  const start = last.bitOffset / 8;
  const element = resolve(btf, lastType.of);
  if (off < start || (element.kind !== "struct" && element.kind !== "union")) return tooFar(type, off, size);
  return walkStruct(btf, lastType.of, (off - start) % Math.max(1, element.bytes), size);
}

function tooFar(type: Struct, off: number, size: number): Walked {
  const message = `${size} bytes at offset ${off} are behind the end of ${type.kind} ${type.name}, which has ${type.bytes}`;
  return { kind: "fault", message };
}

type Inside = Readonly<{ id: BtfId; off: number }>;

function stepInto(btf: Btf, type: Struct, off: number, size: number, attrs: number): Walked | Inside {
  for (const member of type.members) {
    if (member.bitWidth !== undefined) {
      const first = Math.floor(member.bitOffset / 8);
      const end = Math.ceil((member.bitOffset + member.bitWidth) / 8);
      if (first >= off + size) break;
      if (off <= first && end <= off + size) return { kind: "number" }; // the whole field, else it is none
      continue;
    }
    const start = member.bitOffset / 8;
    if (off < start) break; // between two fields
    if (off >= start + sizeOrZero(btf, member.type)) continue;
    return inMember(btf, type, member, off - start, size, attrs);
  }
  return { kind: "fault", message: `${type.kind} ${type.name} has no field at offset ${off}` };
}

function sizeOrZero(btf: Btf, id: BtfId): number {
  const type = resolve(btf, id);
  return type.kind === "funcProto" || type.kind === "void" || type.kind === "forward" ? 0 : sizeOf(btf, id);
}

function inMember(
  btf: Btf,
  type: Struct,
  member: Member,
  within: number,
  size: number,
  attrs: number,
): Walked | Inside {
  const whole = sizeOf(btf, member.type);
  let id = resolveId(btf, member.type);
  let off = within;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const element = btf.type(id);
    if (element.kind !== "array") break;
    id = resolveId(btf, element.of);
    off %= Math.max(1, sizeOf(btf, id));
  }
  const element = btf.type(id);
  if (element.kind === "struct" || element.kind === "union") return { id, off };
  if (element.kind === "pointer") {
    if (off !== 0 || size !== 8) {
      const message = `${size} bytes within the pointer ${member.name} of ${type.kind} ${type.name} are read; read all 8`;
      return { kind: "fault", message };
    }
    return pointerMember(btf, member, element.to, attrs);
  }
  if (within + size > whole && (attrs & ATTR.untrusted) === 0) {
    const message = `${size} bytes are read from ${member.name} of ${type.kind} ${type.name}, across its end`;
    return { kind: "fault", message };
  }
  return { kind: "number" };
}

const TAGS: Readonly<Record<string, number>> = { user: ATTR.user, percpu: ATTR.perCpu, rcu: ATTR.rcu };

function pointerMember(btf: Btf, member: Member, to: BtfId, attrs: number): Walked {
  const tag = btf.type(to);
  const flags = tag.kind === "typeTag" && !tag.attribute ? (TAGS[tag.name] ?? 0) : 0;
  const target = resolveId(btf, to);
  const type = btf.type(target);
  if (type.kind !== "struct" && type.kind !== "union") return { kind: "address" };
  return { kind: "pointer", type: target, attrs: attrs | flags, field: member.name };
}
