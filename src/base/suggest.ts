/** The candidates nearest to `name`, best first, at most `limit`; none that differ in more than about a third. */
export function nearest(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const worst = Math.max(1, Math.floor(wanted.length / 3) + 1);
  const found: { candidate: string; score: number }[] = [];
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    if (Math.abs(lower.length - wanted.length) > worst && !lower.includes(wanted)) continue;
    const score = lower.includes(wanted) && wanted.length > 2 ? 0.5 : editDistance(wanted, lower, worst);
    if (score <= worst) found.push({ candidate, score });
  }
  found.sort((a, b) => a.score - b.score || a.candidate.length - b.candidate.length);
  return [...new Set(found.map((f) => f.candidate))].slice(0, limit);
}

/** "did you mean `a`, `b` or `c`?", or undefined when nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>, limit = 3): string | undefined {
  const names = nearest(name, candidates, limit).map((n) => `\`${n}\``);
  if (names.length === 0) return undefined;
  const last = names.pop();
  return `did you mean ${names.length > 0 ? `${names.join(", ")} or ${last}` : last}?`;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`; above `limit` any larger number. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    if (Math.min(...next) > limit) return limit + 1;
    before = row;
    row = next;
  }
  return row[b.length] ?? limit + 1;
}
