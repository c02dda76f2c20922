import type { Environment } from "../environment.ts";
import type { Fault } from "../finding/finding.ts";
import type { FaultAt } from "../program/find-subprograms.ts";
import type { Prepared } from "../program/prepared.ts";

const ROUND_TO = 16; // bytes, where programs are compiled
const OLD_ROUND_TO = 32;
const OWN_STACK_FROM = 64; // a frame of that size gets memory of its own where programs can nest
const TAIL_CALL_LIMIT = 256;

/** Checks that the frames of functions that call each other fit in the stack together. */
export function checkStackDepth(
  env: Environment,
  program: Prepared,
  stackUsed: Int32Array,
): readonly FaultAt[] {
  const faults: FaultAt[] = [];
  const calls = callGraph(program);
  const circle = recursion(program, calls);
  if (circle) return [circle];
  const sizes = program.subprograms.map((_, i) => rounded(env, stackUsed[i] ?? 0));
  const own = hasOwnStacks(env, program);
  const seen = new Map<number, number>();
  const visit = (index: number, below: number, depth: number, at: number): void => {
    if (faults.length > 0 || depth > env.profile.limits.frames) return;
    if ((seen.get(index) ?? -1) >= below && depth > 0) return;
    seen.set(index, below);
    const size = sizes[index] ?? 0;
    const total = own && size >= OWN_STACK_FROM ? below : below + size;
    const most = env.profile.limits.stackBytes;
    if (total > most) {
      const message = `functions that call each other need ${total} bytes of stack together; there are ${most}`;
      faults.push({ insn: at, fault: fault("verify/stack-depth", message) });
    } else if (depth > 0 && (program.facts[index]?.tailCalls ?? false) && below >= TAIL_CALL_LIMIT) {
      const message = `${below} bytes of stack are in use where a function that makes a tail call is called; at most ${TAIL_CALL_LIMIT - 1} may be`;
      faults.push({ insn: at, fault: fault("verify/tail-call-stack", message) });
    } else for (const { to, insn } of calls[index] ?? []) visit(to, total, depth + 1, insn);
  };
  visit(0, 0, 0, 0);
  return faults;
}

function rounded(env: Environment, bytes: number): number {
  if (env.profile.has("smallFrames")) return Math.ceil(bytes / ROUND_TO) * ROUND_TO;
  return Math.ceil(Math.max(bytes, 1) / OLD_ROUND_TO) * OLD_ROUND_TO;
}

function fault(code: "verify/stack-depth" | "verify/tail-call-stack", message: string): Fault {
  return { code, message };
}

/** A call that leads back into the function that it is made in; the kernel takes none, with a bound or without. */
function recursion(program: Prepared, calls: readonly Call[][]): FaultAt | undefined {
  const active = new Set<number>();
  const done = new Set<number>();
  const visit = (index: number): FaultAt | undefined => {
    active.add(index);
    for (const { to, insn } of calls[index] ?? []) {
      if (program.insns[insn]?.kind !== "call") continue;
      if (active.has(to)) {
        const name = program.subprograms[to]?.name ?? "";
        const message = `${name === "" ? "the function" : `${name}()`} is called while it is running`;
        return { insn, fault: { code: "verify/recursion", message } };
      }
      const found = done.has(to) ? undefined : visit(to);
      if (found) return found;
    }
    active.delete(index);
    done.add(index);
    return undefined;
  };
  return visit(0);
}

type Call = Readonly<{ to: number; insn: number }>;

/** Calls, and addresses of functions that something else may call. */
function callGraph(program: Prepared): readonly Call[][] {
  const calls: Call[][] = program.subprograms.map(() => []);
  for (const [insn, { kind }] of program.insns.entries()) {
    const target = program.targetOf[insn] ?? -1;
    if (target < 0 || (kind !== "call" && kind !== "loadImm64")) continue;
    calls[program.subprogramOf[insn] ?? 0]?.push({ to: program.subprogramOf[target] ?? 0, insn });
  }
  return calls;
}

/** Since Linux 6.13, programs of some types have memory of their own for large frames. */
function hasOwnStacks(env: Environment, program: Prepared): boolean {
  if (!env.profile.has("privateStacks")) return false;
  if (program.facts.some((facts) => facts.tailCalls)) return false;
  switch (env.programType) {
    case "kprobe":
    case "tracepoint":
    case "perfEvent":
    case "rawTracepoint":
      return true;
    case "tracing":
      return env.attachType !== "traceIter";
    default:
      return false;
  }
}
