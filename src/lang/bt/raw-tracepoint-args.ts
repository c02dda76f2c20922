import type { Btf, BtfId, Param } from "../../btf/types.ts";
import type { BtfTypes } from "./btf-types.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { Type } from "./types.ts";
import { I64, U64 } from "./types.ts";

/**
 * The arguments of a raw tracepoint, by the prototype that the kernel's BTF keeps under `btf_trace_NAME`: each takes 8
 * bytes of the context. Undefined where BTF does not know the tracepoint.
 */
export function rawTracepointArgs(name: string, types: BtfTypes | undefined): Composite | undefined {
  const params = types && rawTracepointParams(name, types.btf);
  if (!params) return undefined;
  const fields = params.map((param, index): CompositeField => {
    return { name: param.name, type: register(types.type(param.type)), offset: index * 8 };
  });
  return recordOf(`struct _rawtracepoint_${name}`, fields);
}

/** As `rawTracepointArgs`, with BTF's own types; what has no name is called arg0, arg1 … by its position. */
export function rawTracepointParams(name: string, btf: Btf): readonly Param[] | undefined {
  const id = btf.find(`btf_trace_${name}`, "typedef")[0];
  const params = id === undefined ? undefined : protoParams(btf, id);
  if (!params) return undefined;
  const names = paramNames(btf, name, params.length);
  const own = params.slice(1); // the first is the kernel's own
  return own.map((param, index) => ({ ...param, name: param.name || names[index + 1] || `arg${index}` }));
}

/** The typedef's prototype has no names; functions that the kernel makes for the same tracepoint have them. */
function paramNames(btf: Btf, name: string, count: number): readonly string[] {
  for (const func of [`__probestub_${name}`, `__traceiter_${name}`, `__bpf_trace_${name}`]) {
    const id = btf.find(func, "func")[0];
    const type = id === undefined ? undefined : btf.type(id);
    const proto = type?.kind === "func" ? btf.type(type.proto) : undefined;
    if (proto?.kind === "funcProto" && proto.params.length === count) return proto.params.map((p) => p.name);
  }
  return [];
}

function protoParams(btf: Btf, typedef: BtfId): readonly Param[] | undefined {
  let type = btf.type(typedef);
  for (let steps = 0; steps < 8 && type.kind !== "funcProto"; steps++) {
    if (type.kind !== "typedef" && type.kind !== "pointer" && type.kind !== "const") return undefined;
    type = btf.type(type.to);
  }
  return type.kind === "funcProto" ? type.params : undefined;
}

/** What fits in a register stays as it is; anything larger is passed by address, shown as a number. */
function register(type: Type): Type {
  return type.kind === "struct" || type.kind === "array" || type.kind === "string" ? U64 : type;
}

/**
 * What `raw_syscalls:sys_enter` and `sys_exit` offer, read from the raw tracepoint's own two arguments: the registers
 * and the call's number (enter) or result (exit). `operand` names the register that holds a field.
 * Source: include/trace/events/syscalls.h, v6.12.
 */
export function rawSyscallArgs(
  direction: "enter" | "exit",
  types: BtfTypes | undefined,
  arch: "x86_64" | "aarch64",
): Composite {
  const number = types?.struct("pt_regs") ? (arch === "x86_64" ? "orig_ax" : "syscallno") : "orig_ax";
  if (direction === "exit")
    return recordOf("struct _tracepoint_raw_syscalls_sys_exit", [
      { name: "id", type: I64, offset: 0, operand: { kind: "register", name: number } },
      { name: "ret", type: I64, offset: 8 },
      { name: "__syscall_nr", type: I64, offset: 0, operand: { kind: "register", name: number } },
    ]);
  return recordOf("struct _tracepoint_raw_syscalls_sys_enter", [
    { name: "id", type: I64, offset: 8 },
    { name: "__syscall_nr", type: I64, offset: 8 },
    { name: "args", type: { kind: "array", of: U64, length: 6 }, offset: 0, operand: { kind: "syscallArgs" } },
  ]);
}

/** The same for programs that get the arguments with their types: the verifier follows pointers to the kernel's objects. */
export function asObjects(args: Composite): Composite {
  const fields = args.fields().map((field): CompositeField => {
    const { type } = field;
    const known = type.kind === "pointer" && type.to.kind === "struct" && type.space === "kernel";
    return known ? { ...field, type: { ...type, kernelObject: true } } : field;
  });
  return recordOf(args.name, fields);
}

function recordOf(name: string, fields: readonly CompositeField[]): Composite {
  return {
    name,
    bytes: Math.max(8, ...fields.map((field) => field.offset + 8)),
    field: (wanted) => fields.find((field) => field.name === wanted),
    fields: () => fields,
  };
}
