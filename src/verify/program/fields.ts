import { resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../../btf/types.ts";

/**
 * A part of a map value, or of an object that a program allocates, that the kernel itself uses: programs hand its address
 * to helpers and never read or write it. Source: `enum btf_field_type` in include/linux/bpf.h, v6.18.
 */
export type SpecialField = Readonly<{ kind: SpecialKind; offset: number; size: number }> &
  Readonly<{ kptr?: KptrTarget; holds?: HeldNodes }>;

export type SpecialKind =
  | "spinLock"
  | "resSpinLock"
  | "timer"
  | "workqueue"
  | "taskWork"
  | "kptr"
  | "listHead"
  | "listNode"
  | "rbRoot"
  | "rbNode"
  | "refcount";

/** What a kptr field may hold. "plain": unowned, read as untrusted; "owned": exchanged only; "user": a user page (6.13). */
export type KptrTarget = Readonly<{
  ownership: "plain" | "owned" | "perCpu" | "user";
  /** The struct's name; the type itself is looked up where it is needed, in the kernel's BTF or in the program's. */
  typeName: string;
  localType: BtfId;
}>;

/** The struct that a list or tree holds, and where in it the node is. */
export type HeldNodes = Readonly<{ type: BtfId; nodeOffset: number }>;

const KINDS: Readonly<Record<string, SpecialKind>> = {
  bpf_spin_lock: "spinLock",
  bpf_res_spin_lock: "resSpinLock",
  bpf_timer: "timer",
  bpf_wq: "workqueue",
  bpf_task_work: "taskWork",
  bpf_list_head: "listHead",
  bpf_list_node: "listNode",
  bpf_rb_root: "rbRoot",
  bpf_rb_node: "rbNode",
  bpf_refcount: "refcount",
};

const KPTR_TAGS: Readonly<Record<string, KptrTarget["ownership"]>> = {
  kptr_untrusted: "plain",
  kptr: "owned",
  percpu_kptr: "perCpu",
  uptr: "user",
};

/** What the kernel calls the type of a special field. */
export const FIELD_TYPE_NAME: Readonly<Record<SpecialKind, string>> = {
  spinLock: "bpf_spin_lock",
  resSpinLock: "bpf_res_spin_lock",
  timer: "bpf_timer",
  workqueue: "bpf_wq",
  taskWork: "bpf_task_work",
  kptr: "kptr",
  listHead: "bpf_list_head",
  listNode: "bpf_list_node",
  rbRoot: "bpf_rb_root",
  rbNode: "bpf_rb_node",
  refcount: "bpf_refcount",
};

const MAX_FIELDS = 64;
const MAX_DEPTH = 16;

/** The special fields of a type, in order of their offsets. Throws BtfError for a blob that contradicts itself. */
export function specialFields(btf: Btf, type: BtfId): readonly SpecialField[] {
  const found: SpecialField[] = [];
  collect(btf, type, 0, 0, found);
  return found.sort((a, b) => a.offset - b.offset);
}

function collect(btf: Btf, id: BtfId, base: number, depth: number, out: SpecialField[]): void {
  if (depth > MAX_DEPTH || out.length >= MAX_FIELDS) return;
  const type = resolve(btf, id);
  if (type.kind === "section") {
    for (const { type: of, offset } of type.vars) {
      const variable = btf.type(of);
      if (variable.kind === "var") visitMember(btf, variable.type, base + offset, of, -1, depth, out);
    }
    return;
  }
  if (type.kind !== "struct") return;
  const owner = resolveId(btf, id);
  for (const [index, member] of type.members.entries())
    if (member.bitWidth === undefined)
      visitMember(btf, member.type, base + member.bitOffset / 8, owner, index, depth, out);
}

function visitMember(
  btf: Btf,
  id: BtfId,
  offset: number,
  owner: BtfId,
  index: number,
  depth: number,
  out: SpecialField[],
): void {
  const type = resolve(btf, id);
  if (type.kind === "array") {
    const step = sizeOf(btf, type.of);
    for (let i = 0; i < Math.min(type.length, MAX_FIELDS) && step > 0; i++)
      visitMember(btf, type.of, offset + i * step, owner, index, depth + 1, out);
    return;
  }
  if (out.length >= MAX_FIELDS) return;
  const kptr = type.kind === "pointer" ? kptrTarget(btf, type.to) : undefined;
  if (kptr !== undefined) out.push({ kind: "kptr", offset, size: 8, kptr });
  if (type.kind !== "struct") return;
  const kind = KINDS[type.name];
  if (kind === undefined) return collect(btf, id, offset, depth + 1, out);
  const holds = kind === "listHead" || kind === "rbRoot" ? heldNodes(btf, owner, index) : undefined;
  out.push({ kind, offset, size: type.bytes, ...(holds && { holds }) });
}

function kptrTarget(btf: Btf, to: BtfId): KptrTarget | undefined {
  let at = to;
  let ownership: KptrTarget["ownership"] | undefined;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const type: BtfType = btf.type(at);
    if (type.kind === "typeTag") ownership ??= KPTR_TAGS[type.name];
    else if (type.kind !== "const" && type.kind !== "volatile" && type.kind !== "typedef") break;
    at = type.to;
  }
  const target = btf.type(at);
  const isStruct = target.kind === "struct" || (target.kind === "forward" && target.of === "struct");
  if (ownership === undefined || !isStruct) return undefined;
  return { ownership, typeName: target.name, localType: at };
}

/** What `__contains(struct, member)` says of a list head or tree root: a tag "contains:struct:member". */
function heldNodes(btf: Btf, owner: BtfId, index: number): HeldNodes | undefined {
  const text = declTag(btf, owner, index, "contains:");
  const [, struct, member] = text?.split(":") ?? [];
  if (struct === undefined || member === undefined) return undefined;
  const type = btf.find(struct, "struct")[0];
  const found = type === undefined ? undefined : btf.type(type);
  if (type === undefined || found?.kind !== "struct") return undefined;
  const node = found.members.find((m) => m.name === member);
  return node && { type, nodeOffset: node.bitOffset / 8 };
}

/** The first declaration tag with that beginning on a type, its member (`index` >= 0) or a parameter. */
export function declTag(btf: Btf, target: BtfId, index: number, prefix: string): string | undefined {
  return declTags(btf, target, index, prefix).next().value;
}

/** All of them, in the order of the types. */
export function* declTags(
  btf: Btf,
  target: BtfId,
  index: number,
  prefix: string,
): Generator<string, undefined> {
  for (let id = 1; id < btf.count; id++) {
    if (btf.kindOf(id as BtfId) !== "declTag") continue;
    const tag = btf.type(id as BtfId);
    if (
      tag.kind === "declTag" &&
      tag.target === target &&
      tag.componentIndex === index &&
      tag.name.startsWith(prefix)
    )
      yield tag.name;
  }
  return undefined;
}

/** The first of the fields that has bytes between two offsets. */
export function touchedField(
  fields: readonly SpecialField[],
  from: bigint,
  end: bigint,
): SpecialField | undefined {
  return fields.find((f) => from < BigInt(f.offset + f.size) && BigInt(f.offset) < end);
}
