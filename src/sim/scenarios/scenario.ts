import type { World, WorldOptions } from "../world/world.ts";
import { MachineBuilder } from "./machine-builder.ts";

/** A simulated machine and what happens on it, by name. */
export type Scenario = Readonly<{
  /** Lower case, with hyphens. */
  name: string;
  /** One line: what there is to see. */
  summary: string;
  /** Command lines that show it, without `skep --sim=NAME`. */
  tryWith: readonly string[];
  /** CPUs, host name, when the machine was started; the seed is whoever plays it to choose. */
  machine?: Omit<WorldOptions, "seed">;
  build(machine: MachineBuilder): void;
}>;

export type ScenarioOptions = Readonly<{
  summary: string;
  tryWith?: readonly string[];
}> &
  Omit<WorldOptions, "seed">;

/**
 * Declares a scenario. `build` puts files, programs and processes into the machine; what they do then is in their
 * generators.
 *
 *     export const busyCron = scenario("busy-cron", { summary: "a job that starts every second" }, (machine) => {
 *       machine.start("/usr/sbin/cron", function* (p) {
 *         for (;;) {
 *           yield* p.sleep("1 s");
 *           yield* p.run("/bin/date");
 *         }
 *       });
 *     });
 */
export function scenario(
  name: string,
  { summary, tryWith = [], ...machine }: ScenarioOptions,
  build: (machine: MachineBuilder) => void,
): Scenario {
  return { name, summary, tryWith, machine, build };
}

/** Puts a scenario's machine into a world. */
export function buildScenario(world: World, { build }: Scenario): void {
  build(new MachineBuilder(world));
}

/** Whether a value is a scenario: what a module exports can be anything. */
export function isScenario(value: unknown): value is Scenario {
  const { name, build } = (value ?? {}) as Partial<Scenario>;
  return typeof value === "object" && typeof name === "string" && typeof build === "function";
}
