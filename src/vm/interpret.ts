import { evalAlu } from "../isa/eval.ts";
import type { InsnBody } from "../isa/insn.ts";
import {
  type Activation,
  epochOf,
  makeActivation,
  popFrame,
  pushFrame,
  startTailCall,
  unwind,
} from "./activation.ts";
import { Thrown } from "./exception.ts";
import { STRIDE } from "./lower.ts";
import { CONTROL } from "./memory.ts";
import type { Program } from "./program.ts";
import { runRare } from "./rare.ts";
import type { Engine, Entry, RunState } from "./run-state.ts";

/**
 * The reference engine: what each instruction does, one case each. Registers are pairs of 32-bit halves, low first,
 * because a loop on bigint is four times slower; whatever is rare is computed by isa/eval.ts (rare.ts).
 */
export class Interpreter implements Engine {
  readonly #state: () => RunState;

  constructor(state: () => RunState) {
    this.#state = state;
  }

  entry(program: Program): Entry {
    return (ctx, frame) => {
      const { space } = this.#state();
      space.u8.fill(0, frame - program.stackBytes, frame);
      const result = this.run(program, 0, [BigInt(ctx)], frame);
      space.u64[CONTROL.result >> 3] = result;
    };
  }

  run(program: Program, insnIndex: number, args: readonly bigint[], frame: number): bigint {
    const activation = makeActivation(this.#state(), program, insnIndex, args, frame);
    if (insnIndex !== 0) activation.base = -1;
    while (!execute(activation, false));
    return activation.wide[0] as bigint;
  }
}

/**
 * Runs to the end or to an exception, or one instruction when `single`. Whether the end was reached. Callbacks of helpers
 * leave exceptions to the program that called the helper.
 */
export function execute(act: Activation, single: boolean): boolean {
  try {
    return go(act, single);
  } catch (error) {
    if (act.base === -1 || !(error instanceof Thrown)) throw error;
    return unwind(act, error);
  }
}

function go(act: Activation, single: boolean): boolean {
  const { state } = act;
  const { space } = state;
  let { view } = space;
  let { regs, wide } = act;
  let { code } = act.lowered;
  let pc = act.pc;
  let fuel = space.i32[CONTROL.fuel >> 2] as number;
  for (;;) {
    const at = pc * STRIDE;
    const cost = code[at + 5] as number;
    if (cost !== 0) {
      fuel -= cost;
      if (fuel < 0) throw state.outOfSteps(act.program, pc);
    }
    const d = code[at + 1] as number;
    const s = code[at + 2] as number;
    switch (code[at]) {
      // ---- 64-bit arithmetic
      case 0: {
        // add
        const addend = regs[s] as number;
        const low = ((regs[d] as number) + addend) | 0;
        const carry = low >>> 0 < addend >>> 0 ? 1 : 0;
        regs[d + 1] = (regs[d + 1] as number) + (regs[s + 1] as number) + carry;
        regs[d] = low;
        break;
      }
      case 1: {
        // sub
        const [from, by] = [regs[d] as number, regs[s] as number];
        const borrow = from >>> 0 < by >>> 0 ? 1 : 0;
        regs[d + 1] = (regs[d + 1] as number) - (regs[s + 1] as number) - borrow;
        regs[d] = from - by;
        break;
      }
      case 2: // mul
        multiply(regs, d, s);
        break;
      case 3: // div
      case 4: {
        // mod
        const a = (regs[d] as number) >>> 0;
        const b = (regs[s] as number) >>> 0;
        const isDiv = code[at] === 3;
        if (regs[d + 1] === 0 && regs[s + 1] === 0 && b !== 0) regs[d] = isDiv ? a / b : a % b;
        else wide[d >> 1] = evalAlu(isDiv ? "div" : "mod", 64, wide[d >> 1] as bigint, wide[s >> 1] as bigint);
        break;
      }
      case 5: // or
        regs[d] = (regs[d] as number) | (regs[s] as number);
        regs[d + 1] = (regs[d + 1] as number) | (regs[s + 1] as number);
        break;
      case 6: // and
        regs[d] = (regs[d] as number) & (regs[s] as number);
        regs[d + 1] = (regs[d + 1] as number) & (regs[s + 1] as number);
        break;
      case 7: // xor
        regs[d] = (regs[d] as number) ^ (regs[s] as number);
        regs[d + 1] = (regs[d + 1] as number) ^ (regs[s + 1] as number);
        break;
      case 8: {
        // lsh
        const n = (regs[s] as number) & 63;
        const low = regs[d] as number;
        if (n >= 32) {
          regs[d + 1] = low << n;
          regs[d] = 0;
        } else if (n > 0) {
          regs[d + 1] = ((regs[d + 1] as number) << n) | (low >>> (32 - n));
          regs[d] = low << n;
        }
        break;
      }
      case 9: {
        // rsh
        const n = (regs[s] as number) & 63;
        const high = regs[d + 1] as number;
        if (n >= 32) {
          regs[d] = high >>> n;
          regs[d + 1] = 0;
        } else if (n > 0) {
          regs[d] = ((regs[d] as number) >>> n) | (high << (32 - n));
          regs[d + 1] = high >>> n;
        }
        break;
      }
      case 10: {
        // arsh
        const n = (regs[s] as number) & 63;
        const high = regs[d + 1] as number;
        if (n >= 32) {
          regs[d] = high >> n;
          regs[d + 1] = high >> 31;
        } else if (n > 0) {
          regs[d] = ((regs[d] as number) >>> n) | (high << (32 - n));
          regs[d + 1] = high >> n;
        }
        break;
      }
      case 11: // mov
        regs[d] = regs[s] as number;
        regs[d + 1] = regs[s + 1] as number;
        break;
      // ---- 32-bit arithmetic: the upper half becomes 0
      case 12: // add
        regs[d] = (regs[d] as number) + (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 13: // sub
        regs[d] = (regs[d] as number) - (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 14: // mul
        regs[d] = Math.imul(regs[d] as number, regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 15: {
        // div
        const b = (regs[s] as number) >>> 0;
        regs[d] = b === 0 ? 0 : ((regs[d] as number) >>> 0) / b;
        regs[d + 1] = 0;
        break;
      }
      case 16: {
        // mod
        const b = (regs[s] as number) >>> 0;
        if (b !== 0) regs[d] = ((regs[d] as number) >>> 0) % b;
        regs[d + 1] = 0;
        break;
      }
      case 17: // or
        regs[d] = (regs[d] as number) | (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 18: // and
        regs[d] = (regs[d] as number) & (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 19: // xor
        regs[d] = (regs[d] as number) ^ (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 20: // lsh
        regs[d] = (regs[d] as number) << (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 21: // rsh
        regs[d] = (regs[d] as number) >>> (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 22: // arsh
        regs[d] = (regs[d] as number) >> (regs[s] as number);
        regs[d + 1] = 0;
        break;
      case 23: // mov
        regs[d] = regs[s] as number;
        regs[d + 1] = 0;
        break;
      // ---- loads
      case 24: // 1 byte
        regs[d] = view.getUint8(locate(act, s, code[at + 3] as number, 1, pc));
        regs[d + 1] = 0;
        break;
      case 25: // 2 bytes
        regs[d] = view.getUint16(locate(act, s, code[at + 3] as number, 2, pc), true);
        regs[d + 1] = 0;
        break;
      case 26: // 4 bytes
        regs[d] = view.getInt32(locate(act, s, code[at + 3] as number, 4, pc), true);
        regs[d + 1] = 0;
        break;
      case 27: {
        // 8 bytes
        const address = locate(act, s, code[at + 3] as number, 8, pc);
        regs[d] = view.getInt32(address, true);
        regs[d + 1] = view.getInt32(address + 4, true);
        break;
      }
      // ---- stores
      case 28: // 1 byte
        view.setUint8(locateWrite(act, d, code[at + 3] as number, 1, pc), regs[s] as number);
        break;
      case 29: // 2 bytes
        view.setUint16(locateWrite(act, d, code[at + 3] as number, 2, pc), regs[s] as number, true);
        break;
      case 30: // 4 bytes
        view.setInt32(locateWrite(act, d, code[at + 3] as number, 4, pc), regs[s] as number, true);
        break;
      case 31: {
        // 8 bytes
        const address = locateWrite(act, d, code[at + 3] as number, 8, pc);
        view.setInt32(address, regs[s] as number, true);
        view.setInt32(address + 4, regs[s + 1] as number, true);
        break;
      }
      // ---- jumps on 64 bits
      case 32: // eq
        if (regs[d] === regs[s] && regs[d + 1] === regs[s + 1]) pc = (code[at + 4] as number) - 1;
        break;
      case 33: // ne
        if (regs[d] !== regs[s] || regs[d + 1] !== regs[s + 1]) pc = (code[at + 4] as number) - 1;
        break;
      case 34: // gt
        if (isBelow(regs, s, d)) pc = (code[at + 4] as number) - 1;
        break;
      case 35: // ge
        if (!isBelow(regs, d, s)) pc = (code[at + 4] as number) - 1;
        break;
      case 36: // lt
        if (isBelow(regs, d, s)) pc = (code[at + 4] as number) - 1;
        break;
      case 37: // le
        if (!isBelow(regs, s, d)) pc = (code[at + 4] as number) - 1;
        break;
      case 38: // sgt
        if (isLess(regs, s, d)) pc = (code[at + 4] as number) - 1;
        break;
      case 39: // sge
        if (!isLess(regs, d, s)) pc = (code[at + 4] as number) - 1;
        break;
      case 40: // slt
        if (isLess(regs, d, s)) pc = (code[at + 4] as number) - 1;
        break;
      case 41: // sle
        if (!isLess(regs, s, d)) pc = (code[at + 4] as number) - 1;
        break;
      case 42: // set
        if (((regs[d] as number) & (regs[s] as number)) !== 0) pc = (code[at + 4] as number) - 1;
        else if (((regs[d + 1] as number) & (regs[s + 1] as number)) !== 0) pc = (code[at + 4] as number) - 1;
        break;
      // ---- jumps on 32 bits
      case 43: // eq
        if (regs[d] === regs[s]) pc = (code[at + 4] as number) - 1;
        break;
      case 44: // ne
        if (regs[d] !== regs[s]) pc = (code[at + 4] as number) - 1;
        break;
      case 45: // gt
        if ((regs[d] as number) >>> 0 > (regs[s] as number) >>> 0) pc = (code[at + 4] as number) - 1;
        break;
      case 46: // ge
        if ((regs[d] as number) >>> 0 >= (regs[s] as number) >>> 0) pc = (code[at + 4] as number) - 1;
        break;
      case 47: // lt
        if ((regs[d] as number) >>> 0 < (regs[s] as number) >>> 0) pc = (code[at + 4] as number) - 1;
        break;
      case 48: // le
        if ((regs[d] as number) >>> 0 <= (regs[s] as number) >>> 0) pc = (code[at + 4] as number) - 1;
        break;
      case 49: // sgt
        if ((regs[d] as number) > (regs[s] as number)) pc = (code[at + 4] as number) - 1;
        break;
      case 50: // sge
        if ((regs[d] as number) >= (regs[s] as number)) pc = (code[at + 4] as number) - 1;
        break;
      case 51: // slt
        if ((regs[d] as number) < (regs[s] as number)) pc = (code[at + 4] as number) - 1;
        break;
      case 52: // sle
        if ((regs[d] as number) <= (regs[s] as number)) pc = (code[at + 4] as number) - 1;
        break;
      case 53: // set
        if (((regs[d] as number) & (regs[s] as number)) !== 0) pc = (code[at + 4] as number) - 1;
        break;
      // ---- control
      case 54: // ja
        pc = (code[at + 4] as number) - 1;
        break;
      case 55: {
        // call of a helper
        space.i32[CONTROL.fuel >> 2] = fuel;
        act.pc = pc;
        callHelper(act, code[at + 3] as number);
        fuel = space.i32[CONTROL.fuel >> 2] as number;
        pc = act.pc;
        view = space.view;
        ({ regs, wide } = act);
        code = act.lowered.code;
        break;
      }
      case 56: // call of a function of the program
        pushFrame(act, pc);
        pc = (code[at + 4] as number) - 1;
        break;
      default: {
        // exit, and what is rare
        act.pc = pc;
        const leaves = code[at] === 57 || runRare(act, act.program.insns[pc] as InsnBody);
        pc = act.pc;
        if (!leaves) break;
        if (act.depth === 0) {
          space.i32[CONTROL.fuel >> 2] = fuel;
          return true;
        }
        popFrame(act);
        pc = act.pc;
        ({ regs, wide } = act);
        code = act.lowered.code;
        break;
      }
    }
    pc++;
    if (single) {
      act.pc = pc;
      space.i32[CONTROL.fuel >> 2] = fuel;
      return false;
    }
  }
}

/**
 * Address that an access through the register at word `base` goes to, once it is known to be readable. 32 bits suffice
 * to tell: what wraps around comes out in the first or the last page, where no region is.
 */
function locate(act: Activation, base: number, off: number, size: number, pc: number): number {
  const address = ((act.regs[base] as number) + off) | 0;
  if (base === 20) return address; // r10: checked when the program was lowered
  const inside = (address - (act.starts[base] as number)) | 0;
  if (inside >= 0 && inside <= (act.sizes[base] as number) - size && act.regs[base + 1] === 0)
    return address >>> 0;
  return act.resolve(base, off, size, false, pc);
}

function locateWrite(act: Activation, base: number, off: number, size: number, pc: number): number {
  const address = ((act.regs[base] as number) + off) | 0;
  if (base === 20) return address;
  const inside = (address - (act.starts[base] as number)) | 0;
  if (inside >= 0 && inside <= (act.writeSizes[base] as number) - size && act.regs[base + 1] === 0)
    return address >>> 0;
  return act.resolve(base, off, size, true, pc);
}

/** a < b, unsigned. */
function isBelow(regs: Int32Array, a: number, b: number): boolean {
  const x = (regs[a + 1] as number) >>> 0;
  const y = (regs[b + 1] as number) >>> 0;
  return x < y || (x === y && (regs[a] as number) >>> 0 < (regs[b] as number) >>> 0);
}

/** a < b, signed. */
function isLess(regs: Int32Array, a: number, b: number): boolean {
  const x = regs[a + 1] as number;
  const y = regs[b + 1] as number;
  return x < y || (x === y && (regs[a] as number) >>> 0 < (regs[b] as number) >>> 0);
}

/**
 * 64-bit product, low half. The upper half of the product of two unsigned 32-bit digits is what a floating-point
 * product says, to the nearest whole number, once the lower half, which is known exactly, is taken off.
 */
function multiply(regs: Int32Array, d: number, s: number): void {
  const a = regs[d] as number;
  const b = regs[s] as number;
  const low = Math.imul(a, b);
  const upper = (((a >>> 0) * (b >>> 0) - (low >>> 0)) * 2 ** -32 + 0.5) | 0;
  regs[d + 1] = upper + Math.imul(a, regs[s + 1] as number) + Math.imul(regs[d + 1] as number, b);
  regs[d] = low;
}

function callHelper(act: Activation, id: number): void {
  const { state, wide, program } = act;
  const { space } = state;
  const epoch = epochOf(space);
  space.u64.set(wide.subarray(1, 6), CONTROL.args >> 3);
  if (state.isTailCall(id)) {
    const next = state.tailCallTarget(program, act.pc);
    if (next !== undefined) startTailCall(act, next);
    else wide[0] = BigInt.asUintN(64, -2n); // ENOENT; what the kernel leaves there is not specified
    return;
  }
  state.callHelper(program, act.pc, id);
  wide[0] = space.u64[CONTROL.result >> 3] as bigint;
  if (epoch !== epochOf(space)) act.forget();
}
