import { bt, defineTool } from "./define-tool.ts";
import { FAMILY } from "./family.ts";

export const opensnoop = defineTool({
  name: "opensnoop",
  summary: "Show files as they are opened, and by whom",
  // biome-ignore format: one option per line
  options: {
    timestamp: { type: "switch", short: "T", help: "show when, in seconds since tracing began" },
    "print-uid": { type: "switch", short: "U", help: "show the user's id" },
    failed: { type: "switch", short: "x", help: "only opens that failed" },
    pid: { type: "int", short: "p", value: "PID", min: 1, help: "only this process, and end with it" },
    tid: { type: "int", short: "t", value: "TID", min: 1, help: "only this thread" },
    uid: { type: "user", short: "u", value: "USER", help: "only this user: an id or a name" },
    name: { type: "text", short: "n", value: "NAME", help: "only threads whose name contains NAME" },
  },
  program: bt`${FAMILY}
tracepoint:syscalls:sys_enter_openat
/ IN_FAMILY
  && (getopt("pid", 0) == 0 || pid == getopt("pid", 0))
  && (getopt("tid", 0) == 0 || tid == getopt("tid", 0))
  && (getopt("uid", -1) < 0 || uid == getopt("uid", -1))
  && strcontains(comm, getopt("name", "")) /
{
  @open[tid] = ((uint64)args.filename, (uint64)args.flags);
}
tracepoint:syscalls:sys_exit_openat / has_key(@open, tid) /
{
  $open = @open[tid];
  delete(@open, tid);
  if (getopt("failed", false) && args.ret >= 0) { return; }
  print((time = elapsed, uid = uid, pid = pid, tid = tid, comm = comm,
    fd = args.ret < 0 ? -1 : args.ret, err = args.ret < 0 ? -args.ret : 0, flags = $open.1, path = str(uptr($open.0))));
}
`,
  // biome-ignore format: one column per line
  columns: [
    { key: "time", name: "TIME(s)", width: 14, when: ["timestamp"], shownAs: "seconds" },
    { key: "uid",  name: "UID", width: 6, when: ["print-uid"] },
    { key: "pid",  name: "PID", width: 7 },
    { key: "comm", name: "COMM", width: 16 },
    { key: "fd",   name: "FD", width: 4, align: "right" },
    { key: "err",  name: "ERR", width: 3, align: "right" },
    { key: "path", name: "PATH" },
  ],
  overhead: "two short programs per open; negligible below some 10,000 opens per second",
  limits: [],
  examples: [{ args: "", shows: "every file that is opened" }],
  counts: { key: "path", total: "opens", top: "most opened files", most: 20 },
});
