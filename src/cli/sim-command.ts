import { jsonString } from "../output/json-value.ts";
import { SCENARIOS } from "../sim/scenarios/table.ts";
import { EXIT } from "./exit-status.ts";
import { wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import { jsonOf } from "./object-command-select.ts";
import { parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { simHelp } from "./sim-help.ts";
import { chosenScenario, openSimulatedMachine } from "./simulated-machine.ts";

const OPTIONS = [
  { name: "json", help: "list: one JSON object per line; show: one" },
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
  if (verb === "show" && name !== undefined && more.length === 0)
    return print(json ? showJson(name) : show(name));
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
  const { cpus, hostName, processes } = afterWarmUp(name);
  const rows = processes.map(
    ({ pid, uid, comm, program }) =>
      `${String(pid).padStart(7)} ${String(uid).padStart(6)}  ${comm.padEnd(16)} ${program}\n`,
  );
  const tries = tryWith.map((line) => `  ${plainCall()} ${withScenario(line, name)}\n`).join("");
  return `${wrapText(summary)}\n${cpus} CPUs, host name ${hostName}. After a second:

    PID    UID  COMM             PROGRAM
${rows.join("")}${tries === "" ? "" : `\nTry:\n${tries}`}`;
}

function showJson(name: string): string {
  const { summary, tryWith } = chosenScenario(name);
  return `${jsonOf({ name, summary, tryWith, ...afterWarmUp(name) })}\n`;
}

/** The scenario's machine, and what runs on it after a second. */
function afterWarmUp(name: string) {
  const { machine, world } = openSimulatedMachine({ sim: name, noSim: false });
  try {
    world.play(WARM_UP);
    const alive = world.processes.all.filter((one) => one.exitStatus === undefined && !one.isKernelThread);
    const processes = alive.map(({ pid, credentials, comm, executable }) => ({
      pid,
      uid: credentials.uid,
      comm,
      program: executable,
    }));
    return { cpus: world.cpus.length, hostName: world.hostName, processes };
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
