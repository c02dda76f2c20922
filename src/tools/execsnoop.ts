import { bt, defineTool } from "./define-tool.ts";
import { FAMILY } from "./family.ts";

export const execsnoop = defineTool({
  name: "execsnoop",
  summary: "Show programs as they are started, with their arguments",
  // biome-ignore format: one option per line
  options: {
    pid: { type: "int", short: "p", value: "PID", min: 1, help: "only this process, and end with it" },
  },
  program: bt`${FAMILY}
rawtracepoint:sched_process_exec
/ IN_FAMILY && (getopt("pid", 0) == 0 || pid == getopt("pid", 0)) /
{
  print((comm = comm, pid = pid, ppid = curtask->real_parent->tgid, ret = 0, args = str(args.bprm->filename)));
}
`,
  // biome-ignore format: one column per line
  columns: [
    { key: "comm", name: "PCOMM", width: 16 },
    { key: "pid",  name: "PID", width: 7 },
    { key: "ppid", name: "PPID", width: 7 },
    { key: "ret",  name: "RET", width: 3, align: "right" },
    { key: "args", name: "ARGS" },
  ],
  overhead: "one program per exec; negligible",
  limits: [],
  examples: [{ args: "", shows: "every program that is started" }],
});
