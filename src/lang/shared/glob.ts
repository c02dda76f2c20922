/** Whether `text` holds a wildcard: `*`, `?` or `[`. */
export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * A test for whole names against `pattern`: `*` is any run of characters, `?` one character, `[a-z_]` one of a set and
 * `[!a-z]` or `[^a-z]` one outside of it; a backslash takes away the next character's meaning; a `[` without `]` is
 * itself. No character is special in the name, not even `/`. A test takes at most pattern × name steps.
 */
export function compileGlob(pattern: string): (name: string) => boolean {
  const steps = parse(pattern);
  const plain = steps.every((step) => step.kind === "char");
  if (plain) {
    const text = steps.map((step) => (step.kind === "char" ? step.char : "")).join("");
    return (name) => name === text;
  }
  return (name) => matches(steps, name);
}

type Step = Readonly<
  | { kind: "any" }
  | { kind: "one" }
  | { kind: "char"; char: string }
  | { kind: "set"; inverted: boolean; ranges: readonly (readonly [number, number])[] }
>;

function parse(pattern: string): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const set = char === "[" ? parseSet(pattern, at) : undefined;
    if (char === "*") {
      if (steps.at(-1)?.kind !== "any") steps.push({ kind: "any" });
    } else if (char === "?") steps.push({ kind: "one" });
    else if (set) {
      steps.push(set.step);
      at = set.end;
    } else if (char === "\\" && at + 1 < pattern.length)
      steps.push({ kind: "char", char: pattern.charAt(++at) });
    else steps.push({ kind: "char", char });
  }
  return steps;
}

/** The set that opens at `at`; `end` is the place of its `]`. A `]` that comes first belongs to the set. */
function parseSet(pattern: string, at: number): { step: Step; end: number } | undefined {
  let from = at + 1;
  const inverted = pattern[from] === "!" || pattern[from] === "^";
  if (inverted) from++;
  const end = pattern.indexOf("]", from + 1);
  if (end === -1) return undefined;
  const ranges: [number, number][] = [];
  while (from < end) {
    const low = pattern.charCodeAt(from);
    const isRange = pattern[from + 1] === "-" && from + 2 < end;
    ranges.push([low, isRange ? pattern.charCodeAt(from + 2) : low]);
    from += isRange ? 3 : 1;
  }
  return { step: { kind: "set", inverted, ranges }, end };
}

function matches(steps: readonly Step[], name: string): boolean {
  let step = 0;
  let at = 0;
  let star = -1; // the last `*` passed, and where its run ends so far
  let starEnd = 0;
  while (at < name.length) {
    const current = steps[step];
    if (current?.kind === "any") {
      star = step++;
      starEnd = at;
    } else if (current !== undefined && accepts(current, name, at)) {
      step++;
      at++;
    } else if (star !== -1) {
      step = star + 1;
      at = ++starEnd;
    } else return false;
  }
  while (steps[step]?.kind === "any") step++;
  return step === steps.length;
}

function accepts(step: Step, name: string, at: number): boolean {
  if (step.kind === "one") return true;
  if (step.kind === "char") return step.char === name[at];
  if (step.kind === "any") return false;
  const code = name.charCodeAt(at);
  return step.ranges.some(([low, high]) => low <= code && code <= high) !== step.inverted;
}
