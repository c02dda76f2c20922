import { resolve, resolveId } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../../btf/types.ts";
import { nullableArguments } from "../context/nullable-arguments.ts";
import type { State } from "../state/state.ts";
import { ATTR, pointer, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
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
  const argument = argumentType(a, kernel, off / 8);
  if (argument === undefined) return fault(`${attachPlace.name} has no argument ${off / 8 + 1}`);
  return argumentValue(a, kernel, argument, off / 8, size, fault);
}

type Argument = Readonly<{ type: BtfId; name: string }>;

function argumentType(a: Analysis, kernel: Btf, index: number): Argument | undefined {
  const { attachPlace, attachType, programType } = a.env;
  const proto = attachPlace && resolve(kernel, attachPlace.proto);
  if (proto?.kind !== "funcProto") return undefined;
  const params = attachType === "traceRawTp" ? proto.params.slice(1) : proto.params; // the first is void *__data
  const param = params[index];
  if (param !== undefined) return param;
  const seesResult = attachType === "traceFexit" || attachType === "modifyReturn" || programType === "lsm";
  return index === params.length && seesResult ? { type: proto.returns, name: "" } : undefined;
}

function argumentValue(
  a: Analysis,
  kernel: Btf,
  argument: Argument,
  index: number,
  size: number,
  fault: (message: string) => undefined,
): Value | undefined {
  const type = resolve(kernel, argument.type);
  if (isNumber(type)) return UNKNOWN_VALUE;
  if (type.kind !== "pointer") return fault(`argument ${index + 1} is neither a number nor a pointer`);
  if (size !== 8)
    return fault(`argument ${index + 1} is a pointer, of which ${size} bytes are read; read all 8`);
  const target = resolve(kernel, type.to);
  if (target.kind === "void" || target.kind === "int" || target.kind === "enum") return UNKNOWN_VALUE;
  if (target.kind !== "struct" && target.kind !== "union")
    return fault(`argument ${index + 1} points to a ${target.kind}, which cannot be read through`);
  const nullness =
    a.env.attachType === "traceRawTp" ? nullableArguments(a.env.attachPlace?.name ?? "", index) : "never";
  if (nullness === "error") return UNKNOWN_VALUE;
  const nullable = nullness === "maybe" || argument.name.endsWith("__nullable");
  const attrs = (hasTrustedArguments(a) ? ATTR.trusted : 0) | tagAttrs(kernel, type.to);
  const id = nullable ? a.newId() : 0;
  return pointer("btf", { btf: kernel, type: resolveId(kernel, type.to), attrs, nullable, id });
}

function isNumber(type: BtfType): boolean {
  return type.kind === "int" || type.kind === "enum" || type.kind === "struct" || type.kind === "union";
}

function tagAttrs(kernel: Btf, to: BtfId): number {
  const tag = kernel.type(to);
  if (tag.kind !== "typeTag") return 0;
  return tag.name === "user" ? ATTR.user : tag.name === "percpu" ? ATTR.perCpu : 0;
}

function hasTrustedArguments(a: Analysis): boolean {
  const { programType, attachType } = a.env;
  if (programType === "lsm" || programType === "structOps") return true;
  return programType === "tracing" && (attachType === "traceRawTp" || attachType === "traceIter");
}
