import type { AttachSpec, ProgramType } from "../../abi/attach-spec.ts";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { unreachable } from "../../base/errors.ts";
import { isPattern } from "../../base/glob.ts";
import type { Span } from "../../base/span.ts";
import type { Again, AttachPlan } from "../../plan/plan.ts";
import type { AttachPoint, Probe, Script } from "./ast.ts";
import type { Composite } from "./composite.ts";
import type { Env } from "./env.ts";
import { isLentFunction } from "./kernel-function.ts";
import { ProbeFilter, reportFiltered } from "./probe-filter.ts";
import type { ProbeIdentity, ProbeKind, ProbeVariant } from "./probe-variant.ts";
import { resolveHardware } from "./resolve-hardware.ts";
import { resolveIterator } from "./resolve-iterator.ts";
import { inlinedFunction, resolveKernelFunction } from "./resolve-kernel-function.ts";
import { resolveOwn } from "./resolve-own.ts";
import { resolvePerfPoint } from "./resolve-perf.ts";
import { resolveRawTracepoint, resolveTracepoint } from "./resolve-tracepoint.ts";
import { resolveUserProbe } from "./resolve-user-probe.ts";
import { resolveWatchpoint } from "./resolve-watchpoint.ts";
import { isSpareName } from "./spare-names.ts";
import type { Type } from "./types.ts";
import { reportUnknownProbe } from "./unknown-probe.ts";
import { namesUsed } from "./walk.ts";
import { entryProbe } from "./watch-setup.ts";

/** One place where a probe's program is attached, before places are grouped into programs. */
export type ResolvedPoint = Readonly<{
  kind: ProbeKind;
  programType: ProgramType;
  section: string;
  attach: AttachSpec;
  /** Full probe name, and the function's for probes on functions. */
  probe: string;
  func: string;
  /** Points with equal signatures can share a program. */
  signature: string;
  args?: Composite;
  /** What the function returns: fexit. */
  returns?: Type;
  space: "kernel" | "user" | "auto";
  rawSyscall?: "enter" | "exit";
  syscalls?: ReadonlyMap<number, number>;
  /** For points that stand for many (see ProbeVariant.syscalls): all their names. */
  names?: readonly string[];
  /** The address is what a function of the process is called with. */
  argumentOf?: Readonly<{ file?: string; func: string; argument: number; stops: boolean; span: Span }>;
  /** What user space runs it for (see ProbeVariant.own). */
  own?: string;
  /** What another machine looks up again, and whether it may lack it. */
  again?: Again;
  wild?: true;
}>;

/** What a probe's code asks of its context; decides how points are attached. */
export type ProbeUses = Readonly<{
  args: boolean;
  /** More of a function's entry than its arguments and result: registers, the stack's arguments, the context. */
  registers: boolean;
  /** What a function was called with. */
  entry: boolean;
  /** The tracepoint's own record, or a kernel stack that begins at it: a raw tracepoint gives neither. */
  own: boolean;
  identity: boolean;
  /** Calls of functions that need the kernel's own objects: those that it lends to programs, and skboutput(). */
  lent(): boolean;
}>;

export type Resolution = Readonly<{ variants: readonly ProbeVariant[]; probeNames: readonly string[] }>;

/** Finds every place that the script's probes name. Faults are reported; a probe that matches nothing is an error. */
export function resolveProbes(script: Script, env: Env): Resolution {
  const probeNames: string[] = [];
  const variants: ProbeVariant[] = [];
  const filter = new ProbeFilter(env.options.keptProbes);
  let number = 0;
  for (const item of script.items) {
    if (item.kind !== "probe") continue;
    const uses = usesOf(item, env);
    const points = filter.kept(resolveList(item.attachPoints, uses, env));
    for (const group of groupPoints(points, uses, env)) {
      const variant = makeVariant(item, group, number++, probeNames, env);
      const watched = group[0]?.argumentOf;
      if (watched === undefined) {
        variants.push(variant);
        continue;
      }
      const entry = entryProbe(watched.file ?? env.options.program, watched.func, watched.span);
      const places = entry.attachPoints.flatMap((point) => resolvePoint(point, uses, env));
      const { argument, stops } = watched;
      const watch = { program: variant.program, number, argument, stops };
      variants.push({ ...variant, attachedLater: true });
      if (places.length > 0) variants.push({ ...makeVariant(entry, places, number++, probeNames, env), watch });
    }
  }
  if (filter.leavesNone) reportFiltered(script, env);
  return { variants, probeNames };
}

function asWild(point: ResolvedPoint): ResolvedPoint {
  return { ...point, wild: true };
}

/** What is missing: the probe, the program that it is in, or the kernel's way to it. */
const MISSING: ReadonlySet<string> = new Set(["probe/not-found", "probe/no-binary", "probe/unsupported"]);

const FUNCTION_KINDS: ReadonlySet<string> = new Set(["kprobe", "kretprobe", "fentry", "fexit"]);

/**
 * The places of a probe's whole list. One that matches nothing is an error, a warning or nothing, as the setting
 * missing_probes has it. Where nobody set it, it is an error, but for lists that are written for several kernels: of
 * those it is a warning as long as another of the list was found (see isSpareName).
 */
function resolveList(list: readonly AttachPoint[], uses: ProbeUses, env: Env): readonly ResolvedPoint[] {
  const { diagnostics } = env.report;
  let all = list.map((point) => {
    const before = diagnostics.length;
    const found = resolveNamed(point, uses, env);
    return { point, found, told: diagnostics.splice(before) };
  });
  if (all.every(({ found }) => found.length === 0)) all = all.map((one) => ifInlined(one, uses, env));
  const points = all.flatMap(({ found }) => found);
  const asked = env.settings.missingProbes;
  const isSpare = (code: string, point: AttachPoint) =>
    asked === undefined
      ? points.length > 0 && isAbsent(code, point, env) && isSpareName(point, list, env)
      : asked !== "error" && MISSING.has(code);
  for (const { point, found, told } of all)
    for (const one of told) {
      if (one.severity !== "error" || found.length > 0) diagnostics.push(one);
      else if (!isSpare(one.code, point)) diagnostics.push(points.length > 0 ? withWayOn(one) : one);
      else if (asked !== "ignore") diagnostics.push({ ...one, severity: "warning" });
    }
  return points;
}

/** Other places of the list are there: the script may go on with them. */
function withWayOn(one: Diagnostic): Diagnostic {
  if (!MISSING.has(one.code)) return one;
  return { ...one, help: `${one.help}; to go on without it, write \`config = { missing_probes = warn }\`` };
}

type Named = { point: AttachPoint; found: readonly ResolvedPoint[]; told: Diagnostic[] };

function ifInlined(one: Named, uses: ProbeUses, env: Env): Named {
  if (!one.told.some(({ code }) => code === "probe/not-found")) return one;
  const instead = inlinedFunction(one.point, uses, env);
  return instead ? { ...one, found: [instead], told: [] } : one;
}

/** Whether there is no such thing, rather than no way to probe it: then the rest of the list says as much without it. */
function isAbsent(code: string, point: AttachPoint, env: Env): boolean {
  if (code !== "probe/unsupported") return MISSING.has(code);
  const name = point.parts.at(-1)?.text ?? "";
  return (
    FUNCTION_KINDS.has(point.type ?? "") && !isPattern(name) && env.target.kernelSymbol(name) === undefined
  );
}

function resolveNamed(point: AttachPoint, uses: ProbeUses, env: Env): readonly ResolvedPoint[] {
  if (/^k(ret)?func$/.test(point.written))
    env.report.warn(
      "lint/deprecated",
      point.writtenSpan,
      `\`${point.written}\` is the old name of \`${point.type}\``,
      `write \`${point.type}\``,
    );
  const found = resolvePoint(point, uses, env);
  return point.parts.some(({ text }) => isPattern(text)) ? found.map(asWild) : found;
}

function usesOf(probe: Probe, env: Env): ProbeUses {
  const names = namesUsed([probe.predicate, probe.body], env.defines);
  const args = [...names].some((name) => /^(args|arg\d+|sarg\d+|retval|reg|ctx)$/.test(name));
  return {
    args,
    registers: [...names].some((name) => /^(sarg\d+|reg|ctx)$/.test(name)),
    entry: [...names].some((name) => /^(args|arg\d+|sarg\d+)$/.test(name)),
    own: names.has("ctx") || names.has("kstack"),
    identity: names.has("probe") || names.has("func"),
    lent: () => names.has("skboutput") || [...names].some((name) => isLentFunction(name, env)),
  };
}

function resolvePoint(point: AttachPoint, uses: ProbeUses, env: Env): readonly ResolvedPoint[] {
  switch (point.type) {
    case undefined:
      reportUnknownProbe(point, env);
      return [];
    case "begin":
    case "end":
    case "self":
    case "test":
    case "bench":
      return resolveOwn(point, point.type, env);
    case "tracepoint":
      return resolveTracepoint(point, uses, env);
    case "rawtracepoint":
      return resolveRawTracepoint(point, uses, env);
    case "profile":
    case "interval":
    case "software":
      return resolvePerfPoint(point, point.type, env);
    case "uprobe":
    case "uretprobe":
    case "usdt":
      return resolveUserProbe(point, point.type, uses, env);
    case "kprobe":
    case "kretprobe":
    case "fentry":
    case "fexit":
      return resolveKernelFunction(point, point.type, uses, env);
    case "hardware":
      return resolveHardware(point, env);
    case "watchpoint":
    case "asyncwatchpoint":
      return resolveWatchpoint(point, point.type, env);
    case "iter":
      return resolveIterator(point, env);
    default:
      return unreachable(point.type);
  }
}

function groupPoints(points: readonly ResolvedPoint[], uses: ProbeUses, env: Env): ResolvedPoint[][] {
  const groups = new Map<string, ResolvedPoint[]>();
  for (const [index, point] of points.entries()) {
    const alone = uses.identity && !point.syscalls && !cookieWorks(point.attach, env);
    const key = `${point.kind} ${point.programType} ${point.signature}${alone ? ` #${index}` : ""}`;
    const group = groups.get(key);
    if (group) group.push(point);
    else groups.set(key, [point]);
  }
  return [...groups.values()];
}

function cookieWorks(attach: AttachSpec, env: Env): boolean {
  if (attach.kind === "manual" || attach.kind === "iter") return false;
  return env.target.has(attach.kind === "rawTracepoint" ? "rawTracepointCookie" : "attachCookie");
}

function makeVariant(
  probe: Probe,
  group: readonly ResolvedPoint[],
  number: number,
  names: string[],
  env: Env,
): ProbeVariant {
  const first = group[0];
  if (!first) throw new Error("bug: a group of no attach points");
  const firstName = names.length;
  const own: { probe: string; func: string }[] = [];
  const { relocatable } = env.options;
  const mayLack = relocatable || env.settings.missingProbes !== "error";
  const points: AttachPlan[] = group.map((point) => {
    const cookie = firstName + own.length * 2;
    if (point.names) own.push(...point.names.map((probe) => ({ probe, func: point.func })));
    else own.push({ probe: point.probe, func: point.func });
    const { attach, probe: full, wild, again } = point;
    const places = point.names?.length ?? 1;
    const cookied = cookieWorks(attach, env) && { cookie };
    return {
      attach,
      probe: full,
      ...cookied,
      ...(places > 1 && { places }),
      ...(mayLack && wild && { wild }),
      ...(relocatable && again && { again }),
    };
  });
  for (const { probe: full, func } of own) names.push(full, func);
  const multi = asMulti(points, env);
  const identity: ProbeIdentity = first.syscalls ? "syscall" : group.length === 1 ? "single" : "cookie";
  return {
    probe,
    kind: first.kind,
    program: programName(first.probe, number),
    programType: first.programType,
    section:
      multi === undefined
        ? first.section
        : `${first.kind}.multi/${probe.attachPoints[0]?.parts.at(-1)?.text ?? ""}`,
    points: multi === undefined ? points : [multi],
    identity,
    firstName,
    names: own,
    space: first.space,
    ...(first.own !== undefined && { own: first.own }),
    ...(first.args && { args: first.args }),
    ...(first.returns && { returns: first.returns }),
    ...(first.rawSyscall && { rawSyscall: first.rawSyscall }),
    ...(first.syscalls && { syscalls: first.syscalls }),
  };
}

/** Many kernel functions attach by one link, where the kernel has those. */
function asMulti(points: readonly AttachPlan[], env: Env): AttachPlan | undefined {
  const [first] = points;
  if (points.length < 2 || first?.attach.kind !== "kprobe" || !env.target.has("kprobeMulti")) return undefined;
  const functions: string[] = [];
  const cookies: bigint[] = [];
  for (const { attach, cookie } of points) {
    if (attach.kind !== "kprobe" || attach.offset !== undefined) return undefined;
    functions.push(attach.function);
    if (cookie !== undefined) cookies.push(BigInt(cookie));
  }
  const attach: AttachSpec = {
    kind: "kprobeMulti",
    functions,
    return: first.attach.return,
    ...(cookies.length === functions.length && { cookies }),
  };
  return { attach, probe: first.probe, places: points.length, ...(first.wild && { wild: true }) };
}

/** A BPF program name: 15 characters of [A-Za-z0-9_], from the last part of the probe's name. */
function programName(probe: string, number: number): string {
  const last = probe.split(":").at(-1) ?? probe;
  const suffix = `_${number}`;
  return last.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 15 - suffix.length) + suffix;
}
