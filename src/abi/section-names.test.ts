import { expect, test } from "vitest";
import { ATTACH_TYPES } from "./attach-types.ts";
import { PROGRAM_TYPES } from "./program-types.ts";
import { parseSection, SECTION_RULES } from "./section-names.ts";

// biome-ignore format: one section per line
test.each([
  { rule: "a name alone",              section: "xdp",                          gives: { name: "xdp",              target: undefined,        sleepable: false, frags: false, autoload: true } },
  { rule: "a target",                  section: "kprobe/do_unlinkat+0x4",       gives: { name: "kprobe",           target: "do_unlinkat+0x4", sleepable: false, frags: false, autoload: true } },
  { rule: "a target with slashes",     section: "uprobe//usr/bin/x:main",       gives: { name: "uprobe",           target: "/usr/bin/x:main", sleepable: false, frags: false, autoload: true } },
  { rule: "two parts",                 section: "tp/syscalls/sys_enter_openat", gives: { name: "tp",               target: "syscalls/sys_enter_openat", sleepable: false, frags: false, autoload: true } },
  { rule: "may sleep",                 section: "fentry.s/vfs_read",            gives: { name: "fentry",           target: "vfs_read",       sleepable: true,  frags: false, autoload: true } },
  { rule: "many, may sleep",           section: "uprobe.multi.s/x:*",           gives: { name: "uprobe.multi",     target: "x:*",            sleepable: true,  frags: false, autoload: true } },
  { rule: "not loaded unless asked",   section: "?lsm/file_open",               gives: { name: "lsm",              target: "file_open",      sleepable: false, frags: false, autoload: false } },
  { rule: "several buffers",           section: "xdp.frags",                    gives: { name: "xdp",              target: undefined,        sleepable: false, frags: true,  autoload: true } },
  { rule: "several buffers, devmap",   section: "xdp.frags/devmap",             gives: { name: "xdp/devmap",       target: undefined,        sleepable: false, frags: true,  autoload: true } },
  { rule: "writable",                  section: "raw_tp.w/nbd_send_request",    gives: { name: "raw_tp.w",         target: "nbd_send_request", sleepable: false, frags: false, autoload: true } },
  { rule: "syscall programs sleep",    section: "syscall",                      gives: { name: "syscall",          target: undefined,        sleepable: true,  frags: false, autoload: true } },
  { rule: "old spelling, slash",       section: "classifier/ingress",           gives: { name: "classifier",       target: undefined,        sleepable: false, frags: false, autoload: true } },
  { rule: "old spelling, number",      section: "socket1",                      gives: { name: "socket",           target: undefined,        sleepable: false, frags: false, autoload: true } },
  { rule: "the longest name wins",     section: "sk_skb/stream_parser/x",       gives: { name: "sk_skb/stream_parser", target: undefined,    sleepable: false, frags: false, autoload: true } },
])("$section: $rule", ({ section, gives }) => {
  const { rule, ...rest } = parseSection(section) ?? {};
  expect({ name: rule?.name, ...rest }).toEqual(gives);
});

test.each([
  "",
  "?",
  "maps",
  ".maps",
  "license",
  "kprobes/x",
  "fentry",
  "cgroup",
  "tracepoint.s/a/b",
  "kprobe.s/x",
])("%j: only what a rule knows", (section) => {
  expect(parseSection(section)?.rule.name).toBe(section === "fentry" ? "fentry" : undefined);
});

test("each section is loaded for what its program type allows, and is named once", () => {
  expect(new Set(SECTION_RULES.map((r) => r.name)).size).toBe(SECTION_RULES.length);
  for (const { name, program, attach } of SECTION_RULES) {
    if (attach === undefined) continue;
    expect(Object.keys(ATTACH_TYPES)).toContain(attach);
    expect(PROGRAM_TYPES[program].attach, name).toContain(attach);
  }
});
