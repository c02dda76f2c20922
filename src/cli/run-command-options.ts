import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapSpec, MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { parseSection } from "../abi/section-names.ts";
import { didYouMean } from "../base/suggest.ts";
import { numberOf, type OptionSpec, type ParsedOptions, parseOptions, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";

export type ProgramFormat = "object" | "asm" | "hex" | "bin";

/** What `skep run` is asked to do. */
export type RunSettings = Readonly<{
  /** "-": the standard input. */
  path: string;
  format?: ProgramFormat;
  program?: string;
  /** Of programs that do not say their type themselves. */
  type?: ProgramType;
  /** As written: a file, or bytes in hex. */
  ctx?: string;
  packet?: string;
  /** Files with the types and the configuration of a kernel. */
  btf?: string;
  kconfig?: string;
  engine: "jit" | "interpreter";
  repeat: number;
  trace: boolean;
  maxSteps: number;
  showMaps: boolean;
  /** Maps for programs that only name theirs. */
  maps: readonly MapSpec[];
  json: boolean;
}>;

const DEFAULT_STEPS = 1_000_000;
const MOST_STEPS = 0x7fff_ffff; // vm/machine.ts
const MOST_RUNS = 0xffff_ffff; // as BPF_PROG_TEST_RUN

/** Options of `skep run`. */
// biome-ignore format: one option per line
export const RUN_OPTIONS: readonly OptionSpec[] = [
  { name: "program", value: "NAME", help: "which program of an object file" },
  { name: "ctx", value: "FILE|HEX", help: "the context: r1 points to a copy of these bytes" },
  { name: "packet", value: "FILE|HEX", help: "the packet; of a capture (pcap, pcapng) each packet is a run" },
  { name: "type", value: "TYPE", help: "type of a program that does not say it: xdp, tc, socket, kprobe … (with --packet: xdp)" },
  { name: "map", value: "NAME:TYPE:KEY:VALUE:ENTRIES", many: true, help: "make a map for assembly or bytes, such as counts:hash:4:8:64; bytes refer to them by number, from 0" },
  { name: "maps", help: "print what the maps hold afterwards" },
  { name: "btf", value: "FILE", help: "fit the object to the types of this kernel, such as /sys/kernel/btf/vmlinux; else to its own" },
  { name: "kconfig", value: "FILE", help: "what the object finds in the kernel's configuration" },
  { name: "trace", short: "t", help: "print each instruction, and what it changed" },
  { name: "engine", value: "ENGINE", help: "jit (WebAssembly, default) or interpreter; both compute the same" },
  { name: "repeat", value: "N", help: "run it so often and print the mean time, less what a call costs by itself" },
  { name: "max-steps", value: "N", help: `end a run after so many instructions (default ${DEFAULT_STEPS})` },
  { name: "format", value: "FORMAT", help: "object, asm, hex or bin, where the file's name does not tell" },
  { name: "json", help: "one JSON object; with --trace one more per instruction" },
  { name: "help", short: "h", help: "print this help" },
];

/** Reads the command line of `skep run`; undefined when help is asked for. Throws UsageError. */
export function runSettings(argv: readonly string[]): RunSettings | undefined {
  const options = parseOptions(argv, RUN_OPTIONS, true);
  if (options.switches.has("help")) return undefined;
  const [path, stranger] = options.rest;
  if (path === undefined)
    throw new UsageError(
      "there is no program to run",
      "give a file of eBPF: skep run prog.o, prog.asm or prog.hex",
    );
  if (stranger !== undefined)
    throw new UsageError(`one program at a time, not also \`${stranger}\``, "start skep once for each of them");
  const value = (name: string) => valueOf(options, name);
  const [repeat, trace] = [count(options, "repeat", MOST_RUNS) ?? 1, options.switches.has("trace")];
  if (trace && repeat > 1)
    throw new UsageError("--trace and --repeat cannot stand together", "trace one run, or measure many");
  const type = value("type");
  const format = value("format");
  return {
    path,
    engine: oneOf(value("engine") ?? "jit", ["jit", "interpreter"], "--engine"),
    repeat,
    trace,
    maxSteps: count(options, "max-steps", MOST_STEPS) ?? DEFAULT_STEPS,
    showMaps: options.switches.has("maps"),
    maps: (options.values.get("map") ?? []).map(mapSpec),
    json: options.switches.has("json"),
    ...(format !== undefined && { format: oneOf(format, ["object", "asm", "hex", "bin"], "--format") }),
    ...(type !== undefined && { type: programType(type) }),
    ...pick(value, ["program", "ctx", "packet", "btf", "kconfig"]),
  };
}

function pick<K extends string>(
  value: (name: string) => string | undefined,
  names: readonly K[],
): { [P in K]?: string } {
  const picked: { [P in K]?: string } = {};
  for (const name of names) {
    const given = value(name);
    if (given !== undefined) picked[name] = given;
  }
  return picked;
}

function count(options: ParsedOptions, name: string, most: number): number | undefined {
  const text = valueOf(options, name);
  if (text === undefined) return undefined;
  const number = numberOf(text, `--${name}`, 1);
  if (number <= most) return number;
  throw new UsageError(`--${name} takes at most ${most}`, `write for example --${name} 1000000`);
}

/** One of some words. Throws UsageError. */
export function oneOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  const help = didYouMean(text, allowed) ?? `write ${option} ${allowed[0]}`;
  throw new UsageError(`${option} takes ${allowed.join(", ")}, not \`${text}\``, help);
}

/** A type by our word for it, by the kernel's, or by a section's name. */
export function programType(text: string): ProgramType {
  const names = Object.keys(PROGRAM_TYPES) as ProgramType[];
  const plain = text.toLowerCase().replace(/^bpf_prog_type_/, "");
  const same = (name: string) => name.toLowerCase().replaceAll("_", "") === plain.replaceAll("_", "");
  const found = names.find(
    (name) => same(name) || same(PROGRAM_TYPES[name].kernelName.slice("BPF_PROG_TYPE_".length)),
  );
  if (found !== undefined) return found;
  const section = parseSection(text);
  if (section !== undefined) return section.rule.program;
  const help = didYouMean(text, [...names, "tc", "socket"]) ?? `types are ${names.join(", ")}`;
  throw new UsageError(`there is no program type \`${text}\``, help);
}

const MAP_FORM = "--map takes NAME:TYPE:KEY:VALUE:ENTRIES, sizes in bytes";

/** A map as `--map` writes it. Throws UsageError. */
export function mapSpec(text: string): MapSpec {
  const [name = "", type = "", ...numbers] = text.split(":");
  const [keySize, valueSize, maxEntries] = numbers.map((digits) =>
    /^\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN,
  );
  if (name === "" || numbers.length !== 3 || numbers.some((digits) => !/^\d{1,10}$/.test(digits)))
    throw new UsageError(`${MAP_FORM}, not \`${text}\``, "write for example --map counts:hash:4:8:64");
  const types = Object.keys(MAP_TYPES) as MapType[];
  const plain = type.toLowerCase().replaceAll("_", "");
  const found = types.find((known) => known.toLowerCase() === plain);
  if (found === undefined)
    throw new UsageError(
      `there is no map type \`${type}\``,
      didYouMean(type, types) ?? `types are ${types.join(", ")}`,
    );
  return {
    name,
    type: found,
    keySize: keySize ?? 0,
    valueSize: valueSize ?? 0,
    maxEntries: maxEntries ?? 0,
    flags: found === "lpmTrie" ? BPF_F_NO_PREALLOC : 0,
  };
}

const BPF_F_NO_PREALLOC = 1; // include/uapi/linux/bpf.h, v6.12; the kernel takes tries only with it
