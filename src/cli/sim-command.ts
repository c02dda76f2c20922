import { jsonString } from "../output/json-value.ts";
import { SCENARIOS } from "../sim/scenarios/table.ts";
import { EXIT } from "./exit-status.ts";
import { wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import { parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { simHelp } from "./sim-help.ts";
import { chosenScenario, openSimulatedMachine } from "./simulated-machine.ts";

const OPTIONS = [
  { name: "json", help: "one JSON object per line" },
  { name: "help", short: "h", help: "print this help" },
] as const;

const WARM_UP = "1 s";

/** `skep sim list` and `skep sim show NAME`. Gives the exit status. */
export function simCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, name, ...more] = options.rest;
  const json = options.switches.has("json");
  if (options.switches.has("help") || verb === undefined) return print(simHelp());
  if (verb === "list" && name === undefined) return print(json ? listJson() : listText());
  if (verb === "show" && name !== undefined && more.length === 0) return print(show(name));
  throw new UsageError(
    `\`skep sim ${options.rest.join(" ")}\` is not known`,
    "write `skep sim list` or `skep sim show NAME`",
  );
}

function listText(): string {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return SCENARIOS.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join("");
}

function listJson(): string {
  return SCENARIOS.map(
    ({ name, summary, tryWith }) =>
      `{"name": ${jsonString(name)}, "summary": ${jsonString(summary)}, "tryWith": [${tryWith.map(jsonString).join(", ")}]}\n`,
  ).join("");
}

/** What the scenario is and what runs on its machine after a second. */
function show(name: string): string {
  const { summary, tryWith } = chosenScenario(name);
  const { machine, world } = openSimulatedMachine({ sim: name, noSim: false });
  try {
    world.play(WARM_UP);
    const processes = world.processes.all.filter(
      (process) => process.exitStatus === undefined && !process.isKernelThread,
    );
    const rows = processes.map(
      (process) =>
        `${String(process.pid).padStart(7)} ${String(process.credentials.uid).padStart(6)}  ${process.comm.padEnd(16)} ${process.executable}\n`,
    );
    const tries = tryWith.map((line) => `  ${plainCall()} ${withScenario(line, name)}\n`).join("");
    return `${wrapText(summary)}\n${world.cpus.length} CPUs, host name ${world.hostName}. After a second:

    PID    UID  COMM             PROGRAM
${rows.join("")}${tries === "" ? "" : `\nTry:\n${tries}`}`;
  } finally {
    machine[Symbol.dispose]();
  }
}

/** A tool's name comes first, options of one-liners may come before. */
function withScenario(line: string, name: string): string {
  const [first = "", ...rest] = line.split(" ");
  return first.startsWith("-") ? `--sim=${name} ${line}` : [first, `--sim=${name}`, ...rest].join(" ");
}

function print(text: string): number {
  new FdSink(1).write(text);
  return EXIT.ok;
}
