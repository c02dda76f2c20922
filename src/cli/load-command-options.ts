import type { ProgramType } from "../abi/attach-spec.ts";
import { MACHINE_OPTIONS, machineChoice } from "./choose-machine.ts";
import { durationMs, type OptionSpec, parseOptions, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { programType } from "./run-command-options.ts";
import type { MachineChoice } from "./watched-machine.ts";

/** `NAME=TEXT` on the command line. */
export type Assignment = Readonly<{ name: string; text: string }>;

/** What `skep load` is asked to do. */
export type LoadSettings = Readonly<{
  path: string;
  /** Places of programs, which take the place of what their sections say. */
  attach: readonly Assignment[];
  /** First values of global variables. */
  set: readonly Assignment[];
  /** Types of buffers' records. */
  records: readonly Assignment[];
  /** Numbers of entries of maps. */
  entries: readonly Assignment[];
  /** The type of programs whose sections name none. */
  type?: ProgramType;
  /** Programs to load; empty: all that the object does not leave out. */
  only: readonly string[];
  durationMs?: number;
  json: boolean;
  showMaps: boolean;
  verbose: boolean;
  machine: MachineChoice;
}>;

/** Options of `skep load`. */
// biome-ignore format: one option per line
export const LOAD_OPTIONS: readonly OptionSpec[] = [
  { name: "attach", value: "PROGRAM=PLACE", many: true, help: "where a program is attached, instead of where its section says; none: loaded only" },
  { name: "set", value: "VARIABLE=VALUE", many: true, help: "give a global variable its value before the programs run" },
  { name: "program", value: "NAME", many: true, help: "load only this program" },
  { name: "record", value: "MAP=STRUCT", many: true, help: "type of a buffer's records, where its declaration does not tell" },
  { name: "entries", value: "MAP=NUMBER", many: true, help: "size of a map, in place of the declared one" },
  { name: "type", value: "TYPE", help: "type of programs whose section names none: xdp, tc, socket, kprobe …" },
  { name: "duration", short: "d", value: "TIME", help: "end after this time, such as 5s" },
  { name: "no-maps", help: "do not print the maps at the end" },
  { name: "json", help: "one JSON object per record, and one per map at the end" },
  { name: "verbose", short: "v", help: "say what is attached where, and which older ways are taken" },
  ...MACHINE_OPTIONS,
  { name: "help", short: "h", help: "print this help" },
];

/** Reads the command line of `skep load`; undefined when help is asked for. Throws UsageError. */
export function loadSettings(argv: readonly string[]): LoadSettings | undefined {
  const options = parseOptions(argv, LOAD_OPTIONS, true);
  if (options.switches.has("help")) return undefined;
  const [path, ...more] = options.rest;
  if (path === undefined) throw new UsageError("skep load needs an object file", "write skep load FILE.o");
  if (more.length > 0)
    throw new UsageError(
      `skep load takes one object file, and ${more.length + 1} are given`,
      "put them together first: skep gen object ALL.o ONE.o TWO.o",
    );
  const pairs = (name: string) => (options.values.get(name) ?? []).map((text) => assignment(text, name));
  const duration = valueOf(options, "duration");
  const type = valueOf(options, "type");
  return {
    path,
    attach: pairs("attach"),
    set: pairs("set"),
    records: pairs("record"),
    entries: pairs("entries"),
    only: options.values.get("program") ?? [],
    json: options.switches.has("json"),
    showMaps: !options.switches.has("no-maps"),
    verbose: options.switches.has("verbose"),
    machine: machineChoice(options),
    ...(type !== undefined && { type: programType(type) }),
    ...(duration !== undefined && { durationMs: durationMs(duration, "--duration") }),
  };
}

function assignment(text: string, option: string): Assignment {
  const at = text.indexOf("=");
  if (at > 0) return { name: text.slice(0, at), text: text.slice(at + 1) };
  throw new UsageError(`--${option} takes NAME=VALUE, not \`${text}\``, `write --${option} NAME=VALUE`);
}
