import { bt, type Is } from "./define-tool.ts";

/** A test for threads of the family that `-c` asks for; without it, for all. */
export function inFamily(is: Is): string {
  return is("family") ? "has_key(@family, tid)" : "true";
}

/**
 * Follows the process that the option "family" names and everything that comes from it, threads included, by thread id.
 * A thread that calls execve takes the id of its process, hence the third probe.
 */
export function followFamily(is: Is): string {
  if (!is("family")) return "";
  return bt`
BEGIN { @family[(uint32)getopt("family", 0)] = true; }
tracepoint:sched:sched_process_fork / has_key(@family, (uint32)args.parent_pid) /
{
  @family[(uint32)args.child_pid] = true;
}
tracepoint:sched:sched_process_exit / has_key(@family, tid) / { _ = delete(@family, tid); }
tracepoint:sched:sched_process_exec
/ args.old_pid != args.pid && has_key(@family, (uint32)args.old_pid) /
{
  _ = delete(@family, (uint32)args.old_pid);
  @family[(uint32)args.pid] = true;
}
`;
}
