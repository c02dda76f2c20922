import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import type { AttachPoint, Probe } from "./ast.ts";
import { parseScript } from "./parse.ts";
import { expandPart } from "./parse-attach.ts";
import { printExprSource } from "./print-source.ts";
import { PROBE_TYPES, probeTypeNames, probeTypeOf } from "./probe-types.ts";

function probe(text: string): Probe {
  const report = new Report();
  const item = parseScript({ name: "-e", text }, report)?.items[0];
  if (item?.kind !== "probe") throw new Error(JSON.stringify(report.diagnostics));
  return item;
}

function show(point: AttachPoint): string {
  const parts = point.parts.map(({ text, quoted, offset }) => {
    const shown = quoted ? `"${text}"` : text;
    return offset === undefined ? shown : `${shown} + ${offset}`;
  });
  const type = point.type ?? `?${point.written}`;
  return [point.label === undefined ? type : `${point.label} = ${type}`, ...parts].join(" | ");
}

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; points: string[]; predicate?: string }>([
  { rule: "lone probes",                  text: "BEGIN {}",                                  points: ["begin"] },
  { rule: "lone probes in small letters", text: "end{}",                                     points: ["end"] },
  { rule: "two parts",                    text: "tracepoint:syscalls:sys_enter_openat {}",   points: ["tracepoint | syscalls | sys_enter_openat"] },
  { rule: "wildcards",                    text: "t:syscalls:sys_enter_*{}",                  points: ["tracepoint | syscalls | sys_enter_*"] },
  { rule: "every kind of wildcard",       text: "k:vfs_?[a-z]* {}",                          points: ["kprobe | vfs_?[a-z]*"] },
  { rule: "several",                      text: "k:a,kr:b , f:c,\n  fr:d\n{}",               points: ["kprobe | a", "kretprobe | b", "fentry | c", "fexit | d"] },
  { rule: "a comma at the end",           text: "k:a, {}",                                   points: ["kprobe | a"] },
  { rule: "a comma before a predicate",   text: "k:a, /pid/ {}",                             points: ["kprobe | a"], predicate: "pid" },
  { rule: "comments between",             text: "k:a // one\n, /* two */ k:b // three\n{}",  points: ["kprobe | a", "kprobe | b"] },
  { rule: "offsets",                      text: "k:vfs_read+3,kr:f+0x1F {}",                 points: ["kprobe | vfs_read + 3", "kretprobe | f + 31"] },
  { rule: "blanks around a plus",         text: 'u:./a:"x.(*T).f" + 83, u:./a:g +\t0x4 /pid/ {}', points: ['uprobe | ./a | "x.(*T).f" + 83', "uprobe | ./a | g + 4"], predicate: "pid" },
  { rule: "a part on the next line",      text: "usdt:/lib/libjvm.so:\n    hotspot:gc__begin\n{}", points: ["usdt | /lib/libjvm.so | hotspot | gc__begin"] },
  { rule: "an empty part and a block below", text: "software:faults:\n{}",                   points: ["software | faults | "] },
  { rule: "a module",                     text: "kprobe:kvm:f+1 {}",                         points: ["kprobe | kvm | f + 1"] },
  { rule: "a path",                       text: "u:/lib/x86_64-linux-gnu/libc.so.6:malloc {}", points: ["uprobe | /lib/x86_64-linux-gnu/libc.so.6 | malloc"] },
  { rule: "a path with a plus",           text: "u:/lib/libstdc++.so.6:f+4 {}",              points: ["uprobe | /lib/libstdc++.so.6 | f + 4"] },
  { rule: "a relative path",              text: "uprobe:./a.out:main {}",                    points: ["uprobe | ./a.out | main"] },
  { rule: "a path with letters beyond ASCII", text: "uprobe:/tmp/é:f {}",                    points: ["uprobe | /tmp/é | f"] },
  { rule: "quotes around a path",         text: 'uprobe:"./my prog":"fn" {}',                points: ['uprobe | "./my prog" | "fn"'] },
  { rule: "quotes with an offset",        text: 'uprobe:./a.out:"ns::f(int)"+0x10 {}',       points: ['uprobe | ./a.out | "ns::f(int)" + 16'] },
  { rule: "quotes hide an offset",        text: 'uprobe:./a.out:"operator+1" {}',            points: ['uprobe | ./a.out | "operator+1"'] },
  { rule: "quotes inside of a part",      text: 'uprobe:/bin/bash:ma"in" {}',                points: ['uprobe | /bin/bash | "main"'] },
  { rule: "escapes in quotes",            text: 'u:a:"x\\"y\\\\z\\n" {}',                    points: ['uprobe | a | "x"y\\z\\n"'] },
  { rule: "a language between",           text: 'uprobe:./a:cpp:"b::c" {}',                  points: ['uprobe | ./a | cpp | "b::c"'] },
  { rule: "an address",                   text: "uprobe:/bin/x:0x1234 {}",                   points: ["uprobe | /bin/x | 0x1234"] },
  { rule: "usdt",                         text: "U:./p:prov:name,usdt:*:loop {}",            points: ["usdt | ./p | prov | name", "usdt | * | loop"] },
  { rule: "time",                         text: "p:hz:99,i:s:5,interval:500ms,i:1e6 {}",     points: ["profile | hz | 99", "interval | s | 5", "interval | 500ms", "interval | 1e6"] },
  { rule: "names with a dash",            text: "h:cache-misses:1e6,s:faults: {}",           points: ["hardware | cache-misses | 1e6", "software | faults | "] },
  { rule: "watchpoints of a file's function", text: "aw:/bin/ls:main+arg1:4:w /pid == 1/ {}", points: ["asyncwatchpoint | /bin/ls | main+arg1 | 4 | w"], predicate: "pid == 1" },
  { rule: "watchpoints",                  text: "w:0x1000:8:rw,aw:increment+arg1:4:w {}",    points: ["watchpoint | 0x1000 | 8 | rw", "asyncwatchpoint | increment+arg1 | 4 | w"] },
  { rule: "iterators with a pin",         text: "it:task_file:/sys/fs/bpf/files {}",         points: ["iter | task_file | /sys/fs/bpf/files"] },
  { rule: "self, test and bench",         text: "self:signal:SIGUSR1,test:a,bench:b {}",     points: ["self | signal | SIGUSR1", "test | a", "bench | b"] },
  { rule: "names of old scripts",         text: "kfunc:a,kretfunc:b {}",                     points: ["fentry | a", "fexit | b"] },
  { rule: "a label",                      text: "one=k:f,two = BEGIN {}",                    points: ["one = kprobe | f", "two = begin"] },
  { rule: "an unknown type",              text: "block:block_rq_insert {}",                  points: ["?block | block_rq_insert"] },
  { rule: "an unknown type with a path",  text: "uprob:/bin/a:f {}",                         points: ["?uprob | /bin/a | f"] },
  { rule: "capitals in long names",       text: "Kprobe:f,beGiN {}",                         points: ["kprobe | f", "begin"] },
  { rule: "capitals count in short ones", text: "K:f,KR:f {}",                               points: ["?K | f", "?KR | f"] },
  { rule: "spaces around colons",         text: "tracepoint : a: b {}",                      points: ["tracepoint | a | b"] },
  { rule: "parameters",                   text: "t:$1:sys_$2_x {}",                          points: ["tracepoint | $1 | sys_$2_x"] },
  { rule: "quotes hide a parameter",      text: 'u:a:"b$1" {}',                              points: ['uprobe | a | "b$1"'] },
  { rule: "a predicate",                  text: "k:f /pid == 1/ {}",                         points: ["kprobe | f"], predicate: "pid == 1" },
  { rule: "a predicate without a space",  text: "k:f/pid/{}",                                points: ["kprobe | f"], predicate: "pid" },
  { rule: "behind a path's function",     text: "u:/bin/a:f/pid == 1/{}",                    points: ["uprobe | /bin/a | f"], predicate: "pid == 1" },
  { rule: "behind a rate",                text: "profile:hz:99/comm == \"a/b\"/{}",          points: ["profile | hz | 99"], predicate: 'comm == "a/b"' },
  { rule: "behind an empty part",         text: "software:cpu:/pid/ {}",                     points: ["software | cpu | "], predicate: "pid" },
  { rule: "division in a predicate",      text: "k:f /a / b/c == 2/ {}",                     points: ["kprobe | f"], predicate: "a / b / c == 2" },
  { rule: "division in brackets",         text: "k:f /(a / {1}) / 2/ {}",                    points: ["kprobe | f"], predicate: "(a / {\n  1\n}) / 2" },
  { rule: "a predicate on its own line",  text: "k:f\n/ @s[tid] /\n{}",                      points: ["kprobe | f"], predicate: "@s[tid]" },
  { rule: "a comment behind a predicate", text: "k:f /a/ /* c */ {}",                        points: ["kprobe | f"], predicate: "a" },
])("attach points: $rule", ({ text, points, predicate }) => {
  const item = probe(text);
  expect(item.attachPoints.map(show)).toEqual(points);
  expect(item.predicate && printExprSource(item.predicate)).toBe(predicate);
});

test("parameters are put in; one that is not given is empty", () => {
  const [first, second] = probe("t:$2:sys_$1_x$3+4 {}").attachPoints[0]?.parts ?? [];
  if (!first || !second) throw new Error("no parts");
  expect(expandPart(first, ["a", "b"])).toBe("b");
  expect(expandPart(second, ["a", "b"])).toBe("sys_a_x+4");
  const kernel = probe("k:vfs_$1+0x10 {}").attachPoints[0]?.parts[0];
  expect(kernel && [expandPart(kernel, ["read"]), kernel.offset]).toEqual(["vfs_read", 16n]);
});

test("parts say where they stand", () => {
  const text = 'k:a , u:"b c":d+1 {}';
  const cut = probe(text).attachPoints.map((point) =>
    [point, ...point.parts].map(({ span }) => text.slice(span.start, span.end)),
  );
  expect(cut).toEqual([
    ["k:a", "a"],
    ['u:"b c":d+1', '"b c"', "d+1"],
  ]);
});

test("every name of a probe type is one of its own and finds it", () => {
  const names = probeTypeNames();
  expect(new Set(names).size).toBe(names.length);
  for (const { type, also } of PROBE_TYPES)
    for (const name of [type, ...also]) expect(probeTypeOf(name)).toBe(type);
  expect(probeTypeOf("tpoint")).toBeUndefined();
});
