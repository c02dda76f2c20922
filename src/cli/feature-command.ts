import { HELPERS } from "../abi/helpers.ts";
import { SkepError } from "../base/errors.ts";
import { hasCapability, readPermissions } from "../linux/caps.ts";
import { dropPrivileges } from "../linux/drop-privileges.ts";
import { openKernelBtf } from "../linux/kernel-btf.ts";
import { ATTACH_TYPE_NAMES, MAP_TYPE_NAMES, PROGRAM_TYPE_NAMES } from "../linux/probe-features.ts";
import { LINK_TYPE_NAMES } from "../linux/probe-links.ts";
import { kernelVersion } from "../linux/procfs.ts";
import { type Kernel, openKernel } from "../linux/syscall.ts";
import { TrialLoader } from "../linux/trial-load.ts";
import { chooseVerb } from "./choose-verb.ts";
import { EXIT } from "./exit-status.ts";
import { attachTypeName, linkTypeName, mapTypeName, probeAll } from "./feature-command-report.ts";
import { reportMacros, reportText } from "./feature-command-text.ts";
import { helpTable, wrapText } from "./help-layout.ts";
import { interfaceIndex } from "./interface-name.ts";
import { plainCall } from "./invocation.ts";
import { programTypeName } from "./object-command-facts.ts";
import { printJson } from "./object-command-select.ts";
import { parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";

const OPTIONS = [
  { name: "json", short: "j", help: "JSON, as bpftool -j writes it" },
  { name: "help", short: "h", help: "print this help" },
] as const;

const VERBS = ["probe", "list_builtins"];

/** `skep feature …`. Gives the exit status. */
export function featureCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  const [verb = "probe", ...words] = options.rest;
  const json = options.switches.has("json");
  if (options.switches.has("help") || verb === "help") new FdSink(1).write(featureHelp(plainCall()));
  else if (chooseVerb("feature", verb, VERBS) === "probe") probe(openKernel(), takeProbe(words), json);
  else listBuiltins(words, json);
  return EXIT.ok;
}

type Probe = Readonly<{
  full: boolean;
  unprivileged: boolean;
  macros: boolean;
  prefix: string;
  device: string | undefined;
}>;

function takeProbe(words: readonly string[]): Probe {
  const found = {
    full: false,
    unprivileged: false,
    macros: false,
    prefix: "",
    device: undefined as string | undefined,
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "kernel") continue;
    if (word === "full" || word === "unprivileged" || word === "macros") found[word] = true;
    else if ((word === "dev" || word === "prefix") && words[at + 1] !== undefined) {
      at++;
      found[word === "dev" ? "device" : "prefix"] = words[at] ?? "";
    } else
      throw new UsageError(
        `\`${word}\` is not known here, or lacks a value`,
        "write skep feature probe [kernel | dev NAME] [full] [unprivileged] [macros [prefix PREFIX]]",
      );
  }
  return found;
}

/** Throws SkepError without the privileges that asking the kernel takes. */
export function checkPrivileges(): void {
  if (hasCapability(readPermissions(), "CAP_BPF")) return;
  throw new SkepError("without privileges most of what the kernel has would be told as missing", {
    code: "feature/privileges",
    remedy: "run it as root, or ask for what is there without privileges: skep feature probe unprivileged",
  });
}

function probe(kernel: Kernel, what: Probe, json: boolean): void {
  if (what.unprivileged) dropPrivileges(kernel);
  else checkPrivileges();
  const ifindex = what.device === undefined ? 0 : interfaceIndex(what.device, kernel);
  const loader = new TrialLoader(kernel, kernelVersion(), openKernelBtf(kernel));
  const report = probeAll(loader, { full: what.full, ifindex });
  if (json) printJson(report);
  else new FdSink(1).write(what.macros ? reportMacros(report, what.prefix) : reportText(report));
}

const GROUPS: Readonly<Record<string, () => readonly string[]>> = {
  prog_types: () => ["unspec", ...PROGRAM_TYPE_NAMES.map(programTypeName)],
  map_types: () => ["unspec", ...MAP_TYPE_NAMES.map(mapTypeName)],
  attach_types: () => ATTACH_TYPE_NAMES.map(attachTypeName),
  link_types: () => ["unspec", ...LINK_TYPE_NAMES.map(linkTypeName)],
  helpers: () => ["bpf_unspec", ...HELPERS.map(({ name }) => name)],
};

function listBuiltins([group = "", ...more]: readonly string[], json: boolean): void {
  const names = GROUPS[group]?.();
  if (names === undefined || more.length > 0)
    throw new UsageError(
      group === "" ? "which group?" : `there is no group \`${[group, ...more].join(" ")}\``,
      `write one of: ${Object.keys(GROUPS).join(", ")}`,
    );
  if (json) printJson(names);
  else new FdSink(1).write(`${names.join("\n")}\n`);
}

/** What `skep feature --help` prints; `call` is how skep was called. */
function featureHelp(call: string): string {
  // biome-ignore format: one form per line
  const forms = [
    [`${call} feature probe [kernel]`, "what this kernel offers: types of programs, maps, attachment and links, helpers per program type, settings, build options"],
    [`${call} feature probe dev NAME`, "what a network card runs by itself"],
    [`${call} feature probe … full`, "with helpers whose trial leaves a warning in the kernel's log"],
    [`${call} feature probe … unprivileged`, "what is there for a process without capabilities"],
    [`${call} feature probe … macros [prefix P]`, "as macros for C"],
    [`${call} feature list_builtins GROUP`, "names that skep knows: prog_types, map_types, attach_types, link_types, helpers"],
  ] as const;
  return `Find out what this kernel offers to eBPF, by asking it.

${helpTable(forms)}
${wrapText("Programs and maps are made and dropped at once; nothing is attached. Build options are told where the kernel or the distribution kept them. With --json everything is written under the names of `bpftool -j feature probe`, with attach_types and link_types beside them. `skep doctor` tells what is missing and how to mend it.")}
`;
}
