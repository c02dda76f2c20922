import { SkepError } from "../base/errors.ts";
import { numberOf, type OptionSpec, type ParsedOptions, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { openThisMachine, refusedPrivileges } from "./this-machine.ts";
import type { MachineChoice, WatchedMachine } from "./watched-machine.ts";

/** Options that say which machine is traced. */
// biome-ignore format: one option per line
export const MACHINE_OPTIONS: readonly OptionSpec[] = [
  { name: "sim", value: "SCENARIO", optional: true, help: "trace a simulated machine (`skep sim list`), without privileges" },
  { name: "sim-speed", value: "N|max", help: "simulated seconds per second (default 1 on a live view), or as fast as possible" },
  { name: "sim-seed", value: "N", help: "another course of the same scenario; equal seeds give equal runs" },
  { name: "no-sim", help: "without privileges, fail rather than trace a simulated machine" },
];

/** What the options say. Throws UsageError. */
export function machineChoice(options: ParsedOptions): MachineChoice {
  const sim = valueOf(options, "sim");
  const seed = valueOf(options, "sim-seed");
  const speed = valueOf(options, "sim-speed");
  const noSim = options.switches.has("no-sim");
  if (noSim && sim !== undefined)
    throw new UsageError("--sim and --no-sim cannot stand together", "leave one of them out");
  return {
    noSim,
    ...(sim !== undefined && { sim }),
    ...(seed !== undefined && { seed: numberOf(seed, "--sim-seed") }),
    ...(speed !== undefined && { speed: speedOf(speed) }),
  };
}

function speedOf(text: string): number | "max" {
  if (text === "max") return "max";
  const speed = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && speed > 0) return speed;
  throw new UsageError(
    `--sim-speed takes a number or max, not \`${text}\``,
    "write --sim-speed 10 for ten simulated seconds per second, or --sim-speed max",
  );
}

/**
 * The machine that a command is about. "trace" needs privileges, "look" does not: without them a simulated machine
 * takes this one's place, and a line on standard error says so. Throws SkepError.
 */
export async function openMachine(
  choice: MachineChoice,
  purpose: "trace" | "look" = "trace",
): Promise<WatchedMachine> {
  if (choice.sim !== undefined) return (await simulated(choice)).machine;
  const refused = whyNotThisMachine(purpose);
  if (refused === undefined) return openThisMachine(choice.without);
  if (choice.noSim) throw refused;
  const { machine, name } = await simulated(choice);
  process.stderr.write(
    `note: ${refused.message}; this is the simulated machine \`${name}\`, not yours (--no-sim refuses instead)\n`,
  );
  return machine;
}

function whyNotThisMachine(purpose: "trace" | "look"): SkepError | undefined {
  if (process.platform === "linux") return purpose === "trace" ? refusedPrivileges() : undefined;
  return new SkepError(`there is no Linux kernel on ${process.platform}`, {
    code: "system/no-linux",
    remedy: "trace a simulated machine with --sim, or run skep on Linux",
  });
}

// Loaded when it is needed: a trace of this machine does not pay for it.
async function simulated(choice: MachineChoice): Promise<{ machine: WatchedMachine; name: string }> {
  if (!globalThis.SKEP_CORE) return (await import("./simulated-machine.ts")).openSimulatedMachine(choice);
  throw new Error("bug: this bundle has no simulated machine"); // main.ts has the other one started
}
