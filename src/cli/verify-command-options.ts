import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { compareReleases } from "../abi/release.ts";
import { PROFILE_RELEASES } from "../verify/public.ts";
import { type OptionSpec, parseOptions, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { mapSpec, oneOf, programType } from "./run-command-options.ts";

export type VerifyFormat = "object" | "asm" | "hex" | "bin" | "bt";

/** What `skep verify` prints: for people, one JSON document, or SARIF for editors and code hosts. */
export type VerifyOutput = "text" | "json" | "sarif";

/** What `skep verify` is asked to do. */
export type VerifySettings = Readonly<{
  /** A file ("-": the standard input), or words that name a program in the kernel: `id 5`, `pinned PATH`. */
  words: readonly string[];
  format?: VerifyFormat;
  /** Programs of an object to look at; empty: all that a loader would load. */
  programs: readonly string[];
  /** Of programs that do not say their type themselves. */
  type?: ProgramType;
  /** The same as a section's name, where that says more: "cgroup/connect4", "fentry.s/bpf_fentry_test1". */
  section?: string;
  maps: readonly MapSpec[];
  /** Releases whose verdict is asked for; empty: this machine's kernel. */
  kernels: readonly string[];
  btf?: string;
  kconfig?: string;
  /** Name or file of a scenario on whose machine a script is compiled. */
  sim?: string;
  privileged: boolean;
  output: VerifyOutput;
  /** Only what is refused is shown. */
  quiet: boolean;
  states: boolean;
  /** The file is a kernel's log. */
  explain: boolean;
}>;

/** Options of `skep verify`. */
// biome-ignore format: one option per line
export const VERIFY_OPTIONS: readonly OptionSpec[] = [
  { name: "kernel", value: "RELEASE|all", many: true, help: "ask what this kernel would say, such as 5.15, or all that are known; without it: the one that runs here" },
  { name: "unprivileged", help: "as for a program that is loaded without CAP_BPF and CAP_PERFMON" },
  { name: "program", value: "NAME", many: true, help: "only this program of an object file" },
  { name: "type", value: "TYPE", help: "type of a program that does not say it: xdp, tc, socket, kprobe … (assembly and bytes: socket_filter)" },
  { name: "map", value: "NAME:TYPE:KEY:VALUE:ENTRIES", many: true, help: "a map for assembly or bytes, such as counts:hash:4:8:64; bytes refer to them by number, from 0" },
  { name: "btf", value: "FILE", help: "the types of the kernel that is asked, such as /sys/kernel/btf/vmlinux of that machine" },
  { name: "kconfig", value: "FILE", help: "its configuration, for objects that read it" },
  { name: "sim", value: "SCENARIO", optional: true, help: "compile a script for a simulated machine; so it is without root" },
  { name: "states", help: "what is known before each instruction, and which branches cost most" },
  { name: "explain", help: "the file is a log of a kernel's verifier: explain what it says" },
  { name: "json", help: "one JSON document" },
  { name: "sarif", help: "SARIF 2.1.0, for editors and code hosts" },
  { name: "quiet", short: "q", help: "print only what is refused, and why" },
  { name: "format", value: "FORMAT", help: "object, asm, hex, bin or bt; else by the file's name and content" },
  { name: "help", short: "h", help: "print this help" },
];

const FORMATS = ["object", "asm", "hex", "bin", "bt"] as const;
const OLDEST = PROFILE_RELEASES[0];

/** Reads the command line of `skep verify`; undefined when help is asked for. Throws UsageError. */
export function verifySettings(argv: readonly string[]): VerifySettings | undefined {
  const options = parseOptions(argv, VERIFY_OPTIONS, true);
  if (options.switches.has("help")) return undefined;
  if (options.rest.length === 0)
    throw new UsageError(
      "there is no program to verify",
      "give a file: skep verify prog.o, script.bt or prog.asm",
    );
  const has = (name: string) => options.switches.has(name);
  if (has("json") && has("sarif"))
    throw new UsageError("--json and --sarif cannot stand together", "choose one of them");
  if (has("states") && has("sarif"))
    throw new UsageError("--states has no SARIF", "use --json, or leave --states out");
  const value = (name: string) => valueOf(options, name);
  const [format, type, btf, kconfig, sim] = [
    value("format"),
    value("type"),
    value("btf"),
    value("kconfig"),
    value("sim"),
  ];
  return {
    words: options.rest,
    programs: options.values.get("program") ?? [],
    maps: (options.values.get("map") ?? []).map(mapSpec),
    kernels: (options.values.get("kernel") ?? []).flatMap(releases),
    privileged: !has("unprivileged"),
    output: has("json") ? "json" : has("sarif") ? "sarif" : "text",
    quiet: has("quiet"),
    states: has("states"),
    explain: has("explain"),
    ...(format !== undefined && { format: oneOf(format, FORMATS, "--format") }),
    ...(type !== undefined && { type: programType(type), section: type }),
    ...(btf !== undefined && { btf }),
    ...(kconfig !== undefined && { kconfig }),
    ...(sim !== undefined && { sim }),
  };
}

/** `5.15`, `v5.15.3`, `5.4,6.1` or `all`. */
function releases(text: string): readonly string[] {
  if (text === "all") return PROFILE_RELEASES;
  return text.split(",").map((word) => {
    const [, release] = /^v?(\d+\.\d+)(?:[.-].*)?$/.exec(word.trim()) ?? [];
    if (release === undefined)
      throw new UsageError(
        `--kernel takes a release or all, not \`${word}\``,
        `write for example --kernel 5.15; known in detail are ${PROFILE_RELEASES.join(", ")}`,
      );
    if (compareReleases(release, OLDEST) >= 0) return release;
    throw new UsageError(
      `nothing is known of Linux ${release}`,
      `ask for ${OLDEST}, the oldest that is known, or a newer one`,
    );
  });
}
