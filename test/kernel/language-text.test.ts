import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { TracedProgram } from "./traced-program.ts";

// Texts: comparisons at all lengths, limits, what is cut, bytes.

const lab = new ScriptLab();
const program = new TracedProgram();
afterAll(() => {
  lab[Symbol.dispose]();
  program[Symbol.dispose]();
});

const quote = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
const lengths = [...Array.from({ length: 40 }, (_, n) => n), 63, 64, 65, 127, 128, 129, 255, 256, 300];

/** Scripts of so many statements each, since a program has its limits. */
function linesOf(statements: readonly string[], head = ""): string[] {
  const lines: string[] = [];
  for (let at = 0; at < statements.length; at += 30)
    lines.push(...lab.lines(`BEGIN { ${head} ${statements.slice(at, at + 30).join("\n")} }`));
  return lines;
}

test("texts in memory are equal when all their bytes are", () => {
  const statements: string[] = [];
  const wanted: string[] = [];
  for (const n of lengths) {
    const text = "abcdefghijklmnopqrstuvwxyz".repeat(12).slice(0, n);
    const last = `${text.slice(0, -1)}#`;
    for (const [left, right] of [
      [text, text],
      [text, `${text}+`],
      [`${text}+`, text],
      ...(n > 0 ? [[text, last]] : []),
    ] as const) {
      statements.push(
        `{ let $a = ${quote(left)}; let $b = ${quote(right)}; @m = $a; print(($a == $b, $a != $b, @m == $b, $a == ${quote(right)})); }`,
      );
      const same = left === right;
      wanted.push(`(${same}, ${!same}, ${same}, ${same})`);
    }
  }
  expect(linesOf(statements)).toEqual(wanted);
});

test("texts of the program and literals are equal when all their bytes are", async (t) => {
  needs(t, "uprobe");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const at = (n: number) => String.fromCharCode(97 + (n % 26)).repeat(n);
  for (const n of [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 62, 63, 64, 65, 200]) {
    const script = `uprobe:${program.path}:take_string /str(arg0) == "${at(n)}"/ { print(arg1); }
      uprobe:${program.path}:take_string { $s = str(arg0); if ($s == "${at(n)}" && !($s != "${at(n)}")) { print(arg1); } }`;
    const { printed } = await lab.trace(script, [program.path, "lengths", String(n + 3)]);
    expect(printed).toBe(`${n}\n${n}\n`);
  }
});

const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });

test("strncmp, strlen and strcontains", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(letters, letters, fc.nat(14)), { minLength: 8, maxLength: 8 }), (cases) => {
      const statements = cases.map(([a, b, n]) => {
        const [x, y] = [quote(a), quote(b)];
        return `{ let $a = ${x}; let $b = ${y}; print((strncmp($a, $b, ${n}) == 0, strncmp($a, ${y}, ${n}) == 0, strncmp(${x}, $b, ${n}) == 0, strncmp(${x}, ${y}, ${n}) == 0, strlen($a), strlen(${y}), strcontains($a, ${y}))); }`;
      });
      const wanted = cases.map(([a, b, n]) => {
        const same = a.slice(0, n) === b.slice(0, n);
        return `(${same}, ${same}, ${same}, ${same}, ${a.length}, ${b.length}, ${a.includes(b)})`;
      });
      expect(linesOf(statements)).toEqual(wanted);
    }),
    { numRuns: 25 },
  );
});

test.each([{ limit: 16 }, { limit: 64 }, { limit: 200 }, { limit: 1024 }])(
  "str() reads up to $limit bytes with the NUL, marks and counts what it cuts",
  async ({ limit }) => {
    if (program.path === undefined) return;
    const most = limit + 5;
    const script = `config = { max_strlen = ${limit} }
      uprobe:${program.path}:take_string /arg1 > ${Math.max(limit - 20, 0)}/ { printf("%d %s\\n", arg1, str(arg0)); }
      uprobe:${program.path}:take_string /arg1 == ${limit + 2}/ { @[str(arg0)] = strlen(str(arg0)); $s = str(arg0); print((strlen($s), strlen(str(arg0, 3)), str(arg0, 3))); }`;
    const { printed, maps, losses } = await lab.trace(script, [program.path, "lengths", String(most)]);
    const lines = printed.split("\n").slice(0, -1);
    const letter = (n: number) => String.fromCharCode(97 + (n % 26));
    const wanted: string[] = [];
    for (let n = Math.max(1, limit - 19); n <= most; n++) {
      const shown = letter(n).repeat(Math.min(n, limit - 1));
      wanted.push(`${n} ${shown}${n >= limit - 1 ? ".." : ""}`);
      if (n === limit + 2) wanted.push(`(${limit - 1}, 3, ${letter(n).repeat(3)})`);
    }
    expect(lines).toEqual(wanted);
    expect(maps).toBe(`@[${letter(limit + 2).repeat(limit - 1)}]: ${limit - 1}\n`);
    expect(losses.truncatedStrings).toBe(BigInt(most - (limit - 1) + 1 + 2)); // printed, then as a key and in $s
  },
);

test("lengths that a program computes", async (t) => {
  needs(t, "uprobe");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const script = `uprobe:${program.path}:take_string { printf("%s|%s|%r|%r\\n", str(arg0, arg1 - 1), str(arg0, arg1 + 50), buf(arg0, arg1), buf(arg0, arg1 + 1)); }`;
  const { printed } = await lab.trace(script, [program.path, "strings", "a", "hello", "xyz", "12345678"]);
  expect(printed.split("\n").slice(0, -1)).toEqual([
    "|a|a|a\\x00",
    "hell|hello|hello|hello\\x00",
    "xy|xyz|xyz|xyz\\x00",
    "1234567|12345678|12345678|12345678\\x00",
  ]);
});

test("bytes that are no text come out as they went in", async (t) => {
  const { printed } = await lab.trace(
    `tracepoint:syscalls:sys_enter_write /args.fd == 4294967295/ { printf("%r|%rx|%rh|%s\\n", buf(args.buf, args.count), buf(args.buf, 2), buf(args.buf, args.count), str(args.buf)); @[buf(args.buf, 3)] = 1; }
     tracepoint:syscalls:sys_enter_openat /args.dfd == -100 && args.flags == 0/ { printf("%s\\n", str(args.filename)); @f[str(args.filename)] = count(); }`,
    [program.path ?? t.skip("needs a C compiler"), "syscalls"],
  );
  expect(printed.split("\n")).toEqual(
    expect.arrayContaining(["ab\\x00c\\xff|\\x61\\x62|61 62 00 63 ff|ab", "/nonexistent/\\xff\\x01z"]),
  );
});

test("literals: escapes, UTF-8, single bytes, NULs", () => {
  const script = String.raw`BEGIN {
    $u = "grün"; $b = "\xff\x01"; $n = "a\0b"; $q = "\"\\\t|\101";
    print((strlen($u), strlen($b), strlen($n), strlen($q)));
    print(($u == "grün", $u == "gr\xc3\xbcn", $b == "\xff\x01", $n == "a", "a\0b" == "a"));
    printf("%s %s %s\n", $u, $n, $q);
    printf("%r %r\n", buf($b), buf("x\0y", 3));
    @["grün"] = 1; @["\xff"] = 2; @[""] = 3;
  }`;
  const { printed, maps } = lab.run(script);
  expect(printed.split("\n")).toEqual([
    "(5, 2, 1, 5)",
    "(true, true, true, true, true)",
    'grün a "\\\t|A',
    "\\xff\\x01\\x00 x\\x00y",
    "",
  ]);
  expect(maps.split("\n").sort()).toEqual(["", "@[\\xff]: 2", "@[]: 3", "@[grün]: 1"]);
});

test("every conversion of printf", () => {
  const script = String.raw`BEGIN {
    printf("%d|%i|%u|%x|%X|%o|%c|%%|%p|%p\n", -1, -2, 3, 255, 255, 8, 65, 4096, 0);
    printf("%5d|%-5d|%05d|%+d|% d|%#x|%#o|%.3d|%8.3d|%-8.3d|\n", 42, 42, 42, 42, 42, 255, 8, 7, 7, 7);
    printf("%hhd|%hd|%ld|%lld|%hhu|%hu|%llu|%lx|%zd|%jd|%td\n", 300, 70000, -1, -1, 300, 70000, -1, -1, 5, 6, 7);
    printf("%s|%10s|%-10s|%.2s|%10.2s|%*d|%-*s|%.*s|\n", "text", "text", "text", "text", "text", 6, 42, 6, "ab", 2, "abcdef");
    printf("%s %s %s %s\n", true, (1, "a"), comm, (uint8)200 == 200);
    printf("%d %d %x %u\n", true, (uint8)200, (int8)-1, (int8)-1);
    printf("%r %rx %rh|\n", buf("a\xffb", 3), buf("ab", 2), buf("ab", 2));
    printf("%lu %lli\n", (uint64)0xffffffffffffffff, 0x7fffffffffffffff);
    printf("no value\n"); printf("");
  }`;
  const comm = lab.lines("BEGIN { print(comm); }")[0];
  expect(lab.lines(script)).toEqual([
    "-1|-2|3|ff|FF|10|A|%|0x1000|(nil)",
    "   42|42   |00042|+42| 42|0xff|010|007|     007|007     |",
    "44|4464|-1|-1|44|4464|18446744073709551615|ffffffffffffffff|5|6|7",
    "text|      text|text      |te|        te|    42|ab    |ab|",
    `true (1, a) ${comm} true`,
    "1 200 ffffffff 4294967295",
    "a\\xffb \\x61\\x62 61 62|",
    "18446744073709551615 9223372036854775807",
    "no value",
  ]);
});
