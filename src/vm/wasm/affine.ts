import type { AluOp, InsnBody, Operand, Reg } from "../../isa/insn.ts";

/** A sum of registers as they were at the beginning of a block, each times a small number, and of a constant. */
export type Affine = Readonly<{ terms: ReadonlyMap<Reg, number>; constant: number }>;

const MAX_FACTOR = 1 << 10;
const MAX_CONSTANT = 2 ** 31;
const MAX_TERMS = 4;

/** What registers hold, as far as it is such a sum; undefined where it is not. */
export class AffineRegisters {
  readonly #values: (Affine | undefined)[] = [];

  constructor() {
    for (let reg = 0; reg <= 10; reg++) this.#values.push({ terms: new Map([[reg as Reg, 1]]), constant: 0 });
  }

  of(reg: Reg): Affine | undefined {
    return this.#values[reg];
  }

  /** Takes in what an instruction does that neither calls nor jumps. */
  apply(insn: InsnBody): void {
    switch (insn.kind) {
      case "alu":
        this.#values[insn.dst] =
          insn.bits === 64 ? this.#compute(insn.op, this.of(insn.dst), this.#operand(insn.src)) : undefined;
        break;
      case "loadImm64": {
        const value = BigInt.asIntN(64, insn.imm);
        const isSmall = value > -MAX_CONSTANT && value < MAX_CONSTANT;
        this.#values[insn.dst] = isSmall ? { terms: new Map(), constant: Number(value) } : undefined;
        break;
      }
      case "atomic":
        if (insn.fetch) this.#values[insn.op === "cmpxchg" ? 0 : insn.src] = undefined;
        break;
      default:
        if ("dst" in insn && insn.kind !== "jump") this.#values[insn.dst] = undefined;
    }
  }

  #operand(src: Operand): Affine | undefined {
    return src.kind === "reg" ? this.of(src.reg) : { terms: new Map(), constant: src.imm };
  }

  #compute(op: AluOp, a: Affine | undefined, b: Affine | undefined): Affine | undefined {
    if (op === "mov") return b;
    if (a === undefined || b === undefined) return undefined;
    if (op === "add") return plus(a, b);
    if (op === "sub") return plus(a, times(b, -1));
    if (b.terms.size > 0) return undefined;
    if (op === "mul") return times(a, b.constant);
    return op === "lsh" && b.constant >= 0 && b.constant <= 10 ? times(a, 1 << b.constant) : undefined;
  }
}

/** The sum of two, or undefined when it is too long or its numbers are too large. */
export function plus(a: Affine | undefined, b: Affine | undefined): Affine | undefined {
  if (a === undefined || b === undefined) return undefined;
  const terms = new Map(a.terms);
  for (const [reg, factor] of b.terms) {
    const sum = (terms.get(reg) ?? 0) + factor;
    if (sum === 0) terms.delete(reg);
    else terms.set(reg, sum);
  }
  return bounded({ terms, constant: a.constant + b.constant });
}

export function times(a: Affine | undefined, factor: number): Affine | undefined {
  if (a === undefined) return undefined;
  if (factor === 0) return { terms: new Map(), constant: 0 };
  return bounded({
    terms: new Map([...a.terms].map(([reg, old]) => [reg, old * factor])),
    constant: a.constant * factor,
  });
}

function bounded(sum: Affine): Affine | undefined {
  if (Math.abs(sum.constant) >= MAX_CONSTANT || sum.terms.size > MAX_TERMS) return undefined;
  for (const factor of sum.terms.values()) if (Math.abs(factor) > MAX_FACTOR) return undefined;
  return sum;
}
