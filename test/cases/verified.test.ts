import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type CompileOptions, compile } from "../../src/pipeline.ts";
import { SimBackend } from "../../src/sim/backend/sim-backend.ts";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { createWorld } from "../../src/sim/create-world.ts";
import { SCENARIOS } from "../../src/sim/scenarios/table.ts";
import { toolSource } from "../../src/tools/define-tool.ts";
import { TOOLS } from "../../src/tools/table.ts";
import { renderFinding } from "../../src/verify/finding/render-finding.ts";
import { kernelProfile } from "../../src/verify/profile/profile.ts";
import { verify } from "../../src/verify/verify.ts";
import { programOf } from "../scenarios/command-line.ts";
import { parseCase } from "../support/case-file.ts";
import { generateScript } from "../support/generate-script.ts";

// Whatever the compiler makes of a script is a program that a kernel takes, as the verifier tells it.

const folder = (name: string) => fileURLToPath(new URL(`${name}/`, import.meta.url));
const files = (name: string, end: string) => readdirSync(folder(name)).filter((file) => file.endsWith(end));
const backend = new SimBackend(createWorld(simKernelTables()));

type Script = Readonly<{ name: string; text: string; options?: CompileOptions }>;

/** Cases name the values of their parameters in sections of their own. */
function caseOf(room: string, file: string): Script {
  const { sections } = parseCase(readFileSync(folder(room) + file, "utf8"));
  const named = new Map(
    sections
      .get("named")
      ?.split("\n")
      .map((line) => line.split("=") as [string, string]),
  );
  const args = sections.get("args")?.split("\n") ?? [];
  return { name: `${room}/${file}`, text: sections.get("source") ?? "", options: { args, named } };
}

const SCRIPTS: readonly Script[] = [
  ...files("run", ".case").map((file) => caseOf("run", file)),
  ...files("language", ".case").map((file) => caseOf("language", file)),
  ...files("published", ".bt").map((file) => ({
    name: file,
    text: readFileSync(folder("published") + file, "utf8"),
  })),
  ...TOOLS.map((tool) => ({ name: tool.name, text: toolSource(tool, new Map(), "x86_64") })),
  ...SCENARIOS.flatMap(({ name, tryWith }) =>
    tryWith.flatMap((line, i) =>
      line.startsWith("-e ") ? [{ name: `${name} ${i}`, text: programOf(line) }] : [],
    ),
  ),
  ...Array.from({ length: 100 }, (_, seed) => ({
    name: `generated ${seed}`,
    text: generateScript(1000 + seed),
  })),
];

let compiledOnes = 0;

test.each(SCRIPTS)("$name", ({ name, text, options = {} }) => {
  const { compiled } = compile({ name, text }, backend.target, options);
  if (compiled === undefined) return expect(name).toMatch(/^language\//); // the made-up machine has other probes
  compiledOnes++;
  const { object } = compiled;
  const { programs } = verify(object, {
    profile: kernelProfile("6.12"),
    ...(backend.target.kernelBtf() && { kernelBtf: backend.target.kernelBtf() }),
  });
  const refusals = programs.flatMap(({ findings }, i) => {
    const program = object.programs[i];
    return program === undefined ? [] : findings.map((finding) => renderFinding(program, finding));
  });
  expect(refusals).toEqual([]);
});

test("most scripts compile", () => {
  expect(compiledOnes).toBeGreaterThan(SCRIPTS.length * 0.85);
});
