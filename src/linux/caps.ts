import { readFileSync } from "node:fs";
import { checkInput, listOf, OBJECT, word } from "../base/check-input.ts";

/** Capabilities that eBPF needs, by bit. Source: include/uapi/linux/capability.h, v6.12. */
export const CAPABILITIES = {
  CAP_DAC_READ_SEARCH: 2,
  CAP_NET_ADMIN: 12,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_RESOURCE: 24,
  CAP_SYSLOG: 34,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** What decides whether the kernel lets this process use eBPF. */
export type Permissions = Readonly<{
  uid: number;
  /** Effective capabilities, a bit each. */
  effective: bigint;
  /** Whether the process lives in a user namespace of its own, where no capability helps. */
  inUserNamespace: boolean;
  /** "none", "integrity" or "confidentiality". */
  lockdown: string;
  /** kernel.unprivileged_bpf_disabled: 0 allowed, 1 and 2 not. */
  unprivilegedBpf: number | undefined;
}>;

/** Asks the kernel about this process. What cannot be read counts as not restricting. */
export function readPermissions(): Permissions {
  const status = readOr("/proc/self/status", "");
  const uidMap = readOr("/proc/self/uid_map", "0 0 4294967295").trim().split(/\s+/);
  const sysctl = readOr("/proc/sys/kernel/unprivileged_bpf_disabled", "").trim();
  return {
    uid: Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? 0),
    effective: BigInt(`0x${/^CapEff:\s+([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`),
    inUserNamespace: uidMap.join(" ") !== "0 0 4294967295",
    lockdown: /\[(\w+)\]/.exec(readOr("/sys/kernel/security/lockdown", ""))?.[1] ?? "none",
    unprivilegedBpf: sysctl === "" ? undefined : Number(sysctl),
  };
}

/** CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON as well. */
export function hasCapability(permissions: Permissions, capability: Capability): boolean {
  const holds = (c: Capability) => ((permissions.effective >> BigInt(CAPABILITIES[c])) & 1n) === 1n;
  return (
    holds(capability) || ((capability === "CAP_BPF" || capability === "CAP_PERFMON") && holds("CAP_SYS_ADMIN"))
  );
}

/** Those of the wanted capabilities that the process lacks. */
export function missingCapabilities(permissions: Permissions, wanted: readonly Capability[]): Capability[] {
  checkInput("the permissions", permissions, OBJECT);
  const known = word(...Object.keys(CAPABILITIES));
  checkInput("the capabilities", wanted, listOf(known, known.expected));
  return wanted.filter((capability) => !hasCapability(permissions, capability));
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}
