import { answering } from "./answer-json.ts";
import type { MoreName } from "./more-names.ts";
import { type Command, OBJECT_COMMANDS } from "./object-commands.ts";

/** Each is loaded when it is called. A new command: a line here and its name in more-names.ts. */
export const MORE_COMMANDS: Readonly<Record<MoreName, Command>> = {
  ...OBJECT_COMMANDS,
  run: async (argv) => (await import("./run-command.ts")).runCommand(argv),
  load: (argv) => answering(argv, async () => (await import("./load-command.ts")).loadCommand(argv)),
  struct_ops: async (argv) => (await import("./struct-ops-command.ts")).structOpsCommand(argv),
  iter: async (argv) => (await import("./iter-command.ts")).iterCommand(argv),
  gen: (argv) => answering(argv, async () => (await import("./gen-command.ts")).genCommand(argv)),
  types: (argv) => answering(argv, async () => (await import("./types-command.ts")).typesCommand(argv)),
  verify: async (argv) => (await import("./verify-command.ts")).verifyCommand(argv),
  doctor: (argv) => answering(argv, async () => (await import("./doctor-command.ts")).doctorCommand(argv)),
  build: (argv) => answering(argv, async () => (await import("./build-command.ts")).buildCommand(argv)),
  net: async (argv) => (await import("./net-command.ts")).netCommand(argv),
  xdp: async (argv) => (await import("./xdp-command.ts")).xdpCommand(argv),
  tc: async (argv) => (await import("./tc-command.ts")).tcCommand(argv),
  cgroup: async (argv) => (await import("./cgroup-command.ts")).cgroupCommand(argv),
  sim: (argv) => answering(argv, async () => (await import("./sim-command.ts")).simCommand(argv)),
};
