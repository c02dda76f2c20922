import { pinObject } from "../linux/open-object.ts";
import { type ObjectVerb, objectCommand } from "./object-command.ts";
import { openOne, takePath, takeSelection } from "./object-command-select.ts";
import { attachOrDetach } from "./prog-command-attach.ts";
import { dumpProgram } from "./prog-command-dump.ts";
import { profileProgram } from "./prog-command-profile.ts";
import { runProgram } from "./prog-command-run.ts";
import { showPrograms } from "./prog-command-show.ts";
import { TOP_OPTIONS, topPrograms } from "./prog-command-top.ts";
import { traceLog } from "./prog-command-tracelog.ts";

/** `skep prog …`. Gives the exit status. */
export function progCommand(argv: readonly string[]): Promise<number> {
  // Only there is -n a count: elsewhere it is bpftool's, and takes no value.
  const isTop = argv.includes("top") || argv.includes("--help") || argv.includes("-h");
  return objectCommand("prog", argv, VERBS, isTop ? TOP_OPTIONS : []);
}

const VERBS: Readonly<Record<string, ObjectVerb>> = {
  list: showPrograms,
  show: showPrograms,
  dump: dumpProgram,
  load: (call) => loadFrom(call, false),
  loadall: (call) => loadFrom(call, true),
  pin({ kernel, words, out }) {
    const { selection, rest } = takeSelection("prog", words);
    const path = takePath(rest, "skep prog pin PROG PATH");
    using program = openOne(kernel, "prog", selection);
    pinObject(kernel, program, path);
    out.done();
  },
  attach: (call) => attachOrDetach(call, "attach"),
  detach: (call) => attachOrDetach(call, "detach"),
  run: runProgram,
  top: topPrograms,
  tracelog: traceLog,
  profile: profileProgram,
};

/** What explains a refusal is not in the small bundle: bundleOf() of more-names.ts sends these verbs to the whole one. */
async function loadFrom(call: Parameters<ObjectVerb>[0], all: boolean): Promise<void> {
  if (!globalThis.SKEP_CORE) return (await import("./prog-command-load.ts")).loadPrograms(call, all);
  throw new Error("bug: programs are loaded by the whole bundle");
}
