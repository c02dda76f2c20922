import type { NetfilterHook } from "../../../abi/attach-spec.ts";
import type { HookList } from "../../hooks/hook-program.ts";
import type { NetDevice } from "../device/net-device.ts";
import type { IpStack } from "../ip-stack.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { StackPrograms } from "./stack-programs.ts";

/** enum nf_inet_hooks. Source: include/uapi/linux/netfilter.h, v6.12. */
const HOOKS: Readonly<Record<NetfilterHook, number>> = {
  preRouting: 0,
  localIn: 1,
  forward: 2,
  localOut: 3,
  postRouting: 4,
};
const ACCEPT = 1;

/** Runs netfilter programs in the order of their priorities; whether the packet may go on. */
export function runNetfilter(
  programs: StackPrograms,
  list: HookList,
  stack: IpStack,
  hook: NetfilterHook,
  skb: SkBuff,
  input: NetDevice | undefined,
  output: NetDevice | undefined,
): boolean {
  const { memory } = programs;
  const isV6 = skb.network?.kind === "ip" && skb.network.source.version === 6;
  const state = memory.make("nf_hook_state", {
    hook: HOOKS[hook],
    pf: isV6 ? 10 : 2,
    in: input?.image?.object ?? null,
    out: output?.image?.object ?? null,
    net: stack.kernel?.net,
  });
  const ctx = new Uint8Array(16);
  const view = new DataView(ctx.buffer);
  view.setBigUint64(0, state.address, true);
  view.setBigUint64(8, skb.address, true);
  let passes = true;
  programs.net.trace.call("nf_hook_slow", [skb, state, null, 0], () => {
    passes = list.programs.every(
      (program) => programs.running({ stack, skb }, () => program.run(ctx)) === ACCEPT,
    );
    return passes ? 1 : -1;
  });
  state.free();
  return passes;
}
