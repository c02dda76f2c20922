import type { Affine } from "./affine.ts";
import { type CodeWriter, TYPE, W } from "./code-writer.ts";
import { LOCAL, limitIndex, registerLocal, type Windows } from "./locals.ts";
import type { AccessGroup, LoopPlan } from "./loop-plan.ts";

/** What the writer of a loop needs of the function around it. */
export type LoopParts = Readonly<{
  out: CodeWriter;
  windows: Windows;
  /** Local of 64 bits for the step of group 0; those of the next groups follow. */
  firstStep: number;
  /** Instructions of the block. */
  cost: number;
  /** The block's instructions, with or without checks of memory; leaves whether it goes around again. */
  body(checked: boolean): void;
  /** Takes the steps of one time around, and ends the run when none are left. */
  charge(): void;
}>;

/** A step that fits in no stretch of memory: 2^40. */
const NO_STEP = 1n << 40n;

/** Before the loop: how far each group moves in all copies, for steps that are not constant. */
export function emitSteps({ groups, copies }: LoopPlan, { out, firstStep }: LoopParts): void {
  for (const [i, { step }] of (groups ?? []).entries()) {
    if (step.terms.size === 0) continue;
    pushAffine(out, step);
    out.tee(firstStep + i);
    out.i64(copies - 1);
    out.byte(W.i64Mul);
    out.i64Big(NO_STEP);
    out.get(firstStep + i); // it must fit into 32 bits, so that no product of it wraps
    out.i64Big(0x8000_0000n);
    out.byte(W.i64Add);
    out.i64Big(0xffff_ffffn);
    out.byte(W.i64LeU);
    out.byte(W.select);
    out.set(firstStep + i);
  }
}

/**
 * Inside the loop: several copies of the block when steps and memory are known to suffice for all of them, else one
 * that checks everything. `depth` counts the labels from here to the loop's. Falls through where the loop is left.
 */
export function emitCopies(plan: LoopPlan, parts: LoopParts, depth: number): void {
  const { out, cost } = parts;
  const { copies, groups } = plan;
  out.get(LOCAL.fuel);
  out.i32(copies * cost);
  out.byte(W.i32GeS);
  for (const [i, group] of (groups ?? []).entries()) {
    pushInWindow(plan, group, i, parts);
    out.byte(W.i32And);
  }
  out.op(W.if, TYPE.none);
  for (let copy = 1; copy < copies; copy++) {
    parts.body(groups === undefined);
    out.op(W.if, TYPE.none);
  }
  parts.body(groups === undefined);
  spend(out, copies * cost);
  out.op(W.brIf, depth + copies);
  for (let copy = copies - 1; copy > 0; copy--) {
    out.byte(W.else);
    spend(out, copy * cost);
    out.byte(W.end);
  }
  out.byte(W.else);
  parts.charge();
  parts.body(true);
  out.op(W.brIf, depth + 1);
  out.byte(W.end);
}

function spend(out: CodeWriter, steps: number): void {
  out.get(LOCAL.fuel);
  out.i32(steps);
  out.byte(W.i32Sub);
  out.set(LOCAL.fuel);
}

/**
 * Pushes whether the group's lowest and highest access, in the first and the last copy, lie in the window that is
 * remembered for their register. What lies between them does so too: all distances are below 2^40, so nothing wraps.
 */
function pushInWindow({ copies }: LoopPlan, group: AccessGroup, index: number, parts: LoopParts): void {
  const { out, windows } = parts;
  const { base, size, write, address, span, step } = group;
  const window = windows.of(base);
  const limit = window.get(limitIndex(size, write)) ?? 0;
  const isConstant = step.terms.size === 0;
  const isStill = isConstant && step.constant === 0;
  pushAffine(out, address);
  out.get(window.get(0) ?? 0);
  out.byte(W.i64Sub);
  out.tee(LOCAL.target);
  out.get(limit);
  out.byte(W.i64LtU);
  const corner = (distance: number, moves: boolean): void => {
    out.get(LOCAL.target);
    if (moves && isConstant) out.i64Big(BigInt(step.constant * (copies - 1) + distance));
    else if (moves) {
      out.get(parts.firstStep + index);
      if (distance !== 0) {
        out.i64Big(BigInt(distance));
        out.byte(W.i64Add);
      }
    } else out.i64Big(BigInt(distance));
    out.byte(W.i64Add);
    out.get(limit);
    out.byte(W.i64LtU);
    out.byte(W.i32And);
  };
  if (!isStill) corner(0, true);
  if (span === 0) return;
  corner(span, false);
  if (!isStill) corner(span, true);
}

/** Pushes the sum, computed with the registers as they are now. */
function pushAffine(out: CodeWriter, { terms, constant }: Affine): void {
  let isFirst = true;
  for (const [reg, factor] of terms) {
    out.get(registerLocal(reg));
    if (factor !== 1) {
      out.i64(factor);
      out.byte(W.i64Mul);
    }
    if (!isFirst) out.byte(W.i64Add);
    isFirst = false;
  }
  if (isFirst || constant !== 0) out.i64(constant);
  if (!isFirst && constant !== 0) out.byte(W.i64Add);
}
