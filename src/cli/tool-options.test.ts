import { expect, test } from "vitest";
import { findTool } from "../tools/table.ts";
import { parseOptions } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { toolOptionSpecs, toolSettings } from "./tool-options.ts";

function settingsOf(name: string, ...argv: string[]): Record<string, string> {
  const tool = findTool(name);
  if (!tool) throw new Error(name);
  return Object.fromEntries(toolSettings(tool, parseOptions(argv, toolOptionSpecs(tool), true)));
}

// biome-ignore format: one case per line
test.each<{ rule: string; argv: readonly string[]; gives: Readonly<Record<string, string>> }>([
  { rule: "nothing",                   argv: [], gives: {} },
  { rule: "switches by letter",        argv: ["-xTU"], gives: { failed: "true", timestamp: "true", "print-uid": "true" } },
  { rule: "a number",                  argv: ["-p", "17"], gives: { pid: "17" } },
  { rule: "the last one counts",       argv: ["-p17", "--pid=18"], gives: { pid: "18" } },
  { rule: "a user's id",               argv: ["-u", "0"], gives: { uid: "0" } },
  { rule: "a user's name",             argv: ["-u", "root"], gives: { uid: "0" } },
  { rule: "a flag of open",            argv: ["-f", "O_CREAT"], gives: { "flag-filter": "64" } },
  { rule: "flags in any spelling",     argv: ["-f", "o_creat|O_EXCL", "-f", "O_TRUNC,0x400"], gives: { "flag-filter": String(0o100 | 0o200 | 0o1000 | 0x400) } },
  { rule: "reading has a bit of ours", argv: ["-f", "O_RDONLY"], gives: { "flag-filter": String(1 << 30) } },
  { rule: "options of all tools",      argv: ["--json", "-v", "-d", "5"], gives: {} },
])("opensnoop: $rule", ({ argv, gives }) => {
  expect(settingsOf("opensnoop", ...argv)).toEqual(gives);
});

// biome-ignore format: one case per line
test.each<{ rule: string; tool: string; argv: readonly string[]; help: RegExp }>([
  { rule: "a number that is none",    tool: "opensnoop", argv: ["-p", "x"], help: /--pid/ },
  { rule: "process 0",                tool: "opensnoop", argv: ["-p", "0"], help: /--pid/ },
  { rule: "a number out of range",    tool: "opensnoop", argv: ["-u", "99999999999"], help: /--uid/ },
  { rule: "no such user",             tool: "opensnoop", argv: ["-u", "no such; user"], help: /getent/ },
  { rule: "no such flag",             tool: "opensnoop", argv: ["-f", "O_CRAET"], help: /O_CREAT/ },
  { rule: "an inherited name",        tool: "opensnoop", argv: ["-f", "constructor"], help: /O_/ },
  { rule: "a flag without a name",    tool: "opensnoop", argv: ["-f", "O_CREAT|"], help: /O_/ },
  { rule: "no regular expression",    tool: "execsnoop", argv: ["-n", "["], help: /\\/ },
  { rule: "more than can be shown",   tool: "execsnoop", argv: ["--max-args", "1001"], help: /1000/ },
])("$tool refuses $rule", ({ tool, argv, help }) => {
  let error: unknown;
  try {
    settingsOf(tool, ...argv);
  } catch (e) {
    error = e;
  }
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).help).toMatch(help);
});
