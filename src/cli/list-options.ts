import { MACHINE_OPTIONS } from "./choose-machine.ts";
import type { OptionSpec } from "./options.ts";

/** Options of `skep list`. */
// biome-ignore format: one option per line
export const LIST_OPTIONS: readonly OptionSpec[] = [
  { name: "verbose", short: "v", help: "show the arguments of each probe, with their C types" },
  { name: "pid", short: "p", value: "PID", help: "look for user probes in what this process has mapped" },
  ...MACHINE_OPTIONS.filter(({ name }) => name === "sim"),
  { name: "json", help: "one JSON object per line" },
  { name: "help", short: "h", help: "print this help" },
];
