import { SkepError } from "../base/errors.ts";
import type { MachineChoice, WatchedMachine } from "./watched-machine.ts";

/** A simulated machine playing a scenario. Throws SkepError when there is no such scenario. */
export function openSimulatedMachine(choice: MachineChoice): { machine: WatchedMachine; name: string } {
  throw new SkepError(`there is no scenario \`${choice.sim ?? ""}\``, {
    code: "sim/no-scenario",
    remedy: "`skep sim list` names those that there are",
  });
}
