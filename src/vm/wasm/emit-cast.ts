import type { InsnBody } from "../../isa/insn.ts";
import { type Arena, BEYOND_ARENA } from "../arena.ts";
import { type CodeWriter, TYPE, W } from "./code-writer.ts";
import { LOCAL, registerLocal } from "./locals.ts";

const LOW = 0xffff_ffffn;

/** What arena.ts says about casts of pointers, written out. */
export function emitCast(
  out: CodeWriter,
  insn: InsnBody & { kind: "addrSpaceCast" },
  arena: Arena | undefined,
): void {
  if (arena === undefined) throw new Error("bug: a cast without an arena");
  if (insn.toSpace === 1) castToArena(out, registerLocal(insn.src), arena);
  else castToMemory(out, registerLocal(insn.src), arena);
  out.set(registerLocal(insn.dst));
}

function castToMemory(out: CodeWriter, src: number, { start, size, user }: Arena): void {
  out.i64(0);
  pushOffset(out, src, user);
  out.tee(LOCAL.target);
  out.i64Big(BigInt(start));
  out.byte(W.i64Add);
  out.get(LOCAL.target);
  out.i64Big(BEYOND_ARENA);
  out.byte(W.i64Add);
  out.get(LOCAL.target);
  out.i64Big(BigInt(size));
  out.byte(W.i64LtU);
  out.byte(W.select);
  pushLow(out, src);
  out.byte(W.i64Eqz);
  out.byte(W.select);
}

function castToArena(out: CodeWriter, src: number, { start, user }: Arena): void {
  const choose = (condition: () => void, then: () => void, otherwise: () => void): void => {
    condition();
    out.op(W.if, TYPE.i64);
    then();
    out.byte(W.else);
    otherwise();
    out.byte(W.end);
  };
  const pushHigh = (): void => {
    out.get(src);
    out.i64(32);
    out.byte(W.i64ShrU);
  };
  const equals = (value: bigint): void => {
    out.i64Big(value);
    out.byte(W.i64Eq);
  };
  const zero = (): void => out.i64(0);
  const plusUser = (push: () => void, less: bigint): void => {
    push();
    out.i64Big(user - less);
    out.byte(W.i64Add);
  };
  const lowOrNull = (): void => {
    zero();
    pushLow(out, src);
    out.i64Big((user >> 32n) << 32n);
    out.byte(W.i64Or);
    pushLow(out, src);
    out.byte(W.i64Eqz);
    out.byte(W.select);
  };
  const isBeyond = (): void => {
    pushHigh();
    equals(BEYOND_ARENA >> 32n);
  };
  const isNull = (): void => {
    out.get(src);
    out.byte(W.i64Eqz);
  };
  const isInMemory = (): void => {
    pushHigh();
    out.byte(W.i64Eqz);
  };
  const fromMemory = (): void => plusUser(() => out.get(src), BigInt(start));
  const fromBeyond = (): void => plusUser(() => pushLow(out, src), 0n);
  choose(isNull, zero, () => choose(isInMemory, fromMemory, () => choose(isBeyond, fromBeyond, lowOrNull)));
}

function pushLow(out: CodeWriter, src: number): void {
  out.get(src);
  out.i64Big(LOW);
  out.byte(W.i64And);
}

/** How far from the arena's beginning the low half of a pointer is, in 32 bits. */
function pushOffset(out: CodeWriter, src: number, user: bigint): void {
  pushLow(out, src);
  out.i64Big(user & LOW);
  out.byte(W.i64Sub);
  out.i64Big(LOW);
  out.byte(W.i64And);
}
