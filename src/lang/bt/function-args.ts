import type { Btf, BtfId, BtfType, Param } from "../../btf/types.ts";
import type { BtfTypes } from "./btf-types.ts";
import type { Composite, CompositeField } from "./composite.ts";
import { ARGUMENT_REGISTERS } from "./registers.ts";
import { sizeOf, type Type, U64, VOID } from "./types.ts";

/** A kernel function as its BTF declares it. */
export type FunctionPrototype = Readonly<{
  params: readonly Readonly<{ name: string; type: Type }>[];
  returns: Type;
}>;

/** The prototype of a kernel function; undefined where BTF does not know it. Kernel types have one of each name. */
export function functionPrototype(name: string, types: BtfTypes | undefined): FunctionPrototype | undefined {
  const proto = types && protoOf(name, types.btf);
  if (types === undefined || proto === undefined) return undefined;
  return prototypeOf(proto, types);
}

/** A prototype with the language's types; `known` may give a parameter's type itself, by BTF's. */
export function prototypeOf(
  proto: Readonly<{ params: readonly Param[]; returns: BtfId }>,
  types: BtfTypes,
  known: (type: BtfId) => Type | undefined = () => undefined,
): FunctionPrototype {
  const params = proto.params.map((param, index) => ({
    name: param.name || `arg${index}`,
    type: known(param.type) ?? register(types.type(param.type)),
  }));
  return { params, returns: register(types.type(proto.returns)) };
}

/** Parameters with BTF's own types, and what the function returns. */
export function protoOf(
  name: string,
  btf: Btf,
): Readonly<{ params: readonly Param[]; returns: Param["type"] }> | undefined {
  const [id] = btf.find(name, "func");
  return id === undefined ? undefined : protoTypeOf(id, btf);
}

/** What a FUNC takes and returns. */
export function protoTypeOf(id: BtfId, btf: Btf): (BtfType & { kind: "funcProto" }) | undefined {
  const type = btf.type(id);
  const proto = type.kind === "func" ? btf.type(type.proto) : undefined;
  return proto?.kind === "funcProto" ? proto : undefined;
}

/**
 * As fentry and fexit programs get them: 8 bytes for each, then what the function returned. `follow`: the verifier knows
 * what arguments of the kernel's own functions point to.
 */
export function tracingArgs(name: string, prototype: FunctionPrototype, follow = true): Composite {
  const fields = prototype.params.map(
    ({ name: own, type }, index): CompositeField => ({
      name: own,
      type: follow ? followed(type) : type,
      offset: index * 8,
    }),
  );
  return recordOf(`struct _function_${name}`, fields);
}

function followed(type: Type): Type {
  const known = type.kind === "pointer" && type.to.kind === "struct" && type.space === "kernel";
  return known ? { ...type, kernelObject: true } : type;
}

/** As kprobes get them: in registers, as far as there are any. `operand` names the register. */
export function registerArgs(
  name: string,
  prototype: FunctionPrototype,
  arch: "x86_64" | "aarch64",
): Composite {
  const registers = ARGUMENT_REGISTERS[arch];
  const fields = prototype.params.slice(0, registers.length).map(
    (param, index): CompositeField => ({
      ...param,
      offset: index * 8,
      operand: { kind: "ownRegister", name: registers[index] },
    }),
  );
  return recordOf(`struct _function_${name}`, fields);
}

/** Structs that do not fit a register are passed on the stack or by address: shown as a number. */
function register(type: Type): Type {
  if (type === VOID) return type;
  return type.kind === "struct" || type.kind === "array" || type.kind === "string" || sizeOf(type) > 8
    ? U64
    : type;
}

function recordOf(name: string, fields: readonly CompositeField[]): Composite {
  return {
    name,
    bytes: Math.max(8, fields.length * 8),
    field: (wanted) => fields.find((field) => field.name === wanted),
    fields: () => fields,
  };
}
