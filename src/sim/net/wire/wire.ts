import type { NetDevice } from "../device/net-device.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Internet } from "./internet.ts";

export type WireOptions = Readonly<{
  /** One way to the middle of the network. */
  delayNs: number;
  /** Added to it at random. */
  jitterNs: number;
  /** Probability for each packet, in each direction. */
  loss: number;
  bitsPerSecond: number;
  /** Longest queue of packets towards the device, in time; what comes then is lost. */
  queueNs: number;
}>;

const FRAME_BYTES = 24; // preamble, checksum and gap
const LEAST_BYTES = 60;

/** The line from a device to the rest of the network: it takes time, has a speed, and loses packets. */
export class Wire {
  readonly options: WireOptions;
  readonly #net: Internet;
  #device: NetDevice | undefined;
  #receive: ((skb: SkBuff) => void) | undefined;
  /** When the last packet is out, in each direction. */
  #upFreeNs = 0;
  #downFreeNs = 0;
  #lastDepartureNs = 0;
  #lastArrivalNs = 0;

  constructor(net: Internet, options: WireOptions) {
    this.#net = net;
    this.options = options;
  }

  get bitsPerSecond(): number {
    return this.options.bitsPerSecond;
  }

  connect(device: NetDevice, receive: (skb: SkBuff) => void): void {
    this.#device = device;
    this.#receive = receive;
  }

  get device(): NetDevice | undefined {
    return this.#device;
  }

  /** Puts a packet on the line: when its last bit is out. The packet stays with the sender. */
  send(skb: SkBuff): number {
    const now = this.#net.now();
    const step = skb.gsoSize > 0 ? skb.gsoSize : Math.max(1, skb.payload.length);
    const headers = skb.wholeLength - skb.payload.length;
    let at = 0;
    do {
      const payload = skb.gsoSize > 0 ? skb.payload.subarray(at, at + step) : skb.payload;
      this.#upFreeNs = Math.max(now, this.#upFreeNs) + this.#duration(headers + payload.length);
      const isLast = at + step >= skb.payload.length;
      this.#net.carry(this, { skb, at, payload, isLast }, this.#upFreeNs);
      at += step;
    } while (at < skb.payload.length);
    return this.#upFreeNs;
  }

  /** Whether a packet is lost on this line. */
  loses(): boolean {
    return this.options.loss > 0 && this.#net.random.chance(this.options.loss);
  }

  /** When a packet that left the device at `sentNs` has come through the line. */
  departure(sentNs: number): number {
    this.#lastDepartureNs = Math.max(sentNs + this.delay(), this.#lastDepartureNs + 1); // in order
    return this.#lastDepartureNs;
  }

  /** One way through this line. */
  delay(): number {
    const { delayNs, jitterNs } = this.options;
    return delayNs + (jitterNs > 0 ? Math.round(this.#net.random.float() * jitterNs) : 0);
  }

  /** When a packet that reaches the line at `atNs` is received wholly; undefined: the queue is full. */
  arrival(atNs: number, bytes: number): number | undefined {
    const free = Math.max(atNs, this.#downFreeNs);
    if (free - atNs > this.options.queueNs) return undefined;
    this.#downFreeNs = free + this.#duration(bytes);
    this.#lastArrivalNs = Math.max(this.#downFreeNs, this.#lastArrivalNs + 1); // packets do not overtake each other
    return this.#lastArrivalNs;
  }

  /** A packet is there. */
  receive(skb: SkBuff): void {
    this.#receive?.(skb);
  }

  #duration(bytes: number): number {
    return Math.ceil(((Math.max(bytes, LEAST_BYTES) + FRAME_BYTES) * 8e9) / this.options.bitsPerSecond);
  }
}
