import { isAbsolute, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { CODES, type Finding, type FindingCode, type FindingPlace, fixText } from "../verify/public.ts";
import type { Answer, Judged } from "./verify-command-report.ts";
import { VERSION } from "./version.ts";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** The answer as SARIF 2.1.0 (OASIS), which editors and code hosts show beside the source. */
export function reportSarif(answer: Answer): string {
  const results = merged(answer.judged);
  const codes = [...new Set(results.map(({ finding }) => finding.code))].sort();
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "skep", semanticVersion: VERSION, rules: codes.map(rule) } },
        columnKind: "utf16CodeUnits",
        results: results.map((one) => resultOf(one, answer.given.name, codes)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

type Result = Readonly<{ finding: Finding; program: string; releases: readonly string[] }>;

/** The same fault on several kernels is one result. */
function merged(judged: readonly Judged[]): readonly Result[] {
  const results = new Map<string, Result>();
  for (const { kernel, program, verdict } of judged)
    for (const finding of verdict.findings) {
      const key = `${program.name} ${finding.code} ${finding.insnIndex}`;
      const releases = [...(results.get(key)?.releases ?? []), kernel.profile.release];
      results.set(key, { finding, program: program.name, releases });
    }
  return [...results.values()];
}

function rule(code: FindingCode) {
  const { meaning } = CODES[code];
  return {
    id: code,
    shortDescription: { text: meaning },
    help: { text: fixText(code) },
    defaultConfiguration: { level: "error" },
  };
}

function resultOf({ finding, program, releases }: Result, file: string, codes: readonly FindingCode[]) {
  const { code, message, fix, why, also } = finding;
  const steps = why.map((step) => ({
    location: {
      ...locationOf(step, file, program),
      message: { text: [step.code, step.note, step.known].filter((part) => part !== undefined).join(": ") },
    },
  }));
  const end = { location: { ...locationOf(finding, file, program), message: { text: message } } };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: "error",
    message: { text: `${message} (Linux ${releases.join(", ")}). ${fix}` },
    locations: [locationOf(finding, file, program)],
    ...(also.length > 0 && { relatedLocations: also.map((place) => locationOf(place, file, program)) }),
    ...(steps.length > 0 && { codeFlows: [{ threadFlows: [{ locations: [...steps, end] }] }] }),
  };
}

function locationOf({ line, insnIndex }: FindingPlace, file: string, program: string) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(line?.file ?? file) },
      ...(line && { region: { startLine: line.line, startColumn: Math.max(1, line.column) } }),
    },
    logicalLocations: [{ name: program, kind: "function", fullyQualifiedName: `${program}+${insnIndex}` }],
  };
}

/** Relative to the current folder where the file is in it, as code hosts want it. */
function uriOf(path: string): string {
  const near = isAbsolute(path) ? relative(process.cwd(), path) : path;
  return near.startsWith("..") ? pathToFileURL(path).href : encodeURI(near.replaceAll("\\", "/"));
}
