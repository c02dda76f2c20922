import type { CallbackParam, HelperArg, HelperReturn } from "./helper-types.ts";

// Words for the helper tables, so that a record fits on a few lines.

export const SCALAR: HelperArg = { kind: "scalar" };
export const CTX: HelperArg = { kind: "ctx" };
export const CTX_OR_NULL: HelperArg = { kind: "ctx", nullable: true };
export const MAP: HelperArg = { kind: "map" };
export const KEY: HelperArg = { kind: "mapKey" };
export const VALUE: HelperArg = { kind: "mapValue", access: "read" };
export const VALUE_OR_NULL: HelperArg = { kind: "mapValue", access: "read", nullable: true };
export const VALUE_OUT: HelperArg = { kind: "mapValue", access: "write" };
export const MEM_IN: HelperArg = { kind: "mem", access: "read" };
export const MEM_IN_OR_NULL: HelperArg = { kind: "mem", access: "read", nullable: true };
export const MEM_OUT: HelperArg = { kind: "mem", access: "write" };
export const MEM_INOUT: HelperArg = { kind: "mem", access: "update" };
export const MEM_INOUT_OR_NULL: HelperArg = { kind: "mem", access: "update", nullable: true };
export const U64_OUT: HelperArg = { kind: "fixedMem", access: "write", bytes: 8, align: 8 };
export const U32_INOUT: HelperArg = { kind: "fixedMem", access: "update", bytes: 4, align: 4 };
export const SIZE: HelperArg = { kind: "size", zero: false };
export const SIZE_OR_ZERO: HelperArg = { kind: "size", zero: true };
export const CONST_SIZE: HelperArg = { kind: "constSize" };
export const CONST_STRING: HelperArg = { kind: "constString" };
export const SPIN_LOCK: HelperArg = { kind: "spinLock" };
export const TIMER: HelperArg = { kind: "timer" };
export const KPTR_SLOT: HelperArg = { kind: "kptrSlot" };
export const KPTR: HelperArg = { kind: "kptr" };
export const PERCPU: HelperArg = { kind: "percpu" };
export const SOCK_COMMON: HelperArg = { kind: "sockCommon" };
export const SOCK_COMMON_OR_NULL: HelperArg = { kind: "sockCommon", nullable: true };
export const SOCK_RELEASE: HelperArg = { kind: "sockCommon", release: true };
export const CONTEXT_SOCK: HelperArg = { kind: "contextSock" };
export const FULL_SOCK_OR_NULL: HelperArg = { kind: "fullSock", nullable: true };
export const RINGBUF_RECORD: HelperArg = { kind: "ringbufRecord", release: true };
export const DYNPTR: HelperArg = { kind: "dynptr", of: "any" };
export const DYNPTR_LOCAL_OUT: HelperArg = { kind: "dynptr", of: "local", make: true };
export const DYNPTR_RINGBUF_OUT: HelperArg = { kind: "dynptr", of: "ringbuf", make: true };
export const DYNPTR_RINGBUF_RELEASE: HelperArg = { kind: "dynptr", of: "ringbuf", release: true };
export const CALLBACK_CONTEXT: HelperArg = { kind: "callbackContext" };

/** Memory of constant size that the helper reads. */
export function fixedMem(bytes: number): HelperArg {
  return { kind: "fixedMem", access: "read", bytes, align: 1 };
}

/** A trusted pointer to kernel struct `type`. */
export function btf(type: string): HelperArg {
  return { kind: "btf", type };
}

export function btfOrNull(type: string): HelperArg {
  return { kind: "btf", type, nullable: true };
}

export function callback(...params: CallbackParam[]): HelperArg {
  return { kind: "callback", params };
}

export const INT: HelperReturn = { kind: "int" };
export const SIZE_OR_ERROR: HelperReturn = { kind: "size" };
export const VOID: HelperReturn = { kind: "void" };
export const MAP_VALUE: HelperReturn = { kind: "mapValue", nullable: false };
export const MAP_VALUE_OR_NULL: HelperReturn = { kind: "mapValue", nullable: true };
export const RECORD_OR_NULL: HelperReturn = { kind: "mem", of: "ringbuf", nullable: true };
export const SLICE_OR_NULL: HelperReturn = { kind: "mem", of: "dynptr", nullable: true };
export const PERCPU_VALUE: HelperReturn = { kind: "percpu", nullable: false };
export const PERCPU_VALUE_OR_NULL: HelperReturn = { kind: "percpu", nullable: true };
export const SOCKET_OR_NULL: HelperReturn = { kind: "socket", nullable: true };
export const TCP_SOCKET_OR_NULL: HelperReturn = { kind: "tcpSocket", nullable: true };
export const SOCK_COMMON_RESULT_OR_NULL: HelperReturn = { kind: "sockCommon", nullable: true };
export const KPTR_OR_NULL: HelperReturn = { kind: "kptr", nullable: true };

/** A pointer to kernel struct `type` that may be dereferenced. */
export function object(type: string, trusted: boolean): HelperReturn {
  return { kind: "btf", type, nullable: false, trusted };
}

export function objectOrNull(type: string): HelperReturn {
  return { kind: "btf", type, nullable: true, trusted: false };
}
