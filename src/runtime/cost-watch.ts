import type { ObjectSpec } from "../object/object.ts";
import type { AttachPlan, Plan } from "../plan/plan.ts";
import type { Loaded } from "./backend.ts";
import { type CostDecision, OverheadGuard, percentText } from "./overhead.ts";

export type CostLimit = Readonly<{
  /** Share of the machine's processor time: 0.01 is 1 % of all CPUs together. */
  share: number;
  cpus: number;
}>;

const NS_PER_RUN = 100; // what the kernel takes to run any program, and to measure it
const NS_PER_INSN = 1.5; // with the helpers that programs of this language call

/** Watches what a script's programs cost, and makes them cost less when they pass the limit. */
export class CostWatch {
  readonly #plan: Plan;
  readonly #loaded: Loaded;
  readonly #limit: CostLimit;
  readonly #guard: OverheadGuard;
  readonly #tell: (text: string) => void;
  /** Programs that are not to run any more. */
  readonly gone = new Set<string>();

  constructor(plan: Plan, loaded: Loaded, limit: CostLimit, tell: (text: string) => void) {
    this.#plan = plan;
    this.#loaded = loaded;
    this.#limit = limit;
    this.#guard = new OverheadGuard(limit.share, limit.cpus);
    this.#tell = tell;
  }

  /** Before anything is attached: probes whose rate is known are thinned out if they would cost too much. */
  predict(object: Pick<ObjectSpec, "programs">): void {
    const shares = this.#plan.programs.map(({ program, points }) => {
      const insns = object.programs.find(({ name }) => name === program)?.insns.length ?? 0;
      const perSecond = points.reduce((sum, point) => sum + knownRate(point, this.#limit.cpus), 0);
      return { program, share: (perSecond * (NS_PER_RUN + insns * NS_PER_INSN)) / (1e9 * this.#limit.cpus) };
    });
    this.#carryOut(this.#guard.foresee(shares), "is expected to take");
  }

  /** Looks at what was spent since the last time; to be called a few times a second. */
  look(atNs: bigint): void {
    this.#carryOut(this.#guard.look(atNs, this.#loaded.stats()), "takes");
  }

  #carryOut(decisions: readonly CostDecision[], verb: string): void {
    for (const decision of decisions) {
      const probe = this.#plan.programs.find(({ program }) => program === decision.program);
      const name = probe?.points[0]?.probe ?? decision.program;
      const more = (probe?.points.length ?? 1) > 1 ? ` and ${(probe?.points.length ?? 1) - 1} more` : "";
      const cost = `${name}${more} ${verb} ${percentText(decision.share)} of the machine's processor time, and ${percentText(this.#limit.share)} is allowed`;
      if (decision.kind === "thin" && this.#thin(decision.program, decision.keepOne))
        this.#tell(`${cost}: it sees one of ${decision.keepOne} events from now on, and counts as few`);
      else {
        this.gone.add(decision.program);
        this.#loaded.detachProgram(decision.program);
        this.#tell(`${cost}: it is detached`);
      }
    }
  }

  /** Whether the program can look away from most events. */
  #thin(program: string, keepOne: number): boolean {
    const { thin } = this.#plan.rings;
    const index = this.#plan.programs.find((p) => p.program === program)?.thin;
    if (thin === undefined || index === undefined) return false;
    const map = this.#loaded.map(thin);
    const key = new Uint8Array(4);
    const value = map.lookup(key) ?? new Uint8Array(map.spec.valueSize);
    new DataView(value.buffer, value.byteOffset).setUint32(index, Math.floor(0xffff_ffff / keepOne), true);
    map.update(key, value);
    return true;
  }
}

/** Runs a second, where the probe says it: timers. */
function knownRate({ attach }: AttachPlan, cpus: number): number {
  switch (attach.kind) {
    case "profile":
      return ("freqHz" in attach ? attach.freqHz : 1e9 / attach.periodNs) * cpus;
    case "interval":
      return 1e9 / attach.periodNs;
    case "software":
      return attach.event === "cpu-clock" ? (1e9 / attach.period) * cpus : 0;
    default:
      return 0;
  }
}
