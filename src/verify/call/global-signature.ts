import { BtfError } from "../../btf/error.ts";
import { resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../../btf/types.ts";
import { CONTEXTS } from "../context/contexts.ts";
import type { Environment } from "../environment.ts";
import { declTag } from "../program/fields.ts";

/** What a global function may rely on of an argument, by its prototype and the tags on it. */
export type GlobalArgument =
  | Readonly<{ kind: "number" }>
  | Readonly<{ kind: "ctx" }>
  | Readonly<{ kind: "memory"; size: number; nullable: boolean }>
  | Readonly<{ kind: "dynptr" }>
  | Readonly<{ kind: "arena" }>
  | Readonly<{ kind: "object"; type: string; nullable: boolean }>
  /** Anything: reads through it cannot fault. `type`: struct, "" for memory of no type. */
  | Readonly<{ kind: "untrusted"; type: string }>;

export type GlobalSignature =
  | Readonly<{ kind: "signature"; args: readonly GlobalArgument[] }>
  | Readonly<{ kind: "fault"; message: string }>;

const MAX_ARGUMENTS = 5;

/** Reads the prototype of FUNC `func` of the program's types. Source: btf_prepare_func_args, kernel/bpf/btf.c, v6.18. */
export function globalSignature(env: Environment, btf: Btf, func: BtfId, name: string): GlobalSignature {
  const type = btf.type(func);
  const proto = type.kind === "func" ? resolve(btf, type.proto) : undefined;
  if (proto?.kind !== "funcProto") return { kind: "fault", message: `${name}() has no prototype` };
  if (proto.params.length > MAX_ARGUMENTS)
    return {
      kind: "fault",
      message: `${name}() has ${proto.params.length} arguments; there are registers for 5`,
    };
  const returns = resolve(btf, proto.returns);
  if (returns.kind !== "int" && returns.kind !== "enum")
    return { kind: "fault", message: `${name}() returns no number; global functions must` };
  const args: GlobalArgument[] = [];
  for (const [index, param] of proto.params.entries()) {
    const arg = argumentOf(env, btf, func, param.type, index);
    if (arg === undefined)
      return {
        kind: "fault",
        message: `a global function is verified by its prototype alone, and argument ${index + 1} of ${name}(), ${typeText(btf, param.type)}, does not say what it takes`,
      };
    args.push(arg);
  }
  return { kind: "signature", args };
}

function argumentOf(
  env: Environment,
  btf: Btf,
  func: BtfId,
  id: BtfId,
  index: number,
): GlobalArgument | undefined {
  const type = resolve(btf, id);
  if (type.kind === "int" || type.kind === "enum") return { kind: "number" };
  if (type.kind !== "pointer") return undefined;
  const known = env.profile.has("argumentTags");
  const has = (tag: string) => known && declTag(btf, func, index, `arg:${tag}`) !== undefined;
  const target = resolve(btf, type.to);
  if (has("ctx") || isContext(env, btf, type.to)) return { kind: "ctx" };
  if (has("arena")) return { kind: "arena" };
  if (target.kind === "struct" && target.name === "bpf_dynptr") return { kind: "dynptr" };
  const nullable = !has("nonnull");
  const isObject = target.kind === "struct" || target.kind === "forward";
  if (has("untrusted") && env.profile.has("untrustedMemory"))
    return isObject || isNumber(target) ? { kind: "untrusted", type: isObject ? target.name : "" } : undefined;
  if (has("trusted") && isObject) return { kind: "object", type: target.name, nullable: has("nullable") };
  const size = sizeOrNothing(btf, type.to);
  return size === undefined ? undefined : { kind: "memory", size, nullable };
}

function typeText(btf: Btf, id: BtfId): string {
  const type = resolve(btf, id);
  if (type.kind !== "pointer") return `a ${type.kind}`;
  const target = resolve(btf, type.to);
  if (target.kind === "void") return "a pointer to void";
  const word = target.kind === "forward" ? `${target.of} ${target.name} of unknown size` : target.kind;
  return `a pointer to ${word}`;
}

function sizeOrNothing(btf: Btf, id: BtfId): number | undefined {
  try {
    return sizeOf(btf, resolveId(btf, id));
  } catch (error) {
    if (error instanceof BtfError) return undefined;
    throw error;
  }
}

/** Whether a pointer's target is the context of the program type, by its name in C. */
function isContext(env: Environment, btf: Btf, to: BtfId): boolean {
  const layout = CONTEXTS[env.programType];
  const type = btf.type(to);
  if (type.kind === "typedef") return type.name === "bpf_user_pt_regs_t" && layout?.type === "struct pt_regs";
  const target = resolve(btf, to);
  const isStruct = target.kind === "struct" || (target.kind === "forward" && target.of === "struct");
  return isStruct && layout?.type === `struct ${target.name}`;
}

function isNumber({ kind }: BtfType): boolean {
  return kind === "void" || kind === "int" || kind === "enum" || kind === "float";
}
