import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Report, renderDiagnostic } from "../../src/base/diagnostic.ts";
import { checkModule } from "../../src/ir/check.ts";
import { printModule } from "../../src/ir/print.ts";
import { type CompiledScript, compileBt } from "../../src/lang/bt/compile-bt.ts";
import type { MapPlan, Plan } from "../../src/plan/plan.ts";
import { parseCase, printCase } from "../support/case-file.ts";
import { fakeTarget } from "../support/fake-target.ts";

// Each file in language/ is a program and what the tracing language makes of it, on the made-up machine of
// test/support/fake-target.ts. UPDATE=1 rewrites all sections but the source: read the difference before you commit it.

const folder = fileURLToPath(new URL("language/", import.meta.url));
const update = process.env["UPDATE"] === "1";
const target = fakeTarget({
  functions: ["main", "malloc", "free"],
  usdt: [
    {
      provider: "shop",
      name: "sold",
      offset: 0x1100,
      semaphoreOffset: 0x4000,
      args: [
        { text: "-4@%edi", operand: { size: 4, signed: true, source: { kind: "register", name: "di" } } },
        { text: "8@$5", operand: { size: 8, signed: false, source: { kind: "immediate", value: 5n } } },
        {
          text: "2@-8(%rbp,%rax,4)",
          operand: {
            size: 2,
            signed: false,
            source: { kind: "memory", base: "bp", displacement: -8, index: "ax", scale: 4 },
          },
        },
        { text: "8@x(%rip)" },
      ],
    },
  ],
});

const cases = readdirSync(folder).filter((name) => name.endsWith(".case"));

test.each(cases)("%s", (name) => {
  const text = readFileSync(folder + name, "utf8");
  const file = parseCase(text);
  const source = { name: name.replace(".case", ".bt"), text: file.sections.get("source") ?? "" };
  const report = new Report();
  const args = file.sections.get("args")?.split("\n") ?? [];
  const compiled = compileBt(source, target, report, {
    args,
    ...(file.sections.has("pid") && { pid: Number(file.sections.get("pid")) }),
  });
  if (compiled) expect(checkModule(compiled.module)).toEqual([]);
  const sections = new Map(file.sections);
  for (const section of sections.keys()) {
    const now = section === "diagnostics" ? diagnostics(report, source) : stage(section, compiled);
    if (now !== undefined) sections.set(section, now);
  }
  if (update) writeFileSync(folder + name, printCase({ ...file, sections }));
  else expect(printCase({ ...file, sections })).toBe(text);
});

function diagnostics(report: Report, source: { name: string; text: string }): string {
  return report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n");
}

/** A section's text as it is now; undefined for sections that are given. */
function stage(section: string, compiled: CompiledScript | undefined): string | undefined {
  switch (section) {
    case "ir":
      return compiled ? functionsOf(printModule(compiled.module)) : "nothing";
    case "plan":
      return compiled ? planText(compiled.plan) : "nothing";
    default:
      return undefined;
  }
}

/** The functions without what repeats the source. */
function functionsOf(module: string): string {
  const from = module.search(/^(map|program|callback|subprogram) /m);
  return module
    .slice(from)
    .replace(/^map .*"name":"\.(events|control|losses)".*\n/gm, "") // every script has these
    .replace(/ @\d+\.\.\d+$/gm, "")
    .trimEnd();
}

function planText(plan: Plan): string {
  return [
    ...plan.programs.map((p) => `${p.phase} ${p.program}: ${p.points.map((point) => json(point)).join(" ")}`),
    ...plan.actions.map((action, i) => `action ${i}: ${json({ ...action, span: undefined })}`),
    ...plan.maps.map((map) => `map ${mapText(map)}`),
    ...(plan.probeNames.length > 0 ? [`names ${json(plan.probeNames)}`] : []),
    ...(plan.unsafe.length > 0 ? [`unsafe ${plan.unsafe.join(" ")}`] : []),
  ].join("\n");
}

function mapText({ name, map, ...rest }: MapPlan): string {
  return `${name} (${map}): ${json(rest)}`;
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}n` : v));
}
