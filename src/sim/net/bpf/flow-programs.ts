import type { HookProgram } from "../../hooks/hook-program.ts";
import { protocolOf } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { swap16 } from "../skb/skb-image.ts";
import { ProgramContext } from "./program-context.ts";
import type { StackPrograms } from "./stack-programs.ts";

const CONTINUE = 129; // BPF_FLOW_DISSECTOR_CONTINUE, include/uapi/linux/bpf.h, v6.12
const DROP = 2;

/** Runs a flow dissector: a hash of what it read, or undefined when it leaves the packet to the kernel. */
export function runDissector(programs: StackPrograms, program: HookProgram, skb: SkBuff): number | undefined {
  const { memory } = programs;
  const keys = memory.layouts.named("bpf_flow_keys");
  const context = new ProgramContext(memory, "__sk_buff", keys.bytes);
  const at = context.layout.bytes;
  if (program.contextAddress === undefined) return undefined;
  context.set("protocol", swap16(protocolOf(skb)));
  context.set("flow_keys", program.contextAddress + at);
  const view = new DataView(context.bytes.buffer);
  view.setUint16(at + keys.field("nhoff").offset, skb.linkBytes, true);
  view.setUint16(at + keys.field("thoff").offset, skb.linkBytes, true);
  view.setUint16(at + keys.field("n_proto").offset, protocolOf(skb));
  const { verdict, ctx } = programs.running({ skb }, () => program.runPacket(skb.frame(), context.bytes));
  if (verdict === CONTINUE || verdict === DROP) return undefined;
  let hash = 0x811c_9dc5;
  const from = keys.field("addr_proto").offset;
  for (let i = at + from; i < at + keys.bytes; i++) hash = Math.imul(hash ^ (ctx[i] ?? 0), 0x0100_0193);
  return (hash ^ (hash >>> 15)) >>> 0 || 1;
}

/** Asks a program which of several sockets gets a packet: what its map refers to, "drop", or undefined: as usual. */
export function runReuseport(
  programs: StackPrograms,
  program: HookProgram,
  skb: SkBuff,
): number | "drop" | undefined {
  const context = new ProgramContext(programs.memory, "sk_reuseport_md");
  context.set("eth_protocol", swap16(protocolOf(skb)));
  context.set("ip_protocol", skb.network?.kind === "ip" ? skb.network.protocol : 0);
  context.set("hash", skb.hash);
  const packet = skb.frame().subarray(skb.linkBytes + skb.networkBytes);
  const { verdict, effects } = programs.running({ skb }, () => program.runPacket(packet, context.bytes));
  if (verdict === 0) return "drop";
  return effects?.assignedSocket === undefined ? undefined : Number(effects.assignedSocket);
}
