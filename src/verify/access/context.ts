import { findStruct } from "../../btf/lookup.ts";
import type { BtfId } from "../../btf/types.ts";
import { CONTEXTS } from "../context/contexts.ts";
import type { ContextField, ContextLayout } from "../context/layout.ts";
import type { Environment } from "../environment.ts";
import type { State } from "../state/state.ts";
import { ATTR, isFixed, POISON, type Pointer, pointer, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { readArgument } from "./context-argument.ts";
import { type Access, refuse } from "./report.ts";

/** What an access to the context gives (a number for writes); undefined, and a fault, if it is not allowed. */
export function accessContext(a: Analysis, s: State, p: Pointer, access: Access): Value | undefined {
  if (!isUnmoved(a, s, p, access)) return undefined;
  const layout = CONTEXTS[a.env.programType];
  if (layout === undefined) return readArgument(a, s, access);
  a.observeContext?.(s.insn);
  const found = fieldFor(a.env, layout, access);
  if (found !== undefined && !(access.signed && isPacketAddress(found))) return given(a, s, found);
  refuse(a, s, access, "verify/context-access", describeFault(a.env, layout, access), {
    fields: hintFields(layout, access.off),
  });
  return undefined;
}

/** Old contexts hold addresses of the packet in 4 bytes, whose sign cannot be extended. */
function isPacketAddress({ gives }: ContextField): boolean {
  return gives?.kind === "packet" || gives?.kind === "packetMeta" || gives?.kind === "packetEnd";
}

/** The context is used as it was given: its fields are at offsets of the instructions. */
export function isUnmoved(a: Analysis, s: State, p: Pointer, access: Pick<Access, "reg">): boolean {
  if (p.off === 0 && isFixed(p) && p.vary.value === 0n) return true;
  const message = `r${access.reg} is used after it was moved ${isFixed(p) ? `by ${p.off} bytes` : "by a number that is not constant"}`;
  return refuse(a, s, access, "verify/modified-pointer", message);
}

/** The field that allows the access. */
export function fieldFor(env: Environment, layout: ContextLayout, access: Access): ContextField | undefined {
  const { off, size, how } = access;
  if (off >= layout.size || off % size !== 0) return undefined;
  return layout.fields.find((f) => {
    if (off < f.offset || off >= f.offset + f.size) return false;
    if (f.only && (env.attachType === undefined || !f.only.includes(env.attachType))) return false;
    if (f.capBpf && !env.capBpf && (f.capBpf === true || how === "write")) return false;
    return how === "read" ? mayRead(f, off, size) : mayWriteField(env, f, off, size);
  });
}

function mayRead(f: ContextField, off: number, size: number): boolean {
  const inside = off + size <= f.offset + f.size;
  if (f.pairs && size === f.unit * 2 && isPair(f, off)) return true;
  switch (f.reads) {
    case "any":
      return inside;
    case "parts":
      return size <= f.unit && size >= (f.least ?? 1);
    case "start":
      return size <= f.unit && (off - f.offset) % f.unit === 0;
    case "whole":
      return size === f.unit;
    default:
      return false;
  }
}

function mayWriteField(env: Environment, f: ContextField, off: number, size: number): boolean {
  if (f.writes === undefined) return false;
  if (f.writeOnly && (env.attachType === undefined || !f.writeOnly.includes(env.attachType))) return false;
  if (f.writes === "any") return off + size <= f.offset + f.size;
  return size === f.unit || (f.pairs === true && size === f.unit * 2 && isPair(f, off));
}

function isPair(f: ContextField, off: number): boolean {
  return off % 8 === 0 && off + 8 <= f.offset + f.size;
}

function given(a: Analysis, s: State, f: ContextField): Value {
  const { gives } = f;
  if (gives === undefined) return UNKNOWN_VALUE;
  if (gives.struct !== undefined) return kernelObject(a, s, gives.struct);
  const id = gives.fields?.nullable ? a.newId() : 0;
  return pointer(gives.kind, { ...gives.fields, id });
}

/** A trusted pointer to a struct of the kernel. */
export function kernelObject(a: Analysis, s: State, name: string): Value {
  const { kernel } = a.env;
  const type: BtfId | undefined = kernel && findStruct(kernel, name);
  if (kernel !== undefined && type !== undefined)
    return pointer("btf", { btf: kernel, type, attrs: ATTR.trusted });
  const message = `the context gives a struct ${name}, whose type is needed from the kernel's BTF`;
  a.fault(s, { code: "verify/no-kernel-types", message });
  return POISON;
}

function describeFault(env: Environment, layout: ContextLayout, access: Access): string {
  const { off, size, how } = access;
  const at = layout.fields.find((f) => off >= f.offset && off < f.offset + f.size);
  const verb = how === "read" ? "read" : "written";
  if (at === undefined)
    return `${layout.type} has no field at offset ${off} that programs of this type may use`;
  if (at.only && !(env.attachType && at.only.includes(env.attachType)))
    return `${at.name} of ${layout.type} is not there for programs attached like this one`;
  if (off % size !== 0 || off + size > at.offset + at.size)
    return `${size} bytes at offset ${off} of ${layout.type} are not one field, or a part of one`;
  if (access.signed && isPacketAddress(at))
    return `${at.name} of ${layout.type} is an address, and the load extends its sign`;
  if (how === "write" && at.writes === undefined) return `${at.name} of ${layout.type} cannot be written`;
  return `${at.name} of ${layout.type} cannot be ${verb} as ${size} bytes; it has ${at.unit}`;
}

function hintFields(layout: ContextLayout, off: number): string {
  const near = [...layout.fields]
    .sort((a, b) => Math.abs(a.offset - off) - Math.abs(b.offset - off))
    .slice(0, 3);
  return near.map((f) => `${f.name} (${f.unit} bytes at ${f.offset})`).join(", ");
}
