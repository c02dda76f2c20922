import { CAPABILITIES, type Capability } from "./caps.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const VERSION_3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3, include/uapi/linux/capability.h, v6.12
const DROPPED: readonly Capability[] = ["CAP_SYS_ADMIN", "CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"];

/** Gives up, for this thread and for good, the capabilities that let it do more with eBPF than any user. Throws SystemError. */
export function dropPrivileges(kernel: Kernel): void {
  const header = new Uint8Array(Uint32Array.of(VERSION_3, 0).buffer);
  const sets = new Uint32Array(6); // effective, permitted, inheritable; then the same for bits 32 and up
  const got = kernel.call("capget", header, new Uint8Array(sets.buffer));
  if (got < 0) throw new SystemError("ask for this process's capabilities", "capget", got);
  for (const capability of DROPPED) {
    const bit = CAPABILITIES[capability];
    const at = bit < 32 ? 0 : 3;
    const mask = ~(1 << (bit % 32)) >>> 0;
    for (let set = at; set < at + 3; set++) sets[set] = ((sets[set] ?? 0) & mask) >>> 0;
  }
  const result = kernel.call("capset", header, new Uint8Array(sets.buffer));
  if (result < 0) throw new SystemError("give up capabilities", "capset", result);
}

/** What a trace needs once everything is attached: maps, END, and other processes' files for the names of functions. */
const FOR_TRACING: readonly Capability[] = [
  "CAP_BPF",
  "CAP_PERFMON",
  "CAP_SYS_PTRACE",
  "CAP_DAC_READ_SEARCH",
  "CAP_SYSLOG",
];

/**
 * Gives up, for this thread and for good, every capability that a running trace does not need; those of them that
 * CAPABILITIES names. Nothing where the process has no CAP_BPF of its own, or where the kernel does not let it.
 */
export function keepForTracing(kernel: Kernel): readonly Capability[] {
  const header = new Uint8Array(Uint32Array.of(VERSION_3, 0).buffer);
  const sets = new Uint32Array(6);
  if (kernel.call("capget", header, new Uint8Array(sets.buffer)) < 0) return [];
  const effective = BigInt(sets[0] ?? 0) | (BigInt(sets[3] ?? 0) << 32n);
  const holds = (name: Capability) => (effective >> BigInt(CAPABILITIES[name])) % 2n === 1n;
  if (!holds("CAP_BPF") || !holds("CAP_PERFMON")) return [];
  const kept = FOR_TRACING.reduce((bits, name) => bits | (1n << BigInt(CAPABILITIES[name])), 0n);
  const words = [Number(BigInt.asUintN(32, kept)), Number(kept >> 32n)];
  for (let at = 0; at < 6; at++) sets[at] = ((sets[at] ?? 0) & (words[at < 3 ? 0 : 1] ?? 0)) >>> 0;
  if (kernel.call("capset", header, new Uint8Array(sets.buffer)) < 0) return [];
  return (Object.keys(CAPABILITIES) as Capability[]).filter(
    (name) => holds(name) && !FOR_TRACING.includes(name),
  );
}
