import { type Direction, dropTc, type KeepTc, keepTc, onlyProgram } from "../linux/manage-tc.ts";
import { surveyNetwork, type TcProgram } from "../linux/net-survey.ts";
import { programInfo } from "../linux/objects.ts";
import type { Placement } from "../linux/program-attach.ts";
import type { Kernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { type Device, NETWORK_OPTIONS, noteOf, takeDevice } from "./network-place.ts";
import { openOne, printJson, takeSelection } from "./object-command-select.ts";
import { numberOf, type OptionSpec, type ParsedOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { openProgramArgument } from "./program-argument.ts";
import { UsageError } from "./report-error.ts";
import { runVerb, type Verb } from "./verb-command.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "via", value: "WAY", help: "tcx or clsact; default: tcx where the kernel has it (6.6), else clsact" },
  { name: "first", help: "before all others (tcx)" },
  { name: "before", value: "PROG", help: "before this one, by its id (tcx)" },
  { name: "after", value: "PROG", help: "after this one, by its id (tcx)" },
  {
    name: "replace",
    short: "r",
    value: "PROG",
    optional: true,
    help: "in the place of this one, by its id; without one, of the only one there",
  },
  { name: "priority", value: "N", help: "of a filter of clsact: lower ones run first" },
  { name: "handle", value: "N", help: "of a filter of clsact" },
  { name: "all", help: "detach: all programs of the hook" },
  ...NETWORK_OPTIONS,
];

/** `skep tc …`. Gives the exit status. */
export function tcCommand(argv: readonly string[]): number {
  return runVerb({ name: "tc", options: OPTIONS, verbs: VERBS, help: tcHelp }, argv);
}

const VERBS: Readonly<Record<string, Verb>> = { attach, detach, list, show: list };

/** The interface and the direction, and the words behind them. */
function takeHook(
  kernel: Kernel,
  words: readonly string[],
): { device: Device; direction: Direction; rest: readonly string[] } {
  const { device, rest } = takeDevice(kernel, words);
  const at = rest.findIndex((word) => word === "ingress" || word === "egress");
  const direction = rest[at];
  if (direction !== "ingress" && direction !== "egress")
    throw new UsageError("ingress or egress?", "write the direction behind the interface: eth0 ingress");
  return { device, direction, rest: [...rest.slice(0, at), ...rest.slice(at + 1)] };
}

function attach(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const { device, direction, rest } = takeHook(kernel, words);
  const via = viaOf(valueOf(options, "via"));
  const notes: string[] = [];
  const onNote = (note: string) => notes.push(note);
  const program = openProgramArgument(
    kernel,
    { words: rest, program: valueOf(options, "program"), section: valueOf(options, "section") },
    { types: ["schedCls"], attach: { kind: "tc", ifindex: device.ifindex, direction }, onNote },
  );
  using fd = program.fd;
  const { id, name } = program;
  const wanted: KeepTc = {
    device,
    direction,
    program: fd,
    name,
    onNote,
    via,
    priority: priorityOption(options),
    handle: numberOption(options, "handle"),
    ...placementOf(kernel, options, { device, direction }, via),
  };
  const place = keepTc(kernel, wanted);
  for (const note of notes) noteOf(options)(note);
  if (options.switches.has("json"))
    printJson({ devname: device.name, ifindex: device.ifindex, kind: place, name, id, notes });
  else new FdSink(1).write(`${device.name}: program ${id}${name === "" ? "" : ` (${name})`}, ${place}\n`);
}

type Hook = Readonly<{ device: Device; direction: Direction }>;

function placementOf(
  kernel: Kernel,
  options: ParsedOptions,
  hook: Hook,
  via: "tcx" | "clsact" | undefined,
): Partial<Pick<KeepTc, "placement" | "replace" | "priority" | "handle" | "via">> {
  const said = ["before", "after", "replace"].filter((name) => options.values.has(name));
  if (options.switches.has("first")) said.push("first");
  if (said.length > 1)
    throw new UsageError(`--${said.join(" and --")} cannot both be`, "give the program one place");
  if (options.values.has("replace")) return replaced(kernel, options, hook, via);
  if (options.switches.has("first")) return { placement: { kind: "first" } };
  for (const kind of ["before", "after"] as const) {
    const id = numberOption(options, kind);
    if (id !== undefined) return { placement: { kind, program: { id } } satisfies Placement };
  }
  return {};
}

// What is there decides how: programs of tcx are replaced by id, filters by priority and handle.
function replaced(
  kernel: Kernel,
  options: ParsedOptions,
  hook: Hook,
  via: "tcx" | "clsact" | undefined,
): ReturnType<typeof placementOf> {
  const text = valueOf(options, "replace") ?? "";
  const priority = priorityOption(options);
  if (text === "" && priority !== undefined) return { replace: true };
  const wanted = text === "" ? undefined : numberOf(text, "--replace", 1);
  const there =
    wanted === undefined
      ? onlyProgram(kernel, hook)
      : surveyNetwork(kernel, hook.device.ifindex).tc.find(
          (p) => p.programId === wanted && p.place.endsWith(`/${hook.direction}`),
        );
  if (there === undefined && wanted === undefined) return {}; // the first one replaces nothing
  if (there?.filter !== undefined && via !== "tcx") return { via: "clsact", replace: true, ...there.filter };
  return { placement: { kind: "replace", program: { id: there?.programId ?? wanted ?? 0 } } };
}

function viaOf(text: string | undefined): "tcx" | "clsact" | undefined {
  if (text === undefined || text === "tcx" || text === "clsact") return text;
  throw new UsageError(`there is no way \`${text}\``, "write --via tcx or --via clsact");
}

function numberOption(options: ParsedOptions, name: string): number | undefined {
  const text = valueOf(options, name);
  return text === undefined ? undefined : numberOf(text, `--${name}`, 1);
}

const MOST_PRIORITY = 0xffff; // the kernel keeps 16 bits

function priorityOption(options: ParsedOptions): number | undefined {
  const priority = numberOption(options, "priority");
  if (priority === undefined || priority <= MOST_PRIORITY) return priority;
  throw new UsageError(`--priority ${priority} is too large`, `write a number up to ${MOST_PRIORITY}`);
}

function detach(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const { device, direction, rest } = takeHook(kernel, words);
  const gone = dropTc(kernel, {
    device,
    direction,
    programId: rest.length === 0 ? undefined : programId(kernel, rest),
    priority: priorityOption(options),
    handle: numberOption(options, "handle"),
    all: options.switches.has("all"),
  });
  if (options.switches.has("json")) return printJson(gone.map(row));
  const lines = gone.map((p) => `${device.name}: program ${p.programId} is detached from ${p.place}\n`);
  new FdSink(1).write(lines.join(""));
}

function programId(kernel: Kernel, words: readonly string[]): number {
  const { selection, rest } = takeSelection("prog", words);
  if (rest.length > 0) throw new UsageError(`\`${rest.join(" ")}\` is not known here`, "leave it out");
  if ("id" in selection) return selection.id;
  using program = openOne(kernel, "prog", selection);
  return programInfo(kernel, program).id;
}

function list(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const only = words.length === 0 ? undefined : takeDevice(kernel, words).device.ifindex;
  const { tc } = surveyNetwork(kernel, only);
  if (options.switches.has("json")) return printJson(tc.map(row));
  const columns = ["INTERFACE", "INDEX", "PLACE", "PRIO", "HANDLE", "PROGRAM", "LINK", "NAME"];
  const cells = tc.map(({ device, ifindex, place, filter, programId: id, linkId, name }) => [
    device,
    ifindex,
    place,
    filter?.priority ?? null,
    filter?.handle ?? null,
    id,
    linkId || null,
    name,
  ]);
  new FdSink(1).write(formatTable({ columns: columns.map((name) => ({ name })) }, cells));
}

/** One program under bpftool's names: newer versions call the id of tcx programs prog_id. */
export function row({ device, ifindex, place, programId: id, linkId, name, filter }: TcProgram) {
  return {
    devname: device,
    ifindex,
    kind: place,
    name,
    id,
    prog_id: filter === undefined ? id : undefined,
    link_id: linkId || undefined,
    priority: filter?.priority,
    handle: filter?.handle,
  };
}

/** What `skep tc --help` prints; `call` is how skep was called. */
function tcHelp(call: string): string {
  // biome-ignore format: one form per line
  const forms = [
    [`${call} tc attach DEV ingress|egress FILE.o`, "load a program and attach it to an interface, where it stays"],
    [`${call} tc attach DEV ingress|egress PROG`, "a program that the kernel holds: id N, name NAME, tag TAG, pinned PATH"],
    [`${call} tc detach DEV ingress|egress [PROG]`, "take it away, whoever attached it"],
    [`${call} tc list [DEV]`, "what is attached, in the order in which it runs"],
  ] as const;
  return `Attach programs to the traffic control of network interfaces.

${helpTable(forms)}
${helpTable(optionRows(OPTIONS))}
${wrapText("Kernels before 6.6 have no tcx: the program is then a filter of the clsact qdisc, which is made for it and goes with the last filter; --verbose tells so. Nothing is changed when attaching fails. Programs that are to go with the process are attached by `skep load --attach`.")}
`;
}
