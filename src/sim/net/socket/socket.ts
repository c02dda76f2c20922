import type { Addressed } from "../../hooks/word.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import { WaitQueue } from "../../world/wait-queue.ts";
import type { MachineNet } from "../machine-net.ts";
import type { Protocol } from "./protocol.ts";

/** States of struct socket. Source: include/uapi/linux/net.h, v6.12. */
export const SOCKET_STATE = { unconnected: 1, connecting: 2, connected: 3, disconnecting: 4 } as const;

/** What a file descriptor of a socket refers to: struct socket, and who waits for it. */
export class Socket implements Addressed {
  readonly net: MachineNet;
  readonly protocol: Protocol;
  readonly struct: KernelObject;
  readonly queue: WaitQueue;
  #state: number = SOCKET_STATE.unconnected;

  constructor(net: MachineNet, protocol: Protocol) {
    this.net = net;
    this.protocol = protocol;
    const { sk } = protocol;
    this.struct = net.world.memory.make("socket", {
      state: this.#state,
      type: sk.type,
      sk: sk.image?.object ?? null,
      ops: net.tables.protoOps(sk.family),
    });
    this.struct.owner = this;
    this.queue = new WaitQueue(sk.class === "unix" ? "unix_stream_data_wait" : "sk_wait_data");
    sk.image?.sk.set("sk_socket", this.struct);
    sk.image?.sk.set("sk_wq", this.struct.addressOf("wq"));
    sk.onEvent = () => this.queue.wake();
  }

  get address(): bigint {
    return this.struct.address;
  }

  get state(): number {
    return this.#state;
  }

  set state(state: number) {
    this.#state = state;
    this.struct.set("state", state);
  }

  /** sock_release: nothing refers to it any more. */
  release(): void {
    const { trace } = this.net;
    this.protocol.sk.onEvent = undefined;
    trace.call("__sock_release", [this, null], () => {
      const { functions, sk } = this.protocol;
      trace.call(functions.release, [this], () => {
        sk.image?.sk.set("sk_socket", null);
        this.protocol.release();
        return 0;
      });
    });
    this.queue.wake();
    this.struct.free();
  }
}
