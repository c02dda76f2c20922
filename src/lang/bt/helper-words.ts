import { helperByName } from "../../abi/helpers.ts";

/** What the language has in place of helpers that scripts' authors know from C. */
const INSTEAD: Readonly<Record<string, string>> = {
  bpf_get_current_task: "curtask",
  bpf_get_current_task_btf: "curtask",
  bpf_get_current_pid_tgid: "pid` or `tid",
  bpf_get_current_uid_gid: "uid` or `gid",
  bpf_get_current_comm: "comm",
  bpf_get_current_cgroup_id: "cgroup",
  bpf_get_smp_processor_id: "cpu",
  bpf_get_numa_node_id: "numaid",
  bpf_get_prandom_u32: "rand",
  bpf_get_stackid: "kstack` or `ustack",
  bpf_get_stack: "kstack` or `ustack",
  bpf_get_func_ip: "func",
  bpf_get_socket_cookie: "socket_cookie(sk)",
  bpf_ktime_get_ns: "nsecs(monotonic)",
  bpf_ktime_get_boot_ns: "nsecs",
  bpf_ktime_get_tai_ns: "nsecs(tai)",
  bpf_jiffies64: "jiffies",
  bpf_probe_read: "*pointer",
  bpf_probe_read_kernel: "*kptr(pointer)",
  bpf_probe_read_user: "*uptr(pointer)",
  bpf_probe_read_str: "str(pointer)",
  bpf_probe_read_kernel_str: "str(kptr(pointer))",
  bpf_probe_read_user_str: "str(uptr(pointer))",
  bpf_probe_write_user: "write_user(address, source, length)",
  bpf_send_signal: "signal(number)",
  bpf_send_signal_thread: "signal_thread(number)",
  bpf_override_return: "override(value)",
  bpf_trace_printk: "printf(format, …)",
  bpf_trace_vprintk: "printf(format, …)",
  bpf_d_path: "path(pointer)",
  bpf_skb_output: "skboutput(file, skb, length, offset)",
  bpf_strncmp: "strncmp(a, b, length)",
  bpf_map_lookup_elem: "@map[key]",
  bpf_map_update_elem: "@map[key] = value",
  bpf_map_delete_elem: "delete(@map, key)",
  bpf_for_each_map_elem: "for ($kv : @map) { … }",
  bpf_loop: "for ($i : 0..n) { … }",
};

/** What the language has in place of C's own functions, and of DTrace's. */
const FAMILIAR: Readonly<Record<string, string>> = {
  ntohs: "bswap(number)",
  htons: "bswap(number)",
  ntohl: "bswap(number)",
  htonl: "bswap(number)",
  be16_to_cpu: "bswap(number)",
  be32_to_cpu: "bswap(number)",
  be64_to_cpu: "bswap(number)",
  cpu_to_be16: "bswap(number)",
  cpu_to_be32: "bswap(number)",
  inet_ntoa: "ntop(address)",
  inet_ntop: "ntop(family, address)",
  inet_addr: "pton(text)",
  getpid: "pid",
  gettid: "tid",
  getuid: "uid",
  smp_processor_id: "cpu",
  ktime_get_ns: "nsecs",
  trace_printk: "printf(format, …)",
  printk: "printf(format, …)",
  quantize: "hist(n)",
  lquantize: "lhist(n, min, max, step)",
  stringof: "str(pointer)",
  copyinstr: "str(uptr(pointer))",
  copyin: "buf(uptr(pointer), length)",
  trunc: "clear(@map)",
  printa: "print(@map)",
  println: "print(value)",
  fprintf: "printf(format, …)",
  puts: "print(value)",
  strcmp: "a == b",
  stack: "kstack",
  execname: "comm",
  timestamp: "nsecs",
  walltimestamp: "nsecs(tai)",
  probefunc: "func",
  probename: "probe",
  null: "0",
  NULL: "0",
  nil: "0",
};

/** What to write in place of a function or word that other languages have. */
export function helpForFamiliar(name: string): string | undefined {
  const instead = Object.hasOwn(FAMILIAR, name) ? FAMILIAR[name] : undefined;
  return instead === undefined ? undefined : `write \`${instead}\``;
}

/** Whether it is one of the numbered helpers of the kernel, which C programs call by name. */
export function isHelper(name: string): boolean {
  return name.startsWith("bpf_") && helperByName(name) !== undefined;
}

/** What to write in place of a call of the kernel's helper; undefined where it is none. */
export function helpForHelper(name: string): string | undefined {
  if (!isHelper(name)) return undefined;
  const instead = INSTEAD[name];
  return instead === undefined
    ? `${name} is a helper for programs in C: call it in a file of its own and write \`import "file.bpf.c"\``
    : `${name} is a helper for programs in C: here it is \`${instead}\``;
}
