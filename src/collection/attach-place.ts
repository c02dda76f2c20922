import type { AttachSpec, CgroupPlace } from "../abi/attach-spec.ts";
import { checkAttachSpec, checkFields, USER_FUNCTION } from "../abi/attach-spec-fields.ts";
import { PROGRAM_KINDS } from "../abi/program-kinds.ts";
import { parseSection } from "../abi/section-names.ts";
import { checkInput, checkOptional, integer, NAME } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { LinuxBackend } from "../linux/backend.ts";
import { listInterfaces } from "../linux/net-xdp.ts";
import { inNetns } from "../linux/netns.ts";
import { sectionPoints } from "../linux/section-points.ts";
import type { ProgramSpec } from "../object/object.ts";

type OnInterface<T> = T extends { ifindex: number } ? Omit<T, "ifindex"> & { interface: string } : never;
type OnCgroup<T> = T extends { cgroup: CgroupPlace } ? Omit<T, "cgroup" | "hook"> & HookOf<T> : never;
/** A hook of a cgroup may be left out where the program's section says it. */
type HookOf<T> = T extends { kind: "cgroup"; hook: infer H }
  ? { cgroup: string; hook?: H }
  : T extends { hook: infer H }
    ? { cgroup: string; hook: H }
    : { cgroup: string };

/**
 * Where to attach a program: what its section could be called ("tracepoint/sched/sched_switch"), or a record. Interfaces
 * go by name, too, cgroups by their folders, functions of programs and libraries by name ("libc", "malloc").
 */
export type Place =
  | string
  | AttachSpec
  | OnInterface<AttachSpec>
  | OnCgroup<AttachSpec>
  | Readonly<{
      kind: "uprobe";
      path: string;
      function: string;
      /** In bytes, from the function's start. */
      offset?: number;
      return?: boolean;
      pid?: number;
    }>;

/** The points of a place, or of the program's own section. Throws SkepError when it names nothing that is there. */
export function pointsOf(
  backend: LinuxBackend,
  program: ProgramSpec,
  place: Place | undefined,
  pid?: number,
): readonly AttachSpec[] {
  checkOptional(`program ${program.name}: pid`, pid, PID);
  const points = place === undefined ? ownPoints(backend, program) : givenPoints(backend, program, place);
  for (const point of points) checkKind(program, point);
  return pid === undefined ? points : points.map((point) => ofProcess(program, point, pid));
}

const PID = integer(0, 0x7fff_ffff);

/** Whether the program's section says where it runs. */
export function hasOwnPlace(program: ProgramSpec): boolean {
  const parsed = parseSection(program.section);
  const target = program.attachTo ?? parsed?.target;
  if (target === undefined || target === "" || parsed === undefined) return false;
  return !PLACELESS.has(parsed.rule.name) && !MAP_ITERATORS.test(target);
}

// Their sections name a hook, and take a cgroup or a program beside it.
const PLACELESS: ReadonlySet<string> = new Set(["lsm_cgroup", "freplace", "struct_ops"]);
const MAP_ITERATORS = /^(bpf_map_elem|bpf_sk_storage_map|sockmap|cgroup)$/;

function ownPoints(backend: LinuxBackend, program: ProgramSpec): readonly AttachSpec[] {
  const points = sectionPoints(program, backend.target);
  if (points !== undefined) return points;
  throw new SkepError(
    `program ${program.name}: its section \`${program.section}\` does not say where to attach it`,
    {
      code: "collection/no-place",
      remedy: `say it: programs.${program.name}.attach(${exampleOf(program)})`,
    },
  );
}

function exampleOf(program: ProgramSpec): string {
  const kind = kindsOf(program)[0];
  switch (kind) {
    case "xdp":
      return '{ kind: "xdp", interface: "eth0" }';
    case "tc":
      return '{ kind: "tc", interface: "eth0", direction: "ingress" }';
    case "cgroup":
      return program.type === "cgroupSkb"
        ? '{ kind: "cgroup", cgroup: "/sys/fs/cgroup/…", hook: "cgroupInetIngress" }, or "cgroupInetEgress"'
        : '{ kind: "cgroup", cgroup: "/sys/fs/cgroup/…" }';
    case undefined:
      return "…";
    default:
      return `{ kind: "${kind}", … }`;
  }
}

function givenPoints(backend: LinuxBackend, program: ProgramSpec, place: Place): readonly AttachSpec[] {
  if (typeof place === "string") return textPoints(backend, program, place);
  const what = `program ${program.name}`;
  const [point, ...more] = recordPoints(backend, program, place, what);
  if (point !== undefined && more.length === 0) checkAttachSpec(what, point);
  return point === undefined ? [] : [point, ...more];
}

function recordPoints(
  backend: LinuxBackend,
  program: ProgramSpec,
  place: Exclude<Place, string>,
  what: string,
): readonly AttachSpec[] {
  if (typeof place !== "object" || place === null) checkAttachSpec(what, place);
  if ("interface" in place) {
    const { interface: name, ...rest } = place;
    checkInput(`${what}: interface`, name, NAME);
    checkAttachSpec(what, { ...rest, ifindex: 1 });
    return [{ ...rest, ifindex: interfaceIndex(backend, name, place.netns) } as AttachSpec];
  }
  if ("cgroup" in place && typeof place.cgroup === "string") {
    const hook = place.kind === "cgroup" && { hook: place.hook ?? ownHook(program) };
    return [{ ...place, cgroup: { path: place.cgroup }, ...hook } as AttachSpec];
  }
  if (place.kind === "uprobe" && "function" in place) {
    checkFields(`${what}: a place of kind uprobe`, place, USER_FUNCTION);
    return userFunction(backend, program, place);
  }
  return [place as AttachSpec];
}

/** What a program's section says of its hook: `cgroup/connect4`; plain `cgroup/skb` says nothing. */
function ownHook(program: ProgramSpec): string {
  const hook = program.attachType ?? parseSection(program.section)?.rule.attach;
  if (hook?.startsWith("cgroup")) return hook;
  throw new SkepError(`program ${program.name}: its section \`${program.section}\` does not say which hook`, {
    code: "collection/no-place",
    remedy: `say it: programs.${program.name}.attach(${exampleOf(program)})`,
  });
}

function textPoints(backend: LinuxBackend, program: ProgramSpec, text: string): readonly AttachSpec[] {
  const { attachTo: _, ...other } = program;
  const type = parseSection(text)?.rule.program;
  if (type !== undefined && type !== program.type) throw wrongPlace(program, text);
  const points = sectionPoints({ ...other, section: text }, backend.target);
  if (points !== undefined) return points;
  throw new SkepError(`program ${program.name}: \`${text}\` does not say where to attach it`, {
    code: "collection/no-place",
    remedy: `write what its section could be called, such as tracepoint/sched/sched_switch, or give a record: programs.${program.name}.attach(${exampleOf(program)})`,
  });
}

function interfaceIndex(backend: LinuxBackend, name: string, netns: string | undefined): number {
  const all = inNetns(backend.kernel, netns, () => listInterfaces(backend.kernel));
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found.ifindex;
  throw new SkepError(`there is no network interface ${name}`, {
    code: "collection/no-interface",
    remedy:
      didYouMean(
        name,
        all.map((one) => one.name),
      ) ?? `name one of: ${all.map((one) => one.name).join(", ")}`,
  });
}

function userFunction(
  backend: LinuxBackend,
  program: ProgramSpec,
  place: Extract<Place, { kind: "uprobe"; function: string }>,
): readonly AttachSpec[] {
  const { path, function: name, offset = 0, return: onReturn = false, pid } = place;
  const section = `${onReturn ? "uretprobe" : "uprobe"}/${path}:${name}${offset === 0 ? "" : `+${offset}`}`;
  const { attachTo: _, ...other } = program;
  const points = sectionPoints({ ...other, section }, backend.target) ?? [];
  return pid === undefined ? points : points.map((point) => ofProcess(program, point, pid));
}

const OF_PROCESS: ReadonlySet<AttachSpec["kind"]> = new Set([
  "uprobe",
  "uprobeMulti",
  "usdt",
  "software",
  "profile",
  "perfEvent",
  "breakpoint",
]);

function ofProcess(program: ProgramSpec, point: AttachSpec, pid: number): AttachSpec {
  if (OF_PROCESS.has(point.kind)) return { ...point, pid } as AttachSpec;
  throw new SkepError(`program ${program.name}: a place of kind ${point.kind} is not of one process`, {
    code: "collection/no-pid",
    remedy: "compare bpf_get_current_pid_tgid() >> 32 in the program, with a constant that user space sets",
  });
}

// The kernel's own answer would be EINVAL.
function checkKind(program: ProgramSpec, point: AttachSpec): void {
  const kinds = kindsOf(program);
  if (point.kind !== "manual" && kinds.length > 0 && !kinds.includes(point.kind))
    throw wrongPlace(program, `a place of kind ${point.kind}`);
}

function wrongPlace(program: ProgramSpec, what: string): SkepError {
  const kinds = kindsOf(program);
  return new SkepError(`program ${program.name} of type ${program.type} cannot be attached to ${what}`, {
    code: "collection/wrong-place",
    remedy:
      kinds.length > 0
        ? `attach it to a place of kind ${kinds.join(", ")}: see docs/program-types.md`
        : "see docs/program-types.md for what runs programs of this type",
  });
}

function kindsOf({ type }: ProgramSpec): readonly AttachSpec["kind"][] {
  return [...new Set(PROGRAM_KINDS.filter((kind) => kind.type === type).flatMap((kind) => kind.attach))];
}
