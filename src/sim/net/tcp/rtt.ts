const MIN_RTO_US = 200_000; // TCP_RTO_MIN, include/net/tcp.h, v6.12
const MAX_RTO_US = 120_000_000;
const FIRST_RTO_US = 1_000_000;
const MIN_WINDOW_US = 300_000_000; // net.ipv4.tcp_min_rtt_wlen

/** Round-trip time as tcp_rtt_estimator keeps it (net/ipv4/tcp_input.c, v6.12), and the timeout that follows. */
export class RttEstimator {
  /** Eight times the smoothed time; 0 before the first measurement. */
  srttUs = 0;
  /** Four times the mean deviation. */
  mdevUs = 0;
  mdevMaxUs = 0;
  rttvarUs = FIRST_RTO_US;
  rtoUs = FIRST_RTO_US;
  /** Smallest time in the last minutes; 0: none yet. */
  minUs = 0;
  #minAtUs = 0;
  #roundEnd = 0;

  /** One measurement. `round` grows with the data that is acknowledged; `roundNext`: what was sent by now. */
  measure(rttUs: number, nowUs: number, round: number, roundNext: number): void {
    const sample = Math.max(1, Math.round(rttUs));
    this.#measureMinimum(sample, nowUs);
    if (this.srttUs === 0) {
      this.srttUs = sample << 3;
      this.mdevUs = sample << 1;
      this.rttvarUs = Math.max(this.mdevUs, MIN_RTO_US);
      this.mdevMaxUs = this.rttvarUs;
      this.#roundEnd = roundNext;
    } else this.#smooth(sample, round, roundNext);
    this.resetTimeout();
  }

  /** The timeout without any backoff. */
  resetTimeout(): void {
    if (this.srttUs === 0) return;
    this.rtoUs = Math.min((this.srttUs >> 3) + this.rttvarUs, MAX_RTO_US);
  }

  /** Doubles the timeout. */
  backOff(): void {
    this.rtoUs = Math.min(this.rtoUs * 2, MAX_RTO_US);
  }

  #smooth(sample: number, round: number, roundNext: number): void {
    let error = sample - (this.srttUs >> 3);
    this.srttUs = Math.max(1, this.srttUs + error);
    if (error < 0) {
      error = -error - (this.mdevUs >> 2);
      if (error > 0) error >>= 3; // a shorter time is no reason to wait longer
    } else error -= this.mdevUs >> 2;
    this.mdevUs += error;
    if (this.mdevUs > this.mdevMaxUs) {
      this.mdevMaxUs = this.mdevUs;
      this.rttvarUs = Math.max(this.rttvarUs, this.mdevMaxUs);
    }
    if (((round - this.#roundEnd) | 0) <= 0) return;
    if (this.mdevMaxUs < this.rttvarUs) this.rttvarUs -= (this.rttvarUs - this.mdevMaxUs) >> 2;
    this.#roundEnd = roundNext;
    this.mdevMaxUs = MIN_RTO_US;
  }

  #measureMinimum(sample: number, nowUs: number): void {
    if (this.minUs !== 0 && sample > this.minUs && nowUs - this.#minAtUs < MIN_WINDOW_US) return;
    this.minUs = sample;
    this.#minAtUs = nowUs;
  }
}
