import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import { recordText } from "../../src/output/text.ts";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import type { Duration } from "../../src/sim/world/duration.ts";
import { simulate } from "../../src/simulate.ts";
import { parseCase, printCase } from "../support/case-file.ts";

// Each file in run/ is a program and what it says on the simulated machine; test/kernel/language-cases.test.ts runs the
// same files on the real one, unless they name a scenario of the simulated one. UPDATE=1 rewrites all sections but the source: read the difference before you commit it.

const folder = fileURLToPath(new URL("run/", import.meta.url));
const update = process.env["UPDATE"] === "1";
const tables = simKernelTables();

test.each(readdirSync(folder).filter((name) => name.endsWith(".case")))("%s", (name) => {
  const text = readFileSync(folder + name, "utf8");
  const file = parseCase(text);
  const source = file.sections.get("source") ?? "";
  const named = new Map(
    file.sections
      .get("named")
      ?.split("\n")
      .map((line) => line.split("=") as [string, string]),
  );
  const scenario = file.sections.get("scenario");
  using run = simulate(source, {
    tables,
    args: file.sections.get("args")?.split("\n") ?? [],
    named: Object.fromEntries(named),
    duration: (file.sections.get("duration") ?? "10 ms") as Duration,
    tellFailures: file.sections.get("options") === "tellFailures",
    ...(scenario !== undefined && { scenario }),
  });
  run.stop();
  const sections = new Map(file.sections);
  sections.set("output", run.text.trimEnd());
  const messages = run.records
    .filter((record) => record.kind === "message")
    .map((record) => recordText(record));
  if (messages.length > 0) sections.set("messages", messages.join("").trimEnd());
  const warnings = run.warnings.map((d) => renderDiagnostic(d, { name: "script", text: source })).join("\n");
  if (warnings !== "" || sections.has("warnings")) sections.set("warnings", warnings);
  if (update) writeFileSync(folder + name, printCase({ ...file, sections }));
  else expect(printCase({ ...file, sections })).toBe(text);
});
