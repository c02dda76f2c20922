import { resolve, resolveId, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";
import type { CoreKind, CoreRelocation } from "./core-relocation.ts";
import { ObjectError } from "./error.ts";

/** One step of an access: an element of an array (no name), or a member or enumerator of `type`. */
export type Accessor = Readonly<{ type: BtfId; index: number; name?: string }>;

/** What a relocation refers to, in one BTF: the named members and the indexes on the way, and where they lead. */
export type CoreSpec = Readonly<{
  btf: Btf;
  root: BtfId;
  accessors: readonly Accessor[];
  /** From the start of the root type. */
  bitOffset: number;
}>;

/** Most steps of one access; libbpf's BPF_CORE_SPEC_MAX_LEN. */
export const MOST_STEPS = 64;

export type CoreFamily = "field" | "type" | "enumerator";

/** What kind of thing a relocation is about. */
export function familyOf(what: CoreKind): CoreFamily {
  if (what.startsWith("field")) return "field";
  return what.startsWith("enumval") ? "enumerator" : "type";
}

/** A name without the suffix that tells declarations of the same kernel type apart: "task_struct___old". */
export function essentialName(name: string): string {
  return /^(.*[^_])___[^_]/s.exec(name)?.[1] ?? name;
}

/** Follows a relocation's access through the object's own types. Throws ObjectError or BtfError. */
export function parseSpec(btf: Btf, reloc: CoreRelocation): CoreSpec {
  const { access, type: root, what } = reloc;
  const family = familyOf(what);
  if (family === "type") {
    if (access !== "0") throw badAccess(reloc, "a type has no parts");
    return { btf, root, accessors: [], bitOffset: 0 };
  }
  const steps = parseSteps(reloc);
  const id = resolveId(btf, root);
  const first = steps[0] as number;
  if (family === "enumerator") {
    const type = btf.type(id);
    const member = type.kind === "enum" && steps.length === 1 ? type.members[first] : undefined;
    if (member === undefined) throw badAccess(reloc, "there is no such enumerator");
    return { btf, root, accessors: [{ type: id, index: first, name: member.name }], bitOffset: 0 };
  }
  return followSteps(btf, reloc, steps, id);
}

function parseSteps(reloc: CoreRelocation): number[] {
  if (!/^\d{1,9}(:\d{1,9})*$/.test(reloc.access)) throw badAccess(reloc, "it is no list of numbers");
  const steps = reloc.access.split(":").map(Number);
  if (steps.length > MOST_STEPS) throw badAccess(reloc, `it has more than ${MOST_STEPS} steps`);
  return steps;
}

function followSteps(btf: Btf, reloc: CoreRelocation, steps: readonly number[], start: BtfId): CoreSpec {
  const first = steps[0] as number;
  const accessors: Accessor[] = [{ type: start, index: first }];
  let bitOffset = first * sizeOf(btf, start) * 8;
  let id = start;
  for (const index of steps.slice(1)) {
    id = resolveId(btf, id);
    const type = btf.type(id);
    if (type.kind === "struct" || type.kind === "union") {
      const member = type.members[index];
      if (member === undefined) throw badAccess(reloc, `${type.kind} ${type.name} has no member ${index}`);
      bitOffset += member.bitOffset;
      if (member.name !== "") accessors.push({ type: id, index, name: member.name });
      id = member.type;
    } else if (type.kind === "array") {
      if (!isFlexible(btf, accessors.at(-1), type) && index >= type.length)
        throw badAccess(reloc, `there is no element ${index}`);
      id = resolveId(btf, type.of);
      accessors.push({ type: id, index });
      bitOffset += index * sizeOf(btf, id) * 8;
    } else throw badAccess(reloc, `a value of kind ${type.kind} has no parts`);
  }
  return { btf, root: reloc.type, accessors, bitOffset };
}

/** Whether an array is the last member of its struct and has no length. */
export function isFlexible(
  btf: Btf,
  before: Accessor | undefined,
  array: BtfType & { kind: "array" },
): boolean {
  if (before?.name === undefined || array.length > 0) return false;
  const owner = btf.type(before.type);
  return (owner.kind === "struct" || owner.kind === "union") && before.index === owner.members.length - 1;
}

function badAccess({ access, type }: CoreRelocation, why: string): ObjectError {
  return new ObjectError("object/bad-core", `the access "${access}" of type ${type} leads nowhere: ${why}`, {
    section: ".BTF.ext",
  });
}

/** The access as a reader of C writes it: "struct task_struct.pid", "enum bpf_cmd BPF_MAP_CREATE". */
export function describeSpec({ btf, root, accessors }: CoreSpec): string {
  const type = btf.type(root);
  const name = "name" in type && type.name !== "" ? type.name : "(unnamed)";
  const keyword =
    type.kind === "struct" || type.kind === "union" || type.kind === "enum" ? `${type.kind} ` : "";
  const parts = accessors.map(({ name: part, index }, i) => {
    if (part !== undefined) return resolve(btf, root).kind === "enum" ? ` ${part}` : `.${part}`;
    return i === 0 && index === 0 ? "" : `[${index}]`;
  });
  return `${keyword}${name}${parts.join("")}`;
}
