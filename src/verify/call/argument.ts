import type { HelperArg } from "../../abi/helper-types.ts";
import type { Reg } from "../../isa/insn.ts";
import { mayPassPacket } from "../access/packet-rights.ts";
import { refuse } from "../access/report.ts";
import { describe, describeValue } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { isFixed, isNull, isPacket, isPointer, type Pointer, type Value } from "../state/value.ts";
import { present } from "../transfer/null-checks.ts";
import { readRegister } from "../transfer/read-register.ts";
import type { Analysis } from "../walk/analysis.ts";
import {
  acceptedKinds,
  acceptsNull,
  describeAccepted,
  isAccepted,
  isUntrusted,
  takesNumber,
} from "./accepted-kinds.ts";
import type { CallSite } from "./call-site.ts";
import { useArgument } from "./use-argument.ts";

/** Checks argument `index` of a call, counted from 0, and notes in `site` what it says. */
export function checkArgument(a: Analysis, s: State, site: CallSite, index: number): boolean {
  const arg = argumentOf(site, index);
  const r = (index + 1) as Reg;
  if (arg === undefined) return true;
  const value = readRegister(a, s, r);
  if (value.kind === "poison") return true;
  if (arg.kind === "scalar") return isNoLeak(a, s, site, r, value);
  if (isPacket(value) && !mayPassPacket(a.env, site.helper?.packetAccess === true, "read"))
    return refuse(a, s, { reg: r }, "verify/argument-type", `${site.name} cannot be given packet memory here`, {
      expected: "a copy of it on the stack",
    });
  const none = isNull(value) && acceptsNull(arg);
  if (!none && !isOfKind(a, s, site, arg, r, value)) return false;
  if (!none && isPointer(value) && !isAtStart(a, s, arg, r, value)) return false;
  if (!noteReference(a, s, site, arg, r, value)) return false;
  return useArgument(a, s, site, arg, index, value);
}

/** What goes into a map of sockets is a socket. Source: resolve_map_arg_type, kernel/bpf/verifier.c, v6.18. */
function argumentOf({ args, map }: CallSite, index: number): HelperArg | undefined {
  const arg = args[index];
  const ofSockets = map?.type === "sockmap" || map?.type === "sockhash";
  return arg?.kind === "mapValue" && ofSockets ? { kind: "sockCommon" } : arg;
}

function isNoLeak(a: Analysis, s: State, site: CallSite, r: Reg, value: Value): boolean {
  if (a.env.privileged || !isPointer(value)) return true;
  return refuse(a, s, { reg: r }, "verify/leak", `an address in r${r} is passed to ${site.name}`);
}

function isOfKind(a: Analysis, s: State, site: CallSite, arg: HelperArg, r: Reg, value: Value): boolean {
  if (takesNumber(arg)) return value.kind === "scalar" || wrongKind(a, s, site, arg, r, value);
  if (!isPointer(value)) return wrongKind(a, s, site, arg, r, value);
  const readOnlyAllowed = "access" in arg && arg.access === "read";
  const bare = value.nullable && acceptsNull(arg) && arg.kind !== "kptr"; // what moves into a map must be tested
  const fits = isAccepted(value, acceptedKinds(arg), readOnlyAllowed);
  if (fits && (!value.nullable || bare)) return isOfType(a, s, site, arg, r, value);
  const there = value.nullable ? present(a, value) : value; // a map or a socket, of a map that holds those
  if (!value.nullable || !isPointer(there) || !isAccepted(there, acceptedKinds(arg), readOnlyAllowed))
    return wrongKind(a, s, site, arg, r, value);
  const message = `${describe(value)} in r${r} is passed to ${site.name}, and it may be NULL`;
  return refuse(a, s, { reg: r }, "verify/null-argument", message);
}

function wrongKind(a: Analysis, s: State, site: CallSite, arg: HelperArg, r: Reg, value: Value): false {
  const own = arg.kind === "map" && isPointer(value) && value.kind === "mapValue" ? value.map?.name : undefined;
  const expected = own === undefined ? describeAccepted(arg) : `the map itself: &${own}`;
  const code =
    arg.kind === "callback"
      ? "verify/callback-argument"
      : isUntrusted(value) && arg.kind === "btf"
        ? "verify/untrusted-pointer"
        : "verify/argument-type";
  const message = `r${r} for ${site.name} holds ${describeValue(value)}; it takes ${expected}`;
  return refuse(a, s, { reg: r }, code, message, { expected });
}

/** Kernel objects must be of the struct that is asked for, or begin with one. */
function isOfType(a: Analysis, s: State, site: CallSite, arg: HelperArg, r: Reg, value: Pointer): boolean {
  if (value.kind !== "btf" || value.btf === undefined) return true;
  const wanted = arg.kind === "btf" ? arg.type : arg.kind === "sockCommon" ? "sock_common" : undefined;
  if (wanted === undefined || value.btf !== a.env.kernel) return true;
  if (beginsWith(value, wanted, arg.kind === "sockCommon" ? 0 : value.off)) return true;
  return wrongKind(a, s, site, arg, r, value);
}

const MAX_DEPTH = 16;

/** Whether the struct at `offset` of what the pointer points to is `name`. */
export function beginsWith(p: Pointer, name: string, offset: number): boolean {
  let id = p.type;
  let off = offset;
  for (let depth = 0; depth < MAX_DEPTH && p.btf !== undefined; depth++) {
    const type = p.btf.type(id);
    if (
      type.kind === "typedef" ||
      type.kind === "const" ||
      type.kind === "volatile" ||
      type.kind === "typeTag"
    ) {
      id = type.to;
      continue;
    }
    if (type.kind !== "struct" && type.kind !== "union") return false;
    if (off === 0 && type.name === name) return true;
    const inner = type.members.findLast((m) => m.bitOffset / 8 <= off);
    if (inner === undefined) return false;
    off -= inner.bitOffset / 8;
    id = inner.type;
  }
  return false;
}

/** Most pointers must be passed as they were given; memory may be passed from its middle. */
export function isAtStart(a: Analysis, s: State, arg: HelperArg, r: Reg, p: Pointer): boolean {
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/modified-pointer", message);
  const releases = "release" in arg && arg.release === true;
  if (releases && !(arg.kind === "dynptr" && p.kind === "stack")) {
    if (p.off !== 0) {
      const message = `r${r} holds ${describe(p)}, moved by ${p.off}; it must be given back as it was got`;
      return refuse(a, s, { reg: r }, "verify/release-argument", message);
    }
    const moved = !isFixed(p) || p.vary.value !== 0n;
    return (
      !moved || refused(`r${r} holds ${describe(p)}, moved by a number; it must be given back as it was got`)
    );
  }
  switch (p.kind) {
    case "stack":
    case "packet":
    case "packetMeta":
    case "mapKey":
    case "mapValue":
    case "mem":
    case "buf":
      return true;
    case "btf":
      if (p.off < 0) return refused(`r${r} points before ${describe(p)}`);
      return (isFixed(p) && p.vary.value === 0n) || refused(`r${r} was moved by a number that is not constant`);
    default:
      if (p.off === 0 && isFixed(p) && p.vary.value === 0n) return true;
      return refused(`r${r} holds ${describe(p)}, moved by ${p.off} bytes`);
  }
}

/** A call takes at most one reference, and gives back what was acquired. */
function noteReference(a: Analysis, s: State, site: CallSite, arg: HelperArg, r: Reg, value: Value): boolean {
  const ref = isPointer(value) ? value.ref : 0;
  if ("release" in arg && arg.release === true && arg.kind !== "dynptr") {
    if (ref === 0 && !isNull(value)) {
      const message = `${site.name} gives r${r} back, which holds no reference`;
      return refuse(a, s, { reg: r }, "verify/release-argument", message);
    }
    site.releases = r;
  }
  if (arg.kind === "kptr") {
    if (ref === 0 && !isNull(value)) {
      const message = `the object in r${r} is moved into the map, and the program does not own it`;
      return refuse(a, s, { reg: r }, "verify/release-argument", message);
    }
    site.releases = r;
  }
  if (ref === 0 || arg.kind === "kptrSlot") return true;
  if (site.ref !== 0) {
    const message = `${site.name} is given two references`;
    return refuse(a, s, { reg: r }, "verify/release-argument", message);
  }
  site.ref = ref;
  return true;
}
