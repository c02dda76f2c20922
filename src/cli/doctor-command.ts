import { examineMachine } from "../linux/doctor/examine.ts";
import type { CheckGroup, Finding, Status } from "../linux/doctor/finding.ts";
import { EXIT } from "./exit-status.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import { printJson } from "./object-command-select.ts";
import { parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { VERSION } from "./version.ts";

const OPTIONS = [
  { name: "quiet", short: "q", help: "only what does not work" },
  { name: "json", short: "j", help: "one JSON object: version, can_trace, and what each check found" },
  { name: "help", short: "h", help: "print this help" },
] as const;

/** `skep doctor`. Gives the exit status: whether this process can trace. */
export function doctorCommand(argv: readonly string[]): number {
  const { switches, rest } = parseOptions(argv, OPTIONS, true);
  if (switches.has("help")) {
    new FdSink(1).write(doctorHelp(plainCall()));
    return EXIT.ok;
  }
  if (rest.length > 0)
    throw new UsageError(`\`skep doctor ${rest.join(" ")}\` is not known`, "write skep doctor");
  const findings = examineMachine();
  const canTrace = findings.every(({ essential, status }) => !essential || status === "works");
  if (switches.has("json")) printJson({ version: VERSION, can_trace: canTrace, checks: findings });
  else new FdSink(1).write(doctorText(findings, canTrace, switches.has("quiet")));
  return canTrace ? EXIT.ok : EXIT.machine;
}

const TITLES: Readonly<Record<CheckGroup, string>> = {
  machine: "This machine",
  tracing: "Tracing",
  network: "Network",
  rest: "Security and scheduling",
};

const MARKS: Readonly<Record<Status, string>> = { works: "yes", limited: "part", missing: "no" };

/** What the checks found, for people. */
export function doctorText(findings: readonly Finding[], canTrace: boolean, quiet: boolean): string {
  const shown = quiet ? findings.filter(({ status }) => status !== "works") : findings;
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  const lines: string[] = [];
  for (const [group, title] of Object.entries(TITLES)) {
    const own = shown.filter((finding) => finding.group === group);
    if (own.length > 0)
      lines.push(`${lines.length > 0 ? "\n" : ""}${title}`, ...own.flatMap((f) => findingLines(f, width)));
  }
  lines.push(`${lines.length > 0 ? "\n" : ""}${summary(findings, canTrace)}`);
  return `${lines.join("\n")}\n`;
}

function findingLines({ name, status, says, why, remedy, lacks }: Finding, width: number): string[] {
  const text = lacks.length > 0 ? `${says}: takes ${lacks.join(" and ")}` : says;
  const head = `  ${MARKS[status].padEnd(5)}${name.padEnd(width + 2)}${text}`;
  if (lacks.length > 0) return [head]; // how to get them is told once, at the top
  const indent = " ".repeat(7);
  return [
    head,
    ...(why === undefined ? [] : [wrapText(`why:  ${why}`, indent)]),
    ...(remedy === undefined ? [] : [wrapText(`mend: ${remedy}`, indent)]),
  ];
}

function summary(findings: readonly Finding[], canTrace: boolean): string {
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const counts = `${count("works")} work, ${count("limited")} in part, ${count("missing")} do not`;
  if (canTrace) return `skep can trace here: ${counts}.`;
  const lacking = findings.filter(({ essential, status }) => essential && status !== "works");
  return `skep cannot trace here (${lacking.map(({ name }) => name).join(", ")}): ${counts}. Without privileges it shows simulated machines: skep --sim …`;
}

/** What `skep doctor --help` prints; `call` is how skep was called. */
function doctorHelp(call: string): string {
  return `Find out what works for this user on this kernel, what does not, why, and how to mend it.

Usage: ${call} doctor [options]

${helpTable(optionRows(OPTIONS))}
${wrapText("Everything is found by trying, not from the kernel's version: programs are loaded, and attached to this process alone or in a network namespace of its own; nothing is left behind. It needs no privileges, and then says what each would give.")}

Exit status: 0 when tracing works here, 3 when it does not.
`;
}
