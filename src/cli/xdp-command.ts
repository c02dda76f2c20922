import type { XdpMode } from "../abi/attach-spec.ts";
import { dropXdp, keepXdp } from "../linux/manage-xdp.ts";
import { programName, surveyNetwork } from "../linux/net-survey.ts";
import type { Kernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { NETWORK_OPTIONS, noteOf, takeDevice } from "./network-place.ts";
import { printJson } from "./object-command-select.ts";
import { type OptionSpec, type ParsedOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { openProgramArgument } from "./program-argument.ts";
import { UsageError } from "./report-error.ts";
import { runVerb, type Verb } from "./verb-command.ts";

const OPTIONS: readonly OptionSpec[] = [
  {
    name: "mode",
    short: "m",
    value: "MODE",
    help: "auto (default: native where the driver can, else generic), native, generic or offload",
  },
  {
    name: "replace",
    short: "r",
    help: "in place of the program that is there, without a moment in which none runs",
  },
  ...NETWORK_OPTIONS,
];

/** `skep xdp …`. Gives the exit status. */
export function xdpCommand(argv: readonly string[]): number {
  return runVerb({ name: "xdp", options: OPTIONS, verbs: VERBS, help: xdpHelp }, argv);
}

const VERBS: Readonly<Record<string, Verb>> = { attach, detach, list, show: list };

function attach(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const { device, rest } = takeDevice(kernel, words);
  const mode = modeOf(valueOf(options, "mode"));
  attachXdp(kernel, { device, words: rest, mode, replace: options.switches.has("replace") }, options);
}

type Wanted = Readonly<{
  device: Readonly<{ name: string; ifindex: number }>;
  words: readonly string[];
  mode: XdpMode | undefined;
  replace: boolean;
}>;

/** Opens or loads the program, attaches it, and says how. */
export function attachXdp(kernel: Kernel, wanted: Wanted, options: ParsedOptions): void {
  const { device, words, mode, replace } = wanted;
  const onNote = noteOf(options);
  const program = openProgramArgument(
    kernel,
    { words, program: valueOf(options, "program"), section: valueOf(options, "section") },
    { types: ["xdp"], attach: { kind: "xdp", ifindex: device.ifindex, ...(mode && { mode }) }, onNote },
  );
  using fd = program.fd;
  let fallback: string | undefined;
  const used = keepXdp(kernel, {
    device,
    program: fd,
    mode,
    replace,
    onNote: (note) => {
      fallback = note;
    },
  });
  const { id, name } = program;
  if (options.switches.has("json")) {
    printJson({ devname: device.name, ifindex: device.ifindex, mode: used, id, name, note: fallback });
    return;
  }
  new FdSink(1).write(`${device.name}: program ${id}${name === "" ? "" : ` (${name})`}, ${used}\n`);
  if (fallback !== undefined) process.stderr.write(`note: ${fallback}\n`);
}

function detach(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const { device, rest } = takeDevice(kernel, words);
  if (rest.length > 0)
    throw new UsageError(`\`${rest.join(" ")}\` is not known here`, "write skep xdp detach DEV");
  const gone = dropXdp(kernel, device, modeOf(valueOf(options, "mode")));
  if (options.switches.has("json"))
    printJson({ devname: device.name, ifindex: device.ifindex, mode: gone.mode, id: gone.programId });
  else new FdSink(1).write(`${device.name}: program ${gone.programId} is detached\n`);
}

function list(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const only = words.length === 0 ? undefined : takeDevice(kernel, words).device.ifindex;
  const rows = surveyNetwork(kernel, only).xdp.map(({ device, ifindex, mode, programId }) => ({
    devname: device,
    ifindex,
    mode: XDP_WORDS[mode],
    id: programId,
    name: programName(kernel, programId),
  }));
  if (options.switches.has("json")) return printJson(rows);
  const columns = ["INTERFACE", "INDEX", "MODE", "PROGRAM", "NAME"].map((name) => ({ name }));
  const cells = rows.map(({ devname, ifindex, mode, id, name }) => [devname, ifindex, mode, id, name]);
  new FdSink(1).write(formatTable({ columns }, cells));
}

/** Modes as bpftool writes them. */
export const XDP_WORDS: Readonly<Record<XdpMode, string>> = {
  native: "driver",
  generic: "generic",
  offload: "offload",
};

function modeOf(text: string | undefined): XdpMode | undefined {
  switch (text) {
    case undefined:
    case "auto":
      return undefined;
    case "native":
    case "driver":
    case "drv":
      return "native";
    case "generic":
    case "skb":
      return "generic";
    case "offload":
    case "hw":
      return "offload";
    default:
      throw new UsageError(`there is no mode \`${text}\``, "write --mode auto, native, generic or offload");
  }
}

/** What `skep xdp --help` prints; `call` is how skep was called. */
function xdpHelp(call: string): string {
  // biome-ignore format: one form per line
  const forms = [
    [`${call} xdp attach DEV FILE.o`, "load an XDP program and attach it to an interface, where it stays"],
    [`${call} xdp attach DEV PROG`, "a program that the kernel holds: id N, name NAME, tag TAG, pinned PATH"],
    [`${call} xdp detach DEV`, "take it away, whoever attached it"],
    [`${call} xdp list [DEV]`, "what is attached"],
  ] as const;
  return `Attach XDP programs to network interfaces.

${helpTable(forms)}
${helpTable(optionRows(OPTIONS))}
${wrapText("Where the driver cannot run the program, it is run by the stack (generic), and that is said. Nothing is changed when attaching fails. Programs that are to go with the process are attached by `skep load --attach`.")}
`;
}
