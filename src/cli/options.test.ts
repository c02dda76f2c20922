import { expect, test } from "vitest";
import { type OptionSpec, parseOptions, withLaterOptions } from "./options.ts";

const SPECS: readonly OptionSpec[] = [
  { name: "command", short: "c", value: "COMMAND", help: "" },
  { name: "include", short: "I", value: "DIR", help: "", many: true },
  { name: "verbose", short: "v", help: "" },
  { name: "cmd", as: "command", value: "COMMAND", help: "" },
  { name: "aot", value: "FILE", help: "", instead: "write `skep build`" },
  { name: "sim", value: "NAME", optional: true, help: "" },
];

// biome-ignore format: one case per line
test.each<{ rule: string; argv: string; rest: string; values?: Record<string, string[]>; switches?: string[] }>([
  { rule: "an option behind the script is one of ours",   argv: "x.bt -c true",              rest: "x.bt",               values: { command: ["true"] } },
  { rule: "so is a switch between its arguments",         argv: "x.bt 5 -v two",             rest: "x.bt 5 two",         switches: ["verbose"] },
  { rule: "other long names are the script's",            argv: "x.bt --name=y --on",        rest: "x.bt --name=y --on" },
  { rule: "negative numbers are arguments",               argv: "x.bt -5",                   rest: "x.bt -5" },
  { rule: "all is the script's behind --",                argv: "x.bt -v -- -c --sim",       rest: "x.bt -c --sim",      switches: ["verbose"] },
  { rule: "also where -- stands first",                   argv: "-v -- x.bt -c",             rest: "x.bt -c",            switches: ["verbose"] },
  { rule: "lists are put together",                       argv: "-I a x.bt -I b",            rest: "x.bt",               values: { include: ["a", "b"] } },
  { rule: "another name stands for the option",           argv: "--cmd a x.bt --cmd=b",      rest: "x.bt",               values: { command: ["a", "b"] } },
  { rule: "the later one counts",                         argv: "-c a x.bt -c b",            rest: "x.bt",               values: { command: ["a", "b"] } },
])("$rule", ({ argv, rest, values = {}, switches = [] }) => {
  const words = argv.split(" ");
  const options = withLaterOptions(parseOptions(words, SPECS), words, SPECS);
  expect(options.rest).toEqual(rest.split(" "));
  expect(Object.fromEntries(options.values)).toEqual(values);
  expect([...options.switches]).toEqual(switches);
});

test("of an option of others is said what to do in its place, and it is not suggested", () => {
  expect(() => parseOptions(["--aot", "x"], SPECS)).toThrow(
    expect.objectContaining({ help: "write `skep build`" }),
  );
  expect(() => parseOptions(["--aott", "x"], SPECS)).toThrow(
    expect.objectContaining({ help: expect.not.stringContaining("--aot`") }),
  );
});

test("a letter behind the script that is no option is refused", () => {
  expect(() => withLaterOptions(parseOptions(["x.bt", "-z"], SPECS), ["x.bt", "-z"], SPECS)).toThrow(
    "option -z",
  );
});
