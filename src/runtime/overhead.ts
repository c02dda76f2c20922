/** What a program has cost so far. */
export type ProgramCost = Readonly<{ program: string; runs: bigint; ns: bigint }>;

/** What is to be done about a program that costs too much: look at one of `keepOne` events, or at none. */
export type CostDecision = Readonly<
  | { kind: "thin"; program: string; keepOne: number; share: number }
  | { kind: "detach"; program: string; share: number }
>;

const SHORTEST_NS = 50_000_000; // a window in which costs mean something
const AIM = 0.7; // of the budget: what is left after a decision
const MOST_THINNED = 1000; // one of so many events is as good as none

/**
 * Keeps programs within a share of the machine's processor time (0.01 is 1 % of all CPUs together). A program that goes
 * beyond is thinned out; one that still costs too much when it is, is detached.
 */
export class OverheadGuard {
  readonly #limit: number;
  readonly #cpus: number;
  readonly #keepOne = new Map<string, number>();
  readonly #gone = new Set<string>();
  #before: { atNs: bigint; ns: ReadonlyMap<string, bigint> } | undefined;

  constructor(limit: number, cpus: number) {
    this.#limit = limit;
    this.#cpus = Math.max(1, cpus);
  }

  /** Decides by what was spent since the last look. The caller carries it out. */
  look(atNs: bigint, costs: readonly ProgramCost[]): readonly CostDecision[] {
    const before = this.#before;
    const wallNs = before === undefined ? 0 : Number(atNs - before.atNs);
    if (before !== undefined && wallNs < SHORTEST_NS) return [];
    this.#before = { atNs, ns: new Map(costs.map(({ program, ns }) => [program, ns])) };
    if (before === undefined) return [];
    const shares = costs.map(({ program, ns }) => {
      const spent = Number(ns - (before.ns.get(program) ?? 0n));
      return { program, share: Math.max(0, spent) / (wallNs * this.#cpus) };
    });
    return this.#decide(shares);
  }

  /** Decides before anything ran, by what programs are expected to take. */
  foresee(shares: readonly Readonly<{ program: string; share: number }>[]): readonly CostDecision[] {
    return this.#decide(shares);
  }

  /** The costliest first, until the rest is expected to fit. */
  #decide(shares: readonly Readonly<{ program: string; share: number }>[]): CostDecision[] {
    let total = shares.reduce((sum, { share }) => sum + share, 0);
    const decisions: CostDecision[] = [];
    for (const { program, share } of shares.toSorted((a, b) => b.share - a.share)) {
      if (total <= this.#limit) break;
      if (this.#gone.has(program) || share === 0) continue;
      const others = total - share;
      const room = Math.max(this.#limit * AIM - others, (this.#limit * AIM) / shares.length);
      const decision = this.#reduce(program, share, room);
      decisions.push(decision);
      total = others + (decision.kind === "thin" ? room : 0);
    }
    return decisions;
  }

  #reduce(program: string, share: number, room: number): CostDecision {
    const known = this.#keepOne.get(program);
    const keepOne = Math.ceil(share / room) * (known ?? 1);
    // Looking away costs something, too: what did not help once will not help twice.
    if (known !== undefined || keepOne > MOST_THINNED) {
      this.#gone.add(program);
      return { kind: "detach", program, share };
    }
    this.#keepOne.set(program, Math.max(2, keepOne));
    return { kind: "thin", program, keepOne: Math.max(2, keepOne), share };
  }
}

/** A share of processor time as people read it. */
export function percentText(share: number): string {
  const percent = share * 100;
  return `${percent >= 10 ? percent.toFixed(0) : percent >= 0.1 ? percent.toFixed(1) : percent.toPrecision(1)} %`;
}
