import type { AttachSpec } from "../abi/attach-spec.ts";
import type { Plan, ProgramPlan } from "../plan/plan.ts";
import type { Loaded } from "./backend.ts";
import type { Host } from "./resolver.ts";

type Breakpoint = Extract<AttachSpec, { kind: "breakpoint" }>;
type Watch = Readonly<{ attach: Breakpoint; cookie?: bigint }>;

/** The places in memory that a script watches: those that it names, and those that functions were called with. */
export class Watches {
  readonly #loaded: Pick<Loaded, "attach" | "detachProgram">;
  readonly #host: Host;
  readonly #warn: (text: string) => void;
  /** What to watch at places that come later, by program. */
  readonly #templates = new Map<string, Watch>();
  readonly #held = new Map<string, Watch[]>();

  constructor(
    plan: Pick<Plan, "programs">,
    loaded: Pick<Loaded, "attach" | "detachProgram">,
    host: Host,
    warn: (text: string) => void,
  ) {
    this.#loaded = loaded;
    this.#host = host;
    this.#warn = warn;
    for (const program of plan.programs) {
      const watches = watchesOf(program);
      if (program.phase === "watch" && watches[0]) this.#templates.set(program.program, watches[0]);
      else if (watches.length > 0) this.#held.set(program.program, watches);
    }
  }

  /** Watches what a function was called with. A process that was stopped for it goes on, whatever happens. */
  add(program: string, address: bigint, pid: number, stopped: boolean): void {
    try {
      const template = this.#templates.get(program);
      if (template === undefined) throw new Error(`bug: ${program} watches nothing`);
      const held = this.#held.get(program) ?? [];
      if (held.some(({ attach }) => attach.address === address)) return;
      const watch = { ...template, attach: { ...template.attach, address, pid } };
      this.#loaded.attach(program, [watch]);
      this.#held.set(program, [...held, watch]);
    } catch (error) {
      this.#warn(`0x${address.toString(16)} is not watched: ${error instanceof Error ? error.message : error}`);
    } finally {
      if (stopped) this.#host.resume?.(pid);
    }
  }

  /** Watches the address no more; what else its programs watch stays watched. */
  remove(address: bigint): void {
    let found = false;
    for (const [program, held] of this.#held) {
      const rest = held.filter(({ attach }) => attach.address !== address);
      if (rest.length === held.length) continue;
      found = true;
      this.#held.set(program, rest);
      this.#loaded.detachProgram(program);
      if (rest.length > 0) this.#loaded.attach(program, rest);
    }
    if (!found) this.#warn(`0x${address.toString(16)} was not watched`);
  }
}

function watchesOf({ points }: ProgramPlan): Watch[] {
  return points.flatMap(({ attach, cookie }) => {
    if (attach.kind !== "breakpoint") return [];
    return [cookie === undefined ? { attach } : { attach, cookie: BigInt(cookie) }];
  });
}
