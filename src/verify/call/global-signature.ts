import { BtfError } from "../../btf/error.ts";
import { resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../../btf/types.ts";
import { CONTEXTS } from "../context/contexts.ts";
import type { Environment } from "../environment.ts";
import { declTags } from "../program/fields.ts";

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
    const tags = tagsOf(env, btf, func, index);
    const wrong = wrongTags(env, btf, param.type, tags);
    if (wrong !== undefined)
      return { kind: "fault", message: `argument ${index + 1} of ${name}() is tagged ${wrong}` };
    const arg = argumentOf(env, btf, param.type, tags);
    if (arg === undefined)
      return {
        kind: "fault",
        message: `a global function is verified by its prototype alone, and argument ${index + 1} of ${name}(), ${typeText(btf, param.type)}, does not say what it takes`,
      };
    args.push(arg);
  }
  return { kind: "signature", args };
}

type Tags = ReadonlySet<string>;

const TAG = "arg:";

/** What follows `arg:` in the tags of an argument; none for kernels that look at none. */
function tagsOf(env: Environment, btf: Btf, func: BtfId, index: number): Tags {
  if (!env.profile.has("argumentTags")) return new Set();
  return new Set([...declTags(btf, func, index, TAG)].map((tag) => tag.slice(TAG.length)));
}

/** Says what is wrong with the tags of an argument of that type. */
function wrongTags(env: Environment, btf: Btf, id: BtfId, tags: Tags): string | undefined {
  if (tags.size === 0) return undefined;
  const known = ["ctx", "nonnull", "nullable", "trusted", "arena"];
  if (env.profile.has("untrustedMemory")) known.push("untrusted");
  const shown = [...tags].map((tag) => TAG + tag).join(" and ");
  const isKnown = [...tags].every((tag) => known.includes(tag));
  if (!isKnown) return `${shown}; the kernel knows ${known.map((tag) => TAG + tag).join(", ")}`;
  const type = resolve(btf, id);
  if (type.kind !== "pointer") return `${shown}, and is no pointer`;
  const allowed = allowedBeside(env, btf, type.to, tags);
  if ([...tags].every((tag) => allowed.includes(tag))) return undefined;
  if (allowed.length === 0) return `${shown}, and dynptrs take no tags`;
  return tags.has("nullable") && allowed.includes("nonnull")
    ? `${shown}: memory may be NULL unless it is tagged arg:nonnull, and arg:nullable goes with arg:trusted alone`
    : `${shown}, which do not go together`;
}

/** The tags that go with the one that says what the pointer is, with it. Source: as `globalSignature`. */
function allowedBeside(env: Environment, btf: Btf, to: BtfId, tags: Tags): readonly string[] {
  const target = resolve(btf, to);
  if (tags.has("ctx") || isContext(env, btf, to)) return ["ctx"];
  if (target.kind === "struct" && target.name === "bpf_dynptr") return [];
  if (tags.has("trusted")) return ["trusted", "nullable", "untrusted", "arena"]; // the first of them is what counts
  if (tags.has("untrusted")) return ["untrusted"];
  if (tags.has("arena")) return ["arena"];
  return ["nonnull"];
}

function argumentOf(env: Environment, btf: Btf, id: BtfId, tags: Tags): GlobalArgument | undefined {
  const type = resolve(btf, id);
  if (type.kind === "int" || type.kind === "enum") return { kind: "number" };
  if (type.kind !== "pointer") return undefined;
  const target = resolve(btf, type.to);
  if (tags.has("ctx") || isContext(env, btf, type.to)) return { kind: "ctx" };
  if (target.kind === "struct" && target.name === "bpf_dynptr") return { kind: "dynptr" };
  const isObject = target.kind === "struct" || target.kind === "forward";
  if (tags.has("trusted") && isObject)
    return { kind: "object", type: target.name, nullable: tags.has("nullable") };
  if (tags.has("untrusted"))
    return isObject || isNumber(target) ? { kind: "untrusted", type: isObject ? target.name : "" } : undefined;
  if (tags.has("arena")) return { kind: "arena" };
  const size = sizeOrNothing(btf, type.to);
  return size === undefined ? undefined : { kind: "memory", size, nullable: !tags.has("nonnull") };
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
