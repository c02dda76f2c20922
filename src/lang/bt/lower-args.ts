import type { Value } from "../../ir/ir.ts";
import type { UsdtOperand } from "../../plan/target.ts";
import type { CompositeField } from "./composite.ts";
import { loadPlace } from "./lower-store.ts";
import type { Lowering, Operand } from "./lowering.ts";
import { REGISTERS, SYSCALL_REGISTERS } from "./registers.ts";
import { isSigned, sizeOf, type Type, U64 } from "./types.ts";

/** A field of `args`: of a tracepoint's record, a raw tracepoint's arguments or a USDT probe's operands. */
export function loadArgument(l: Lowering, field: CompositeField, type: Type): Operand {
  const { b } = l;
  const source = field.operand;
  if (isUsdt(source)) return { kind: "int", value: usdtOperand(l, source) };
  if (hasKind(source, "register")) return { kind: "int", value: savedRegister(l, String(source.name)) };
  if (hasKind(source, "ownRegister")) return narrowed(l, l.register(String(source.name)), type);
  if (hasKind(source, "syscallArgs")) return syscallArgs(l, type);
  if (field.dataLoc) {
    const where = b.load("ctx", 4, l.context(), field.offset);
    const address = b.binary("add", b.toInt(l.context()), b.binary("and", where, b.const(0xffff)));
    if (type.kind === "string")
      return { kind: "cstring", space: "kernel", address, limit: { max: type.size }, whole: true };
    return { kind: "memory", place: { space: "kernel", address, off: 0 } };
  }
  const place = { space: "ctx", base: l.context(), off: field.offset } as const;
  if (type.kind === "struct" || type.kind === "array" || type.kind === "string")
    return {
      kind: "memory",
      place: { space: "kernel", address: b.toInt(b.offsetBy(l.context(), field.offset)), off: 0 },
    };
  if (type.kind === "pointer" && type.kernelObject)
    return { kind: "object", value: b.loadPtr("ctx", l.context(), field.offset) };
  if (l.variant.programType === "rawTracepoint" || l.variant.programType === "tracing")
    return rawArgument(l, field.offset, type);
  return loadPlace(l, place, type);
}

function hasKind(source: unknown, kind: string): source is { kind: string; name?: unknown } {
  return typeof source === "object" && source !== null && "kind" in source && source.kind === kind;
}

function isUsdt(source: unknown): source is UsdtOperand {
  return typeof source === "object" && source !== null && "source" in source;
}

/** Raw tracepoints have 8 bytes for each argument, whatever its type. */
function rawArgument(l: Lowering, offset: number, type: Type): Operand {
  return narrowed(l, l.b.load("ctx", 8, l.context(), offset), type);
}

/** Of a register's 8 bytes those that the type has. */
export function narrowed(l: Lowering, whole: Value, type: Type): Operand {
  const bytes = sizeOf(type);
  if (bytes >= 8 || bytes === 0) return { kind: "int", value: whole };
  return { kind: "int", value: l.b.extend(whole, (bytes * 8) as 8 | 16 | 32, isSigned(type)) };
}

/** A register that a raw system call tracepoint's first argument, a `struct pt_regs *`, points to. */
function savedRegister(l: Lowering, name: string): Value {
  const offset = REGISTERS[l.env.target.arch][name];
  if (offset === undefined) throw new Error(`bug: no register ${name}`);
  const regs = l.b.load("ctx", 8, l.context(), 0);
  const copy = l.temporary("register", 8);
  l.copyFrom("kernel", copy, { max: 8 }, l.b.binary("add", regs, l.b.const(offset)));
  return l.b.load("stack", 8, copy.base, copy.off);
}

/** The six arguments of a system call as an array. */
function syscallArgs(l: Lowering, type: Type): Operand {
  const copy = l.temporary("syscall", sizeOf(type));
  for (const [index, name] of SYSCALL_REGISTERS[l.env.target.arch].entries())
    l.b.store("stack", 8, copy.base, index * 8, savedRegister(l, name));
  return { kind: "memory", place: copy };
}

/** The value of a USDT argument: a constant, a register, or memory that a register leads to. */
function usdtOperand(l: Lowering, operand: UsdtOperand): Value {
  const { b } = l;
  const { source, size, signed } = operand;
  if (source.kind === "immediate") return b.const(BigInt.asUintN(64, source.value));
  if (source.kind === "register")
    return size === 8
      ? l.register(source.name)
      : b.extend(l.register(source.name), (size * 8) as 8 | 16 | 32, signed);
  let address = b.binary(
    "add",
    l.register(source.base),
    b.const(BigInt.asUintN(64, BigInt(source.displacement))),
  );
  if (source.index !== undefined)
    address = b.binary("add", address, b.binary("mul", l.register(source.index), b.const(source.scale ?? 1)));
  const loaded = loadPlace(l, { space: "user", address, off: 0 }, { kind: "int", size, signed });
  return l.toInt(loaded, U64);
}
