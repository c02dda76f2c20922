import { didYouMean } from "../base/suggest.ts";
import type { Builtin } from "../lang/bt/builtin.ts";
import { BUILTINS } from "../lang/bt/builtins/table.ts";
import type { Tool } from "../tools/define-tool.ts";
import { findTool, TOOLS } from "../tools/table.ts";
import { EXIT } from "./exit-status.ts";
import { type HelpRow, helpTable, optionRows, wrapText } from "./help-layout.ts";
import { invocation, plainCall } from "./invocation.ts";
import { LIST_OPTIONS } from "./list-options.ts";
import { MORE_NAMES } from "./more-names.ts";
import { FdSink, OutputClosed } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { runHelp } from "./run-command-help.ts";
import { simHelp } from "./sim-help.ts";
import { toolOptionSpecs } from "./tool-options.ts";
import { TRACE_OPTIONS } from "./trace-options.ts";
import { VERSION } from "./version.ts";

// biome-ignore format: one example per line
const EXAMPLES: readonly HelpRow[] = [
  ["opensnoop", "files as processes open them"],
  ["opensnoop -c 'ls -l'", "start a command, show what it opens"],
  ["-e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }' --duration 3", "system calls by program"],
  [`-e 'tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @ = hist(args.ret); }' --duration 3`, "sizes of reads"],
  ["list '*open*'", "probes whose name has to do with opening"],
];

// biome-ignore format: one command per line
const COMMANDS: readonly HelpRow[] = [
  ["-e 'PROGRAM' [ARG…]", "trace with a one-liner"],
  ["SCRIPT [ARG…]", "trace with a file; $1, $2 … in it are the ARGs, getopt() reads --name=value; options may stand behind it, what follows `--` is the script's"],
  ["TOOL [options]", "run a tool; TOOL --help describes it"],
  ["list [-v] [PATTERN…]", "list probes, or print kernel types: list 'struct sock'"],
  ["run PROG [options]", "run a compiled program here and now: needs no root, no kernel; run --help"],
  ["verify FILE [options]", "would a kernel take this program, and if not, why? Needs no root; verify --help"],
  ["load FILE.o [options]", "load and attach an object's programs, print what they send"],
  ["prog, map, link, struct_ops, iter", "look at what the kernel holds, read and write it: prog list, prog top, map dump …"],
  ["btf dump", "types of the kernel or of a file; --format c writes vmlinux.h, ts TypeScript"],
  ["xdp, tc, cgroup", "attach programs to interfaces and cgroups, detach and list them"],
  ["net list, perf list", "programs of the network; probes and events that processes hold"],
  ["doctor", "what works for you on this kernel, what does not, why, and how to mend it"],
  ["feature", "what this kernel offers to eBPF: types, helpers, build options"],
  ["build SCRIPT [-o FILE]", "write a script as one file that runs on other kernels, without a compiler"],
  ["gen object OUT.o IN.o…", "put object files together; gen min_core_btf: the types that they need"],
  ["types FILE.o -o FILE.d.ts", "TypeScript types of an object's maps, variables and events"],
  ["sim list", "list simulated machines: --sim=NAME traces one, without privileges"],
  ["help [TOPIC]", "this text, or about language, list, a command or a tool"],
];

/** `skep` alone. Gives the exit status. */
export function printShortHelp(): number {
  const call = invocation();
  const examples = EXAMPLES.map(([args, what]) => `  # ${what}\n  ${call} ${args}\n`);
  return print(`skep ${VERSION}: see what a Linux machine does, while it does it

${examples.join("\n")}
Ctrl-C ends a trace and prints what it has counted. ${plainCall()} --help tells the rest.
`);
}

/** `skep help [TOPIC]` and `skep --help [TOPIC]`. Gives the exit status; throws UsageError. */
export function printHelp(topic?: string): number {
  if (topic === undefined) return print(mainHelp());
  if (topic === "language") return print(languageHelp());
  if (topic === "list") return print(listHelp());
  if (topic === "sim") return print(simHelp());
  if (topic === "run") return print(runHelp(plainCall()));
  const tool = findTool(topic);
  if (tool) return printToolHelp(tool);
  const topics = ["language", "list", ...MORE_NAMES, ...TOOLS.map((t) => t.name)];
  throw new UsageError(
    `there is no help about \`${topic}\``,
    didYouMean(topic, topics) ?? `topics are ${topics.join(", ")}`,
  );
}

/** `skep TOOL --help`. Gives the exit status. */
export function printToolHelp(tool: Tool): number {
  const call = `${invocation()} ${tool.name}`;
  const examples = tool.examples.map(({ args, shows }): HelpRow => [`${call} ${args}`.trimEnd(), shows]);
  const columns = tool.columns.map(({ name, key, when }) => {
    const option = when === undefined ? undefined : tool.options[when];
    return `${name} (${key}${option ? `, with ${option.short ? `-${option.short}` : `--${when}`}` : ""})`;
  });
  return print(`${tool.summary}.

Usage: ${plainCall()} ${tool.name} [options]

${helpTable(optionRows(toolOptionSpecs(tool)))}
Columns, and their names in JSON and CSV:
${wrapText(columns.join(", "), "  ")}

Examples:
${helpTable(examples)}
${tool.notes.map((note) => wrapText(note)).join("\n")}

Cost: ${tool.overhead}.
`);
}

function mainHelp(): string {
  return `skep ${VERSION}: see what a Linux machine does, while it does it

Usage: ${plainCall()} [options] -e 'PROGRAM' | SCRIPT | COMMAND

Commands:
${helpTable(COMMANDS)}
Tools:
${helpTable(TOOLS.map((tool) => [tool.name, tool.summary]))}
Options of traces:
${helpTable(optionRows(TRACE_OPTIONS))}
Examples:
${EXAMPLES.map(([args]) => `  ${invocation()} ${args}\n`).join("")}
The programs are those of bpftrace; \`${plainCall()} help language\` lists what they can use.
Exit status: 0 done, 1 the program is wrong, 2 the command line is, 3 the machine refuses, 70 a bug of skep.
`;
}

function listHelp(): string {
  const call = `${plainCall()} list`;
  // biome-ignore format: one example per line
  const examples: readonly HelpRow[] = [
    [`${call} 'tracepoint:syscalls:sys_enter_*open*'`, "tracepoints; * ? and […] are wildcards"],
    [`${call} -v 'tracepoint:sched:sched_switch'`, "with the arguments"],
    [`${call} '*tcp*'`, "all kernel probes"],
    [`${call} 'uprobe:/bin/bash:read*'`, "functions of a program or library"],
    [`${call} 'usdt:libc:*'`, "probes compiled into a program or library"],
    [`${call} -p 181 'usdt:*'`, "the same, of all that a process has mapped"],
    [`${call} 'fentry:bpf:*'`, "functions of loaded BPF programs"],
    [`${call} 'struct sock' 'enum tcp_*'`, "types of the kernel; with -v and their offsets"],
  ];
  return `List probes of this machine, or types of its kernel.

Usage: ${call} [options] [PATTERN…]

${helpTable(optionRows(LIST_OPTIONS))}
Examples:
${helpTable(examples)}`;
}

function languageHelp(): string {
  const isValue = (b: Builtin) => !b.usage.includes("(") && b.place === undefined;
  const parts: readonly (readonly [string, readonly Builtin[]])[] = [
    ["Values", BUILTINS.filter(isValue)],
    ["Functions", BUILTINS.filter((b) => !isValue(b) && b.place !== "mapValue")],
    ["What a map can collect, as in `@name[key] = count()`", BUILTINS.filter((b) => b.place === "mapValue")],
  ];
  return parts.map(([title, builtins]) => `${title}:\n${helpTable(builtins.flatMap(builtinRows))}`).join("\n");
}

/** Numbered builtins, such as arg0 to arg9, are told once. */
function builtinRows({ name, usage, doc, unsafe }: Builtin): HelpRow[] {
  const numbered = /^([a-z]+)(\d)$/.exec(name);
  if (numbered && numbered[2] !== "0") return [];
  const text = unsafe ? `${doc} Needs --unsafe.` : doc;
  return [numbered ? [`${name} … ${numbered[1]}9`, text] : [usage, text]];
}

function print(text: string): number {
  try {
    new FdSink(1).write(text);
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
  return EXIT.ok;
}
