import type { CgroupHook } from "../abi/attach-spec.ts";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { SECTION_RULES } from "../abi/section-names.ts";
import { didYouMean } from "../base/suggest.ts";
import type { BtfId } from "../btf/types.ts";
import {
  CGROUP_POINTS,
  type CgroupPoint,
  type CgroupProgram,
  cgroupLinks,
  cgroupPrograms,
  cgroupRoot,
  cgroupTree,
} from "../linux/cgroup-survey.ts";
import { openKernelBtf } from "../linux/kernel-btf.ts";
import { dropFromCgroup, keepInCgroup } from "../linux/manage-cgroup.ts";
import { programInfo } from "../linux/objects.ts";
import { programOf } from "../linux/probe-features.ts";
import type { Kernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { attachTypeName } from "./feature-command-report.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { openOne, printJson, takeSelection } from "./object-command-select.ts";
import { type OptionSpec, type ParsedOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { openProgramArgument } from "./program-argument.ts";
import { UsageError } from "./report-error.ts";
import { runVerb, type Verb } from "./verb-command.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "program", short: "p", value: "NAME", help: "which program of the object file" },
  { name: "section", short: "s", value: "NAME", help: "which section of the object file" },
  { name: "json", short: "j", help: "JSON, as bpftool -j writes it" },
  { name: "help", short: "h", help: "print this help" },
];

/** `skep cgroup …`. Gives the exit status. */
export function cgroupCommand(argv: readonly string[]): number {
  return runVerb({ name: "cgroup", options: OPTIONS, verbs: VERBS, help: cgroupHelp }, argv);
}

const VERBS: Readonly<Record<string, Verb>> = { tree, show, list: show, attach, detach };

function takeEffective(words: readonly string[]): { path: string | undefined; effective: boolean } {
  const [path, ...more] = words.filter((word) => word !== "effective");
  if (more.length > 0) throw new UsageError(`\`${more.join(" ")}\` is not known here`, "leave it out");
  return { path, effective: words.includes("effective") };
}

function tree(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const { path = cgroupRoot(), effective } = takeEffective(words);
  const entries = [...cgroupTree(kernel, path, effective)];
  const rowOf = rows(kernel, effective);
  if (options.switches.has("json"))
    return printJson(entries.map((e) => ({ cgroup: e.path, programs: e.programs.map(rowOf) })));
  const cells = entries.flatMap((e) => e.programs.map((program) => [e.path, ...cellsOf(program, effective)]));
  new FdSink(1).write(formatTable({ columns: columns("CGROUP") }, cells));
}

function show(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const { path, effective } = takeEffective(words);
  if (path === undefined)
    throw new UsageError("which cgroup?", "write its folder, such as /sys/fs/cgroup/user.slice");
  const programs = cgroupPrograms(kernel, path, { effective, links: cgroupLinks(kernel) });
  if (options.switches.has("json")) return printJson(programs.map(rows(kernel, effective)));
  const cells = programs.map((program) => cellsOf(program, effective));
  new FdSink(1).write(formatTable({ columns: columns() }, cells));
}

const columns = (...first: string[]) =>
  [...first, "PROGRAM", "PLACE", "FLAGS", "LINK", "NAME"].map((name) => ({ name }));

function cellsOf({ programId, point, flags, linkId, name }: CgroupProgram, effective: boolean) {
  return [programId, attachTypeName(point), effective || flags === "" ? null : flags, linkId || null, name];
}

/** Programs under bpftool's names. */
function rows(
  kernel: Kernel,
  effective: boolean,
): (program: CgroupProgram) => Readonly<Record<string, unknown>> {
  let btf: ReturnType<typeof openKernelBtf>;
  const hookName = (id: number) => {
    btf ??= openKernelBtf(kernel);
    return btf?.nameOf(id as BtfId) ?? "";
  };
  return ({ programId, point, flags, linkId, name, hookId }) => ({
    id: programId,
    attach_type: attachTypeName(point),
    attach_flags: effective ? undefined : flags,
    name,
    attach_btf_name: hookId === 0 ? "" : hookName(hookId),
    attach_btf_obj_id: hookId === 0 ? 0 : 1,
    attach_btf_id: hookId,
    link_id: linkId || undefined,
  });
}

/** The place that a word names: the kernel's name (cgroup_inet4_connect), or a section's (cgroup/connect4, connect4). */
function pointOf(word: string): CgroupPoint {
  const names = new Map<string, CgroupPoint>();
  for (const point of CGROUP_POINTS) {
    names.set(ATTACH_TYPES[point].kernelName.toLowerCase(), point);
    names.set(attachTypeName(point), point);
    names.set(attachTypeName(point).replace(/^cgroup_/, ""), point);
  }
  for (const { name, attach: type } of SECTION_RULES) {
    const point = CGROUP_POINTS.find((p) => p === type);
    if (point === undefined) continue;
    names.set(name, point);
    names.set(name.replace(/^cgroup(_skb)?\//, ""), point);
  }
  const found = names.get(word.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(
    word === "" ? "to which place?" : `cgroups have no place \`${word}\``,
    didYouMean(word, names.keys()) ?? `write one of: ${CGROUP_POINTS.map(attachTypeName).join(", ")}`,
  );
}

function attach(kernel: Kernel, words: readonly string[], options: ParsedOptions): void {
  const [path, place = "", ...more] = words.filter((word) => word !== "multi" && word !== "override");
  if (path === undefined) throw new UsageError("which cgroup?", "write skep cgroup attach CGROUP PLACE PROG");
  const point = pointOf(place);
  if (point === "lsmCgroup")
    throw new UsageError(
      "hooks of security modules are attached by a link only",
      `write skep load FILE.o --attach PROGRAM=cgroup:${path}`,
    );
  const hook: CgroupHook = point;
  const type = programOf(hook);
  if (type === undefined) throw new Error(`bug: no program type for ${hook}`);
  const sharing = words.includes("multi") ? "multi" : words.includes("override") ? "override" : "alone";
  const program = openProgramArgument(
    kernel,
    { words: more, program: valueOf(options, "program"), section: valueOf(options, "section") },
    { types: [type], attach: { kind: "cgroup", cgroup: { path }, hook } },
  );
  using fd = program.fd;
  keepInCgroup(kernel, { path, hook, program: fd, sharing });
  if (options.switches.has("json")) return printJson(null);
  const name = program.name === "" ? "" : ` (${program.name})`;
  new FdSink(1).write(`${path}: program ${program.id}${name}, ${attachTypeName(hook)}\n`);
}

function detach(kernel: Kernel, [path, place = "", ...more]: readonly string[], options: ParsedOptions): void {
  if (path === undefined) throw new UsageError("which cgroup?", "write skep cgroup detach CGROUP PLACE PROG");
  const point = pointOf(place);
  const { selection } = takeSelection("prog", more);
  using program = openOne(kernel, "prog", selection);
  const { id } = programInfo(kernel, program);
  dropFromCgroup(kernel, { path, point, programId: id });
  if (options.switches.has("json")) printJson(null);
  else new FdSink(1).write(`${path}: program ${id} is detached from ${attachTypeName(point)}\n`);
}

/** What `skep cgroup --help` prints; `call` is how skep was called. */
function cgroupHelp(call: string): string {
  // biome-ignore format: one form per line
  const forms = [
    [`${call} cgroup tree [CGROUP] [effective]`, "cgroups that have programs, from this one down (default: all)"],
    [`${call} cgroup show CGROUP [effective]`, "programs of one; effective: those that count for it, inherited ones too"],
    [`${call} cgroup attach CGROUP PLACE PROG [multi|override]`, "attach a program, which stays: FILE.o, id N, name NAME, tag TAG or pinned PATH"],
    [`${call} cgroup detach CGROUP PLACE PROG`, "take it away, whoever attached it"],
  ] as const;
  return `Look at the programs of cgroups, attach and detach them.

${helpTable(forms)}
${helpTable(optionRows(OPTIONS))}
${wrapText(`Places: ${CGROUP_POINTS.map(attachTypeName).join(", ")}; sections' names too: connect4, cgroup_skb/egress.`)}

${wrapText("multi: beside other programs, and together with those of cgroups below; override: alone, until a cgroup below has a program of its own. Without either the program is alone, and none can be attached below.")}
`;
}
