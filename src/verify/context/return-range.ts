import type { AttachType } from "../../abi/attach-types.ts";
import { resolve } from "../../btf/layout.ts";
import type { Environment } from "../environment.ts";

/** "nothing": r0 does not matter. Absent: any value. */
export type ReturnRule =
  | Readonly<{ kind: "nothing" }>
  | Readonly<{ kind: "range"; range: readonly [number, number]; bits?: 32 }>;

// biome-ignore format: a table
const ALWAYS_ONE: readonly AttachType[] = [
  "cgroupUdp4Recvmsg", "cgroupUdp6Recvmsg", "cgroupUnixRecvmsg", "cgroupInet4Getpeername", "cgroupInet6Getpeername",
  "cgroupUnixGetpeername", "cgroupInet4Getsockname", "cgroupInet6Getsockname", "cgroupUnixGetsockname",
];

const range = (least: number, most: number): ReturnRule => ({ kind: "range", range: [least, most] });

/** What a program may return. Source: check_return_code in kernel/bpf/verifier.c, v6.18. */
export function returnRange(env: Environment): ReturnRule | undefined {
  const { attachType } = env;
  switch (env.programType) {
    case "cgroupSockAddr":
      if (attachType && ALWAYS_ONE.includes(attachType)) return range(1, 1);
      return attachType === "cgroupInet4Bind" || attachType === "cgroupInet6Bind" ? range(0, 3) : range(0, 1);
    case "cgroupSkb":
      return attachType === "cgroupInetEgress" ? range(0, 3) : range(0, 1);
    case "cgroupSock":
    case "sockOps":
    case "cgroupDevice":
    case "cgroupSysctl":
    case "cgroupSockopt":
    case "skLookup":
    case "netfilter":
      return range(0, 1);
    case "tracing":
      return tracingRule(attachType);
    case "kprobe":
      return attachType === "traceKprobeSession" || attachType === "traceUprobeSession"
        ? range(0, 1)
        : undefined;
    case "lsm":
      return hookRule(env);
    case "structOps":
      return isVoid(env) ? { kind: "nothing" } : undefined;
    default:
      return undefined;
  }
}

function tracingRule(attachType: AttachType | undefined): ReturnRule | undefined {
  if (attachType === "traceFentry" || attachType === "traceFexit") return range(0, 0);
  return attachType === "traceIter" ? range(0, 1) : undefined;
}

function isVoid(env: Environment): boolean {
  const { kernel, attachPlace } = env;
  const proto = kernel && attachPlace && resolve(kernel, attachPlace.proto);
  return kernel !== undefined && proto?.kind === "funcProto" && resolve(kernel, proto.returns).kind === "void";
}

const MAX_ERRNO = 4095;

/** Hooks of security modules return 0 or an error number; those that answer yes or no return 0 or 1. */
// biome-ignore format: a table
const BOOLEAN_HOOKS: readonly string[] = [
  "bpf_lsm_audit_rule_known", "bpf_lsm_inode_xattr_skipcap", "bpf_lsm_xfrm_state_pol_flow_match",
];

/** What a hook returns: what programs before this one said, where one reads it. */
export function hookRange(hook: string): readonly [number, number] {
  return BOOLEAN_HOOKS.includes(hook) ? [0, 1] : [-MAX_ERRNO, 0];
}

function hookRule(env: Environment): ReturnRule | undefined {
  if (env.attachType === "lsmCgroup") return isVoid(env) ? range(1, 1) : range(0, 1);
  if (!env.profile.has("hookResults")) return { kind: "nothing" };
  if (isVoid(env)) return { kind: "nothing" };
  return { kind: "range", range: hookRange(env.attachPlace?.name ?? ""), bits: 32 };
}
