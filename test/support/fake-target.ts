import { syscallNumbers } from "../../src/abi/syscalls.ts";
import { globMatcher } from "../../src/base/glob.ts";
import type {
  Target,
  TracepointField,
  TracepointFormat,
  UsdtProbe,
  UserFunction,
} from "../../src/plan/target.ts";
import { fakeKernelBtf } from "./fake-kernel-btf.ts";

// Fields by their types, as tracefs spells them, and their bytes.
type Fields = readonly (readonly [type: string, name: string, size: number])[];

const ENTER: Fields = [["int", "__syscall_nr", 4]];
const EXIT: Fields = [...ENTER, ["long", "ret", 8]];

/** Tracepoints as this project's tools and examples use them; system calls pass everything in 8 bytes. */
// biome-ignore format: one tracepoint per line
const TRACEPOINTS: Readonly<Record<string, Fields>> = {
  "syscalls:sys_enter_open":     [...ENTER, ["const char *", "filename", 8], ["int", "flags", 8], ["umode_t", "mode", 8]],
  "syscalls:sys_enter_creat":    [...ENTER, ["const char *", "pathname", 8], ["umode_t", "mode", 8]],
  "syscalls:sys_enter_openat":   [...ENTER, ["int", "dfd", 8], ["const char *", "filename", 8], ["int", "flags", 8], ["umode_t", "mode", 8]],
  "syscalls:sys_enter_openat2":  [...ENTER, ["int", "dfd", 8], ["const char *", "filename", 8], ["struct open_how *", "how", 8], ["size_t", "usize", 8]],
  "syscalls:sys_enter_execve":   [...ENTER, ["const char *", "filename", 8], ["const char *const *", "argv", 8], ["const char *const *", "envp", 8]],
  "syscalls:sys_enter_execveat": [...ENTER, ["int", "fd", 8], ["const char *", "filename", 8], ["const char *const *", "argv", 8], ["const char *const *", "envp", 8], ["int", "flags", 8]],
  "syscalls:sys_exit_open":      EXIT,
  "syscalls:sys_exit_creat":     EXIT,
  "syscalls:sys_exit_openat":    EXIT,
  "syscalls:sys_exit_openat2":   EXIT,
  "syscalls:sys_exit_execve":    EXIT,
  "syscalls:sys_exit_execveat":  EXIT,
  "sched:sched_process_fork":    [["char[16]", "parent_comm", 16], ["pid_t", "parent_pid", 4], ["char[16]", "child_comm", 16], ["pid_t", "child_pid", 4]],
  "sched:sched_process_exit":    [["char[16]", "comm", 16], ["pid_t", "pid", 4], ["int", "prio", 4]],
  "sched:sched_process_exec":    [["__data_loc char[]", "filename", 4], ["pid_t", "pid", 4], ["pid_t", "old_pid", 4]],
  "sched:sched_switch":          [["char[16]", "prev_comm", 16], ["pid_t", "prev_pid", 4], ["int", "prev_prio", 4], ["long", "prev_state", 8], ["char[16]", "next_comm", 16], ["pid_t", "next_pid", 4]],
  "sched:sched_wakeup":          [["char[16]", "comm", 16], ["pid_t", "pid", 4], ["int", "prio", 4]],
  "sock:inet_sock_set_state":    [["const void *", "skaddr", 8], ["int", "oldstate", 4], ["int", "newstate", 4], ["__u16", "sport", 2], ["__u8[4]", "saddr", 4], ["__u8[16]", "saddr_v6", 16]],
  "block:block_rq_insert":       [["dev_t", "dev", 4], ["sector_t", "sector", 8]],
  "block:block_rq_issue":        [["dev_t", "dev", 4], ["sector_t", "sector", 8], ["unsigned int", "nr_sector", 4]],
  "raw_syscalls:sys_enter":      [["long", "id", 8], ["unsigned long[6]", "args", 48]],
  "raw_syscalls:sys_exit":       [["long", "id", 8], ["long", "ret", 8]],
};

const RAW_TRACEPOINTS = ["sched_process_exec", "sched_switch", "sys_enter", "sys_exit"];

/** Kernel functions and variables, by their addresses. */
const KERNEL_SYMBOLS: ReadonlyMap<string, bigint> = new Map([
  ["vfs_read", 0xffff_ffff_8100_0000n],
  ["do_nanosleep", 0xffff_ffff_8100_1000n],
  ["linux_banner", 0xffff_ffff_8200_0000n],
  ["runqueues", 0x1_0000n],
  ["__per_cpu_offset", 0xffff_ffff_8201_0000n],
]);

const KERNEL_FUNCTIONS = [
  { name: "do_nanosleep" },
  { name: "ext4_file_open", module: "ext4" },
  { name: "vfs_read" },
];

/** Calls that only x86 has. */
const X86_ONLY = /^syscalls:sys_(enter|exit)_(open|creat)$/;

/** What a test wants different from the usual made-up machine. */
export type FakeTargetOptions = Readonly<{
  arch?: Target["arch"];
  /** Without the kernel's types. */
  noBtf?: boolean;
  kernelVersion?: number;
  functions?: readonly string[];
  usdt?: readonly UsdtProbe[];
  /** Features that are missing. */
  lacks?: readonly Parameters<Target["has"]>[0][];
}>;

/** A machine that does not exist, for compilers: all of /bin has one program, `/bin/made-up`. */
export function fakeTarget(options: FakeTargetOptions = {}): Target {
  const { arch = "x86_64" } = options;
  const btf = options.noBtf ? undefined : fakeKernelBtf();
  const names = Object.keys(TRACEPOINTS)
    .filter((name) => arch === "x86_64" || !X86_ONLY.test(name))
    .sort();
  const functions = (options.functions ?? ["main"]).map((name, i): UserFunction => {
    return { name, offset: 0x1000 + i * 16, address: BigInt(0x401000 + i * 16), size: 16 };
  });
  return {
    arch,
    kernelVersion: options.kernelVersion ?? (6 << 16) | (12 << 8),
    kernelBtf: () => btf,
    has: (feature) => !options.lacks?.includes(feature),
    tracepoints(category, name) {
      const [inCategory, named] = [globMatcher(category), globMatcher(name)];
      return names
        .map((full) => ({ category: full.split(":")[0] ?? "", name: full.split(":")[1] ?? "" }))
        .filter((t) => inCategory(t.category) && named(t.name));
    },
    tracepointFormat(category, name) {
      const full = `${category}:${name}`;
      return names.includes(full) ? formatOf(names.indexOf(full) + 100, TRACEPOINTS[full] ?? []) : undefined;
    },
    syscallNumber: (name) => syscallNumbers(arch).get(name),
    rawTracepoints: (pattern) => RAW_TRACEPOINTS.filter(globMatcher(pattern)),
    resolveBinary: (name) => (name.endsWith("made-up") ? "/bin/made-up" : undefined),
    userFunctions: (_path, pattern) => functions.filter((f) => globMatcher(pattern)(f.name)),
    userSymbol: (_path, name) => functions.find((f) => f.name === name),
    cgroupId: (path) => (path === "/sys/fs/cgroup/made-up" ? 77n : undefined),
    usdtProbes: () => options.usdt ?? [],
    kernelFunctions: (pattern) => KERNEL_FUNCTIONS.filter((fn) => globMatcher(pattern)(fn.name)),
    kernelSymbol: (name) => KERNEL_SYMBOLS.get(name),
    cpus: 4,
    pageSize: 4096,
  };
}

function formatOf(id: number, fields: Fields): TracepointFormat {
  let at = 8; // behind the fields that all tracepoints have
  const placed = fields.map(([type, name, size]): TracepointField => {
    const align = type.includes("[") ? 4 : size;
    const offset = Math.ceil(at / align) * align;
    at = offset + size;
    const plain = type.replace(/^__data_loc /, "");
    const signed = /^(int|long|pid_t)$/.test(plain);
    return { name, type: plain, offset, size, signed, dataLoc: plain !== type };
  });
  return { id, fields: placed };
}
