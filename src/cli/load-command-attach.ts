import type { AttachSpec, CgroupHook, NetfilterHook } from "../abi/attach-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { LinuxBackend } from "../linux/backend.ts";
import { sectionPoints } from "../linux/section-points.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import type { Backend } from "../runtime/backend.ts";
import { interfaceIndex } from "./interface-name.ts";
import { durationMs } from "./options.ts";

/** Where a program's section says that it is to be attached; undefined when it does not say. Throws SkepError. */
export async function placesOf(
  program: ProgramSpec,
  backend: Backend,
): Promise<readonly AttachSpec[] | undefined> {
  if (backend instanceof LinuxBackend) return sectionPoints(program, backend.target);
  const { attachOfSection } = await import("../sim/backend/section-attach.ts");
  const { SimBackend } = await import("../sim/backend/sim-backend.ts");
  if (!(backend instanceof SimBackend)) throw new Error(`bug: unknown machine ${backend.name}`);
  const place = attachOfSection(program, backend.world, backend.target);
  return place && [place];
}

/**
 * Reads a place of --attach: what a section could be called ("tracepoint/sched/sched_switch"), or a place that sections
 * cannot name ("xdp:eth0", "tc:eth0:ingress", "cgroup:/sys/fs/cgroup/x"). Throws SkepError.
 */
export async function parsePlace(
  program: ProgramSpec,
  text: string,
  backend: Backend,
): Promise<readonly AttachSpec[]> {
  const [, word = "", rest = ""] = /^([a-z_]+):(.+)$/s.exec(text) ?? [];
  const found = PLACES[word]?.(rest, program);
  if (found !== undefined) return [found];
  const { attachTo: _, ...other } = program;
  const type = parseSection(text)?.rule.program;
  if (type === program.type) {
    const points = await placesOf({ ...other, section: text }, backend);
    if (points !== undefined) return points;
  }
  throw badPlace(program, text, type === undefined || type === program.type);
}

/**
 * Where --attach places programs, by their names, and the first place of each: programs on functions are loaded for
 * their place already. Throws SkepError.
 */
export async function givenPlaces(
  object: ObjectSpec,
  given: readonly Readonly<{ name: string; text: string }>[],
  backend: Backend,
): Promise<{ places: ReadonlyMap<string, readonly AttachSpec[]>; targets: Record<string, AttachSpec> }> {
  const places = new Map<string, readonly AttachSpec[]>();
  const targets: Record<string, AttachSpec> = {};
  for (const { name, text } of given) {
    const program = object.programs.find((one) => one.name === name);
    if (program === undefined || program.autoload === false) continue;
    const found = text === "none" ? [] : await parsePlace(program, text, backend);
    places.set(name, [...(places.get(name) ?? []), ...found]);
    const [first] = found;
    if (first !== undefined) targets[name] ??= first;
  }
  return { places, targets };
}

type Reader = (rest: string, program: ProgramSpec) => AttachSpec | undefined;

const PLACES: Readonly<Record<string, Reader>> = {
  xdp(rest) {
    const [, name = rest, mode] = /^(.+):(generic|native|offload)$/.exec(rest) ?? [];
    const ifindex = interfaceIndex(name);
    return mode === "generic" || mode === "native" || mode === "offload"
      ? { kind: "xdp", ifindex, mode }
      : { kind: "xdp", ifindex };
  },
  tc(rest, { attachType }) {
    const [, name = rest, said] = /^(.+):(ingress|egress)$/.exec(rest) ?? [];
    const direction = said ?? (attachType === "tcxEgress" ? "egress" : "ingress");
    return {
      kind: "tc",
      ifindex: interfaceIndex(name),
      direction: direction === "egress" ? "egress" : "ingress",
    };
  },
  netkit: (rest, { attachType }) => ({
    kind: "netkit",
    ifindex: interfaceIndex(rest),
    peer: attachType === "netkitPeer",
  }),
  cgroup(path, program) {
    const hook = program.attachType ?? parseSection(program.section)?.rule.attach;
    const { attachTo } = program;
    if (program.type === "lsm" && attachTo !== undefined)
      return { kind: "lsmCgroup", hook: attachTo, cgroup: { path } };
    return hook?.startsWith("cgroup")
      ? { kind: "cgroup", cgroup: { path }, hook: hook as CgroupHook }
      : undefined;
  },
  netfilter(rest) {
    const [family, hook = "", priority = "0"] = rest.split(":");
    if ((family !== "ipv4" && family !== "ipv6") || !isHook(hook) || !/^-?\d+$/.test(priority))
      return undefined;
    return { kind: "netfilter", family, hook, priority: Number(priority) };
  },
  netns: (netns, { type }) =>
    type === "skLookup" || type === "flowDissector" ? { kind: type, netns } : undefined,
  sockmap(map, { attachType }) {
    if (attachType === "skSkbStreamParser") return { kind: "sockmap", map, hook: "streamParser" };
    if (attachType === "skSkbStreamVerdict") return { kind: "sockmap", map, hook: "streamVerdict" };
    return { kind: "sockmap", map, hook: attachType === "skSkbVerdict" ? "verdict" : "message" };
  },
  profile: (rest) => (/^\d+$/.test(rest) ? { kind: "profile", freqHz: Number(rest) } : undefined),
  interval: (rest) => ({ kind: "interval", periodNs: Math.round(durationMs(rest, "--attach") * 1e6) }),
  freplace(rest) {
    const [, program = "", name = ""] = /^(.+):([^:]+)$/.exec(rest) ?? [];
    if (name === "") return undefined;
    const held = /^\d+$/.test(program) ? { id: Number(program) } : { pinned: program };
    return { kind: "freplace", program: held, function: name };
  },
  lirc: (device) => ({ kind: "lirc", device }),
};

const HOOKS: readonly NetfilterHook[] = ["preRouting", "localIn", "forward", "localOut", "postRouting"];

function isHook(name: string): name is NetfilterHook {
  return (HOOKS as readonly string[]).includes(name);
}

const FORMS = ["xdp:INTERFACE", "tc:INTERFACE:ingress", "cgroup:FOLDER", "netfilter:ipv4:localIn:0"];

function badPlace(program: ProgramSpec, text: string, isOwnType: boolean): SkepError {
  return new SkepError(
    isOwnType
      ? `program ${program.name}: \`${text}\` is no place to attach it to`
      : `program ${program.name} of type ${program.type} cannot be attached to \`${text}\``,
    {
      code: "load/bad-place",
      remedy:
        didYouMean(text.split(/[:/]/)[0] ?? "", Object.keys(PLACES)) ??
        `write what its section could be called (such as tracepoint/sched/sched_switch), ${FORMS.join(", ")}, or none`,
    },
  );
}
