import { resolve, resolveId } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../../btf/types.ts";
import { type ArgumentFact, argumentFact } from "../context/argument-facts.ts";
import { hookRange } from "../context/return-range.ts";
import { draftOf, UNKNOWN } from "../number/scalar.ts";
import { settle } from "../number/settle.ts";
import type { State } from "../state/state.ts";
import { ATTR, pointer, scalar, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { promoted } from "./object-rights.ts";
import { type Access, refuse } from "./report.ts";

const MAX_ARGUMENTS = 12;

/**
 * Contexts of programs attached to functions, tracepoints and hooks by their types: 8 bytes for each argument, and the
 * result behind them where the program runs after the function.
 */
export function readArgument(a: Analysis, s: State, access: Access): Value | undefined {
  const fault = (message: string): undefined => {
    refuse(a, s, access, "verify/context-access", message);
    return undefined;
  };
  const { off, size } = access;
  if (access.how === "write") return fault("arguments cannot be written");
  if (off < 0 || off >= MAX_ARGUMENTS * 8 || off % size !== 0)
    return fault(`there is no argument at offset ${off}`);
  const { kernel, attachPlace } = a.env;
  if (kernel === undefined || attachPlace === undefined) {
    const message = "what the arguments are is only known from the kernel's BTF and the program's target";
    a.fault(s, { code: "verify/no-kernel-types", message });
    return undefined;
  }
  if (off % 8 !== 0) return fault(`offset ${off} is within an argument; each takes 8 bytes`);
  const argument = argumentAt(a, kernel, off);
  if (argument === undefined) return fault(`${attachPlace.name} has no argument ${off / 8 + 1}`);
  return argumentValue(a, kernel, argument, size, fault);
}

/** `index`: from 0; of a result, as many as there are arguments. */
type Argument = Readonly<{ type: BtfId; name: string; index: number; isResult: boolean }>;

/** The argument at an offset. A struct that is passed by its value takes as many times 8 bytes as it has. */
function argumentAt(a: Analysis, kernel: Btf, off: number): Argument | undefined {
  const { attachPlace, attachType } = a.env;
  const proto = attachPlace && resolve(kernel, attachPlace.proto);
  if (proto?.kind !== "funcProto") return undefined;
  const params = attachType === "traceRawTp" ? proto.params.slice(1) : proto.params; // the first is void *__data
  let end = 0;
  for (const [index, { type, name }] of params.entries()) {
    end += slotBytes(resolve(kernel, type));
    if (off < end) return { type, name, index, isResult: false };
  }
  if (!seesResult(a) || off >= end + 8) return undefined;
  return resolve(kernel, proto.returns).kind === "void"
    ? undefined
    : { type: proto.returns, name: "", index: params.length, isResult: true };
}

function slotBytes(type: BtfType): number {
  return type.kind === "struct" || type.kind === "union" ? Math.ceil(type.bytes / 8) * 8 : 8;
}

function seesResult({ env: { attachType, programType } }: Analysis): boolean {
  return attachType === "traceFexit" || attachType === "modifyReturn" || programType === "lsm";
}

function argumentValue(
  a: Analysis,
  kernel: Btf,
  argument: Argument,
  size: number,
  fault: (message: string) => undefined,
): Value | undefined {
  const { attachType, attachPlace, profile } = a.env;
  const number = argument.index + 1;
  const type = resolve(kernel, argument.type);
  if (isNumber(type)) return argument.isResult ? resultValue(a) : UNKNOWN_VALUE;
  if (type.kind !== "pointer") return fault(`argument ${number} is neither a number nor a pointer`);
  if (size !== 8) return fault(`argument ${number} is a pointer, of which ${size} bytes are read; read all 8`);
  const fact = argumentFact(profile, attachType, attachPlace?.name ?? "", argument.index);
  if (fact === "bufferOrNull" || fact === "readOnlyBufferOrNull") {
    const attrs = fact === "readOnlyBufferOrNull" ? ATTR.readOnly : 0;
    return pointer("buf", { attrs, nullable: true, id: a.newId() });
  }
  const target = resolve(kernel, type.to);
  if (target.kind === "void" || target.kind === "int" || target.kind === "enum") return UNKNOWN_VALUE;
  if (target.kind !== "struct" && target.kind !== "union")
    return fault(`argument ${number} points to a ${target.kind}, which cannot be read through`);
  return fact === "number" ? UNKNOWN_VALUE : objectValue(a, kernel, argument, type.to, fact);
}

/** A hook's result, as programs before this one left it, is one that it may have. */
function resultValue({ env }: Analysis): Value {
  if (env.attachType !== "lsmMac" || !env.profile.has("hookResults")) return UNKNOWN_VALUE;
  const [least, most] = hookRange(env.attachPlace?.name ?? "");
  const d = draftOf(UNKNOWN);
  d.s32min = least;
  d.s32max = most;
  d.smin = BigInt(least);
  d.smax = BigInt(most);
  return scalar(settle(d));
}

function objectValue(a: Analysis, kernel: Btf, argument: Argument, to: BtfId, fact: ArgumentFact): Value {
  const nullable = fact.endsWith("OrNull") || mayBeNull(a, kernel, argument);
  const attrs = (fact.startsWith("trusted") ? ATTR.trusted : 0) | tagAttrs(kernel, to);
  const id = nullable ? a.newId() : 0;
  const type = promoted(a.env, resolveId(kernel, to));
  return pointer("btf", { btf: kernel, type, attrs, nullable, id });
}

/** Kernel developers say by a name's ending that an argument may be NULL; members of structs by a function beside them. */
function mayBeNull({ env }: Analysis, kernel: Btf, { name, index }: Argument): boolean {
  if (name.endsWith("__nullable")) return true;
  if (env.attachPlace?.struct === undefined) return false;
  const [stub] = kernel.find(`${env.attachPlace.struct}__${env.attachPlace.name}`, "func");
  const func = stub === undefined ? undefined : kernel.type(stub);
  const proto = func?.kind === "func" ? resolve(kernel, func.proto) : undefined;
  return proto?.kind === "funcProto" && proto.params[index]?.name.endsWith("__nullable") === true;
}

function isNumber(type: BtfType): boolean {
  return type.kind === "int" || type.kind === "enum" || type.kind === "struct" || type.kind === "union";
}

function tagAttrs(kernel: Btf, to: BtfId): number {
  const tag = kernel.type(to);
  if (tag.kind !== "typeTag") return 0;
  return tag.name === "user" ? ATTR.user : tag.name === "percpu" ? ATTR.perCpu : 0;
}
