import { isAbsolute, relative } from "node:path";
import { formatTable } from "../output/table.ts";
import { type Finding, renderFinding } from "../verify/public.ts";
import { wrapText } from "./help-layout.ts";
import { programTypeName } from "./object-command-facts.ts";
import type { VerifySettings } from "./verify-command-options.ts";
import type { Answer, Judged } from "./verify-command-report.ts";

/** The answer for people: a table of verdicts, then what is refused and why. */
export function reportText(answer: Answer, settings: VerifySettings): string {
  const notes = (answer.notes ?? []).map((note) => `${wrapText(note)}\n`);
  const parts = [...(answer.kernels.length > 1 ? manyKernels(answer) : oneKernel(answer)), ...notes];
  const [table, ...rest] = parts;
  const shown = settings.quiet ? rest : [table ?? "", ...rest];
  return shown.filter((part) => part !== "").join("\n");
}

// biome-ignore format: one column per line
const COLUMNS = [
  { name: "PROGRAM" },
  { name: "TYPE" },
  { name: "VERDICT" },
  { name: "FAULTS",       align: "right" },
  { name: "INSTRUCTIONS", align: "right" },
  { name: "FOLLOWED",     align: "right" },
  { name: "STACK",        align: "right" },
] as const;

function oneKernel({ given, kernels, judged }: Answer): string[] {
  const rows = judged.map(({ program, verdict, unfollowed }) => [
    program.name,
    programTypeName(program.type),
    verdict.ok ? (unfollowed ? "perhaps" : "accepted") : "REFUSED",
    verdict.ok ? "" : verdict.findings.length,
    program.insns.length,
    verdict.stats.insnsProcessed === 0 ? "" : verdict.stats.insnsProcessed,
    verdict.stats.stackBytes.reduce((most, bytes) => Math.max(most, bytes), 0),
  ]);
  const head = `${given.name}, for Linux ${kernels[0]?.label}:\n`;
  return [head + formatTable({ columns: COLUMNS }, rows), ...explanations(judged, judged.length > 1)];
}

function explanations(judged: readonly Judged[], withNames: boolean): string[] {
  return judged.flatMap(({ program, verdict }) =>
    verdict.findings.map((finding) => {
      const name = withNames ? `program ${program.name}: ` : "";
      return `${name}${renderFinding(program, finding, { fileName })}\n`;
    }),
  );
}

/** One row per program, one column per kernel; then what each kernel misses, and what all of them refuse in full. */
function manyKernels({ given, kernels, judged }: Answer): string[] {
  const names = [...new Set(judged.map(({ program }) => program.name))];
  const of = (name: string) => judged.filter(({ program }) => program.name === name);
  const columns = [{ name: "PROGRAM" }, ...kernels.map(({ label }) => ({ name: label }))];
  const rows = names.map((name) => [name, ...of(name).map(cellOf)]);
  const table = `${given.name}, accepted by Linux:\n${formatTable({ columns }, rows)}`;
  return [table, ...names.flatMap((name) => reasons(of(name)))];
}

function cellOf({ verdict, unfollowed }: Judged): string {
  return verdict.ok ? (unfollowed ? "perhaps" : "yes") : "no";
}

/** Each fault once, with the kernels that find it; in full as the newest of them says it. */
function reasons(judged: readonly Judged[]): string[] {
  const byFault = new Map<string, { finding: Finding; of: Judged[] }>();
  for (const one of judged)
    for (const finding of one.verdict.findings) {
      const key = `${finding.code} ${finding.insnIndex}`;
      const found = byFault.get(key) ?? { finding, of: [] };
      byFault.set(key, { finding, of: [...found.of, one] });
    }
  return [...byFault.values()].map(({ finding, of }) => {
    const last = of.at(-1);
    const releases = of.map(({ kernel }) => kernel.profile.release).join(", ");
    const who = of.length === judged.length ? "every kernel" : `Linux ${releases}`;
    return `${last?.program.name}: refused by ${who}\n${last ? renderFinding(last.program, finding, { fileName }) : ""}\n`;
  });
}

/** As one would write it from here. */
export function fileName(file: string): string {
  const near = isAbsolute(file) ? relative(process.cwd(), file) : file;
  return near.startsWith("..") ? file : near;
}
