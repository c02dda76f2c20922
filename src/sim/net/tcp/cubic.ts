const C = 0.4; // RFC 9438, 5: scaling in segments per second cubed
const BETA = 717 / 1024; // net/ipv4/tcp_cubic.c, v6.12
const INFINITE = 0x7fff_ffff;

/** Congestion control: slow start, then CUBIC (RFC 9438). Windows count segments. */
export class Cubic {
  readonly name = "cubic";
  /** What may be in flight. */
  window = 10; // TCP_INIT_CWND, include/net/tcp.h, v6.12
  threshold = INFINITE;
  #lastMax = 0;
  #epochNs = 0;
  #originSeconds = 0;
  #origin = 0;
  #fraction = 0;
  #friendly = 0;

  get inSlowStart(): boolean {
    return this.window < this.threshold;
  }

  /** `acked` segments arrived; the window was full before, else it does not grow. */
  acknowledged(acked: number, wasFull: boolean, nowNs: number, srttUs: number): void {
    if (!wasFull) return;
    let left = acked;
    if (this.inSlowStart) {
      const grown = Math.min(this.window + left, Math.max(this.threshold, this.window));
      left -= grown - this.window;
      this.window = grown;
    }
    if (left > 0) this.#avoid(left, nowNs, srttUs / 8e6);
  }

  /** Packets were lost: the threshold for what follows. */
  lose(): number {
    this.#epochNs = 0;
    this.#lastMax = this.window < this.#lastMax ? (this.window * (1 + BETA)) / 2 : this.window;
    this.threshold = Math.max(2, Math.floor(this.window * BETA));
    return this.threshold;
  }

  /** Nothing is known of the path any more, as after a timeout. */
  restart(window: number): void {
    this.window = window;
    this.#epochNs = 0;
  }

  #avoid(acked: number, nowNs: number, srttSeconds: number): void {
    if (this.#epochNs === 0) this.#beginEpoch(nowNs);
    const seconds = (nowNs - this.#epochNs) / 1e9 + srttSeconds;
    const target = this.#origin + C * (seconds - this.#originSeconds) ** 3;
    this.#friendly += ((3 * (1 - BETA)) / (1 + BETA)) * (acked / this.window);
    const goal = Math.min(Math.max(target, this.#friendly, this.window), this.window * 1.5);
    this.#fraction += ((goal - this.window) / this.window) * acked;
    const whole = Math.floor(this.#fraction);
    this.window += whole;
    this.#fraction -= whole;
  }

  #beginEpoch(nowNs: number): void {
    this.#epochNs = nowNs;
    this.#fraction = 0;
    this.#friendly = this.window;
    const below = Math.max(0, this.#lastMax - this.window);
    this.#originSeconds = Math.cbrt(below / C);
    this.#origin = Math.max(this.#lastMax, this.window);
  }
}
