import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { TracedProgram } from "./traced-program.ts";

// Probes on functions and USDT probes of a program that this test compiles: fixtures/traced.c says what is true.

const lab = new ScriptLab();
const program = new TracedProgram();
const path = program.path ?? "";
afterAll(() => {
  lab[Symbol.dispose]();
  program[Symbol.dispose]();
});

type Case = Readonly<{ rule: string; does: readonly string[]; script: string; prints: readonly string[] }>;

const uprobe = (name: string) => `uprobe:${path}:${name}`;
const uretprobe = (name: string) => `uretprobe:${path}:${name}`;
const usdt = (name: string) => `usdt:${path}:shop:${name}`;
const record = `struct inner { int16 small; char name[12]; };
struct record {
  uint8 flag : 1, kind : 3, rest : 4; int32 minus : 5; uint32 wide : 27; int64 total; struct inner inner;
  struct record *next; uint16 list[4]; char full[4]; uint8 mac[6]; uint8 v6[16]; uint32 v4; const char *words[4];
  union { uint32 number; uint8 bytes[4]; };
};`;
const first = `${record} ${uprobe("take_record")} /@n++ == 0/ { $r = (struct record *)arg0;`;

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "arguments in registers",      does: ["numbers", "2"], script: `${uprobe("take_numbers")} { print(((int8)arg0, (uint16)arg1, (int32)arg2, arg3, (int32)arg4, (int64)arg5)); }`, prints: ["(-5, 65535, -123456, 9223372036854775809, 0, -1)", "(-5, 65535, -123456, 9223372036854775809, 1, -1)"] },
  { rule: "arguments on the stack",      does: ["numbers"], script: `${uprobe("take_numbers")} { print(((int8)sarg0, sarg1)); }`, prints: ["(-9, 1099511627776)"] },
  { rule: "an argument is not signed",   does: ["numbers"], script: `${uprobe("take_numbers")} { print(arg5); printf("%d %u %x\\n", arg5, arg5, arg5); }`, prints: ["18446744073709551615", "-1 18446744073709551615 ffffffffffffffff"] },
  { rule: "registers by name",           does: ["numbers"], script: `${uprobe("take_numbers")} { print((reg("di") == arg0, reg("si") == arg1, reg("r9") == arg5, reg("ip") != 0, reg("sp") % 16)); }`, prints: ["(true, true, true, true, 8)"] },
  { rule: "returned numbers are signed", does: ["returns", "3"], script: `${uretprobe("give_back")} { print(retval); } ${uretprobe("give_int")} { print((int32)retval); }`, prints: ["0", "-2", "-3", "-1", "-6", "0"] },
  { rule: "text behind an argument",     does: ["strings", "one", "", "two words", "dr\u00fcber"], script: `${uprobe("take_string")} { printf("[%s] %d %s\\n", str(arg0), arg1, str(arg0, 3)); }`, prints: ["[one] 3 one", "[] 0 ", "[two words] 9 two", "[dr\u00fcber] 7 dr\\xc3"] },
  { rule: "text that cannot be read",    does: ["bad-pointer"], script: `${uprobe("take_string")} { printf("[%s]%d\\n", str(arg0), strlen(str(arg0))); @[str(arg0)] = count(); }`, prints: ["[]0", "[]0", "[]0"] },
  { rule: "a predicate on text",         does: ["strings", "yes", "no", "yesterday", "y"], script: `${uprobe("take_string")} /str(arg0) == "yes"/ { print(str(arg0)); }`, prints: ["yes"] },
  { rule: "variables in the program",    does: ["strings", "x"], script: `${uprobe("take_string")} { print(1); }`, prints: ["1"] },
  { rule: "several functions, one action", does: ["stack"], script: `${uprobe("top")}, ${uprobe("middle")}, ${uprobe("leaf")} { print(func); }`, prints: ["top", "middle", "leaf"] },
  { rule: "a pattern of functions",      does: ["returns"], script: `${uprobe("give_*")} { @[func] = count(); if (func == "give_int") { print(probe); } }`, prints: [uprobe("give_int")] },
  { rule: "a probe inside a function",   does: ["stack"], script: `${uprobe("leaf")}+0 { print(probe == "${uprobe("leaf")}"); }`, prints: ["true"] },
  { rule: "integers of a record",        does: ["records"], script: `${first} print(($r->total, $r->inner.small, $r->list[2], $r->v4, $r->number, $r->bytes[3])); }`, prints: ["(1234567890123, -300, 65535, 16777343, 16909060, 1)"] },
  { rule: "bit-fields of a record",      does: ["records"], script: `${first} print(($r->flag, $r->kind, $r->rest, $r->minus, $r->wide)); }`, prints: ["(1, 5, 9, -11, 100000000)"] },
  { rule: "text in a record",            does: ["records"], script: `${first} printf("%s %s %d\\n", $r->inner.name, $r->full, strlen($r->inner.name)); print($r->inner.name == "first"); }`, prints: ["first abcd 5", "true"] },
  { rule: "bytes behind a NUL do not make keys differ", does: ["records"], script: `${record} ${uprobe("take_record")} { $r = (struct record *)arg0; @[$r->inner.name] = count(); @p[$r->inner.name == "first"] = count(); $n = $r->inner.name; @v[$n] = count(); @w = $r->inner.name; print((1, @w)); print(@w == $r->inner.name); print(len(@v)); }`, prints: ["(1, first)", "true", "1", "(1, first)", "true", "1"] },
  { rule: "an array that is full has no NUL", does: ["records"], script: `${first} print($r->full == "abcd"); print($r->full == "abc"); print($r->full == "abcde"); @[$r->full] = 1; @x = $r->full; print(@x); }`, prints: ["true", "false", "false", "@x: abcd"] },
  { rule: "chains of pointers",          does: ["records"], script: `${first} print(($r->next->total, $r->next->inner.small, $r->next->next)); }`, prints: ["(-5, -3, 0x0)"] },
  { rule: "a null pointer reads as zero", does: ["records"], script: `${first} print(($r->next->next->total, $r->next->next->inner.name)); }`, prints: ["(0, )"] },
  { rule: "an array of strings",         does: ["records"], script: `${first} print(str($r->words[1])); $i = 2; print(str($r->words[$i])); join($r->words); join($r->words, "+"); }`, prints: ["two words", "three", "one two words three", "one+two words+three"] },
  { rule: "addresses of fields",         does: ["records"], script: `${first} print((uint64)&$r->total - arg0 == offsetof(struct record, total)); print(*(&$r->list[1])); print(str(&$r->inner.name)); }`, prints: ["true", "20", "first"] },
  { rule: "network and hardware addresses", does: ["records"], script: `${first} print((ntop($r->v4), ntop($r->v6), macaddr($r->mac), ntop(10, $r->v6))); print($r->v6 == pton("fe80::1")); }`, prints: ["(127.0.0.1, fe80::1, 02:AB:00:FF:05:06, fe80::1)", "true"] },
  { rule: "bytes",                       does: ["records"], script: `${first} print(buf($r->mac)); print(buf($r->full, 2)); printf("%rh %rx\\n", buf($r->mac, 6), buf(&$r->bytes, 4)); @[buf($r->mac)] = count(); @b = buf($r->mac); print(@b == buf($r->mac)); }`, prints: ["\\x02\\xab\\x00\\xff\\x05\\x06", "ab", "02 ab 00 ff 05 06 \\x04\\x03\\x02\\x01", "true"] },
  { rule: "a whole record in a variable", does: ["records"], script: `${first} $copy = *$r; print($copy.total); $in = $r->inner; print(($in.small, $in.name)); @r = $r->inner; print(@r.small); }`, prints: ["1234567890123", "(-300, first)", "-300"] },
  { rule: "a whole record printed",      does: ["records"], script: `${first} print($r->inner); }`, prints: ["{ .small = -300, .name = first }"] },
  { rule: "pointers of the program",     does: ["records"], script: `${first} $p = (int64 *)(arg0 + 8); print(*$p); print($p[0]); $q = (uint16 *)&$r->list; print(*($q + 2)); $q++; print(*$q); print($q[-1]); }`, prints: ["1234567890123", "1234567890123", "65535", "20", "10"] },
  { rule: "every form of operand",       does: ["usdt"], script: `${usdt("forms")} { print((arg0, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9)); }`, prints: ["(-5, 7, 1234605616436508552, 1432778632, 30600, 136, -2, -2, -2, -2)"] },
  { rule: "text of a USDT probe",        does: ["usdt"], script: `${usdt("text")} { printf("%s %d %s %s\\n", str(arg0), arg1, probe, func); }`, prints: [`some text -3 ${usdt("text")} text`] },
  { rule: "a USDT probe with a semaphore", does: ["usdt", "3"], script: `${usdt("sold")} { print(arg0); }`, prints: ["0", "1", "2"] },
  { rule: "places of one USDT probe",    does: ["usdt"], script: `${usdt("twice")} { print(arg0); }`, prints: ["5", "6"] },
  { rule: "arguments by name, from debug information", does: ["numbers"], script: `${uprobe("take_numbers")} { print((args.a, args.b, args.c, args.d, args.e, args.f, args.g, args.h)); }`, prints: ["(-5, 65535, -123456, 9223372036854775809, 0, -1, -9, 1099511627776)"] },
  { rule: "text of an argument by name", does: ["strings", "one"], script: `${uprobe("take_string")} { print((str(args.text), args.length)); }`, prints: ["(one, 3)"] },
  { rule: "types of the program",        does: ["records"], script: `${uprobe("take_record")} /@n++ == 0/ { print((args.r->total, args.r->inner.name, args.r->minus, args.r->next->total)); $r = (struct record *)arg0; print($r->list[2]); print(sizeof(struct record) == 8); }`, prints: ["(1234567890123, first, -11, -5)", "65535", "false"] },
  { rule: "what a function returns has its type", does: ["returns", "1"], script: `${uretprobe("give_int")} { print(retval); }`, prints: ["-2"] },
  { rule: "a line of the source",        does: ["strings", "one"], script: `uprobe:${path}@traced.c:26 { print((probe == "uprobe:${path}@traced.c:26", func, str(arg0))); }`, prints: ["(true, take_string, one)"] },
  { rule: "USDT probes by pattern",      does: ["usdt"], script: `usdt:${path}:*:t* { @[probe] = count(); } usdt:${path}:text { print(1); }`, prints: ["1"] },
];

test.for(CASES)("$rule", async ({ does, script, prints }, t) => {
  needs(t, "uprobe");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const { printed } = await lab.trace(script, [path, ...does]);
  expect(printed.split("\n").slice(0, -1)).toEqual(prints);
});
