import type { Insn } from "../../isa/insn.ts";
import type { ContextField } from "../context/layout.ts";
import { SOCK_COMMON_FIELDS, SOCKET_FIELDS, TCP_SOCKET_FIELDS, XDP_SOCKET_FIELDS } from "../context/socket.ts";
import { describe, describeValue } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { ATTR, hasAttr, isFixed, type Pointer, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { accessContext, fieldFor } from "./context.ts";
import { accessKptr } from "./kptr.ts";
import { checkMapValue, fixedContent, kptrFieldAt } from "./map-value.ts";
import { accessObject } from "./object.ts";
import { checkPacket } from "./packet.ts";
import { mayWritePacket } from "./packet-rights.ts";
import { isWithin } from "./region.ts";
import { type Access, refuse } from "./report.ts";
import { readStack } from "./stack-read.ts";
import { type Written, writeStack } from "./stack-write.ts";

const FLOW_KEYS_SIZE = 56; // struct bpf_flow_keys

/**
 * Checks an access by an instruction. What a read gives, before it is cut to its size (any value for writes); undefined,
 * and a fault, if the access is not allowed. `written` is what a store stores.
 */
export function accessMemory(
  a: Analysis,
  s: State,
  insn: Insn,
  base: Value,
  access: Access,
  written: Written,
): Value | undefined {
  if (base.kind === "unset" || base.kind === "poison") return undefined;
  if (base.kind === "scalar") return notAPointer(a, s, base, access);
  if (base.nullable) {
    const message = `${describe(base)} is ${access.how === "read" ? "read" : "written"} through, and it may be NULL`;
    refuse(a, s, access, "verify/null-dereference", message);
    return undefined;
  }
  if (access.how === "write" && isLeak(a, s, base, access, written)) return undefined;
  return ACCESSORS[base.kind]?.(a, s, base, access, written, insn) ?? fallback(a, s, base, access);
}

type Accessor = (
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  written: Written,
  insn: Insn,
) => Value | undefined;

function fallback(a: Analysis, s: State, p: Pointer, access: Access): undefined {
  if (ACCESSORS[p.kind] === undefined) notAPointer(a, s, p, access);
  return undefined;
}

function notAPointer(a: Analysis, s: State, v: Value, access: Access): undefined {
  const message = `r${access.reg} holds ${describeValue(v)}, through which nothing can be ${access.how === "read" ? "read" : "written"}`;
  refuse(a, s, access, "verify/bad-dereference", message);
  return undefined;
}

/** Unprivileged programs must not store addresses where others can read them. */
function isLeak(a: Analysis, s: State, p: Pointer, access: Access, { value }: Written): boolean {
  if (a.env.privileged || p.kind === "stack" || value === undefined) return false;
  if (value.kind === "scalar" || value.kind === "unset" || value.kind === "poison") return false;
  refuse(a, s, access, "verify/leak", `an address is stored in ${describe(p).replace(/^a pointer to /, "")}`);
  return true;
}

const number = (ok: boolean): Value | undefined => (ok ? UNKNOWN_VALUE : undefined);

const ACCESSORS: Readonly<Partial<Record<Pointer["kind"], Accessor>>> = {
  stack: (a, s, p, access, written) =>
    access.how === "read" ? readStack(a, s, p, access) : number(writeStack(a, s, p, access, written)),
  ctx: (a, s, p, access) => accessContext(a, s, p, access),
  mapValue: accessMapValue,
  mapKey: (a, s, p, access) =>
    access.how === "write"
      ? readOnly(a, s, p, access)
      : number(isWithin(a, s, p, access, p.map?.keySize ?? 0, "verify/map-key-bounds")),
  packet: accessPacket,
  packetMeta: accessPacket,
  mem: (a, s, p, access) => {
    if (access.how === "write" && hasAttr(p, ATTR.readOnly)) return readOnly(a, s, p, access);
    if (hasAttr(p, ATTR.readOnly) && hasAttr(p, ATTR.untrusted)) return UNKNOWN_VALUE;
    return number(isWithin(a, s, p, access, p.size, "verify/memory-bounds"));
  },
  buf: (a, s, p, access) => {
    if (access.how === "write" && hasAttr(p, ATTR.readOnly)) return readOnly(a, s, p, access);
    return number(checkBuffer(a, s, p, access));
  },
  tpBuffer: (a, s, p, access) => number(checkBuffer(a, s, p, access)),
  flowKeys: (a, s, p, access) => {
    const off = p.off + access.off;
    if (off >= 0 && off + access.size <= FLOW_KEYS_SIZE) return UNKNOWN_VALUE;
    const message = `bytes ${off} to ${off + access.size - 1} of the flow keys, which have ${FLOW_KEYS_SIZE}`;
    refuse(a, s, access, "verify/memory-bounds", message, { bound: String(FLOW_KEYS_SIZE) });
    return undefined;
  },
  socket: accessSocket(SOCKET_FIELDS, "struct bpf_sock", 80),
  sockCommon: accessSocket(SOCK_COMMON_FIELDS, "struct bpf_sock", 80),
  tcpSocket: accessSocket(TCP_SOCKET_FIELDS, "struct bpf_tcp_sock", 116),
  xdpSocket: accessSocket(XDP_SOCKET_FIELDS, "struct bpf_xdp_sock", 4),
  btf: (a, s, p, access) => accessObject(a, s, p, access),
  map: accessMapObject,
  arena: () => UNKNOWN_VALUE,
};

function readOnly(a: Analysis, s: State, p: Pointer, access: Access): undefined {
  refuse(a, s, access, "verify/read-only", `${describe(p)} can only be read through`);
  return undefined;
}

function accessMapValue(
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  written: Written,
  insn: Insn,
): Value | undefined {
  if (!checkMapValue(a, s, p, access)) return undefined;
  const field = kptrFieldAt(p, access.off);
  if (field !== undefined) return accessKptr(a, s, p, field, access, written, insn);
  if (access.how === "write") return UNKNOWN_VALUE;
  return fixedContent(p, insn, access.off, access.size) ?? UNKNOWN_VALUE;
}

function accessPacket(a: Analysis, s: State, p: Pointer, access: Access): Value | undefined {
  if (access.how === "write" && !mayWritePacket(a.env)) {
    refuse(a, s, access, "verify/read-only", "programs of this type cannot write to the packet");
    return undefined;
  }
  return number(checkPacket(a, s, p, access));
}

function checkBuffer(a: Analysis, s: State, p: Pointer, access: Access): boolean {
  const off = p.off + access.off;
  if (off < 0)
    return refuse(
      a,
      s,
      access,
      "verify/buffer-bounds",
      `a buffer is accessed at offset ${off}, before its start`,
    );
  if (isFixed(p) && p.vary.value === 0n) return true;
  return refuse(a, s, access, "verify/buffer-bounds", "a buffer is accessed at an offset that varies");
}

function accessSocket(fields: readonly ContextField[], type: string, size: number): Accessor {
  return (a, s, p, access) => {
    if (access.how === "write") return readOnly(a, s, p, access);
    if (p.vary.smin < 0n) {
      refuse(a, s, access, "verify/negative-index", `the offset into ${type} may be negative`);
      return undefined;
    }
    const at = { ...access, off: p.off + access.off };
    if (fieldFor(a.env, { type, size, fields }, at)) return UNKNOWN_VALUE;
    refuse(
      a,
      s,
      access,
      "verify/context-access",
      `${type} has no field of ${access.size} bytes at offset ${at.off}`,
    );
    return undefined;
  };
}

/** The map itself: privileged programs may read what the kernel's BTF says of it. */
function accessMapObject(a: Analysis, s: State, p: Pointer, access: Access): Value | undefined {
  const refused = (message: string): undefined => {
    refuse(a, s, access, "verify/map-pointer-access", message);
    return undefined;
  };
  const { kernel, privileged } = a.env;
  const type = kernel?.find(mapStruct(p.map?.type ?? ""), "struct")[0] ?? kernel?.find("bpf_map", "struct")[0];
  if (!privileged || kernel === undefined || type === undefined)
    return refused("the map's address is used as if it were its value");
  if (access.how === "write") return refused("a map can only be read through its address");
  if (p.off + access.off < 0) return refused(`a map is read at offset ${p.off + access.off}, before its start`);
  return accessObject(a, s, { ...p, kind: "btf", btf: kernel, type, attrs: 0 }, access);
}

/** The kernel's struct for maps of a type. Source: `*_map_ops.map_btf_id`, v6.18. */
function mapStruct(type: string): string {
  switch (type) {
    case "hash":
    case "percpuHash":
    case "lruHash":
    case "lruPercpuHash":
    case "hashOfMaps":
      return "bpf_htab";
    case "array":
    case "percpuArray":
    case "progArray":
    case "perfEventArray":
    case "cgroupArray":
    case "arrayOfMaps":
      return "bpf_array";
    case "ringbuf":
    case "userRingbuf":
      return "bpf_ringbuf_map";
    default:
      return "bpf_map";
  }
}
