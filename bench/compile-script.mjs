// Scripts of any length for bench/compile.mjs: what tracing scripts are made of, laid out as they are published, one tool
// after the other. Every tool has probes and maps of its own, so a script of twice the length has twice of everything. Ten
// instructions come from a line, where the well-known tools (test/cases/published) have five to fourteen.

const SYSCALLS = [
  ["openat", "filename", "dfd", "flags"],
  ["unlinkat", "pathname", "dfd", "flag"],
  ["mkdirat", "pathname", "dfd", "mode"],
  ["readlinkat", "pathname", "dfd", "bufsiz"],
  ["execve", "filename", "argv", "envp"],
  ["newfstatat", "filename", "dfd", "flag"],
  ["faccessat", "filename", "dfd", "mode"],
  ["fchmodat", "filename", "dfd", "mode"],
];
const TRANSFERS = ["read", "write", "pread64", "pwrite64", "recvfrom", "sendto"];
const FUNCTIONS = ["vfs_read", "vfs_write", "vfs_open", "vfs_fsync", "tcp_sendmsg", "tcp_recvmsg"];

/** The lines of one tool; `n` is its number. */
function tool(n) {
  const [call, path, first, second] = SYSCALLS[n % SYSCALLS.length];
  const transfer = TRANSFERS[n % TRANSFERS.length];
  const fn = FUNCTIONS[n % FUNCTIONS.length];
  return `// ${call}: which files are named, by whom, and how long it takes.
// Slow calls are printed, the rest is counted.
BEGIN
{
  printf("Tracing ${call} and ${transfer}... Hit Ctrl-C to end.\\n");
  printf("%-6s %-16s %4s %6s %s\\n", "PID", "COMM", "RET", "US", "PATH");
}

tracepoint:syscalls:sys_enter_${call}
/pid != 0 && comm != "skep${n}"/
{
  @start${n}[tid] = nsecs;
  @path${n}[tid] = str(args.${path}, 64);
  $low = (uint32)args.${first} & 0xff${n % 10};
  if ($low == ${n} || (uint64)args.${second} > ${n + 1}) {
    @odd${n}[comm, $low] = count();
  } else if (strncmp(comm, "sshd${n}", 4) == 0) {
    printf("%-6d %-16s ssh %d\\n", pid, comm, $low);
  }
}

tracepoint:syscalls:sys_exit_${call}
/has_key(@start${n}, tid)/
{
  $us = (nsecs - @start${n}[tid]) / 1000;
  @usecs${n} = hist($us);
  if ($us > ${100 + n} && args.ret >= 0) {
    printf("%-6d %-16s %4d %6d %s\\n", pid, comm, args.ret, $us, @path${n}[tid]);
  }
  delete(@start${n}, tid);
  delete(@path${n}, tid);
}

// What ${transfer} moves, in bytes and in pages.
tracepoint:syscalls:sys_exit_${transfer}
/args.ret > 0/
{
  $bytes = (uint64)args.ret;
  @bytes${n}[pid, comm] = sum($bytes);
  @sizes${n} = lhist($bytes, 0, 65536, 4096);
  $pages = ($bytes + 4095) / 4096 * 4096;
  $i = 0;
  while ($i < 4) {
    if (($pages >> (12 + $i)) & 1) {
      @bits${n}[$i] = count();
    }
    $i++;
  }
}

// How long tasks wait for a processor.
tracepoint:sched:sched_wakeup,
tracepoint:sched:sched_wakeup_new
{
  @queued${n}[args.pid] = nsecs;
}

tracepoint:sched:sched_switch
{
  $state = args.prev_state == 0 ? "runs" : "sleeps";
  @switched${n}[$state] = count();
  if (args.prev_state == 0) {
    @queued${n}[args.prev_pid] = nsecs;
  }
  $since = @queued${n}[args.next_pid];
  if ($since != 0) {
    @wait${n} = avg((nsecs - $since) / 1000);
    delete(@queued${n}, args.next_pid);
  }
}

// The kernel's side of it, by callers.
kprobe:${fn}
{
  $task = (struct task_struct *)curtask;
  $parent = $task->real_parent;
  if ($parent->tgid != ${n + 2} && $task->flags & 0x2) {
    @from${n}[kstack(3)] = count();
  }
  @calls${n}[func, cpu] = count();
}

kretprobe:${fn}
/(int64)retval < 0/
{
  $error = (int32)-retval;
  @errors${n}[$error] = stats($error * ${n + 3});
  printf("%s failed with %d for %s\\n", func, $error, $error == 11 ? "again" : "else");
}

// Each so many seconds: who moved most.
interval:${(n % 50) + 1}s
{
  time("%H:%M:%S ");
  printf("%d: %s\\n", ${n}, "bytes");
  print(@bytes${n}, 5);
  clear(@bytes${n});
}

END
{
  clear(@start${n});
  clear(@path${n});
  clear(@queued${n});
}
`;
}

/** A script of exactly so many lines. */
export function scriptOf(lines) {
  const text = [];
  for (let n = 0; text.length < lines; n++) text.push(...tool(n).split("\n"));
  const cut = text.slice(0, lines);
  const isEnd = (line) => line === "}";
  const last = cut.findLastIndex(isEnd); // behind it a probe is cut off
  return `${[...cut.slice(0, last + 1), ...Array(lines - last - 1).fill("// end")].join("\n")}\n`;
}
