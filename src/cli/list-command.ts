import { isPattern } from "../base/glob.ts";
import type { SourceText } from "../base/span.ts";
import { jsonString } from "../output/json-value.ts";
import { TextBuffer } from "../output/sink.ts";
import { compile } from "../pipeline.ts";
import type { Target } from "../plan/target.ts";
import { machineChoice, openMachine } from "./choose-machine.ts";
import { EXIT } from "./exit-status.ts";
import { headerFiles, scriptFolders } from "./header-folders.ts";
import { printHelp } from "./help.ts";
import { importsOf } from "./imports.ts";
import { LIST_OPTIONS } from "./list-options.ts";
import { noBtf } from "./no-btf.ts";
import { numberOf, parseOptions, valueOf } from "./options.ts";
import { FdSink, OutputClosed } from "./output-stream.ts";
import { type ListedProbe, type ListScope, matchProbes } from "./probe-list.ts";
import { printDiagnostics } from "./report-error.ts";
import type { RunOptions } from "./run-script.ts";
import { matchTypes, typePattern } from "./type-list.ts";
import type { MachineChoice, WatchedMachine } from "./watched-machine.ts";

/** `offsets`: with `verbose`, members of types have theirs behind them, and their sizes. */
type ListOptions = Readonly<{
  verbose: boolean;
  offsets: boolean;
  json: boolean;
  pid?: number;
  machine: MachineChoice;
}>;

/** `skep list [options] [PATTERN…]`. Gives the exit status. */
export async function listCommand(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv, LIST_OPTIONS, true);
  if (options.switches.has("help")) return printHelp("list");
  const pid = valueOf(options, "pid");
  return list(options.rest, {
    verbose: options.switches.has("verbose"),
    offsets: true,
    json: options.switches.has("json"),
    machine: machineChoice(options),
    ...(pid !== undefined && { pid: numberOf(pid, "-p", 1) }),
  });
}

/** `skep -l`: prints the probes that match the patterns, without any all of the kernel's. Gives the exit status. */
export function listProbes(
  patterns: readonly string[],
  options: Omit<ListOptions, "json" | "offsets">,
): Promise<number> {
  const words = patterns.filter((word) => word !== "-v" && word !== "--verbose");
  const verbose = options.verbose || words.length < patterns.length;
  return list(words, { ...options, verbose, offsets: false, json: false });
}

async function list(patterns: readonly string[], options: ListOptions): Promise<number> {
  using machine = await openMachine(options.machine, "look");
  const out = new TextBuffer(new FdSink(1));
  let status: number = EXIT.ok;
  try {
    for (const pattern of patterns.length > 0 ? patterns.flatMap(eachProbe) : ["*"])
      if (!listOne(pattern, machine, options, out)) status = EXIT.program;
    out.flush();
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
  return status;
}

/** The patterns of a list such as `kprobe:tcp*,t:syscalls:*open*`; commas between brackets are part of a name. */
function eachProbe(list: string): readonly string[] {
  const whole = plainQuotes(list);
  if (typePattern(whole)) return [whole];
  return whole.split(/,(?![^(<[]*[)>\]])/).filter((pattern) => pattern !== "");
}

/** Articles print quotes that the shell passes on. */
function plainQuotes(pattern: string): string {
  const inner = /^['"‘’“”`]+(.*?)['"‘’“”`]*$/s.exec(pattern)?.[1] ?? /^(.*?)['"‘’“”`]+$/s.exec(pattern)?.[1];
  if (inner === undefined) return pattern;
  process.stderr.write(`hint: the quotes around the pattern are not the shell's; write '${inner}'\n`);
  return inner;
}

/** Whether anything matched. */
function listOne(pattern: string, machine: WatchedMachine, options: ListOptions, out: TextBuffer): boolean {
  const { target } = machine.backend;
  const type = typePattern(pattern);
  if (type) return listTypes(type, target, options, out);
  const scope: ListScope = {
    ...(options.pid !== undefined && { pid: options.pid }),
    mapped: () =>
      options.pid === undefined && !ofAnyProcess(pattern) ? [] : machine.mappedFiles(options.pid ?? 0),
  };
  const { probes, help } = matchProbes(pattern, target, scope);
  for (const probe of probes)
    out.add(options.json ? probeJson(probe, options.verbose) : probeText(probe, options.verbose));
  if (probes.length === 0) tellNothing(pattern, help);
  return probes.length > 0;
}

/** USDT probes are looked for in all that runs. */
function ofAnyProcess(pattern: string): boolean {
  return /^(usdt|U):/.test(pattern);
}

function listTypes(
  { kind, name }: NonNullable<ReturnType<typeof typePattern>>,
  target: Target,
  { verbose, offsets, json }: ListOptions,
  out: TextBuffer,
): boolean {
  const btf = target.kernelBtf();
  if (btf === undefined) throw noBtf(`${kind} ${name}`);
  const { types, help } = matchTypes(btf, kind, name, verbose && offsets);
  const whole = verbose || !isPattern(name);
  for (const type of types)
    if (json)
      out.add(
        `{"type": ${jsonString(type.name)}${whole ? `, "declaration": ${jsonString(type.declaration())}` : ""}}\n`,
      );
    else out.add(whole ? `${type.declaration()}\n\n` : `${type.name}\n`);
  if (types.length === 0) tellNothing(`${kind} ${name}`, help);
  return types.length > 0;
}

function tellNothing(pattern: string, help: string | undefined): void {
  process.stderr.write(`nothing matches \`${pattern}\`\n`);
  process.stderr.write(
    `help: ${help || "`skep list '*WORD*'` searches all kernel probes, `skep list 'uprobe:PATH:*'` a program"}\n`,
  );
}

function probeText({ probe, args }: ListedProbe, verbose: boolean): string {
  if (!verbose) return `${probe}\n`;
  return `${probe}\n${args()
    .map(({ type, name, where }) => `    ${type} ${name}${where === undefined ? "" : ` // ${where}`}\n`)
    .join("")}`;
}

function probeJson({ probe, args }: ListedProbe, verbose: boolean): string {
  if (!verbose) return `{"probe": ${jsonString(probe)}}\n`;
  const all = args().map(({ type, name }) => `{"type": ${jsonString(type)}, "name": ${jsonString(name)}}`);
  return `{"probe": ${jsonString(probe)}, "args": [${all.join(", ")}]}\n`;
}

/** `skep -l SCRIPT`: the places that a program's probes would be attached to, with `verbose` their arguments. Gives the exit status. */
export async function listScript(source: SourceText, run: RunOptions): Promise<number> {
  using machine = await openMachine(run.machine, "look");
  const { target } = machine.backend;
  const files = headerFiles(source.name, run.compile.includeDirs, () => target.kernelBtf() !== undefined);
  const { compiled, report } = compile(source, machine.backend.target, {
    ...run.compile,
    name: source.name,
    ...(run.pid !== undefined && { pid: run.pid }),
    ...files,
    ...(await importsOf(source.text, target, scriptFolders(source.name, run.compile.includeDirs))),
  });
  printDiagnostics(report.diagnostics, source);
  if (!compiled) return EXIT.program;
  const { probeNames } = compiled.plan; // each probe's name, and behind it the function's
  const own = compiled.plan.programs.flatMap(({ points }) => points.map(({ probe }) => probe));
  const names = new Set([
    ...probeNames.filter((_, index) => index % 2 === 0),
    ...own.filter((n) => !/[*]/.test(n)),
  ]);
  const scope: ListScope = { ...(run.pid !== undefined && { pid: run.pid }), mapped: () => [] };
  const listed = (name: string): ListedProbe =>
    matchExactly(name, target, scope) ?? { probe: name, args: () => [] };
  new FdSink(1).write(
    [...names].map((name) => (run.verbose ? probeText(listed(name), true) : `${name}\n`)).join(""),
  );
  return EXIT.ok;
}

/** A probe by its full name, which is no pattern even where it has such signs. */
function matchExactly(name: string, target: Target, scope: ListScope): ListedProbe | undefined {
  return matchProbes(name, target, scope).probes.find(({ probe }) => probe === name);
}
