import { writeFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { floorTarget } from "../build-target.ts";
import { toElf } from "../object/to-elf.ts";
import { compile } from "../pipeline.ts";
import { packScript } from "../shipped.ts";
import { tellAsJson } from "./answer-json.ts";
import { MACHINE_OPTIONS, machineChoice, openMachine } from "./choose-machine.ts";
import { EXIT } from "./exit-status.ts";
import { headerFiles, scriptFolders } from "./header-folders.ts";
import { helpTable, optionRows } from "./help-layout.ts";
import { importsOf } from "./imports.ts";
import { plainCall } from "./invocation.ts";
import { kernelBuild } from "./kernel-build.ts";
import { lateOptimizer } from "./late-optimizer.ts";
import { printJson } from "./object-command-select.ts";
import { type OptionSpec, type ParsedOptions, parseOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { printDiagnostics, UsageError } from "./report-error.ts";
import { namedOptions, programOf } from "./script-source.ts";
import { WrongSource } from "./wrong-source.ts";

// biome-ignore format: one option per line
const OPTIONS: readonly OptionSpec[] = [
  { name: "expression", short: "e", value: "PROGRAM", help: "build this program" },
  { name: "output", short: "o", value: "FILE", help: "the file to write (default: the script's name with .skep)" },
  { name: "emit-elf", value: "FILE", help: "write the object alone, as libbpf and bpftool load it" },
  { name: "kernel", value: "VERSION", help: "the oldest kernel that it is to run on (default 5.15)" },
  { name: "include-dir", short: "I", value: "DIR", help: "look for #include files in DIR", many: true },
  ...MACHINE_OPTIONS.filter(({ name }) => name === "sim"),
  { name: "json", short: "j", help: "say what was written, or what is wrong, as one JSON document" },
  { name: "help", short: "h", help: "print this help" },
];

const DEFAULT_KERNEL = "5.15";

/** `skep build SCRIPT [-o FILE.skep]`: a script as one file that needs no compiler. Gives the exit status. */
export async function buildCommand(argv: readonly string[]): Promise<number> {
  const split = argv.indexOf("--");
  const own = split === -1 ? argv : argv.slice(0, split);
  const options = parseOptions(own, OPTIONS, true);
  const out = new FdSink(1);
  if (options.switches.has("help")) {
    out.write(buildHelp(plainCall()));
    return EXIT.ok;
  }
  const { source, args: before } = programOf(options);
  const args = [...before, ...(split === -1 ? [] : argv.slice(split + 1))];
  using machine = await openMachine(machineChoice(options), "look");
  const target = floorTarget(machine.backend.target, versionOf(valueOf(options, "kernel") ?? DEFAULT_KERNEL));
  lateOptimizer(source.text);
  const given = options.values.get("include-dir") ?? [];
  const files = headerFiles(source.name, given, () => target.kernelBtf() !== undefined);
  const { compiled, report } = compile(source, target, {
    name: source.name,
    relocatable: true,
    args: args.filter((arg) => !arg.startsWith("--")),
    named: namedOptions(args),
    namedForScript: true,
    ...files,
    ...(await importsOf(source.text, machine.backend.target, scriptFolders(source.name, given))),
  });
  printDiagnostics(report.diagnostics, source);
  const json = options.switches.has("json");
  if (!compiled) {
    tellAsJson(argv, new WrongSource("", report.diagnostics, source));
    return EXIT.program;
  }
  const elf = valueOf(options, "emit-elf");
  if (elf !== undefined) write(elf, toElf(compiled.object));
  const path = outputOf(options, source.name, elf !== undefined);
  if (path === undefined) {
    if (json) printJson({ emit_elf: elf });
    return EXIT.ok;
  }
  const kernel = machine.backend.name === "linux" ? kernelBuild() : undefined;
  const bytes = packScript(compiled, { name: source.name, arch: target.arch, ...(kernel && { kernel }) });
  write(path, bytes, 0o755);
  if (json)
    printJson({ output: path, bytes: bytes.length, emit_elf: elf, name: source.name, arch: target.arch });
  else process.stderr.write(`${path}: ${(bytes.length / 1024).toFixed(1)} kB; run it with \`skep ${path}\`\n`);
  return EXIT.ok;
}

/** Where the shipped script goes; nowhere when only the object was asked for. */
function outputOf(options: ParsedOptions, script: string, hasElf: boolean): string | undefined {
  const named = valueOf(options, "output");
  if (named !== undefined) return named;
  if (hasElf) return undefined;
  if (!/^[\w./-]+$/.test(script) || script.startsWith("-") || script === "stdin")
    throw new UsageError("where to?", "name the file to write: skep build -o FILE.skep …");
  return `${script.replace(/\.bt$/, "")}.skep`;
}

function versionOf(text: string): number {
  const match = /^(\d{1,2})\.(\d{1,3})$/.exec(text);
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  const version = (major << 16) | (minor << 8);
  if (match === null || minor > 255 || version < ((5 << 16) | (8 << 8)))
    throw new UsageError(`--kernel takes a version from 5.8, not \`${text}\``, "write --kernel 6.1");
  return version;
}

function write(path: string, bytes: Uint8Array, mode = 0o644): void {
  try {
    writeFileSync(path, bytes, { mode });
  } catch (cause) {
    throw new SkepError(`cannot write ${path}`, {
      code: "cli/output",
      remedy: "choose a file in a folder that exists and that you may write to",
      cause,
    });
  }
}

function buildHelp(call: string): string {
  return `Write a script as one file that runs on other kernels, without a compiler: its programs find the kernel's fields
where that kernel has them.

Usage: ${call} build [options] SCRIPT [ARG…]

The ARGs, and --name=value behind \`--\`, are put in when it is built. What the script asks of this machine alone (kaddr,
cgroupid, operands of USDT probes) is found out here; places in programs are looked up again where it runs.

${helpTable(optionRows(OPTIONS))}
  ${call} FILE.skep runs it, with -p, -c, -f, -o and the other options of tracing.
`;
}
