import { bt, defineTool, type Is } from "./define-tool.ts";
import { joinArguments } from "./exec-arguments.ts";
import { followFamily, inFamily } from "./family.ts";

const WANTED = bt`(getopt("pid", 0) == 0 || pid == getopt("pid", 0))
  && (getopt("uid", -1) < 0 || uid == getopt("uid", -1))
  && (getopt("ppid", 0) == 0 || curtask->real_parent->tgid == getopt("ppid", 0))`;

const ABOUT_CALLER = bt`time = strftime("%H:%M:%S", nsecs), timestamp = elapsed, uid = uid, comm = comm, pid = pid,
    ppid = curtask->real_parent->tgid`;

/**
 * An exec that succeeded: the new program's arguments lie together in its memory, where the kernel has just put them.
 * For a script they are those of its interpreter, and `filename` tells the two apart.
 * A thread that calls execve has taken the id of its process by now; its own was \`arg1\`.
 */
const succeeded = (is: Is): string => bt`
rawtracepoint:sched_process_exec
/ (${inFamily(is)} || ${is("family") ? "has_key(@family, (uint32)arg1)" : "true"}) && ${WANTED} /
{
  $bprm = (struct linux_binprm *)arg2;
  $mm = curtask->mm;
  $length = (uint64)$mm->arg_end - (uint64)$mm->arg_start;
  print((${ABOUT_CALLER}, ret = (int64)0, file = str($bprm->filename, 4095), script = $bprm->filename != $bprm->interp,
    count = $bprm->argc, length = $length, tid = tid, bytes = buf(uptr((uint64)$mm->arg_start), $length)));
}
`;

/** An exec that fails leaves the caller's memory as it is: the arguments are read where they were when it returns. */
const failed = (is: Is): string => bt`
tracepoint:syscalls:sys_enter_execve / ${inFamily(is)} && ${WANTED} /
{
  @exec[tid] = ((uint64)args.filename, (uint64)args.argv);
}
tracepoint:syscalls:sys_enter_execveat / ${inFamily(is)} && ${WANTED} /
{
  @exec[tid] = ((uint64)args.filename, (uint64)args.argv);
}
rawtracepoint:sched_process_exec { _ = delete(@exec, (uint32)arg1); }
tracepoint:syscalls:sys_exit_execve, tracepoint:syscalls:sys_exit_execveat / has_key(@exec, tid) /
{
  $exec = @exec[tid];
  _ = delete(@exec, tid);
  if (args.ret >= 0) { return; }
  $count = (int64)0;
  $ended = false;
  for ($i : 1..getopt("max-args", 20)) {
    $arg = *(uint64 *)uptr($exec.1 + (uint64)$i * 8);
    if ($arg == 0) { $ended = true; break; }
    print((part = str(uptr($arg), 1024), at = $count, tid = tid));
    $count++;
  }
  print((${ABOUT_CALLER}, ret = (int64)args.ret, file = str(uptr($exec.0), 4095), count = $count, ended = $ended, tid = tid));
}
`;

export const execsnoop = defineTool({
  name: "execsnoop",
  summary: "Show programs as they are started, with their arguments",
  // biome-ignore format: one option per line
  options: {
    time:        { type: "switch",  short: "T", help: "show the time of day" },
    timestamp:   { type: "switch",  short: "t", help: "show when: seconds since tracing began" },
    "print-uid": { type: "switch",  short: "U", help: "show the user's id" },
    fails:       { type: "switch",  short: "x", help: "also execs that failed" },
    quote:       { type: "switch",  short: "q", help: "put each argument in quotes" },
    pid:         { type: "int",     short: "p", value: "PID", min: 1, help: "only execs of this process, and end with it" },
    ppid:        { type: "int",     short: "P", value: "PID", min: 1, help: "only processes whose parent is this one" },
    uid:         { type: "user",    short: "u", value: "USER", help: "only this user, by id or name" },
    name:        { type: "pattern", short: "n", value: "REGEX", help: "only where the new process's name matches" },
    line:        { type: "pattern", short: "l", value: "REGEX", help: "only where the command line matches" },
    "max-args":  { type: "int",     value: "N", min: 1, max: 1000, help: "show the program and at most N - 1 arguments (default 20)" },
  },
  program: (is) => followFamily(is) + succeeded(is) + (is("fails") ? failed(is) : ""),
  // biome-ignore format: one column per line
  columns: [
    { key: "time",      name: "TIME", width: 8, when: "time" },
    { key: "timestamp", name: "TIME(s)", width: 13, when: "timestamp", shownAs: "seconds" },
    { key: "uid",  name: "UID", width: 6, when: "print-uid" },
    { key: "comm", name: "PCOMM", width: 16 },
    { key: "pid",  name: "PID", width: 7 },
    { key: "ppid", name: "PPID", width: 7 },
    { key: "ret",  name: "RET", width: 3, align: "right" },
    { key: "args", name: "ARGS" },
  ],
  maxStringBytes: 16_384,
  overhead: "one short program for each exec; not noticeable",
  notes: [
    "RET is 0, or the error's number below zero (`errno -l` lists them). ARGS is the file and its arguments; `...` stands for what was left out.",
    "Processes that fork and never call exec are not shown.",
  ],
  // biome-ignore format: one example per line
  examples: [
    { args: "",                 shows: "every program that is started on this machine" },
    { args: "-c 'make all'",    shows: "start a command and show what it runs" },
    { args: "-x -T",            shows: "also execs that fail, with the time of day" },
    { args: "-n '^(sh|bash)$'", shows: "shells that are started" },
    { args: "-P 181 -q",        shows: "children of process 181, arguments in quotes" },
    { args: "-u www-data --json", shows: "what a user runs, as JSON lines" },
  ],
  counts: { key: "comm", things: "execs", top: "Most started programs", most: 20 },
  rows: joinArguments,
});
