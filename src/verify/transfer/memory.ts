import type { Insn, Reg } from "../../isa/insn.ts";
import { accessMemory } from "../access/access.ts";
import { checkAlignment } from "../access/alignment.ts";
import { type Access, refuse } from "../access/report.ts";
import { signExtend64, truncate } from "../number/width.ts";
import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { setReg } from "../state/state.ts";
import {
  constant,
  isPacket,
  isPointer,
  LOST,
  POISON,
  scalar,
  UNKNOWN_VALUE,
  type Value,
} from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { mayWrite, readRegister } from "./read-register.ts";

const NOTHING = { value: undefined, reg: -1 } as const;

type Load = Extract<Insn, { kind: "load" | "loadAcquire" }>;

export function transferLoad(a: Analysis, s: State, insn: Load): void {
  const base = readRegister(a, s, insn.base);
  if (!mayWrite(a, s, insn.dst)) return;
  const atomic = insn.kind === "loadAcquire";
  const access: Access = {
    ...direct("read", insn.base, insn.off, insn.size),
    signed: !atomic && insn.signed,
  };
  if (atomic && !isAtomicPlace(a, s, base, access)) return setReg(s, insn.dst, POISON);
  const aligned = !isPointer(base) || checkAlignment(a, s, base, access, atomic);
  const value = aligned ? accessMemory(a, s, insn, base, access, NOTHING) : undefined;
  if (value === undefined) return setReg(s, insn.dst, POISON);
  setReg(s, insn.dst, loaded(value, insn));
}

function direct(how: "read" | "write", reg: Reg, off: number, size: number): Access {
  return { how, reg, off, size, byHelper: false, zeroAllowed: false };
}

function loaded(value: Value, insn: Load): Value {
  if (value.kind !== "scalar" || insn.size === 8) return value;
  if (insn.kind === "load" && insn.signed) {
    const from = (insn.size * 8) as 8 | 16 | 32;
    return scalar(signExtend64(value.num, from));
  }
  const num = truncate(value.num, insn.size);
  return num === value.num ? value : { ...value, num };
}

type Store = Extract<Insn, { kind: "store" | "storeRelease" }>;

export function transferStore(a: Analysis, s: State, insn: Store): void {
  const atomic = insn.kind === "storeRelease";
  const from = insn.kind === "storeRelease" ? insn.src : insn.src.kind === "reg" ? insn.src.reg : -1;
  const value = from >= 0 ? readRegister(a, s, from as Reg) : immediate(insn);
  const base = readRegister(a, s, insn.base);
  const access = direct("write", insn.base, insn.off, insn.size);
  if (atomic && !isAtomicPlace(a, s, base, access)) return;
  if (!atomic && from === -1 && base.kind === "ctx" && !mayStoreConstant(a, s, access)) return;
  if (isPointer(base) && !checkAlignment(a, s, base, access, atomic)) return;
  accessMemory(a, s, insn, base, access, { value, reg: from });
}

function immediate(insn: Store): Value {
  return insn.kind === "store" && insn.src.kind === "imm" ? constant(BigInt(insn.src.imm)) : UNKNOWN_VALUE;
}

/** Before Linux 6.4 constants could not be stored in the context. */
function mayStoreConstant(a: Analysis, s: State, access: Access): boolean {
  if (a.env.profile.has("iterators")) return true;
  return refuse(
    a,
    s,
    access,
    "verify/context-store",
    "a constant is stored in the context; store a register instead",
  );
}

/** Atomic operations do not work on memory that is converted or checked when it is accessed. */
function isAtomicPlace(a: Analysis, s: State, base: Value, access: Access): boolean {
  if (!isPointer(base)) return true;
  const excluded =
    base.kind === "ctx" ||
    isPacket(base) ||
    base.kind === "flowKeys" ||
    base.kind === "socket" ||
    base.kind === "sockCommon" ||
    base.kind === "tcpSocket" ||
    base.kind === "xdpSocket";
  if (!excluded) return true;
  return refuse(a, s, access, "verify/context-store", `an atomic operation on ${describe(base)}`);
}

type Atomic = Extract<Insn, { kind: "atomic" }>;

export function transferAtomic(a: Analysis, s: State, insn: Atomic): void {
  const value = readRegister(a, s, insn.src);
  const compared = insn.op === "cmpxchg" ? readRegister(a, s, 0) : undefined;
  const base = readRegister(a, s, insn.base);
  if (!a.env.privileged && [value, compared].some((v) => v && isPointer(v))) {
    const message = `an address in r${insn.src} would be stored by an atomic operation`;
    a.fault(s, { code: "verify/leak", message, subject: { kind: "reg", reg: insn.src } });
    return poisonResult(s, insn);
  }
  const read = direct("read", insn.base, insn.off, insn.size);
  if (!isAtomicPlace(a, s, base, read)) return poisonResult(s, insn);
  if (base.kind !== "poison" && !checkAlignment(a, s, base, read, true)) return poisonResult(s, insn);
  const old = accessMemory(a, s, insn, base, read, NOTHING);
  if (old === undefined) return poisonResult(s, insn);
  if (!a.env.privileged && isPointer(old)) {
    refuse(a, s, read, "verify/leak", "an address on the stack is read by an atomic operation");
    return poisonResult(s, insn);
  }
  const result = resultRegister(insn);
  if (result !== undefined && !mayWrite(a, s, result)) return;
  if (result !== undefined) setReg(s, result, fetched(old, insn));
  accessMemory(a, s, insn, base, direct("write", insn.base, insn.off, insn.size), NOTHING);
}

function resultRegister(insn: Atomic): Reg | undefined {
  if (insn.op === "cmpxchg") return 0;
  return insn.fetch || insn.op === "xchg" ? insn.src : undefined;
}

function poisonResult(s: State, insn: Atomic): void {
  const result = resultRegister(insn);
  if (result !== undefined && result !== 10) setReg(s, result, POISON);
}

function fetched(old: Value, insn: Atomic): Value {
  if (old.kind !== "scalar") return old;
  return scalar(truncate(old.num, insn.size));
}

type LoadPacket = Extract<Insn, { kind: "loadPacket" }>;

/** The old instructions that read from a packet: r6 holds the context, r0 gets the bytes, r1 to r5 are lost. */
export function transferLoadPacket(a: Analysis, s: State, insn: LoadPacket): void {
  const { programType } = a.env;
  const allowed = programType === "socketFilter" || programType === "schedCls" || programType === "schedAct";
  const fault = (message: string) => a.fault(s, { code: "verify/packet-instruction", message });
  if (!allowed) fault("programs of this type cannot use the old packet instructions");
  else {
    const context = readRegister(a, s, 6);
    if (s.held.length > 0)
      fault("an old packet instruction may end the program, while a reference or lock is held");
    else if (context.kind !== "ctx" && context.kind !== "poison") fault("r6 does not hold the context");
    else if (isPointer(context) && (context.off !== 0 || context.vary.umax !== 0n))
      fault("r6 holds a moved context");
    else if (s.rcuDepth > 0 || s.preemptDepth > 0)
      fault("an old packet instruction may end the program, within an RCU section or with preemption disabled");
    if (insn.mode === "ind") readRegister(a, s, insn.src);
  }
  for (let r = 1; r <= 5; r++) setReg(s, r, LOST);
  setReg(s, 0, UNKNOWN_VALUE);
}
