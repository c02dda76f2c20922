import { Report } from "../../base/diagnostic.ts";
import type { AttachPoint, Expr, Probe, TopLevel } from "./ast.ts";
import type { Env } from "./env.ts";
import { moveSpans } from "./include-files.ts";
import { parseScript } from "./parse.ts";
import type { ProbeType } from "./probe-types.ts";

/** The map of the family's threads, by thread id; not shown at the end. */
export const FAMILY_MAP = "__family";

const MOST_TASKS = 16_384;

/**
 * Keeps the map, before anything else of the script runs. A thread that calls execve takes the id of its process, hence
 * the last probe.
 */
const KEEPER = `
begin { @${FAMILY_MAP}[cpid] = true; }
tracepoint:sched:sched_process_fork / has_key(@${FAMILY_MAP}, (uint32)args.parent_pid) /
{
  @${FAMILY_MAP}[(uint32)args.child_pid] = true;
}
tracepoint:sched:sched_process_exec
/ args.old_pid != args.pid && has_key(@${FAMILY_MAP}, (uint32)args.old_pid) /
{
  _ = delete(@${FAMILY_MAP}, (uint32)args.old_pid);
  @${FAMILY_MAP}[(uint32)args.pid] = true;
}
`;

/** After the script's own probes, which see a thread's end as well. */
const FORGETTER = `
tracepoint:sched:sched_process_exit / has_key(@${FAMILY_MAP}, tid) / { _ = delete(@${FAMILY_MAP}, tid); }
`;

/** Probes that run in no task's stead. */
const OF_NO_TASK: ReadonlySet<ProbeType | undefined> = new Set([
  "begin",
  "end",
  "self",
  "test",
  "bench",
  "interval",
  "iter",
] satisfies ProbeType[]);

/** The script as one that looks at the events of the process `cpid` and of everything that comes from it. */
export function followFamily(items: readonly TopLevel[], env: Env): readonly TopLevel[] {
  env.map(FAMILY_MAP).declared = { type: "hash", entries: MOST_TASKS };
  const limited = items.flatMap((item): readonly TopLevel[] =>
    item.kind === "probe" ? limitedProbes(item, env) : [item],
  );
  return [...parsed("keeper", KEEPER, env), ...limited, ...parsed("forgetter", FORGETTER, env)];
}

function parsed(name: string, text: string, env: Env): readonly Probe[] {
  const start = env.report.addFile(`<${name}>`, text);
  const script = parseScript({ name, text }, new Report());
  if (script === undefined) throw new Error(`bug: the family's ${name} cannot be parsed`);
  return moveSpans(script, start).items.flatMap((item) =>
    item.kind === "probe" ? [{ ...item, silent: true as const }] : [],
  );
}

/** A probe's places in tasks with the test; the others as they are. */
function limitedProbes(probe: Probe, env: Env): readonly Probe[] {
  const isOfTask = ({ type }: AttachPoint) => !OF_NO_TASK.has(type);
  const ofTasks = probe.attachPoints.filter(isOfTask);
  if (ofTasks.length === 0) return [probe];
  const others = probe.attachPoints.filter((point) => !isOfTask(point));
  const { predicate } = probe;
  const test = testOf(env, probe);
  const both: Expr = predicate
    ? { kind: "binary", op: "&&", left: test, right: predicate, opSpan: predicate.span, span: predicate.span }
    : test;
  const limited: Probe = { ...probe, attachPoints: ofTasks, predicate: both };
  return others.length === 0 ? [limited] : [limited, { ...probe, attachPoints: others }];
}

function testOf(env: Env, { span }: Probe): Expr {
  const [probe] = parsed("test", `begin / has_key(@${FAMILY_MAP}, tid) / { }`, env);
  if (probe?.predicate === undefined) throw new Error(`bug: no test at ${span.start}`);
  return probe.predicate;
}
