import { SkepError, unreachable } from "../base/errors.ts";
import type { ObjectSpec } from "../object/object.ts";
import { TextBuffer } from "../output/sink.ts";
import { verifyProgram } from "../verify/public.ts";
import { parsedFor, tellAsJson } from "./answer-json.ts";
import { EXIT } from "./exit-status.ts";
import { plainCall } from "./invocation.ts";
import { FdSink, OutputClosed } from "./output-stream.ts";
import { printError, UsageError } from "./report-error.ts";
import { openSimulatedMachine } from "./simulated-machine.ts";
import { openThisMachine, refusedPrivileges } from "./this-machine.ts";
import { verifyHelp } from "./verify-command-help.ts";
import { fitted, type Given, readGiven } from "./verify-command-input.ts";
import { reportJson } from "./verify-command-json.ts";
import { type AskedKernel, askedKernels } from "./verify-command-kernel.ts";
import { loadedAnswer, namesLoaded } from "./verify-command-loaded.ts";
import { explainedLog } from "./verify-command-log.ts";
import { type VerifySettings, verifySettings } from "./verify-command-options.ts";
import type { Answer, Judged } from "./verify-command-report.ts";
import { reportSarif } from "./verify-command-sarif.ts";
import { statesReport } from "./verify-command-states.ts";
import { reportText } from "./verify-command-text.ts";
import type { WatchedMachine } from "./watched-machine.ts";
import { WrongSource } from "./wrong-source.ts";

/** `skep verify FILE`. Gives the exit status: 0 all programs are accepted, 1 one is not. */
export function verifyCommand(argv: readonly string[]): number {
  const settings = parsedFor(argv, () => verifySettings(argv));
  const out = new TextBuffer(new FdSink(1));
  try {
    const status = settings === undefined ? help(out) : run(settings, out);
    out.flush();
    return status;
  } catch (error) {
    tellAsJson(argv, error);
    return failed(error);
  }
}

function help(out: TextBuffer): number {
  out.add(verifyHelp(plainCall()));
  return EXIT.ok;
}

/** Of all that can be wrong, these are not the program's fault. */
const MACHINE_CODES: ReadonlySet<string> = new Set(["cli/output", "run/unreadable", "linux/no-object"]);

function failed(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.ok;
  if (error instanceof WrongSource) {
    if (error.message !== "") process.stderr.write(`${error.message}\n`);
    return EXIT.program;
  }
  const status = printError(error);
  const isProgram = error instanceof SkepError && !/^(?:system|sim)\//.test(error.code);
  return isProgram && !MACHINE_CODES.has(error.code) ? EXIT.program : status;
}

function run(settings: VerifySettings, out: TextBuffer): number {
  if (settings.explain) {
    out.add(explainedLog(settings));
    return EXIT.ok;
  }
  const answer = namesLoaded(settings) ? askOfLoaded(settings) : askOfFile(settings);
  out.add(reportOf(answer, settings));
  return answer.judged.every(({ verdict }) => verdict.ok) ? EXIT.ok : EXIT.program;
}

function askOfFile(settings: VerifySettings): Answer {
  const given = readGiven(settings);
  using machine = machineFor(given, settings);
  return ask(given, settings, askedKernels(settings, machine), machine);
}

function askOfLoaded(settings: VerifySettings): Answer {
  if (process.platform !== "linux")
    throw new UsageError(
      `there is no Linux kernel on ${process.platform}`,
      "verify a file: skep verify FILE.o",
    );
  using machine = openThisMachine();
  const [own] = askedKernels({ ...settings, kernels: [] }, machine);
  if (own === undefined) throw new Error("bug: no kernel");
  return loadedAnswer(settings, askedKernels(settings, machine), own);
}

function reportOf(answer: Answer, settings: VerifySettings): string {
  if (settings.states) return statesReport(answer, settings);
  switch (settings.output) {
    case "json":
      return reportJson(answer);
    case "sarif":
      return reportSarif(answer);
    case "text":
      return reportText(answer, settings);
    default:
      return unreachable(settings.output);
  }
}

/** Compiling a script asks the machine for what only root may see; a simulated one takes its place for others. */
function machineFor(given: Given, { sim }: VerifySettings): WatchedMachine {
  if (sim !== undefined) return openSimulatedMachine({ sim, noSim: false }).machine;
  const refused = process.platform === "linux" && given.kind === "script" ? refusedPrivileges() : undefined;
  if (process.platform === "linux" && refused === undefined) return openThisMachine();
  const { machine, name } = openSimulatedMachine({ noSim: false });
  const why = refused === undefined ? `there is no Linux kernel on ${process.platform}` : refused.message;
  process.stderr.write(`note: ${why}; the types are those of the simulated machine \`${name}\`\n`);
  return machine;
}

function ask(
  given: Given,
  settings: VerifySettings,
  kernels: readonly AskedKernel[],
  machine: WatchedMachine,
): Answer {
  const judged: Judged[] = [];
  for (const kernel of kernels) {
    const object = fitted(given, kernel, machine.backend.target);
    for (const program of object.programs)
      judged.push({ kernel, object, program, verdict: judge(object, program, kernel, settings) });
  }
  return { given, kernels, judged };
}

function judge(
  object: ObjectSpec,
  program: ObjectSpec["programs"][number],
  { profile, types }: AskedKernel,
  { privileged }: VerifySettings,
) {
  return verifyProgram(program, object, { profile, privileged, ...(types && { kernelBtf: types }) });
}
