import { BtfError } from "../../btf/error.ts";
import { resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType, Param } from "../../btf/types.ts";
import type { Insn } from "../../isa/insn.ts";
import { CONTEXTS } from "../context/contexts.ts";
import type { Environment } from "../environment.ts";
import { type KfuncEntry, kfuncEntry } from "./kfunc-table.ts";

/** What a kernel function takes, as its prototype and the ends of its parameters' names say. */
export type KfuncParam = Readonly<{ name: string; nullable: boolean }> &
  (
    | Readonly<{ kind: "number"; constant: boolean; size: boolean }>
    | Readonly<{ kind: "struct"; type: BtfId; struct: string; bytes: number; plain: boolean }>
    | Readonly<{ kind: "memory"; bytes: number; sized: boolean; makes: boolean }>
    | Readonly<{ kind: "dynptr"; makes: boolean; readOnly: boolean }>
    | Readonly<{ kind: "iterator"; of: string; slots: number }>
    | Readonly<{ kind: "special"; field: SpecialParam }>
    | Readonly<{ kind: "ctx" | "ignored" | "allocated" | "refcounted" | "string" | "map" | "callback" }>
  );

export type SpecialParam =
  | "listHead"
  | "listNode"
  | "rbRoot"
  | "rbNode"
  | "workqueue"
  | "taskWork"
  | "irqFlag"
  | "resSpinLock";

export type Kfunc = Readonly<{
  name: string;
  id: BtfId;
  /** Absent: no program may call it. */
  entry: KfuncEntry | undefined;
  params: readonly KfuncParam[];
  returns: BtfId;
  iterator: KfuncEntry["iterator"];
  callsBack: boolean;
  sleeps: boolean;
}>;

/** The kernel function that an instruction calls; undefined for other instructions, and where the kernel has none such. */
export function kfuncOf(env: Environment, insn: Insn): Kfunc | undefined {
  if (insn.kind !== "call" || env.kernel === undefined) return undefined;
  const { target } = insn;
  if (target.kind !== "kfunc" && target.kind !== "ksym") return undefined;
  const id = target.kind === "kfunc" ? (target.btfId as BtfId) : env.kernel.find(target.name, "func")[0];
  if (id === undefined || id <= 0 || id >= env.kernel.count) return undefined;
  const known = env.kfuncs.get(id);
  if (known !== undefined) return known;
  const found = readKfunc(env, env.kernel, id);
  if (found) env.kfuncs.set(id, found);
  return found;
}

function readKfunc(env: Environment, btf: Btf, id: BtfId): Kfunc | undefined {
  const func = btf.type(id);
  const proto = func.kind === "func" ? resolve(btf, func.proto) : undefined;
  if (func.kind !== "func" || proto?.kind !== "funcProto") return undefined;
  const entry = kfuncEntry(func.name);
  const params = proto.params.map((param, i) => readParam(env, btf, func.name, param, proto.params[i + 1], i));
  return {
    name: func.name,
    id,
    entry,
    params,
    returns: proto.returns,
    iterator: entry?.iterator,
    callsBack: func.name === "bpf_rbtree_add_impl",
    sleeps: entry?.sleeps === true,
  };
}

const SPECIAL: Readonly<Record<string, SpecialParam>> = {
  bpf_list_head: "listHead",
  bpf_list_node: "listNode",
  bpf_rb_root: "rbRoot",
  bpf_rb_node: "rbNode",
  bpf_wq: "workqueue",
  bpf_task_work: "taskWork",
  bpf_res_spin_lock: "resSpinLock",
};

function readParam(
  env: Environment,
  btf: Btf,
  func: string,
  param: Param,
  next: Param | undefined,
  index: number,
): KfuncParam {
  const { name } = param;
  const has = (suffix: string) => name.endsWith(suffix);
  const base = { name, nullable: has("__nullable") || has("__opt") || has("__nullable_sz") };
  if (has("__ign") || has("__prog") || has("__aux")) return { ...base, kind: "ignored" };
  const type = resolve(btf, param.type);
  if (type.kind !== "pointer") {
    const size = has("__sz") || has("__szk");
    return { ...base, kind: "number", constant: has("__k") || has("__szk"), size };
  }
  if (has("__irq_flag")) return { ...base, kind: "special", field: "irqFlag" };
  if (has("__alloc")) return { ...base, kind: "allocated" };
  if (has("__refcounted_kptr")) return { ...base, kind: "refcounted" };
  if (has("__str")) return { ...base, kind: "string" };
  if (has("__map")) return { ...base, kind: "map" };
  if (func === "bpf_cast_to_kern_ctx") return { ...base, kind: "ctx" };
  return readPointer(env, btf, func, type.to, base, next, index);
}

function readPointer(
  env: Environment,
  btf: Btf,
  func: string,
  to: BtfId,
  base: Readonly<{ name: string; nullable: boolean }>,
  next: Param | undefined,
  index: number,
): KfuncParam {
  const target = resolve(btf, to);
  const sized = next !== undefined && (next.name.endsWith("__sz") || next.name.endsWith("__szk"));
  const struct =
    target.kind === "struct" || (target.kind === "forward" && target.of === "struct") ? target.name : "";
  if (struct !== "" && CONTEXTS[env.programType]?.type === `struct ${struct}`) return { ...base, kind: "ctx" };
  if (struct === "bpf_dynptr" || struct === "bpf_dynptr_kern")
    return { ...base, kind: "dynptr", makes: base.name.endsWith("__uninit"), readOnly: isConst(btf, to) };
  const iterator = /^bpf_iter_(\w+)_(?:new|next|destroy)$/.exec(func)?.[1];
  if (index === 0 && iterator !== undefined && struct === `bpf_iter_${iterator}`)
    return { ...base, kind: "iterator", of: iterator, slots: Math.ceil(sizeOf(btf, to) / 8) };
  const special = SPECIAL[struct];
  if (special !== undefined) return { ...base, kind: "special", field: special };
  if (target.kind === "funcProto") return { ...base, kind: "callback" };
  if (struct !== "" && !sized) {
    const bytes = target.kind === "struct" ? target.bytes : 0;
    const plain = target.kind === "struct" && isPlain(btf, target, 0);
    return { ...base, kind: "struct", type: resolveId(btf, to), struct, bytes, plain };
  }
  return { ...base, kind: "memory", bytes: bytesOf(btf, to), sized, makes: base.name.endsWith("__uninit") };
}

function isConst(btf: Btf, id: BtfId): boolean {
  return btf.type(id).kind === "const";
}

function bytesOf(btf: Btf, id: BtfId): number {
  try {
    return sizeOf(btf, id);
  } catch (error) {
    if (error instanceof BtfError) return 0;
    throw error;
  }
}

const MAX_NESTING = 4;

/** Whether a struct holds numbers only, through structs in it and arrays of numbers. */
function isPlain(btf: Btf, type: Extract<BtfType, { kind: "struct" | "union" }>, depth: number): boolean {
  if (depth > MAX_NESTING) return false;
  return type.members.every((member) => {
    const inner = resolve(btf, member.type);
    const of = inner.kind === "array" ? resolve(btf, inner.of) : inner;
    if (of.kind === "struct" || of.kind === "union")
      return inner.kind !== "array" && isPlain(btf, of, depth + 1);
    return of.kind === "int" || of.kind === "enum";
  });
}
