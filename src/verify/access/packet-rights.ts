import type { ProgramType } from "../../abi/attach-spec.ts";
import type { Environment } from "../environment.ts";

// Source: may_access_direct_pkt_data in kernel/bpf/verifier.c, v6.18.
const READERS: readonly ProgramType[] = [
  "lwtIn",
  "lwtOut",
  "lwtSeg6local",
  "skReuseport",
  "flowDissector",
  "cgroupSkb",
];
const WRITERS: readonly ProgramType[] = [
  "schedCls",
  "schedAct",
  "xdp",
  "lwtXmit",
  "skSkb",
  "skMsg",
  "cgroupSockopt",
];

/** Whether instructions may write to the packet. */
export function mayWritePacket(env: Environment): boolean {
  return WRITERS.includes(env.programType);
}

/** Whether a helper may be given packet memory; `access` says whether it is one that takes such memory at all. */
export function mayPassPacket(env: Environment, helperTakesPackets: boolean, how: "read" | "write"): boolean {
  if (WRITERS.includes(env.programType)) return env.programType === "cgroupSockopt" || helperTakesPackets;
  return how === "read" && READERS.includes(env.programType) && helperTakesPackets;
}
