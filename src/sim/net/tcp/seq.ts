/** Sequence numbers of TCP: 32 bits that wrap. RFC 9293, 3.4. */
export type Seq = number;

export function seqAdd(a: Seq, n: number): Seq {
  return (a + n) >>> 0;
}

/** How far `b` lies behind `a`; negative when it lies before. */
export function seqDistance(a: Seq, b: Seq): number {
  return (b - a) | 0;
}

export function isBefore(a: Seq, b: Seq): boolean {
  return ((a - b) | 0) < 0;
}

export function isAfter(a: Seq, b: Seq): boolean {
  return ((b - a) | 0) < 0;
}
