import { answering } from "./answer-json.ts";
import type { ObjectName } from "./more-names.ts";

/** Runs a command with the words behind its name; gives the exit status. */
export type Command = (argv: readonly string[]) => number | Promise<number>;

/**
 * Commands of dist/skep-objects.cjs. What they import is all that a start of one of them pays for: a command that needs
 * a compiler, the verifier or a machine belongs into more-commands.ts.
 */
export const OBJECT_COMMANDS: Readonly<Record<ObjectName, Command>> = {
  btf: async (argv) => (await import("./btf-command.ts")).btfCommand(argv),
  map: async (argv) => (await import("./map-command.ts")).mapCommand(argv),
  link: async (argv) => (await import("./link-command.ts")).linkCommand(argv),
  prog: async (argv) => (await import("./prog-command.ts")).progCommand(argv),
  perf: (argv) => answering(argv, async () => (await import("./perf-command.ts")).perfCommand(argv)),
  feature: (argv) => answering(argv, async () => (await import("./feature-command.ts")).featureCommand(argv)),
};
