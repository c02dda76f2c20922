import type { Btf, BtfId } from "../../btf/types.ts";
import type { BtfTypes } from "./btf-types.ts";
import type { Env, ImportedFunction } from "./env.ts";
import { isHelper } from "./helper-words.ts";

/** What names such functions in kernels whose types do not mark them (before 6.10, or built with an older pahole). */
const USUAL_NAME =
  /^(bpf|scx_bpf|hid_bpf|bbr|cubictcp|dctcp|tcp_reno)_|^(crash_kexec|tcp_slow_start|tcp_cong_avoid_ai)$/;

/** What only looks, or keeps count of what the program itself holds. */
const HARMLESS =
  /^bpf_(task|cgroup|rcu|preempt|local_irq|cpumask|iter|dynptr|str|get|rdonly|cast|session|key|lookup_user_key|lookup_system_key|path|mem|copy_from_user|arena|percpu|rbtree|list|obj|refcount|wq_init)/;

/** A function that the kernel lends to programs ("kfunc"), by its name; undefined where there is none. */
export function kernelFunction(name: string, types: BtfTypes | undefined): ImportedFunction | undefined {
  const [id] = types?.btf.find(name, "func") ?? [];
  if (types === undefined || id === undefined || !isLent(types.btf, id, name)) return undefined;
  const func = types.btf.type(id);
  const proto = func.kind === "func" ? types.btf.type(func.proto) : undefined;
  if (proto?.kind !== "funcProto") return undefined;
  return {
    library: { kernel: id, btf: types.btf },
    name,
    params: proto.params.map((param) => ({ name: param.name, type: types.type(param.type) })),
    returns: types.type(proto.returns),
  };
}

/** Whether a call of that name is one of such a function: the language's own names and those of imports go first. */
export function isLentFunction(name: string, env: Env): boolean {
  if (!name.includes("_") || env.builtins.has(name)) return false;
  const callee = env.libraryFunction(name);
  return callee !== undefined && "kernel" in callee.library;
}

/** Whether it can change more than what the program holds. */
export function changesSystem({ name, library }: ImportedFunction): boolean {
  return "kernel" in library && !HARMLESS.test(name);
}

/** Source: `BTF_TYPE_KFUNC`'s decl tag "bpf_kfunc", Documentation/bpf/kfuncs.rst and btf.rst, v6.12. */
function isLent(btf: Btf, id: BtfId, name: string): boolean {
  const tags = btf.find("bpf_kfunc", "declTag");
  if (tags.length === 0) return USUAL_NAME.test(name) && !isHelper(name);
  return tags.some((tag) => {
    const type = btf.type(tag);
    return type.kind === "declTag" && type.target === id;
  });
}
