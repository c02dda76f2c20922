import { expect, test } from "vitest";
import { fakeTarget } from "../../test/support/fake-target.ts";
import { toolOptionSpecs } from "../cli/tool-options.ts";
import { checkFunc } from "../ir/check.ts";
import type { Module } from "../ir/ir.ts";
import { compile } from "../pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { shownColumns, type Tool, type ToolOption, toolSource } from "./define-tool.ts";
import { TOOLS } from "./table.ts";

// What every tool must do, without a kernel.

const VALUES: Readonly<Record<ToolOption["type"], string>> = {
  switch: "true",
  int: "7",
  text: "abc",
  user: "0",
  mask: "64",
  pattern: "^a",
};

/** No option, each option alone, and all of them with a command. */
function settingsOf(tool: Tool): ReadonlyMap<string, string>[] {
  const each = Object.entries(tool.options).map(([name, { type }]) => [name, VALUES[type]] as const);
  return [new Map(), ...each.map((one) => new Map([one])), new Map([...each, ["family", "7"]])];
}

const runs = TOOLS.flatMap((tool) =>
  (["x86_64", "aarch64"] as const).flatMap((arch) =>
    settingsOf(tool).map((settings) => ({
      tool,
      arch,
      settings,
      name: `${tool.name} ${arch} ${[...settings.keys()]}`,
    })),
  ),
);

function compiled(tool: Tool, settings: ReadonlyMap<string, string>, arch: "x86_64" | "aarch64") {
  const source = { name: tool.name, text: toolSource(tool, settings, arch) };
  const onModule = (stage: string, module: Module) =>
    expect([stage, module.funcs.flatMap((func) => checkFunc(func, module))]).toEqual([stage, []]);
  const options = { named: settings, maxStringBytes: tool.maxStringBytes, onModule };
  return compile(source, fakeTarget({ arch }), options);
}

test.each(runs)("compiles: $name", ({ tool, arch, settings }) => {
  const { compiled: object, report } = compiled(tool, settings, arch);
  expect(report.diagnostics).toEqual([]);
  expect(object?.plan.unsafe).toEqual([]);
  const printed = printedNames(object?.plan);
  for (const { key } of shownColumns(tool, settings))
    expect(tool.rows ? [...printed, key] : printed).toContain(key);
});

/** Names of all fields of all tuples that a script prints. */
function printedNames(plan: Plan | undefined): string[] {
  return (plan?.actions ?? []).flatMap((action) =>
    action.kind === "print" && action.value.type.kind === "tuple"
      ? action.value.type.fields.map((field) => field.name ?? "")
      : [],
  );
}

test.each(TOOLS)("$name runs on a kernel without the newest helpers", (tool) => {
  const lacks = ["bpfLoop", "currentTaskBtf", "commPadded", "attachCookie", "cpuV4", "atomicFetch"] as const;
  const settings = settingsOf(tool).at(-1) ?? new Map();
  const source = { name: tool.name, text: toolSource(tool, settings, "x86_64") };
  const target = fakeTarget({ lacks, kernelVersion: (5 << 16) | (8 << 8) });
  const options = { named: settings, maxStringBytes: tool.maxStringBytes };
  expect(compile(source, target, options).report.diagnostics).toEqual([]);
});

test.each(TOOLS)("$name on a kernel without types is an error, not a crash", (tool) => {
  const source = { name: tool.name, text: toolSource(tool, new Map(), "x86_64") };
  const { report } = compile(source, fakeTarget({ noBtf: true }), { maxStringBytes: tool.maxStringBytes });
  expect(report.hasErrors).toBe(true);
});

test.each(TOOLS)("$name reads only options that it declares", (tool) => {
  for (const settings of settingsOf(tool)) {
    const source = toolSource(tool, settings, "x86_64");
    for (const [, name] of source.matchAll(/getopt\("([^"]*)"/g))
      expect([...Object.keys(tool.options), "family"]).toContain(name);
  }
});

test.each(TOOLS)("$name has no letter or name twice on its command line", (tool) => {
  const specs = toolOptionSpecs(tool);
  for (const words of [specs.map((s) => s.name), specs.flatMap((s) => s.short ?? [])])
    expect(new Set(words).size).toBe(words.length);
});

test.each(TOOLS)("$name describes itself", (tool) => {
  for (const [name, option] of Object.entries(tool.options)) {
    expect(name).toMatch(/^[a-z][a-z-]*$/);
    expect(option.value === undefined).toBe(option.type === "switch");
  }
  for (const { when, unless } of tool.columns)
    for (const name of [when, unless])
      if (name !== undefined) expect(Object.keys(tool.options)).toContain(name);
  expect(tool.examples.length).toBeGreaterThanOrEqual(5);
  if (tool.counts) expect(tool.columns.map((c) => c.key)).toContain(tool.counts.key);
});
