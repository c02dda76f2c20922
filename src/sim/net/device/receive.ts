import { arpReceive } from "../ip/arp.ts";
import { ipReceive } from "../ip/ip-input.ts";
import type { IpStack } from "../ip-stack.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { NetDevice } from "./net-device.ts";
import { devQueueXmit, redirect, skbData } from "./xmit.ts";

/** A packet that a device received goes up: __netif_receive_skb. Its device is set, and it begins at its Ethernet header. */
export function netifReceive(stack: IpStack, skb: SkBuff): void {
  const device = stack.deviceOf(skb);
  if (device === undefined) return dropSkb(stack, skb, "DEV_READY");
  const { trace } = stack.system;
  skb.layer = "network"; // skb->data: behind the Ethernet header
  skb.ingressIfindex = device.ifindex;
  stack.counters.received++;
  trace.call("__netif_receive_skb", [skb], () => {
    trace.call("__netif_receive_skb_one_core", [skb, false], () => {
      const goesUp = trace.call("__netif_receive_skb_core", [stack.kernel?.skbPointer(skb), false, null], () =>
        core(device, skb),
      );
      if (goesUp === 0) deliver(stack, device, skb);
      return 0;
    });
    return 0;
  });
}

/** XDP programs that do not run in a driver, then TC's; 0 when the packet is still to be handed over. */
function core(device: NetDevice, skb: SkBuff): number {
  device.stack.system.trace.fire("net:netif_receive_skb", () => skbData(device, skb));
  device.stats.rxPackets += skb.segments;
  device.stats.rxBytes += skb.wholeLength;
  if (device.stack.bpf === undefined) return 0;
  if (!device.driver.hasNativeXdp && !passesXdp(device, skb, false)) return 1;
  return passesIngress(device, skb) ? 0 : 1;
}

/** What XDP programs say; false: the packet went elsewhere or nowhere. */
export function passesXdp(device: NetDevice, skb: SkBuff, native: boolean): boolean {
  const { stack } = device;
  const verdict = stack.bpf?.xdp(device, skb, native) ?? { kind: "pass" };
  switch (verdict.kind) {
    case "pass":
      return true;
    case "drop":
    case "aborted":
      device.stats.rxDropped++;
      // A driver gives the page back before there is an skb: nobody is told.
      if (native) stack.freed(skb);
      else dropSkb(stack, skb, "XDP");
      return false;
    case "tx":
      stack.system.trace.call("generic_xdp_tx", [skb, null], () => void devQueueXmit(device, skb));
      return false;
    case "redirect":
      redirect(device, verdict.device, skb, false);
      return false;
    case "redirectCpu":
      stack.softirqs.enqueue(device, skb);
      skb.redirects++;
      return false;
  }
}

/** sch_handle_ingress */
function passesIngress(device: NetDevice, skb: SkBuff): boolean {
  const { stack } = device;
  skb.layer = "link"; // TC programs see the Ethernet header
  const verdict = stack.bpf?.tc(device, "ingress", skb) ?? { kind: "pass" };
  skb.layer = "network";
  switch (verdict.kind) {
    case "pass":
      return true;
    case "drop":
      device.stats.rxDropped++;
      dropSkb(stack, skb, "TC_INGRESS");
      return false;
    case "stolen":
      stack.freed(skb);
      return false;
    case "redirect":
      skb.layer = "link";
      redirect(device, verdict.device, skb, verdict.ingress);
      return false;
  }
}

function deliver(stack: IpStack, device: NetDevice, skb: SkBuff): void {
  const { network, link } = skb;
  if (device.kind !== "loopback" && link !== undefined && !isForUs(device, link.destination))
    return dropSkb(stack, skb, "OTHERHOST");
  if (network?.kind === "ip") return ipReceive(stack, device, skb);
  if (network?.kind === "arp") return arpReceive(stack, device, skb);
  dropSkb(stack, skb, skb.fault ?? "UNHANDLED_PROTO");
}

/** Unicast to the device, broadcast or multicast. */
function isForUs(device: NetDevice, destination: string): boolean {
  return destination === device.mac || (Number.parseInt(destination.slice(0, 2), 16) & 1) === 1;
}
