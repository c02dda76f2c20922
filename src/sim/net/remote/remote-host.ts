import { addLoopback } from "../device/loopback.ts";
import type { Driver, NetDevice } from "../device/net-device.ts";
import { netifReceive } from "../device/receive.ts";
import { IpStack } from "../ip-stack.ts";
import { type IpAddress, type IpPrefix, prefix } from "../packet/ip-address.ts";
import { macFromNumber } from "../packet/mac-address.ts";
import type { NetSystem } from "../system.ts";
import { GATEWAY_MAC, type Internet } from "../wire/internet.ts";
import { Wire, type WireOptions } from "../wire/wire.ts";

/** A host whose insides nobody sees: it answers as a real one would. */
export class RemoteHost {
  readonly stack: IpStack;
  readonly device: NetDevice;
  readonly wire: Wire;
  readonly addresses: readonly IpAddress[];

  constructor(net: Internet, system: NetSystem, name: string, own: readonly IpPrefix[], options: WireOptions) {
    this.wire = new Wire(net, options);
    this.addresses = own.map(({ address }) => address);
    const number = system.random.u32();
    // What a host knows of its neighbours' hardware is nobody's concern.
    this.stack = new IpStack(system, {
      name,
      resolver: (_device, address) => net.wireTo(address)?.device?.mac ?? GATEWAY_MAC,
    });
    addLoopback(this.stack);
    const { wire } = this;
    const driver: Driver = {
      xmit: "start_xmit",
      name: "",
      segments: true,
      hasNativeXdp: false,
      transmit(device, skb) {
        wire.send(skb);
        device.stack.freed(skb);
      },
    };
    this.device = this.stack.addDevice({
      name: "eth0",
      mac: macFromNumber(number),
      mtu: 1500,
      kind: "dummy",
      driver,
    });
    wire.connect(this.device, (skb) => {
      skb.device = this.device;
      netifReceive(this.stack, skb);
    });
    for (const address of own) {
      this.stack.addAddress(this.device, address);
      net.assign(address.address, wire);
    }
    for (const all of ["0.0.0.0/0", "::/0"]) this.stack.addRoute({ prefix: prefix(all), device: this.device });
  }
}
