import { findStruct } from "../../btf/lookup.ts";
import type { Reg } from "../../isa/insn.ts";
import { refuse } from "../access/report.ts";
import { describe, describeValue } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { ATTR, hasAttr, isFixed, isNull, isPointer, type Pointer, type Value } from "../state/value.ts";
import { isTrusted } from "../transfer/null-checks.ts";
import { readRegister } from "../transfer/read-register.ts";
import type { Analysis } from "../walk/analysis.ts";
import { beginsWith, isAtStart } from "./argument.ts";
import { checkConstantString } from "./constant-string.ts";
import { checkDynptr, dynptrAt, makeDynptr } from "./dynptr.ts";
import { checkIterator } from "./iterators.ts";
import type { KfuncParam } from "./kfunc.ts";
import type { KfuncSite } from "./kfunc-site.ts";
import { checkSpecial } from "./kfunc-special.ts";
import { checkMemory } from "./memory-argument.ts";
import { checkSize } from "./size-argument.ts";

/** Checks argument `index`, counted from 0, of a kernel function's call. */
export function checkKfuncArgument(a: Analysis, s: State, site: KfuncSite, index: number): boolean {
  const param = site.kfunc.params[index];
  const r = (index + 1) as Reg;
  if (param === undefined || param.kind === "ignored") return true;
  const value = readRegister(a, s, r);
  if (value.kind === "poison") return true;
  if (param.kind === "number") return checkNumber(a, s, site, param, r, value);
  if (!isPointer(value) && !isNull(value)) return wrong(a, s, site, r, value, "a pointer");
  if (!checkNullness(a, s, site, param, r, value) || !noteReference(a, s, site, r, value)) return false;
  if (isNull(value)) return param.nullable || param.kind === "memory" || nullGiven(a, s, site, r);
  return isPointer(value) ? checkPointer(a, s, site, param, index, value) : true;
}

function wrong(a: Analysis, s: State, site: KfuncSite, r: number, value: Value, expected: string): false {
  const message = `r${r} for ${site.name} holds ${describeValue(value)}; it takes ${expected}`;
  return refuse(a, s, { reg: r }, "verify/kfunc-argument", message, { expected });
}

function nullGiven(a: Analysis, s: State, site: KfuncSite, r: number): boolean {
  const { objects, releases } = site.kfunc.entry ?? {};
  const message = `NULL is passed to ${site.name} in r${r}`;
  if (objects || releases) return refuse(a, s, { reg: r }, "verify/null-argument", message);
  return refuse(a, s, { reg: r }, "verify/kfunc-argument", message, { expected: "a pointer that is not NULL" });
}

function checkNumber(
  a: Analysis,
  s: State,
  site: KfuncSite,
  param: Extract<KfuncParam, { kind: "number" }>,
  r: Reg,
  value: Value,
): boolean {
  if (value.kind !== "scalar") return wrong(a, s, site, r, value, "a number");
  if (param.constant) {
    const constant = a.constantOf(s, r);
    if (constant === undefined)
      return refuse(a, s, { reg: r }, "verify/constant-argument", `r${r} for ${site.name} must be a constant`);
    site.constant = constant;
  }
  if (!param.size) return true;
  const memory = site.kfunc.params[r - 2];
  const makes = memory?.kind === "memory" && memory.makes;
  const buffer = readRegister(a, s, (r - 1) as Reg);
  if (memory?.nullable && isNull(buffer)) return true;
  return checkSize(a, s, site, r, makes ? "write" : "update", true);
}

/** Where objects must live, NULL is none. */
function checkNullness(
  a: Analysis,
  s: State,
  site: KfuncSite,
  param: KfuncParam,
  r: number,
  value: Value,
): boolean {
  const { objects, releases } = site.kfunc.entry ?? {};
  if ((!objects && !releases) || param.nullable) return true;
  if (!isNull(value) && !(isPointer(value) && value.nullable)) return true;
  const message = `r${r} for ${site.name} may be NULL`;
  return refuse(a, s, { reg: r }, "verify/null-argument", message);
}

function noteReference(a: Analysis, s: State, site: KfuncSite, r: number, value: Value): boolean {
  if (!isPointer(value) || value.ref === 0) return true;
  if (site.kfunc.entry?.releases) {
    site.releases ??= r;
    if (value.off !== 0 || !isFixed(value)) {
      const message = `r${r} holds ${describe(value)}, moved by ${value.off}; it must be given back as it was got`;
      return refuse(a, s, { reg: r }, "verify/release-argument", message);
    }
  }
  site.ref = value.ref;
  return true;
}

const ANY = { kind: "scalar" } as const;

function checkPointer(
  a: Analysis,
  s: State,
  site: KfuncSite,
  param: KfuncParam,
  index: number,
  value: Pointer,
): boolean {
  const r = (index + 1) as Reg;
  if (param.kind !== "map" && param.kind !== "callback" && !isAtStart(a, s, ANY, r, value)) return false;
  switch (param.kind) {
    case "ctx":
      return value.kind === "ctx" && value.off === 0
        ? true
        : wrong(a, s, site, r, value, "the program's context");
    case "dynptr":
      return checkDynptrParam(a, s, site, param, r, value);
    case "iterator":
      return checkIterator(a, s, site, r, value, param.of, param.slots);
    case "special":
      return checkSpecial(a, s, site, param.field, r, value);
    case "allocated":
    case "refcounted":
      return checkAllocated(a, s, site, param.kind, r, value);
    case "string":
      return value.kind === "mapValue"
        ? checkConstantString(a, s, r, value)
        : wrong(a, s, site, r, value, "a constant string");
    case "map":
      if (value.kind !== "map") return wrong(a, s, site, r, value, "a map");
      if (site.map !== undefined && (site.map !== value.map || site.mapUid !== value.mapUid)) {
        const message = `what r1 points to is not in map \`${value.map?.name ?? "?"}\`, which r${r} holds`;
        return refuse(a, s, { reg: r }, "verify/map-without-field", message);
      }
      site.map = value.map;
      site.mapUid = value.mapUid;
      return true;
    case "callback":
      if (value.kind !== "func") return wrong(a, s, site, r, value, "the address of a static function");
      site.callback = value.subprogram;
      return true;
    case "struct":
      return checkStruct(a, s, site, param, r, value);
    case "memory":
      if (value.kind === "btf" && site.kfunc.entry !== undefined) return wrong(a, s, site, r, value, "memory");
      if (param.sized) return true; // checked with its size, which is the next argument
      return checkMemory(a, s, site, {
        reg: r,
        size: param.bytes,
        access: "update",
        zeroAllowed: false,
        raw: false,
      });
    default:
      return true;
  }
}

function checkDynptrParam(
  a: Analysis,
  s: State,
  site: KfuncSite,
  param: Extract<KfuncParam, { kind: "dynptr" }>,
  r: Reg,
  value: Pointer,
): boolean {
  if (value.kind !== "stack" && value.kind !== "dynptr")
    return refuse(
      a,
      s,
      { reg: r },
      "verify/dynptr-argument",
      `r${r} for ${site.name} does not point to a dynptr`,
    );
  if (!param.makes) {
    site.given = value.kind === "stack" ? dynptrAt(s, value) : undefined;
    return checkDynptr(a, s, site, { kind: "dynptr", of: "any" }, r, value);
  }
  const { name } = site.kfunc;
  const of = name === "bpf_dynptr_from_xdp" ? "xdp" : name === "bpf_dynptr_from_skb_meta" ? "skbMeta" : "skb";
  if (!checkDynptr(a, s, { ...site, makes: [] }, { kind: "dynptr", of: "local", make: true }, r, value))
    return false;
  const copied = name === "bpf_dynptr_clone" ? site.given : undefined;
  return makeDynptr(a, s, site, r, value, copied?.of ?? of, false, false, copied?.ref);
}

function checkAllocated(
  a: Analysis,
  s: State,
  site: KfuncSite,
  kind: "allocated" | "refcounted",
  r: Reg,
  value: Pointer,
): boolean {
  const own = value.kind === "btf" && hasAttr(value, ATTR.alloc) && !hasAttr(value, ATTR.untrusted);
  if (!own) return wrong(a, s, site, r, value, "an object that bpf_obj_new() returned");
  if (kind === "allocated" && value.ref === 0)
    return refuse(
      a,
      s,
      { reg: r },
      "verify/release-argument",
      `${site.name} gives back an object that the program does not own`,
    );
  if (value.btf) site.object = { btf: value.btf, type: value.type, attrs: value.attrs };
  return true;
}

/** A kernel object, or memory laid out like the struct. */
function checkStruct(
  a: Analysis,
  s: State,
  site: KfuncSite,
  param: Extract<KfuncParam, { kind: "struct" }>,
  r: Reg,
  value: Pointer,
): boolean {
  const { objects, releases } = site.kfunc.entry ?? {};
  const isObject = value.kind === "btf" || SOCKETS.includes(value.kind);
  if (!isObject) {
    if (releases || !param.plain) return wrong(a, s, site, r, value, `a pointer to struct ${param.struct}`);
    return checkMemory(a, s, site, {
      reg: r,
      size: param.bytes,
      access: "update",
      zeroAllowed: false,
      raw: false,
    });
  }
  if (releases && value.ref === 0)
    return refuse(
      a,
      s,
      { reg: r },
      "verify/release-argument",
      `${site.name} gives r${r} back, which holds no reference`,
    );
  if (objects && value.kind === "btf" && !isTrusted(value)) {
    const isRcu = objects === "rcu" && hasAttr(value, ATTR.rcu);
    if (!isRcu) {
      const message = `${describe(value)} in r${r} may be gone; ${site.name} takes only ${objects === "rcu" ? "objects that RCU protects, or" : ""} trusted ones`;
      return refuse(a, s, { reg: r }, "verify/untrusted-pointer", message);
    }
  }
  return (
    isOfStruct(a, value, param.struct) || wrong(a, s, site, r, value, `a pointer to struct ${param.struct}`)
  );
}

const SOCKETS: readonly Pointer["kind"][] = ["socket", "sockCommon", "tcpSocket"];

const ALIASES: Readonly<Record<string, string>> = { __sk_buff: "sk_buff", xdp_md: "xdp_buff" };

function isOfStruct(a: Analysis, value: Pointer, struct: string): boolean {
  if (value.kind !== "btf") return true;
  if (value.btf !== a.env.kernel) return false;
  const name = ALIASES[struct] ?? struct;
  if (areStages(name, value.type === undefined ? "" : (value.btf?.nameOf(value.type) ?? ""))) return false;
  return (
    beginsWith(value, name, value.off) ||
    (a.env.kernel !== undefined && findStruct(a.env.kernel, name) === value.type)
  );
}

const UNFINISHED = "___init";

/** An object before and after it is set up: one begins with the other, and is none. Source: btf_type_ids_nocast_alias, v6.18. */
function areStages(one: string, other: string): boolean {
  return one === other + UNFINISHED || other === one + UNFINISHED;
}
