import { findStruct } from "../../btf/lookup.ts";
import { refuse } from "../access/report.ts";
import { describeValue } from "../state/describe.ts";
import type { Frame, State } from "../state/state.ts";
import { reg, setReg } from "../state/state.ts";
import { ATTR, isFixed, isNull, isPointer, pointer, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { beginsWith } from "./argument.ts";
import { type CallSite, callSite } from "./call-site.ts";
import { checkDynptr } from "./dynptr.ts";
import { type GlobalArgument, globalSignature } from "./global-signature.ts";
import { checkMemory } from "./memory-argument.ts";

/** Checks what is passed to a global function against its prototype. */
export function checkGlobalArguments(a: Analysis, s: State, index: number): boolean {
  const callee = a.program.subprograms[index];
  const { btf } = a.env;
  if (callee === undefined || btf === undefined) return true;
  const signature = globalSignature(a.env, btf, callee.btfId, callee.name);
  if (signature.kind === "fault") return true; // reported where the function is verified
  const site = callSite(`${callee.name}()`, undefined, []);
  return signature.args.every((arg, i) => checkOne(a, s, site, arg, (i + 1) as 1 | 2 | 3 | 4 | 5));
}

function checkOne(a: Analysis, s: State, site: CallSite, arg: GlobalArgument, r: 1 | 2 | 3 | 4 | 5): boolean {
  const value = reg(s, r);
  if (value.kind === "poison") return true;
  const refused = (expected: string) =>
    refuse(
      a,
      s,
      { reg: r },
      "verify/callee-argument",
      `r${r} for ${site.name} holds ${describeValue(value)}; it takes ${expected}`,
      { expected: `${expected}, as the prototype of ${site.name} says` },
    );
  switch (arg.kind) {
    case "number":
      return value.kind === "scalar" || refused("a number");
    case "ctx":
      return (value.kind === "ctx" && value.off === 0 && isFixed(value)) || refused("the program's context");
    case "arena":
      return value.kind === "arena" || value.kind === "scalar" || refused("a pointer to the arena");
    case "dynptr":
      if (!isPointer(value) || (value.kind !== "stack" && value.kind !== "dynptr")) return refused("a dynptr");
      return checkDynptr(a, s, site, { kind: "dynptr", of: "any" }, r, value);
    case "memory":
      return passMemory(a, s, site, arg.size, arg.nullable, r, value, refused);
    case "untrusted":
      return true; // reads through it cannot do harm
    case "object":
      if (isNull(value)) return arg.nullable || refused(`a pointer to struct ${arg.type}`);
      return (
        (isPointer(value) && value.kind === "btf" && beginsWith(value, arg.type, value.off)) ||
        refused(`a pointer to struct ${arg.type}`)
      );
    default:
      return true;
  }
}

function passMemory(
  a: Analysis,
  s: State,
  site: CallSite,
  size: number,
  nullable: boolean,
  r: number,
  value: Value,
  refused: (expected: string) => false,
): boolean {
  if (isNull(value)) return true; // the kernel checks the pointers only, even for arguments that are never NULL
  if (isPointer(value) && value.nullable) {
    if (!nullable) return refused("memory that is there, not NULL");
    setReg(s, r, { ...value, nullable: false });
    const ok = passMemory(a, s, site, size, nullable, r, reg(s, r), refused);
    setReg(s, r, value);
    return ok;
  }
  const memory = { reg: r, size, zeroAllowed: true, raw: false };
  return (
    checkMemory(a, s, site, { ...memory, access: "read" }) &&
    checkMemory(a, s, site, { ...memory, access: "write" })
  );
}

/** Gives a function the arguments that its prototype promises; false, and a fault, if it promises none that can be checked. */
export function promiseArguments(a: Analysis, s: State, frame: Frame, index: number): boolean {
  const own = a.program.subprograms[index];
  const { btf } = a.env;
  if (own === undefined || btf === undefined) return false;
  const signature = globalSignature(a.env, btf, own.btfId, own.name);
  if (signature.kind === "fault") {
    a.fault(s, { code: "verify/global-function", message: signature.message });
    return false;
  }
  for (const [i, arg] of signature.args.entries()) frame.regs[i + 1] = promised(a, arg);
  return true;
}

function promised(a: Analysis, arg: GlobalArgument): Value {
  switch (arg.kind) {
    case "ctx":
      return pointer("ctx");
    case "arena":
      return pointer("arena");
    case "dynptr":
      return pointer("dynptr", { dynptr: "local", dynptrId: a.newId() });
    case "memory":
      return pointer("mem", { size: arg.size, nullable: arg.nullable, id: arg.nullable ? a.newId() : 0 });
    case "untrusted":
      if (arg.type === "") return pointer("mem", { attrs: ATTR.readOnly | ATTR.untrusted });
      return object(a, arg.type, ATTR.untrusted, false);
    case "object":
      return object(a, arg.type, ATTR.trusted, arg.nullable);
    default:
      return UNKNOWN_VALUE;
  }
}

function object(a: Analysis, struct: string, attrs: number, nullable: boolean): Value {
  const { kernel } = a.env;
  const type = kernel && findStruct(kernel, struct);
  if (kernel === undefined || type === undefined) return UNKNOWN_VALUE;
  return pointer("btf", { btf: kernel, type, attrs, nullable, id: nullable ? a.newId() : 0 });
}
