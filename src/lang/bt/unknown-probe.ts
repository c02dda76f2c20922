import { didYouMean, nearest } from "../../base/suggest.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { probeTypeNames } from "./probe-types.ts";
import { softwareEventNames } from "./resolve-perf.ts";

/** The probe's type is not known: finds what was probably meant, also where a category stands in the type's place. */
export function reportUnknownProbe(point: AttachPoint, env: Env): void {
  const first = point.parts[0]?.text ?? "";
  const name = point.parts.at(-1)?.text ?? "";
  const asCategory = env.target.tracepoints(point.written, first);
  const anywhere = name === "" ? [] : env.target.tracepoints("*", name);
  let suggestions: string[] = [];
  const isConfig = point.written === "config" && point.parts.length === 0;
  if (asCategory.length > 0)
    suggestions = asCategory.slice(0, 2).map((t) => `tracepoint:${t.category}:${t.name}`);
  else if (anywhere.length > 0)
    suggestions = anywhere.slice(0, 2).map((t) => `tracepoint:${t.category}:${t.name}`);
  else if (softwareEventNames().includes(name.replaceAll("_", "-")))
    suggestions = [`software:${name.replaceAll("_", "-")}:1`];
  else if (env.target.tracepoints(point.written, "*").length > 0) {
    const all = env.target.tracepoints(point.written, "*").map((t) => t.name);
    suggestions = nearest(first, all, 2).map((t) => `tracepoint:${point.written}:${t}`);
    if (suggestions.length === 0) suggestions = [`tracepoint:${point.written}:${all[0] ?? "*"}`];
  } else {
    const rest = point.parts.map((part) => `:${part.text}`).join("");
    suggestions = nearest(point.written, probeTypeNames(), 2).map((type) => `${type}${rest}`);
  }
  env.report.error(
    "probe/unknown-type",
    point.writtenSpan,
    `there is no probe type \`${point.written}\``,
    isConfig
      ? "settings are written `config = { … }`"
      : suggestions.length > 0
        ? `did you mean ${suggestions.map((s) => `\`${s}\``).join(" or ")}?`
        : "a probe starts with its type, such as `tracepoint:syscalls:sys_enter_openat`, `uprobe:PATH:FUNCTION`, `profile:hz:99`, `interval:s:1`, `BEGIN` or `END`",
  );
}

/** Kernel functions that scripts like to probe, and tracepoints that tell the same. */
const INSTEAD: readonly (readonly [functions: RegExp, tracepoint: string])[] = [
  [/^(vfs|ksys)_read/, "syscalls:sys_exit_read"],
  [/^(vfs|ksys)_write/, "syscalls:sys_exit_write"],
  [/^(vfs_open|do_sys_open|do_filp_open)/, "syscalls:sys_enter_openat"],
  [/^tcp_(v[46]_)?(connect|set_state|close)|^inet_csk_accept/, "sock:inet_sock_set_state"],
  [/^tcp_retransmit/, "tcp:tcp_retransmit_skb"],
  [/^blk_(mq_start|account_io_start)/, "block:block_rq_issue"],
  [/^blk_(mq_complete|mq_end|account_io_done)/, "block:block_rq_complete"],
  [/nanosleep/, "syscalls:sys_enter_clock_nanosleep"],
  [/^(do_init|load)_module/, "module:module_load"],
  [/^finish_task_switch/, "sched:sched_switch"],
  [/^(try_to|ttwu_do)_wake/, "sched:sched_wakeup"],
  [/^(do_exit|release_task)/, "sched:sched_process_exit"],
  [/^(_do_fork|kernel_clone|copy_process)/, "sched:sched_process_fork"],
  [/^oom_kill/, "oom:mark_victim"],
];

/** The kernel cannot be asked to run programs at its functions. */
export function reportNoFunctionProbes(point: AttachPoint, name: string, env: Env): void {
  const isTyped = point.type === "fentry" || point.type === "fexit";
  env.report.error(
    "probe/unsupported",
    point.writtenSpan,
    isTyped
      ? "this kernel attaches no fentry and fexit programs"
      : "this kernel was built without kprobes, so its functions cannot be probed",
    functionHelp(name, env),
  );
}

function functionHelp(name: string, env: Env): string {
  const instead = tracepointsInstead(name, env).map((t) => `\`tracepoint:${t}\``);
  const trace =
    instead.length > 0
      ? `trace the same thing with ${instead.join(" or ")}`
      : "trace the same thing with a tracepoint (`skep list 'tracepoint:*'`)";
  if (/[*?[]/.test(name) || env.target.kernelSymbol(name) !== undefined) return trace;
  const near = didYouMean(name, env.btf?.names("func") ?? []);
  return `this kernel has no function \`${name}\`${near ? ` (${near})` : ""}; ${trace}`;
}

/** Tracepoints of this kernel that fire where a function does: system calls by their name, others by the table. */
export function tracepointsInstead(name: string, env: Env): string[] {
  const call = /^(?:__\w+?_)?(?:sys|__se_sys|__do_sys)_(\w+)$/.exec(name)?.[1];
  const wanted = call
    ? [`syscalls:sys_enter_${call}`]
    : INSTEAD.filter(([f]) => f.test(name)).map(([, t]) => t);
  return wanted.filter((full) => {
    const [category = "", event = ""] = full.split(":");
    return env.target.tracepoints(category, event).length > 0;
  });
}
