import { bt } from "./define-tool.ts";

/**
 * Follows a process and everything that comes from it, threads included, by thread id: for programs that test
 * `IN_FAMILY`. The first process is the option "family". A thread that calls execve takes the id of its process.
 */
export const FAMILY = bt`
#ifdef WITH_FAMILY
#define IN_FAMILY has_key(@family, tid)
BEGIN { @family[(uint32)getopt("family", 0)] = 1; }
tracepoint:sched:sched_process_fork / has_key(@family, (uint32)args.parent_pid) /
{
  @family[(uint32)args.child_pid] = 1;
}
tracepoint:sched:sched_process_exec
/ args.old_pid != args.pid && has_key(@family, (uint32)args.old_pid) /
{
  delete(@family, (uint32)args.old_pid);
  @family[(uint32)args.pid] = 1;
}
tracepoint:sched:sched_process_exit / has_key(@family, tid) / { delete(@family, tid); }
#else
#define IN_FAMILY true
#endif
`;
