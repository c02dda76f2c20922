import { bt, defineTool, type Is } from "./define-tool.ts";
import { followFamily, inFamily } from "./family.ts";
import { joinFolders, WALK_FOLDERS } from "./full-path.ts";
import { OPEN_FLAGS, READ_ONLY } from "./open-flags.ts";

/** Remembers a call's arguments until it returns: only then its file's name is sure to be in memory. */
const enter = (is: Is, call: string, path: string, flags: string, dir: string): string => bt`
tracepoint:syscalls:sys_enter_${call}
/ ${inFamily(is)}
  && (getopt("pid", 0) == 0 || pid == getopt("pid", 0))
  && (getopt("tid", 0) == 0 || tid == getopt("tid", 0))
  && (getopt("uid", -1) < 0 || uid == getopt("uid", -1))
  && strcontains(comm, getopt("name", "")) /
{
  $flags = (uint64)${flags};
  $mask = (uint64)getopt("flag-filter", 0);
  if ($mask != 0 && ($flags & $mask) == 0 && (($mask & ${READ_ONLY}) == 0 || ($flags & 3) != 0)) { return; }
  @open[tid] = ((uint64)${path}, $flags, (int64)${dir});
}
`;

const CURRENT_FOLDER = "-100"; // AT_FDCWD, include/uapi/linux/fcntl.h, v6.12
const CREAT = "577"; // O_CREAT | O_WRONLY | O_TRUNC

export const opensnoop = defineTool({
  name: "opensnoop",
  summary: "Show files as processes open them, and opens that fail",
  // biome-ignore format: one option per line
  options: {
    timestamp:         { type: "switch", short: "T", help: "show when: seconds since tracing began" },
    "print-uid":       { type: "switch", short: "U", help: "show the user's id" },
    failed:            { type: "switch", short: "x", help: "only opens that failed" },
    pid:               { type: "int",    short: "p", value: "PID", min: 1, help: "only this process, and end with it" },
    tid:               { type: "int",    short: "t", value: "TID", min: 1, help: "only this thread" },
    uid:               { type: "user",   short: "u", value: "USER", help: "only this user, by id or name" },
    name:              { type: "text",   short: "n", value: "NAME", help: "only threads whose name contains NAME" },
    "extended-fields": { type: "switch", short: "e", help: "show the flags that were passed, in octal" },
    "flag-filter":     { type: "mask",   short: "f", value: "FLAG", bits: OPEN_FLAGS, help: "only opens with this flag, such as O_CREAT; with one of several when repeated" },
    "full-path":       { type: "switch", short: "F", help: "show where relative paths start from" },
  },
  program: (is) => bt`${followFamily(is)}
${is("x86_64") ? enter(is, "open", "args.filename", "args.flags", CURRENT_FOLDER) : ""}
${is("x86_64") ? enter(is, "creat", "args.pathname", CREAT, CURRENT_FOLDER) : ""}
${enter(is, "openat", "args.filename", "args.flags", "args.dfd")}
${enter(is, "openat2", "args.filename", "args.how->flags", "args.dfd")}
${is("x86_64") ? "tracepoint:syscalls:sys_exit_open, tracepoint:syscalls:sys_exit_creat," : ""}
tracepoint:syscalls:sys_exit_openat, tracepoint:syscalls:sys_exit_openat2 / has_key(@open, tid) /
{
  $open = @open[tid];
  _ = delete(@open, tid);
  if (getopt("failed", false) && args.ret >= 0) { return; }
  $path = $open.0;
  $dir = $open.2;
  $parts = (int64)0;
  $whole = true;
  ${is("full-path") ? WALK_FOLDERS : ""}
  print((timestamp = elapsed, uid = uid, pid = pid, tid = tid, comm = comm, fd = args.ret < 0 ? -1 : args.ret,
    err = args.ret < 0 ? -args.ret : 0, flags = $open.1, path = str(uptr($path)), parts = $parts, whole = $whole));
}
`,
  // biome-ignore format: one column per line
  columns: [
    { key: "timestamp", name: "TIME(s)", width: 13, when: "timestamp", shownAs: "seconds" },
    { key: "uid",   name: "UID", width: 6, when: "print-uid" },
    { key: "pid",   name: "PID", width: 7, unless: "tid" },
    { key: "tid",   name: "TID", width: 7, when: "tid" },
    { key: "comm",  name: "COMM", width: 16 },
    { key: "fd",    name: "FD", width: 4, align: "right" },
    { key: "err",   name: "ERR", width: 3, align: "right" },
    { key: "flags", name: "FLAGS", width: 8, when: "extended-fields", shownAs: "octal" },
    { key: "path",  name: "PATH" },
  ],
  maxStringBytes: 4096, // PATH_MAX, include/uapi/linux/limits.h, v6.12
  overhead: "two short programs for each open; not noticeable below some 10,000 opens per second",
  notes: [
    "FD is -1 for a failed open, and ERR says why (`errno -l` lists the numbers).",
    "The kernel reports no system calls of 32-bit programs on a 64-bit kernel: their opens are not seen.",
    "PATH is what the process passed. With -F a relative one is completed as it was at the time of the call; symbolic links and `..` stay in it.",
  ],
  // biome-ignore format: one example per line
  examples: [
    { args: "",                      shows: "every open on this machine" },
    { args: "-c 'ls -l'",            shows: "start a command and show what it and its children open" },
    { args: "-x",                    shows: "opens that failed" },
    { args: "-p 181 -T",             shows: "opens of process 181, with times" },
    { args: "-f O_CREAT -F",         shows: "files that may be created, with full paths" },
    { args: "-n python --json",      shows: "opens of threads whose name contains python, as JSON lines" },
    { args: "-d 10 --summary",       shows: "ten seconds, then the most opened files" },
  ],
  counts: { key: "path", things: "opens", top: "Most opened files", most: 20 },
  rows: joinFolders,
});
