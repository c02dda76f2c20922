import { readdirSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { parseCase } from "../support/case-file.ts";
import { ScriptLab } from "./script-lab.ts";

// The programs of test/cases/run say on this kernel what they say on the simulated one.

const folder = new URL("../cases/run/", import.meta.url);
const lab = new ScriptLab();
afterAll(() => lab[Symbol.dispose]());

const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".case"))
  .map((name) => ({ name, ...parseCase(readFileSync(new URL(name, folder), "utf8")) }))
  .filter(({ sections }) => !sections.has("scenario"));

test.each(cases)("$name", ({ sections }) => {
  const named = new Map(
    sections
      .get("named")
      ?.split("\n")
      .map((line) => line.split("=") as [string, string]),
  );
  const { printed, maps } = lab.run(sections.get("source") ?? "", {
    args: sections.get("args")?.split("\n") ?? [],
    named,
    tellFailures: sections.get("options") === "tellFailures",
  });
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  const messages = (sections.get("messages") ?? "").replaceAll("script:", "test.bt:");
  expect(plain(`${printed} ${maps}`)).toBe(plain(`${sections.get("output")} ${messages}`));
});
