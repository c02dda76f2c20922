import type { XdpMode } from "../abi/attach-spec.ts";
import { dropXdp } from "../linux/manage-xdp.ts";
import { type NetSurvey, surveyNetwork } from "../linux/net-survey.ts";
import type { Kernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { NETWORK_OPTIONS, takeDevice } from "./network-place.ts";
import { printJson } from "./object-command-select.ts";
import type { ParsedOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { row } from "./tc-command.ts";
import { runVerb, type Verb } from "./verb-command.ts";
import { attachXdp, XDP_WORDS } from "./xdp-command.ts";

/** `skep net …`. Gives the exit status. */
export function netCommand(argv: readonly string[]): number {
  return runVerb({ name: "net", options: NETWORK_OPTIONS, verbs: VERBS, help: netHelp }, argv);
}

const VERBS: Readonly<Record<string, Verb>> = { show: list, list, attach, detach };

function list(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const only = words.length === 0 ? undefined : takeDevice(kernel, words).device.ifindex;
  const survey = surveyNetwork(kernel, only);
  if (options.switches.has("json")) printJson([surveyJson(survey)]);
  else new FdSink(1).write(surveyText(survey));
}

/** Under the names of `bpftool -j net`. */
function surveyJson({ xdp, tc, flowDissector, skLookup, netfilter }: NetSurvey) {
  return {
    xdp: xdp.map(({ device, ifindex, mode, programId }) => ({
      devname: device,
      ifindex,
      mode: XDP_WORDS[mode],
      id: programId,
    })),
    tc: tc.map(row),
    flow_dissector: flowDissector.map((id) => ({ id })),
    sk_lookup: skLookup.map((id) => ({ id })),
    netfilter: netfilter.map(({ linkId, programId, family, hook, priority, flags }) => ({
      id: programId,
      link_id: linkId,
      pf: family,
      hook,
      prio: priority,
      flags,
    })),
  };
}

function surveyText({ xdp, tc, flowDissector, skLookup, netfilter }: NetSurvey): string {
  const rows = [
    ...xdp.map((p) => [
      `${p.device} (${p.ifindex})`,
      `xdp/${XDP_WORDS[p.mode]}`,
      null,
      p.programId,
      null,
      null,
    ]),
    ...tc.map((p) => {
      const order = p.filter === undefined ? null : `${p.filter.priority}:${p.filter.handle}`;
      return [`${p.device} (${p.ifindex})`, p.place, order, p.programId, p.linkId || null, p.name];
    }),
    ...flowDissector.map((id) => ["namespace", "flow_dissector", null, id, null, null]),
    ...skLookup.map((id) => ["namespace", "sk_lookup", null, id, null, null]),
    ...netfilter.map((p) => [
      "any namespace",
      `netfilter/${FAMILIES[p.family] ?? p.family}/${HOOKS[p.hook] ?? p.hook}`,
      p.priority,
      p.programId,
      p.linkId,
      null,
    ]),
  ];
  const columns = ["WHERE", "HOOK", "ORDER", "PROGRAM", "LINK", "NAME"].map((name) => ({ name }));
  return formatTable({ columns }, rows);
}

const FAMILIES: Readonly<Record<number, string>> = { 2: "ipv4", 10: "ipv6" };
const HOOKS = ["prerouting", "input", "forward", "output", "postrouting"];

/** bpftool's words for XDP, and the mode that each stands for. */
const XDP_TYPES: Readonly<Record<string, XdpMode | undefined>> = {
  xdp: undefined,
  xdpgeneric: "generic",
  xdpdrv: "native",
  xdpoffload: "offload",
};

function attach(kernel: Kernel, [type = "", ...words]: readonly string[], options: ParsedOptions): void {
  const mode = modeOf(type);
  const { device, rest } = takeDevice(kernel, words);
  const replace = rest.includes("overwrite");
  attachXdp(kernel, { device, words: rest.filter((word) => word !== "overwrite"), mode, replace }, options);
}

function detach(kernel: Kernel, [type = "", ...words]: readonly string[], options: ParsedOptions): void {
  const mode = modeOf(type);
  const { device, rest } = takeDevice(kernel, words);
  if (rest.length > 0) throw new UsageError(`\`${rest.join(" ")}\` is not known here`, "leave it out");
  const gone = dropXdp(kernel, device, mode);
  if (options.switches.has("json")) printJson(null);
  else new FdSink(1).write(`${device.name}: program ${gone.programId} is detached\n`);
}

function modeOf(type: string): XdpMode | undefined {
  if (Object.hasOwn(XDP_TYPES, type)) return XDP_TYPES[type];
  throw new UsageError(
    type === "" ? "attach as what?" : `\`${type}\` cannot be attached here`,
    `write one of: ${Object.keys(XDP_TYPES).join(", ")}; traffic control: skep tc`,
  );
}

/** What `skep net --help` prints; `call` is how skep was called. */
function netHelp(call: string): string {
  // biome-ignore format: one form per line
  const forms = [
    [`${call} net list [dev NAME]`, "programs of XDP, traffic control, flow dissector, socket lookup and netfilter"],
    [`${call} net attach TYPE PROG dev NAME [overwrite]`, "attach an XDP program; TYPE is xdp, xdpgeneric, xdpdrv or xdpoffload"],
    [`${call} net detach TYPE dev NAME`, "take it away"],
  ] as const;
  return `Look at the programs of a network namespace.

${helpTable(forms)}
${helpTable(optionRows(NETWORK_OPTIONS))}
${wrapText("With --json everything is written under the names of `bpftool -j net`. `skep xdp` and `skep tc` attach and detach with more choice; `skep cgroup` shows the programs of cgroups.")}
`;
}
