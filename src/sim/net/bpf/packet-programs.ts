import type { RunEffects } from "../../../vm/run-effects.ts";
import type { HookList, HookProgram, PacketResult } from "../../hooks/hook-program.ts";
import type { NetDevice } from "../device/net-device.ts";
import type { IpStack } from "../ip-stack.ts";
import { fromMapped } from "../packet/ip-address.ts";
import { protocolOf } from "../skb/drop.ts";
import type { SkBuff, SkbLayer } from "../skb/sk-buff.ts";
import { swap16 } from "../skb/skb-image.ts";
import type { Sock } from "../socket/sock.ts";
import { ProgramContext } from "./program-context.ts";
import type { TcVerdict, XdpVerdict } from "./stack-bpf.ts";
import type { StackPrograms } from "./stack-programs.ts";

const XDP = { aborted: 0, drop: 1, pass: 2, tx: 3, redirect: 4 } as const;
/** Verdicts of TC programs. Source: include/uapi/linux/pkt_cls.h, v6.12. */
const TC = {
  next: -1,
  ok: 0,
  reclassify: 1,
  shot: 2,
  pipe: 3,
  stolen: 4,
  queued: 5,
  redirect: 7,
  trap: 8,
} as const;

/** Runs XDP programs on a packet and says what is to become of it. */
export function runXdp(programs: StackPrograms, list: HookList, device: NetDevice, skb: SkBuff): XdpVerdict {
  for (const program of list.programs) {
    const verdict = runOneXdp(programs, program, device, skb);
    if (verdict.kind !== "pass") return verdict;
  }
  return { kind: "pass" };
}

function runOneXdp(programs: StackPrograms, program: HookProgram, device: NetDevice, skb: SkBuff): XdpVerdict {
  const { memory } = programs;
  const context = new ProgramContext(memory, "xdp_md");
  context.set("ingress_ifindex", device.ifindex);
  context.set("rx_queue_index", skb.queue);
  const before = skb.frame();
  const result = programs.running({ stack: device.stack, skb }, () => program.runPacket(before, context.bytes));
  if (!takeFrame(skb, before, result.packet)) return { kind: "drop" };
  const { trace } = programs.net;
  switch (result.verdict) {
    case XDP.pass:
      return { kind: "pass" };
    case XDP.drop:
      return { kind: "drop" };
    case XDP.tx:
      return { kind: "tx" };
    case XDP.redirect:
      return redirectOf(programs, device, result.effects ?? {});
    default:
      trace.fire("xdp:xdp_exception", () => ({
        args: [device, null, result.verdict],
        fields: { prog_id: 0, act: result.verdict, ifindex: device.ifindex },
      }));
      return { kind: "aborted" };
  }
}

/** xdp_do_redirect */
function redirectOf(programs: StackPrograms, device: NetDevice, effects: Readonly<RunEffects>): XdpVerdict {
  const { trace } = programs.net;
  const verdict = targetOf(device.stack, effects);
  const index = effects.redirect?.key ?? effects.redirectedTo ?? 0;
  const error = verdict.kind === "aborted" ? -22 : 0;
  const to = verdict.kind === "redirect" ? verdict.device.ifindex : (effects.redirectedTo ?? 0);
  const isMap = effects.redirect?.kind === "map";
  trace.call("xdp_do_redirect", [device, null, null], () => {
    trace.fire(error === 0 ? "xdp:xdp_redirect" : "xdp:xdp_redirect_err", () => ({
      args: [device, null, null, error, 0, 0, index],
      fields: {
        prog_id: 0,
        act: XDP.redirect,
        ifindex: device.ifindex,
        err: error,
        to_ifindex: to,
        map_id: 0,
        map_index: index,
      },
    }));
    if (verdict.kind === "redirect" && isMap)
      trace.fire("xdp:xdp_devmap_xmit", () => ({
        args: [device, verdict.device, 1, 0, 0],
        fields: { from_ifindex: device.ifindex, act: XDP.redirect, to_ifindex: to, drops: 0, sent: 1, err: 0 },
      }));
    if (verdict.kind === "redirectCpu")
      trace.fire("xdp:xdp_cpumap_enqueue", () => {
        const { cpu } = verdict;
        const own = programs.net.world.cpu.index;
        return {
          args: [0, 1, 0, cpu],
          fields: { map_id: 0, act: XDP.redirect, cpu: own, drops: 0, processed: 1, to_cpu: cpu },
        };
      });
    return error;
  });
  return verdict;
}

function targetOf(stack: IpStack, { redirect, redirectedTo = 0 }: Readonly<RunEffects>): XdpVerdict {
  if (redirect?.type === "cpumap") return { kind: "redirectCpu", cpu: redirect.key ?? 0 };
  const device = stack.device(redirectedTo);
  return device === undefined || !device.isUp ? { kind: "aborted" } : { kind: "redirect", device };
}

/** Runs TC programs in order until one decides. */
export function runTc(
  programs: StackPrograms,
  list: HookList,
  device: NetDevice,
  skb: SkBuff,
  ingress: boolean,
): TcVerdict {
  const { trace } = programs.net;
  for (const program of list.programs) {
    let result: SkbResult = { verdict: TC.next, effects: {} };
    trace.call("tc_run", [null, skb, null], () => {
      result = runOnSkb(programs, program, skb, { device, ingress, from: "link" });
      return result.verdict;
    });
    const { verdict, effects } = result as SkbResult; // TypeScript does not see what the function above assigns
    for (const clone of effects.clones ?? []) sendClone(device.stack, clone);
    if (effects.assignedSocket !== undefined) skb.assignedSocket = effects.assignedSocket;
    if (verdict === TC.next || verdict === TC.pipe) continue;
    return tcVerdict(device, verdict, effects);
  }
  return { kind: "pass" };
}

function tcVerdict(
  device: NetDevice,
  verdict: number,
  { redirect, redirectedTo = 0 }: Readonly<RunEffects>,
): TcVerdict {
  switch (verdict) {
    case TC.shot:
      return { kind: "drop" };
    case TC.stolen:
    case TC.queued:
    case TC.trap:
      return { kind: "stolen" };
    case TC.redirect: {
      const to = device.stack.device(redirectedTo);
      const target = redirect?.kind === "peer" ? to?.peer : to;
      if (target === undefined) return { kind: "drop" };
      return {
        kind: "redirect",
        device: target,
        ingress: redirect?.kind === "ingress" || redirect?.kind === "peer",
      };
    }
    default:
      return { kind: "pass" };
  }
}

function sendClone(
  stack: IpStack,
  { ifindex, bytes, ingress }: { ifindex: number; bytes: Uint8Array; ingress: boolean },
): void {
  const device = stack.device(ifindex);
  if (device === undefined) return;
  const skb = stack.newSkb(new Uint8Array(0));
  if (!skb.setFrame(bytes)) return stack.freed(skb);
  skb.device = device;
  skb.layer = "link";
  if (ingress) stack.softirqs.enqueue(device, skb);
  else stack.transmit(device, skb);
}

type SkbRun = Readonly<{
  device: NetDevice | undefined;
  ingress: boolean;
  /** Where the program's packet begins. */
  from: SkbLayer;
  sock?: Sock | undefined;
}>;

type SkbResult = Readonly<{ verdict: number; effects: Readonly<RunEffects> }>;

/** Runs a program that sees struct __sk_buff. What it changed is taken over. */
export function runOnSkb(programs: StackPrograms, program: HookProgram, skb: SkBuff, where: SkbRun): SkbResult {
  const context = skbContext(programs, skb, where);
  const whole = skb.frame();
  const start = offsetOf(skb, where.from);
  const packet = whole.subarray(start);
  const running = { stack: where.device?.stack ?? where.sock?.stack, sock: where.sock, skb };
  const result = programs.running(running, () => program.runPacket(packet, context.bytes));
  takeContext(context, result, skb);
  if (where.from === "link") takeFrame(skb, whole, result.packet);
  return { verdict: result.verdict, effects: result.effects ?? {} };
}

function offsetOf(skb: SkBuff, layer: SkbLayer): number {
  if (layer === "link") return 0;
  if (layer === "network") return skb.linkBytes;
  return skb.linkBytes + skb.networkBytes + (layer === "payload" ? skb.transportBytes : 0);
}

function skbContext(programs: StackPrograms, skb: SkBuff, { device, ingress, sock }: SkbRun): ProgramContext {
  const context = new ProgramContext(programs.memory, "__sk_buff");
  const type = protocolOf(skb);
  context.set("len", skb.length);
  context.set("pkt_type", ingress ? 0 : 4);
  context.set("mark", skb.mark);
  context.set("queue_mapping", skb.queue);
  context.set("protocol", swap16(type));
  context.set("vlan_present", skb.link?.vlan === undefined ? 0 : 1);
  context.set("vlan_tci", skb.link?.vlan?.id ?? 0);
  context.set("vlan_proto", skb.link?.vlan === undefined ? 0 : swap16(0x8100));
  context.set("priority", skb.priority);
  context.set("ingress_ifindex", skb.ingressIfindex);
  context.set("ifindex", device?.ifindex ?? skb.device?.ifindex ?? 0);
  context.set("hash", skb.hash);
  context.set("tc_classid", skb.classId);
  context.bytes.set(skb.cb, context.layout.field("cb").offset);
  context.set("tstamp", BigInt(Math.round(skb.sentNs)));
  context.set("wire_len", skb.wholeLength);
  context.set("gso_segs", skb.gsoSize === 0 ? 0 : skb.segments);
  context.set("gso_size", skb.gsoSize);
  if (sock === undefined) return context;
  context.set("family", sock.family);
  context.setAddress(
    "remote_ip4",
    "remote_ip6",
    sock.family === 2 ? fromMapped(sock.remote.address) : sock.remote.address,
  );
  context.setAddress(
    "local_ip4",
    "local_ip6",
    sock.family === 2 ? fromMapped(sock.local.address) : sock.local.address,
  );
  context.set("remote_port", swap16(sock.remote.port)); // in network order, in the low half
  context.set("local_port", sock.local.port);
  return context;
}

function takeContext({ layout }: ProgramContext, { ctx }: PacketResult, skb: SkBuff): void {
  if (ctx.length < layout.bytes) return;
  skb.mark = ProgramContext.read(layout, ctx, "mark");
  skb.priority = ProgramContext.read(layout, ctx, "priority");
  skb.classId = ProgramContext.read(layout, ctx, "tc_classid");
  skb.queue = ProgramContext.read(layout, ctx, "queue_mapping");
  const { offset, size } = layout.field("cb");
  skb.cb.set(ctx.subarray(offset, offset + size));
}

/** Takes over what a program made of a frame; false when nothing that can be read is left of it. */
function takeFrame(skb: SkBuff, before: Uint8Array, after: Uint8Array): boolean {
  if (isEqual(before, after)) return true;
  const payload = skb.payload.length;
  if (!skb.setFrame(after.slice())) return false;
  if (skb.payload.length !== payload) skb.gsoSize = 0;
  return true;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
