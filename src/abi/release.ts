/**
 * Negative when Linux release `a` is older than `b`, 0 when both are of one series, positive when it is newer. Reads
 * "5.15" and what `uname -r` says ("6.1.0-50-cloud-amd64"); only the first two numbers count.
 */
export function compareReleases(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split(".").map((part) => Number.parseInt(part, 10));
  const [majorB = 0, minorB = 0] = b.split(".").map((part) => Number.parseInt(part, 10));
  return majorA - majorB || minorA - minorB;
}
