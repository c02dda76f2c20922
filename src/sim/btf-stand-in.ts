import { Report } from "../base/diagnostic.ts";
import { parseC } from "../btf/parse-c.ts";
import type { TracepointField, TracepointFormat } from "../plan/target.ts";
import type { KernelTables } from "./kernel-tables.ts";

const TYPES = `
typedef unsigned int u32; typedef unsigned long long u64;
struct pt_regs { unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss; };
typedef struct { u32 val; } kuid_t; typedef struct { u32 val; } kgid_t;
struct cred { kuid_t uid; kgid_t gid; kuid_t suid; kgid_t sgid; kuid_t euid; kgid_t egid; kuid_t fsuid; kgid_t fsgid; };
struct cgroup { int level; };
struct task_struct { unsigned int __state; int pid; int tgid; char comm[16]; struct task_struct *real_parent; struct task_struct *group_leader; const struct cred *cred; u64 start_time; };
typedef void (*btf_trace_sys_enter)(void *, struct pt_regs *, long);
typedef void (*btf_trace_sys_exit)(void *, struct pt_regs *, long);
long __x64_sys_openat(const struct pt_regs *regs);
`;

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
  "power:cpu_idle": "u32 state 4, u32 cpu_id 4",
  "syscalls:sys_enter_openat": "int __syscall_nr 4, int dfd 8, const_char_* filename 8, int flags 8, umode_t mode 8",
  "syscalls:sys_exit_openat": "int __syscall_nr 4, long ret 8",
};

/** A small kernel, until the whole one is there. */
export function standInTables(): KernelTables {
  const report = new Report();
  const btf = parseC(TYPES, report);
  if (btf === undefined) throw new Error(`bug: ${report.diagnostics.map((d) => d.message).join("; ")}`);
  const formats = Object.entries(TRACEPOINTS).map(
    ([name, text], i) => [name, formatOf(i + 100, text)] as const,
  );
  return {
    btf,
    tracepoints: new Map(formats),
    syscalls: new Map([["openat", { number: 257, args: [] }]]),
    rawTracepoints: ["sys_enter", "sys_exit"],
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
    return {
      name,
      type: type.replaceAll("_*", " *").replace("const_", "const ") + array,
      offset,
      size,
      signed,
      dataLoc: false,
    };
  });
  return { id, fields };
}
