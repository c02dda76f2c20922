import { syscallNumbers } from "../abi/syscalls.ts";
import type { TracepointField, TracepointFormat } from "../plan/target.ts";
import { simKernelTypes } from "./btf/types.ts";
import type { KernelTables } from "./kernel-tables.ts";

const SCHED = "char comm[16] 16, pid_t pid 4, int prio 4";
// biome-ignore format: one tracepoint per line
const TRACEPOINTS: Readonly<Record<string, string>> = {
  "raw_syscalls:sys_enter": "long id 8, unsigned long args[6] 48",
  "raw_syscalls:sys_exit": "long id 8, long ret 8",
  "sched:sched_switch": "char prev_comm[16] 16, pid_t prev_pid 4, int prev_prio 4, long prev_state 8, char next_comm[16] 16, pid_t next_pid 4, int next_prio 4",
  "sched:sched_waking": `${SCHED}, int target_cpu 4`,
  "sched:sched_wakeup": `${SCHED}, int target_cpu 4`,
  "sched:sched_wakeup_new": `${SCHED}, int target_cpu 4`,
  "sched:sched_migrate_task": `${SCHED}, int orig_cpu 4, int dest_cpu 4`,
  "sched:sched_stat_runtime": "char comm[16] 16, pid_t pid 4, u64 runtime 8",
  "sched:sched_stat_sleep": "char comm[16] 16, pid_t pid 4, u64 delay 8",
  "sched:sched_stat_blocked": "char comm[16] 16, pid_t pid 4, u64 delay 8",
  "sched:sched_process_exit": SCHED,
  "sched:sched_process_free": SCHED,
  "sched:sched_process_wait": SCHED,
  "sched:sched_process_fork": "char parent_comm[16] 16, pid_t parent_pid 4, char child_comm[16] 16, pid_t child_pid 4",
  "sched:sched_process_exec": "__data_loc filename 4, pid_t pid 4, pid_t old_pid 4",
  "task:task_newtask": "pid_t pid 4, char comm[16] 16, unsigned long clone_flags 8, short oom_score_adj 2",
  "task:task_rename": "pid_t pid 4, char oldcomm[16] 16, char newcomm[16] 16, short oom_score_adj 2",
  "signal:signal_generate": "int sig 4, int errno 4, int code 4, char comm[16] 16, pid_t pid 4, int group 4, int result 4",
  "signal:signal_deliver": "int sig 4, int errno 4, int code 4, unsigned long sa_handler 8, unsigned long sa_flags 8",
  "power:cpu_idle": "u32 state 4, u32 cpu_id 4",
  "syscalls:sys_enter_openat": "int __syscall_nr 4, int dfd 8, const_char_* filename 8, int flags 8, umode_t mode 8",
};

/** Tracepoints, until the whole list is there. */
export function standInTables(): KernelTables {
  const numbers = [...syscallNumbers("x86_64")];
  const texts = { ...TRACEPOINTS };
  for (const [name] of numbers) {
    texts[`syscalls:sys_enter_${name}`] ??= "int __syscall_nr 4, unsigned long a 8, unsigned long b 8";
    texts[`syscalls:sys_exit_${name}`] ??= "int __syscall_nr 4, long ret 8";
  }
  const formats = Object.entries(texts).map(([name, text], i) => [name, formatOf(i + 100, text)] as const);
  return {
    btf: simKernelTypes(),
    tracepoints: new Map(formats),
    syscalls: new Map(numbers.map(([name, number]) => [name, { number, args: [] }])),
    rawTracepoints: ["sys_enter", "sys_exit", "sched_switch"],
  };
}

function formatOf(id: number, text: string): TracepointFormat {
  let at = 8;
  const fields = text.split(", ").map((part): TracepointField => {
    const [, type = "", name = "", array = "", bytes = ""] = /^(.*) (\w+)(\[\d+\])? (\d+)$/.exec(part) ?? [];
    const size = Number(bytes);
    const align = array === "[16]" ? 1 : Math.min(size, 8);
    const offset = Math.ceil(at / align) * align;
    at = offset + size;
    const signed = /^(int|long|pid_t)$/.test(type);
    const dataLoc = type === "__data_loc";
    const shown = dataLoc ? "char[]" : type.replaceAll("_*", " *").replace("const_", "const ") + array;
    return { name, type: shown, offset, size, signed, dataLoc };
  });
  return { id, fields };
}
