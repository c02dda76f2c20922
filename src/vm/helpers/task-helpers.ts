import type { Clock } from "../environment.ts";
import { ERRNO } from "../errno.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const HZ = 250n; // of the clock that jiffies count
const INITIAL_JIFFIES = 0x1_0000_0000n - 300n * HZ; // include/linux/jiffies.h, v6.18

const HIGH = 0x1_0000_0000;

/** Two numbers of 32 bits as one of 64: as a number where that is exact, which costs much less. */
function pair(high: number, low: number): number | bigint {
  if (high >= 0 && high < 0x20_0000) return high * HIGH + (low >>> 0);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function now({ env }: HelperCall, clock: Clock): number | bigint {
  return env.nowNumber?.(clock) ?? env.now(clock);
}

/** "a" as a C string of exactly `bytes.length` bytes, cut and padded with NULs. */
function putText(bytes: Uint8Array, text: string): void {
  bytes.fill(0);
  bytes.set(new TextEncoder().encode(text).subarray(0, bytes.length - 1));
}

/** A CPU's copy of an object that the program made, or of a variable of the kernel. */
function perCpu(call: HelperCall, cpu: number): number | bigint {
  if (cpu >= call.env.cpus) return 0;
  return (
    call.state.objects.valueOf(call.address(1), cpu) ??
    call.env.perCpuAddress?.(call.u64(1), cpu) ??
    call.u64(1)
  );
}

/** The current task, time, random numbers, signals. */
export const TASK_RECORDS: readonly HelperRecord[] = [
  {
    name: "bpf_get_current_pid_tgid",
    run(call) {
      const { tid, tgid } = call.env.task();
      return pair(tgid, tid);
    },
  },
  {
    name: "bpf_get_current_uid_gid",
    run(call) {
      const { uid, gid } = call.env.task();
      return pair(gid, uid);
    },
  },
  {
    name: "bpf_get_current_comm",
    run(call) {
      const size = call.size(2);
      if (size === 0) return -ERRNO.EINVAL;
      putText(call.write(1, size), call.env.task().comm.slice(0, 15));
      return 0;
    },
  },
  { name: "bpf_get_current_task", run: (call) => call.env.task().address },
  { name: "bpf_get_current_task_btf", run: (call) => call.env.task().address },
  { name: "bpf_get_current_cgroup_id", run: (call) => call.env.task().cgroupId },
  { name: "bpf_get_current_ancestor_cgroup_id", run: (call) => call.env.ancestorCgroup(call.u32(1)) },
  {
    name: "bpf_get_ns_current_pid_tgid",
    run(call) {
      if (call.size(4) !== 8) return -ERRNO.EINVAL;
      const into = call.write(3, 8);
      const view = new DataView(into.buffer, into.byteOffset, 8);
      const { tid, tgid } = call.env.task();
      view.setUint32(0, tid, true);
      view.setUint32(4, tgid, true);
      return 0;
    },
    differs: "there is one PID namespace; device and inode number are not compared",
  },
  { name: "bpf_ktime_get_ns", run: (call) => now(call, "monotonic") },
  { name: "bpf_ktime_get_boot_ns", run: (call) => now(call, "boot") },
  { name: "bpf_ktime_get_coarse_ns", run: (call) => call.env.now("coarse") },
  { name: "bpf_ktime_get_tai_ns", run: (call) => call.env.now("tai") },
  {
    name: "bpf_jiffies64",
    run: (call) => INITIAL_JIFFIES + (call.env.now("monotonic") * HZ) / 1_000_000_000n,
    differs: "the clock ticks 250 times a second",
  },
  { name: "bpf_get_prandom_u32", run: (call) => call.env.random() },
  { name: "bpf_get_smp_processor_id", run: (call) => call.env.cpu() },
  { name: "bpf_get_numa_node_id", run: () => 0 },
  { name: "bpf_send_signal", run: (call) => call.env.signal(call.u32(1), true) },
  { name: "bpf_send_signal_thread", run: (call) => call.env.signal(call.u32(1), false) },
  { name: "bpf_get_attach_cookie", run: (call) => call.env.attachCookie(call.u64(1)) },
  { name: "bpf_get_func_ip", run: (call) => call.env.functionAddress(call.u64(1)) },
  {
    name: "bpf_per_cpu_ptr",
    run: (call) => perCpu(call, call.u32(2)),
    differs: "CPUs share one copy of the kernel's variables unless the environment says otherwise",
  },
  { name: "bpf_this_cpu_ptr", run: (call) => perCpu(call, call.env.cpu()) },
  {
    name: "bpf_kallsyms_lookup_name",
    run(call) {
      const name = call.read(1, call.size(2));
      const into = call.write(4, 8);
      if (call.u64(3) !== 0n || name.length <= 1 || name.at(-1) !== 0) return -ERRNO.EINVAL;
      const address = call.env.symbol(call.text(1, call.size(2)));
      new DataView(into.buffer, into.byteOffset, 8).setBigUint64(0, address ?? 0n, true);
      return address === undefined ? -ERRNO.ENOENT : 0;
    },
  },
];
