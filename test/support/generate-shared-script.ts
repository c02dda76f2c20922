import { diceOf } from "./generate-script.ts";

type Pick = <T>(list: readonly T[]) => T;

const CONSTANTS = "0 1 2 5 7 10 100 127 128 255 256 1000 32767 32768 65535 65536 0x7fffffff 0x80000000".split(
  " ",
);
const LARGE =
  "0xffffffff 0x100000000 1000000007 0x7fffffffffffffff 1e6 0777 $1 $2 -1 -5 -128 -1000 -65536".split(" ");
const VARIABLES = [
  "$a",
  "$b",
  "$c",
  "$t.0",
  "@a",
  "@b",
  "@k[1]",
  "@k[2]",
  "@t.1",
  "$x++",
  "++@x",
  "$x--",
  "@x--",
];
const UNSIGNED = [
  "(uint64)$a",
  "(uint64)5",
  "(uint8)@b",
  "(uint16)@a",
  "(uint32)$c",
  "(uint8)200",
  "(uint64)-1",
];
const TEXTS = ['"lit"', '"abcdef"', '"abc"', '""', "@s", '@words["x"]', "str($3)"];
const COMPARISONS = ["<", ">", "<=", ">=", "==", "!="];

/**
 * A script of BEGIN that means the same to bpftrace 0.17 and to later versions: no quotients of signed numbers, signed ones
 * are compared with signed ones only, and what is shifted to the right is unsigned. It takes two numbers and a text.
 */
export function generateSharedScript(seed: number): string {
  const dice = diceOf(seed);
  const maker = new Maker(dice, (list) => list[dice(list.length)] as never);
  const lines = Array.from({ length: 24 }, (_, i) => maker.statement(i));
  return `BEGIN {\n${maker.start()}\n${lines.join("\n")}\nprintf("%lld %lld %lld %lld\\n", $a, $b, $c, $x); exit();\n}\n`;
}

class Maker {
  readonly dice: (below: number) => number;
  readonly pick: Pick;

  constructor(dice: (below: number) => number, pick: Pick) {
    this.dice = dice;
    this.pick = pick;
  }

  start(): string {
    const { dice, pick } = this;
    const c = pick(["-1", "0x7fffffffffffffff", "0x80000000", "65535"]);
    return [
      `$a = (int64)${dice(2000)}; $b = (int64)-${1 + dice(300)}; $c = (int64)${c}; $x = (int64)0;`,
      `@a = ${dice(2_000_000)}; @b = -${1 + dice(9)}; @x = 0; @k[1] = -${dice(300)}; @k[2] = ${dice(2 ** 31)};`,
      `@s = "abcdefg"; @words["x"] = "xyz"; $t = ((int64)${dice(50)}, "t"); @t = ("u", (int64)-${dice(2 ** 31)});`,
    ].join("\n");
  }

  statement(at: number): string {
    const { dice, pick } = this;
    const n = (depth: number) => this.number(depth);
    const small = () => `(int32)${this.number(1)}`;
    switch (dice(11)) {
      case 0:
        return `printf("${at} %lld %llx %llu\\n", ${n(3)}, ${n(2)}, ${this.unsigned(2)});`;
      case 1:
        return `printf("${at} %d %d\\n", ${this.condition(2)}, ${this.condition(1)});`;
      case 2:
        return `${pick(["$a", "$b", "$c", "@a", "@b"])} ${pick(["", "+", "-", "*", "|", "&", "^"])}= ${n(2)};`;
      case 3:
        return `if (${this.condition(2)}) { printf("${at} yes\\n"); $a += 1; } else { printf("${at} no\\n"); @b -= 3; }`;
      case 4:
        return `printf("${at} [%-10lld] [%${pick(["08lx", "-9lX", "lo"])}] [%${pick(["10s", "-10s", ".2s"])}]\\n", ${n(1)}, ${n(1)}, ${this.text()});`;
      case 5:
        return `printf("${at} %hhd %hd %hhu %hu %hhx %c\\n", ${n(1)}, ${n(1)}, ${n(1)}, ${n(1)}, ${n(1)}, ${33 + dice(90)});`;
      case 6:
        return `print((${n(1)}, ${this.text()}, (${n(1)}, (int64)${n(1)})));`;
      case 7:
        return `@hist${at}[1] = hist(${small()}); @hist${at}[1] = hist(${pick([0, 1, 2, 3, 255, 256, 1023, 1024, 65536])});`;
      case 8: {
        const step = pick([1, 2, 5, 10]);
        const end = 5 + step * (2 + dice(20));
        const bounds = `5, ${end}, ${step}`;
        return `@lhist${at} = lhist(${pick([4, 5, 6, end - 1, end, end + 1])}, ${bounds}); @lhist${at} = lhist($b, ${bounds});`;
      }
      case 9:
        return `@sum${at} = sum(${n(1)}); @min${at} = min(${small()}); @avg${at} = avg(${small()}); @stats${at} = stats(${small()}); @count${at}[${this.text()}] = count();`;
      default:
        return `unroll(${1 + dice(3)}) { $x += ${n(1)}; printf("${at} %lld\\n", $x); }`;
    }
  }

  /** A signed number. */
  number(depth: number): string {
    const { dice, pick } = this;
    const n = () => this.number(depth - 1);
    if (depth === 0) return pick([pick(CONSTANTS), pick(LARGE), pick(VARIABLES)]);
    switch (dice(8)) {
      case 0:
        return `(${n()} ${pick(["+", "-", "*"])} ${n()})`;
      case 1:
        return `(${n()} ${pick(["&", "|", "^"])} ${n()})`;
      case 2:
        return `(${n()} << ${dice(64)})`;
      case 3:
        return `((int64)(${pick(["int8", "int16", "int32"])})(${n()}))`;
      case 4:
        return `(${this.condition(depth - 1)} ? (int64)(${n()}) : (int64)(${n()}))`;
      case 5:
        return `(${pick(["-", "~"])}(${n()}))`;
      case 6:
        return `((int64)(uint64)(${n()}))`;
      default:
        return `(0 + ${n()})`;
    }
  }

  unsigned(depth: number): string {
    const { dice, pick } = this;
    if (depth === 0) return pick(UNSIGNED);
    const u = () => this.unsigned(depth - 1);
    switch (dice(4)) {
      case 0:
        return `((uint64)${u()} ${pick(["/", "%"])} (uint64)${pick([3, 7, 1000])})`;
      case 1:
        return `((uint64)(${this.number(depth - 1)}) >> ${dice(64)})`;
      case 2:
        return `(uint64)(${this.number(depth - 1)})`;
      default:
        return `(${pick(["uint8", "uint16", "uint32"])})(${this.number(depth - 1)})`;
    }
  }

  condition(depth: number): string {
    const { dice, pick } = this;
    const type = pick(["int64", "uint64"]);
    const compared = () => `(${type})(${this.number(depth)})`;
    switch (dice(depth > 0 ? 6 : 4)) {
      case 0:
        return `(${this.text()} ${pick(["==", "!="])} ${this.text()})`;
      case 1:
        return `(strncmp(${this.text()}, ${this.text()}, ${1 + dice(7)}) == 0)`;
      case 4:
        return `(${this.condition(depth - 1)} ${pick(["&&", "||"])} ${this.condition(depth - 1)})`;
      case 5:
        return `(!${this.condition(depth - 1)})`;
      default:
        return `(${compared()} ${pick(COMPARISONS)} ${compared()})`;
    }
  }

  text(): string {
    return this.pick(TEXTS);
  }
}
