/** A generator of numbers below `below`. */
type Dice = (below: number) => number;

/** Repeatable dice (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Names = Readonly<{ numbers: readonly string[]; texts: readonly string[] }>;

/**
 * A script of BEGIN and END that says what its variables and maps hold: the same on each machine. Numbers are of all
 * widths; loops are bounded; macros and functions are used.
 */
export function generateScript(seed: number): string {
  const dice = diceOf(seed);
  const pick = <T>(list: readonly T[]): T => list[dice(list.length)] as T;
  const names: Names = { numbers: ["$a", "$b", "$c"], texts: ["$s", "$t"] };
  const lines = [
    "macro twice(x) { x + x }",
    "macro bump($v, n) { $v += n; }",
    "fn pick($x : int64, $y : int64) : int64 { if ($x > $y) { return $x; } return $y; }",
    "BEGIN {",
    `  $a = (int64)${dice(1000)}; $b = (int64)-${dice(50)}; $c = (int64)${pick(["0", "1", "0x7fffffff", "65535", "255"])};`,
    `  $s = str("${pick(["alpha", "be", ""])}"); $t = "${pick(["gamma", "delta9", "x"])}";`,
    '  @n = (int64)0; @keyed[1] = (int64)5; @words["a"] = "none"; @sum = sum(1); @least = min(5);',
  ];
  const count = 4 + dice(6);
  for (let i = 0; i < count; i++) lines.push(...statement(dice, names, 2).map((line) => `  ${line}`));
  lines.push("  print(($a, $b, $c, $s, $t)); print(@n); print(len(@keyed));", "  exit();", "}");
  return `${lines.join("\n")}\n`;
}

function statement(dice: Dice, names: Names, depth: number): string[] {
  const pick = <T>(list: readonly T[]): T => list[dice(list.length)] as T;
  const n = () => number(dice, names, 2);
  const block = () => Array.from({ length: 1 + dice(2) }, () => statement(dice, names, depth - 1)).flat();
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  switch (dice(depth > 0 ? 14 : 9)) {
    case 0:
      return [`${pick(names.numbers)} = ${n()};`];
    case 1:
      return [`${pick(names.numbers)} ${pick(["+=", "-=", "*=", "^=", "|=", "&="])} ${n()};`];
    case 2:
      return [`@n ${pick(["=", "+="])} ${n()};`];
    case 3:
      return [`@keyed[${n()}] = ${n()};`];
    case 4:
      return [`@words[${text(dice, names)}] = ${text(dice, names)};`];
    case 5:
      return [`@sum = sum(${n()}); @least = min(${n()}); @spread = hist(${n()});`];
    case 6:
      return [
        `printf("%d %s %x|%5d|%-4s|\\n", ${n()}, ${text(dice, names)}, ${n()}, ${n()}, ${text(dice, names)});`,
      ];
    case 7:
      return [`bump(${pick(names.numbers)}, ${n()});`];
    case 8:
      return [`print((${n()}, ${text(dice, names)}, (${n()}, ${condition(dice, names)})));`];
    case 9:
      return [`if (${condition(dice, names)}) {`, ...indented(block()), "} else {", ...indented(block()), "}"];
    case 10:
      return [
        `for ($i : 0..${1 + dice(5)}) {`,
        ...indented(block()),
        `  if (${condition(dice, names)}) { ${pick(["break", "continue"])}; }`,
        "}",
      ];
    case 11:
      return [`unroll(${1 + dice(3)}) {`, ...indented(block()), "}"];
    case 12:
      return ["for ($kv : @keyed) { @n += $kv.1; }"];
    default:
      return [
        `$w = 0; while ($w < ${1 + dice(80)}) { $w++; if (${condition(dice, names)}) { ${pick(names.numbers)} += $w; } }`,
      ];
  }
}

function number(dice: Dice, names: Names, depth: number): string {
  const pick = <T>(list: readonly T[]): T => list[dice(list.length)] as T;
  const n = () => number(dice, names, depth - 1);
  if (depth === 0) return pick([...names.numbers, "7", "-3", "1000000", "0", "@keyed[1]", "sizeof(uint32)"]);
  switch (dice(10)) {
    case 0:
    case 1:
      return `(${n()} ${pick(["+", "-", "*", "&", "|", "^"])} ${n()})`;
    case 2:
      return `(${n()} ${pick(["/", "%"])} ${1 + dice(9)})`;
    case 3:
      return `(${n()} ${pick(["<<", ">>"])} ${dice(16)})`;
    case 4:
      return `(int64)(${pick(["uint8", "int8", "uint16", "int32"])})${n()}`;
    case 5:
      return `(${condition(dice, names)} ? ${n()} : ${n()})`;
    case 6:
      return `twice(${n()})`;
    case 7:
      return `pick(${n()}, ${n()})`;
    case 8:
      return `(int64)strlen(${text(dice, names)})`;
    default:
      return n();
  }
}

function condition(dice: Dice, names: Names): string {
  const pick = <T>(list: readonly T[]): T => list[dice(list.length)] as T;
  const n = () => number(dice, names, 1);
  switch (dice(6)) {
    case 0:
      return `(${text(dice, names)} ${pick(["==", "!="])} ${text(dice, names)})`;
    case 1:
      return `has_key(@keyed, ${n()})`;
    case 2:
      return `(${n()} > 3 && ${n()} < 90)`;
    case 3:
      return `strcontains(${pick(names.texts)}, "${pick(["a", "lt", "zz"])}")`;
    default:
      return `(${n()} ${pick(["<", ">", "<=", ">=", "==", "!="])} ${n()})`;
  }
}

function text(dice: Dice, names: Names): string {
  return [...names.texts, '"lit"', '""', '@words["a"]'][dice(5)] ?? '""';
}
