/**
 * The candidates nearest to `name`, best first, at most `limit`; none that differ in more than about a third. Fast enough
 * for all names of a kernel: most are put aside by the letters that they are made of.
 */
export function nearest(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const worst = Math.max(1, Math.floor(wanted.length / 3) + 1);
  const rejects = differentLetters(wanted, worst);
  const distance = new EditDistance();
  const found: { candidate: string; score: number }[] = [];
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    const isPart = wanted.length > 2 && lower.includes(wanted);
    if (!isPart && rejects(lower)) continue;
    const score = isPart ? 0.5 : distance.of(wanted, lower, worst);
    if (score <= worst) found.push({ candidate, score });
  }
  found.sort((a, b) => a.score - b.score || a.candidate.length - b.candidate.length);
  return [...new Set(found.map((f) => f.candidate))].slice(0, limit);
}

/** Tells of a text whether its letters alone make it more than `limit` changes away from `wanted`. */
function differentLetters(wanted: string, limit: number): (text: string) => boolean {
  const counts = new Int16Array(128);
  for (let i = 0; i < wanted.length; i++) {
    const letter = wanted.charCodeAt(i) & 127;
    counts[letter] = (counts[letter] ?? 0) + 1;
  }
  const left = new Int16Array(128);
  return (text) => {
    if (Math.abs(text.length - wanted.length) > limit) return true;
    left.set(counts);
    let extra = 0;
    for (let i = 0; i < text.length; i++) {
      const letter = text.charCodeAt(i) & 127;
      const rest = left[letter] ?? 0;
      if (rest > 0) left[letter] = rest - 1;
      else extra++;
    }
    return Math.max(extra, wanted.length - (text.length - extra)) > limit;
  };
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
  return new EditDistance().of(a, b, limit);
}

/** Keeps its rows from one pair of texts to the next. Only cells that `limit` changes can reach are looked at. */
class EditDistance {
  #before = new Int32Array(64);
  #row = new Int32Array(64);
  #next = new Int32Array(64);

  of(a: string, b: string, limit: number): number {
    const beyond = limit + 1;
    if (Math.abs(a.length - b.length) > limit) return beyond;
    if (b.length + 2 > this.#row.length) this.#grow(b.length + 2);
    for (let j = 0; j <= b.length; j++) this.#row[j] = Math.min(j, beyond);
    for (let i = 1; i <= a.length; i++) {
      if (this.#fill(a, b, i, limit) > limit) return beyond;
      [this.#before, this.#row, this.#next] = [this.#row, this.#next, this.#before];
    }
    return this.#row[b.length] ?? beyond;
  }

  /** The row of `a`'s first `i` letters; gives its least cell. */
  #fill(a: string, b: string, i: number, limit: number): number {
    const [before, row, next] = [this.#before, this.#row, this.#next];
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    const letter = a.charCodeAt(i - 1);
    next[from - 1] = from === 1 ? i : limit + 1;
    let least = next[from - 1] ?? 0;
    for (let j = from; j <= to; j++) {
      const other = b.charCodeAt(j - 1);
      const same = letter === other ? 0 : 1;
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next[j] = cost;
      if (cost < least) least = cost;
    }
    if (to < b.length) next[to + 1] = limit + 1;
    return least;
  }

  #grow(cells: number): void {
    this.#before = new Int32Array(cells * 2);
    this.#row = new Int32Array(cells * 2);
    this.#next = new Int32Array(cells * 2);
  }
}
