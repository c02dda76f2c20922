import { SkepError } from "./base/errors.ts";
import type { AttachPlan, Plan, ProgramPlan } from "./plan/plan.ts";
import type { Target } from "./plan/target.ts";

/** What a shipped script is told where it runs. */
export type FitOptions = Readonly<{
  /** The process that is traced. */
  pid?: number;
  /** Places that the kernel does not tie to a program's file take the events of all processes. */
  everybody?: boolean;
  /** Told of each place that this machine lacks. */
  onMissing?: (probe: string) => void;
}>;

/**
 * Finds the places of a shipped script's plan on the machine that runs it. Places that a pattern found elsewhere may be
 * missing here, as long as one of the pattern's is there. Throws SkepError for any other that this machine lacks.
 */
export function fitPlan(plan: Plan, target: Target, options: FitOptions = {}): Plan {
  return { ...plan, programs: plan.programs.map((program) => fitProgram(program, target, options)) };
}

function fitProgram(program: ProgramPlan, target: Target, options: FitOptions): ProgramPlan {
  const points = program.points.flatMap((point) => {
    const fitted = fitPoint(point, target);
    if (fitted === undefined && point.wild) options.onMissing?.(point.probe);
    else if (fitted === undefined) throw missing(point.probe);
    return fitted === undefined ? [] : [limited(fitted, options)];
  });
  const [first] = program.points;
  if (first !== undefined && points.length === 0) throw missing(first.probe);
  return { ...program, points };
}

/** The same place here, or undefined where there is none. */
function fitPoint(point: AttachPlan, target: Target): AttachPlan | undefined {
  const { again, attach } = point;
  switch (again?.kind) {
    case undefined:
      return fitFunctions(point, target);
    case "record":
      return fitRecord(point, again, target);
    case "function": {
      const path = target.resolveBinary(again.binary);
      const found = path === undefined ? undefined : target.userFunctions(path, again.name)[0];
      if (path === undefined || found === undefined || attach.kind !== "uprobe") return undefined;
      if (again.extra > 0 && target.isInsideInstruction?.(path, found.offset, again.extra))
        throw changed(point.probe, `instructions of \`${again.name}\``);
      return { ...point, attach: { ...attach, path, offset: found.offset + again.extra } };
    }
    case "build": {
      const path = target.resolveBinary(again.binary);
      if (path === undefined || attach.kind !== "uprobe") return undefined;
      if (target.userBuild?.(path) !== again.build)
        throw changed(point.probe, `what is in \`${path}\``, "differs");
      return { ...point, attach: { ...attach, path } };
    }
    case "usdt": {
      const path = target.resolveBinary(again.binary);
      const isIt = (p: { provider: string; name: string }) =>
        p.provider === again.provider && p.name === again.name;
      const found = path === undefined ? undefined : target.usdtProbes(path).filter(isIt)[again.index];
      if (path === undefined || found === undefined || attach.kind !== "uprobe") return undefined;
      if (found.args.map((a) => a.text).join(" ") !== again.args) throw changed(point.probe, "arguments");
      const { semaphoreOffset: _, ...rest } = attach;
      const semaphore = found.semaphoreOffset !== undefined && { semaphoreOffset: found.semaphoreOffset };
      return { ...point, attach: { ...rest, path, offset: found.offset, ...semaphore } };
    }
  }
}

type Record = Extract<NonNullable<AttachPlan["again"]>, { kind: "record" }>;

/** The program reads the record where it was when it was compiled. */
function fitRecord(
  point: AttachPlan,
  { category, name, fields }: Record,
  target: Target,
): AttachPlan | undefined {
  const format = target.tracepointFormat(category, name);
  if (format === undefined) return undefined;
  for (const [field, [offset, size]] of Object.entries(fields)) {
    const here = format.fields.find((f) => f.name === field);
    if (here?.offset !== offset || here.size !== size) throw changed(point.probe, `field \`${field}\``);
  }
  return { ...point, attach: { kind: "tracepoint", category, name, id: format.id } };
}

function fitFunctions(point: AttachPlan, target: Target): AttachPlan | undefined {
  const { attach } = point;
  if (attach.kind === "tracepoint" && point.wild)
    return target.tracepoints(attach.category, attach.name).length > 0 ? point : undefined;
  if (attach.kind === "kprobe" && point.wild)
    return target.kernelFunctions(attach.function).length > 0 ? point : undefined;
  if (attach.kind !== "kprobeMulti" || !point.wild) return point;
  const known = new Set(target.kernelFunctions("*").map((fn) => fn.name));
  const here = attach.functions.flatMap((name, index) => (known.has(name) ? [index] : []));
  if (here.length === 0) return undefined;
  const functions = here.map((index) => attach.functions[index] as string);
  const cookies = attach.cookies && here.map((index) => attach.cookies?.[index] as bigint);
  return { ...point, places: here.length, attach: { ...attach, functions, ...(cookies && { cookies }) } };
}

/** The place for one process, where the kernel can tell processes apart there. */
function limited(point: AttachPlan, { pid, everybody }: FitOptions): AttachPlan {
  if (pid === undefined) return point;
  const { attach } = point;
  switch (attach.kind) {
    case "uprobe":
    case "breakpoint":
      return { ...point, attach: { ...attach, pid } };
    case "software":
    case "profile":
    case "perfEvent":
      return everybody ? point : { ...point, attach: { ...attach, pid } };
    case "iter":
      return !everybody && attach.target.startsWith("task")
        ? { ...point, attach: { ...attach, task: { pid } } }
        : point;
    default:
      return point;
  }
}

function missing(probe: string): SkepError {
  return new SkepError(`this machine has no ${probe}`, {
    code: "ship/no-probe",
    remedy: "list what it has with `skep list`, and build the script for that",
  });
}

function changed(probe: string, what: string, differ = "differ"): SkepError {
  return new SkepError(`${probe}: ${what} ${differ} here from the machine that the script was built on`, {
    code: "ship/changed",
    remedy: "build the script on this machine, or run its source",
  });
}
