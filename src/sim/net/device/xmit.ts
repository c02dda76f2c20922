import type { TracepointData } from "../../hooks/tracepoint.ts";
import { dropSkb, protocolOf } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { flowHash } from "./flow-hash.ts";
import type { NetDevice } from "./net-device.ts";
import { segmentSkb } from "./segment.ts";

const MOST_REDIRECTS = 8; // XMIT_RECURSION_LIMIT, net/core/dev.h, v6.12

/** Sends a frame through a device: __dev_queue_xmit. 0, or a negative errno; the packet is gone either way. */
export function devQueueXmit(device: NetDevice, skb: SkBuff): number {
  const { stack } = device;
  const { trace } = stack.system;
  const status = trace.call("__dev_queue_xmit", [skb, null], () => {
    skb.device = device;
    skb.layer = "link";
    if (skb.hash === 0) skb.hash = stack.bpf?.dissect(skb) ?? flowHash(skb);
    if (!device.isUp) return drop(device, skb, "DEV_READY");
    if (stack.bpf !== undefined && !passesEgress(device, skb)) return 0;
    skb.queue = device.queues > 1 ? skb.hash % device.queues : 0;
    trace.fire("net:net_dev_queue", () => skbData(device, skb));
    const sent = enqueue(device, skb);
    stack.softirqs.enableBh();
    return sent;
  });
  return status;
}

/** What TC programs at the exit say; false: the packet went elsewhere or nowhere. */
function passesEgress(device: NetDevice, skb: SkBuff): boolean {
  const verdict = device.stack.bpf?.tc(device, "egress", skb);
  switch (verdict?.kind) {
    case undefined:
    case "pass":
      return true;
    case "drop":
      drop(device, skb, "TC_EGRESS");
      return false;
    case "stolen":
      device.stack.freed(skb);
      return false;
    case "redirect":
      redirect(device, verdict.device, skb, verdict.ingress);
      return false;
  }
}

/** A program sends the packet elsewhere: skb_do_redirect. */
export function redirect(from: NetDevice, to: NetDevice, skb: SkBuff, ingress: boolean): void {
  from.stack.handOver(skb, to.stack);
  if (++skb.redirects > MOST_REDIRECTS) return dropSkb(to.stack, skb, "RECURSION_LIMIT");
  to.stack.system.trace.call("skb_do_redirect", [skb], () => {
    if (!ingress) return devQueueXmit(to, skb);
    skb.device = to;
    to.stack.softirqs.enqueue(to, skb);
    return 0;
  });
}

function drop(device: NetDevice, skb: SkBuff, reason: "DEV_READY" | "TC_EGRESS"): number {
  device.stats.txDropped++;
  dropSkb(device.stack, skb, reason);
  return reason === "DEV_READY" ? -100 : 0;
}

/** Behind what waits already, or to the driver at once: __dev_xmit_skb. */
function enqueue(device: NetDevice, skb: SkBuff): number {
  const { qdisc } = device;
  if (qdisc === undefined) return hardStart(device, skb) ? 0 : drop(device, skb, "DEV_READY");
  if (qdisc.length > 0) {
    qdisc.enqueue(skb);
    runQueue(device);
    return 0;
  }
  const { trace } = device.stack.system;
  const image = device.image;
  const taken = trace.call("sch_direct_xmit", [skb, image?.qdisc, device, image?.queues[0], null, true], () =>
    hardStart(device, skb),
  );
  if (!taken) qdisc.enqueue(skb);
  return 0;
}

/** Gives the driver what waits, as much as it takes: __qdisc_run. */
export function runQueue(device: NetDevice): void {
  const { qdisc } = device;
  if (qdisc === undefined || qdisc.length === 0) return;
  const { trace } = device.stack.system;
  const { image } = device;
  trace.call("__qdisc_run", [image?.qdisc], () => {
    while (qdisc.length > 0 && device.stack.canSend(device)) {
      const skb = qdisc.dequeue();
      if (skb === undefined) return;
      trace.call("sch_direct_xmit", [skb, image?.qdisc, device, image?.queues[0], null, true], () =>
        hardStart(device, skb),
      );
    }
  });
}

/** dev_hard_start_xmit: false when the driver's ring is full, and the packet stays with the caller. */
function hardStart(device: NetDevice, skb: SkBuff): boolean {
  const { stack } = device;
  if (!stack.canSend(device)) return false;
  const packets = validated(device, skb);
  for (const packet of packets) {
    packet.device = device;
    stack.system.trace.call(
      "dev_hard_start_xmit",
      [packet, device, device.image?.queues[packet.queue], null],
      () => {
        xmitOne(device, packet);
        return packet;
      },
    );
  }
  return true;
}

/** As the driver can send it: validate_xmit_skb. */
function validated(device: NetDevice, skb: SkBuff): SkBuff[] {
  let packets = [skb];
  device.stack.system.trace.call("validate_xmit_skb", [skb, device, null], () => {
    if (skb.gsoSize > 0 && !device.driver.segments) packets = segmentSkb(device.stack, skb);
    return packets[0];
  });
  return packets;
}

function xmitOne(device: NetDevice, skb: SkBuff): void {
  const { trace } = device.stack.system;
  const length = skb.length;
  device.stats.txPackets += skb.segments;
  device.stats.txBytes += length;
  device.stack.counters.sent++;
  trace.fire("net:net_dev_start_xmit", () => startData(device, skb));
  trace.call(device.driver.xmit, [skb, device], () => {
    device.driver.transmit(device, skb);
    return 0;
  });
  trace.fire("net:net_dev_xmit", () => ({
    args: [skb, 0, device, length],
    fields: { skbaddr: skb.address, len: length, rc: 0, name: device.name },
  }));
}

/** net:net_dev_queue, netif_rx, netif_receive_skb. Source: include/trace/events/net.h, v6.12. */
export function skbData(device: NetDevice, skb: SkBuff): TracepointData {
  return { args: [skb], fields: { skbaddr: skb.address, len: skb.length, name: device.name } };
}

function startData(device: NetDevice, skb: SkBuff): TracepointData {
  return {
    args: [skb, device],
    fields: {
      name: device.name,
      queue_mapping: skb.queue,
      skbaddr: skb.address,
      vlan_tagged: skb.link?.vlan !== undefined,
      vlan_proto: skb.link?.vlan === undefined ? 0 : 0x8100,
      vlan_tci: skb.link?.vlan?.id ?? 0,
      protocol: protocolOf(skb),
      ip_summed: skb.transport?.kind === "tcp" ? 3 : 0,
      len: skb.length,
      data_len: 0,
      network_offset: skb.linkBytes,
      transport_offset_valid: skb.transport !== undefined,
      transport_offset: skb.linkBytes + skb.networkBytes,
      tx_flags: 0,
      gso_size: skb.gsoSize,
      gso_segs: skb.gsoSize === 0 ? 0 : skb.segments,
      gso_type: skb.gsoSize === 0 ? 0 : 1,
    },
  };
}
