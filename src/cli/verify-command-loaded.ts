import type { Insn } from "../isa/insn.ts";
import { openKernel } from "../linux/syscall.ts";
import type { ProgramSpec } from "../object/object.ts";
import { contextRestorer, missingInKernel, type ProgramVerdict, verifyProgram } from "../verify/public.ts";
import { openSelected, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";
import type { AskedKernel } from "./verify-command-kernel.ts";
import type { VerifySettings } from "./verify-command-options.ts";
import type { Answer, Judged } from "./verify-command-report.ts";
import { type LoadedProgram, readLoaded } from "./verify-loaded-program.ts";

const WORDS: ReadonlySet<string> = new Set(["id", "pinned", "name", "tag"]);

/** Whether the words name a program in the kernel rather than a file. */
export function namesLoaded({ words }: VerifySettings): boolean {
  return words.length === 2 && WORDS.has(words[0] ?? "");
}

/**
 * `skep verify id N`: verdicts of programs that the kernel holds. What it made of their instructions is turned back as far
 * as that can be; `own` is the kernel that holds them, whose verdict is known. Throws UsageError and SkepError.
 */
export function loadedAnswer(
  settings: VerifySettings,
  kernels: readonly AskedKernel[],
  own: AskedKernel,
): Answer {
  const { selection, rest } = takeSelection("prog", settings.words);
  if (rest.length > 0) throw new UsageError(`\`${rest[0]}\` is one word too many`, "write skep verify id N");
  if (!settings.privileged)
    throw new UsageError("a program that is loaded was loaded by who it was", "leave --unprivileged out");
  const kernel = openKernel();
  const judged: Judged[] = [];
  const notes: string[] = [];
  for (const fd of openSelected(kernel, "prog", selection)) {
    using program = fd;
    const loaded = readLoaded(kernel, program, own.types);
    const found = analysed(loaded, own);
    notes.push(noteOf(loaded, found));
    if (settings.states && "why" in found) continue; // it has no states that could be shown
    for (const asked of kernels)
      judged.push(judgedBy(loaded, found, asked, asked.profile.release === own.profile.release));
  }
  const name = `${settings.words.join(" ")}`;
  const object = judged[0]?.object ?? { programs: [], maps: [], license: "GPL" };
  return { given: { kind: "object", name, object }, kernels, judged, notes };
}

type Analysed = Readonly<{ program: ProgramSpec } | { why: string }>;

/** The program as our verifier takes it, as the kernel did; or what keeps it from that. */
function analysed({ object, guesses, restored }: LoadedProgram, own: AskedKernel): Analysed {
  const [foreign] = restored.foreign;
  if (foreign !== undefined) return { why: `instruction ${foreign.insnIndex} holds ${foreign.what}` };
  const tried = guesses.map((program) => followed(program, object, own));
  const taken = tried.find(({ verdict }) => verdict.ok);
  if (taken) return { program: taken.program };
  const [first] = tried[0]?.verdict.findings ?? [];
  return {
    why: first
      ? `at instruction ${first.insnIndex}: ${first.message}`
      : "it is not known as what it was loaded",
  };
}

const MOST_ROUNDS = 64;

/** The verdict on a program, once what the kernel reads of its own structs is read from the context again. */
function followed(given: ProgramSpec, object: LoadedProgram["object"], kernel: AskedKernel) {
  const restore = kernel.types && contextRestorer(given.type, kernel.types);
  const done = new Set<number>();
  let program = given;
  for (let round = 0; restore !== undefined && round < MOST_ROUNDS; round++) {
    const reached = new Set<number>();
    verdictOf(program, object, kernel, (insn) => reached.add(insn));
    const insns = [...program.insns];
    for (const at of reached) {
      if (done.has(at)) continue;
      done.add(at);
      for (const [i, insn] of restore(program.insns, at).entries())
        insns[at + i] = { ...insn, ...metaOf(insns[at + i]) };
    }
    if (insns.every((insn, i) => insn === program.insns[i])) break;
    program = { ...program, insns };
  }
  return { program, verdict: verdictOf(program, object, kernel) };
}

const metaOf = (insn: Insn | undefined) => insn?.meta && { meta: insn.meta };

function verdictOf(
  program: ProgramSpec,
  object: LoadedProgram["object"],
  kernel: AskedKernel,
  observeContext?: (insnIndex: number) => void,
): ProgramVerdict {
  return verifyProgram(program, object, {
    profile: kernel.profile,
    ...(kernel.types && { kernelBtf: kernel.types }),
    ...(observeContext && { observeContext }),
  });
}

function judgedBy(loaded: LoadedProgram, found: Analysed, kernel: AskedKernel, isOwn: boolean): Judged {
  const [guess] = loaded.guesses;
  const program = "program" in found ? found.program : (guess as ProgramSpec);
  const object = { ...loaded.object, programs: [program] };
  if ("program" in found) return { kernel, object, program, verdict: verdictOf(program, object, kernel) };
  const findings = isOwn ? [] : missingInKernel(program, object.maps, kernel.profile);
  const stats = { insnsProcessed: isOwn ? loaded.followed : 0, states: 0, peakStates: 0, stackBytes: [] };
  const verdict = { program: program.name, ok: findings.length === 0, findings, stats };
  return { kernel, object, program, verdict, ...(!isOwn && { unfollowed: true }) };
}

/** What the verdicts rest on. */
function noteOf({ id, restored, followed, guesses }: LoadedProgram, found: Analysed): string {
  const name = guesses[0]?.name ?? "";
  const cost = followed === 0 ? "" : ` after following ${followed} instructions`;
  const calls =
    restored.restored === 1 ? "1 inlined call is a call" : `${restored.restored} inlined calls are calls`;
  const head = `program ${id} (${name}): the kernel that runs here took it${cost}.`;
  if ("program" in found)
    return `${head} Verified here by what the kernel holds of it${restored.restored === 0 ? "" : `; ${calls} again`}.`;
  return `${head} Its paths cannot be followed again, since the kernel rewrote it (${found.why}); of other kernels only what they lack is told, by its type, maps, helpers and instructions. For more, verify its file.`;
}
