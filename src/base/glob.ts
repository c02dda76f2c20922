/** Whether `pattern` has wildcards: `*`, `?` or `[…]`. */
export function isPattern(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * A test for names that match `pattern` from end to end: `*` is any text, `?` one character, `[abc]`, `[a-z]`, `[!a]`
 * one of (or not of) a set. A `[` without its `]` stands for itself. Takes time linear in name × pattern.
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  if (!isPattern(pattern)) return (name) => name === pattern;
  const parts = parse(pattern);
  return (name) => matches(parts, name);
}

type Part = Readonly<{ kind: "any" } | { kind: "one"; test: (char: string) => boolean }>;

function parse(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const end = char === "[" ? pattern.indexOf("]", at + (/^\[[!^]?\]/.test(pattern.slice(at)) ? 3 : 1)) : -1;
    if (char === "*") parts.push({ kind: "any" });
    else if (char === "?") parts.push({ kind: "one", test: () => true });
    else if (end > at) {
      parts.push({ kind: "one", test: setMatcher(pattern.slice(at + 1, end)) });
      at = end;
    } else parts.push({ kind: "one", test: (c) => c === char });
  }
  return parts;
}

function setMatcher(set: string): (char: string) => boolean {
  const negated = /^[!^]/.test(set);
  const ranges: [string, string][] = [];
  for (let at = negated ? 1 : 0; at < set.length; at++) {
    const low = set.charAt(at);
    if (set[at + 1] === "-" && at + 2 < set.length) {
      ranges.push([low, set.charAt(at + 2)]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return (char) => ranges.some(([low, high]) => low <= char && char <= high) !== negated;
}

// Greedy with one point to go back to, the last `*`: no pattern takes exponential time.
function matches(parts: readonly Part[], name: string): boolean {
  let part = 0;
  let lastAny = -1;
  let resumeAt = 0;
  for (let at = 0; at < name.length; ) {
    const want = parts[part];
    if (want?.kind === "one" && want.test(name.charAt(at))) {
      part++;
      at++;
    } else if (want?.kind === "any") {
      lastAny = part++;
      resumeAt = at;
    } else if (lastAny !== -1) {
      part = lastAny + 1;
      at = ++resumeAt;
    } else return false;
  }
  while (parts[part]?.kind === "any") part++;
  return part === parts.length;
}
