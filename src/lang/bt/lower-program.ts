import type { Func } from "../../ir/ir.ts";
import type { Checked } from "./checker.ts";
import type { Env } from "./env.ts";
import { fieldOffset } from "./kernel-field.ts";
import { Lowerer } from "./lower.ts";
import { loadArgument } from "./lower-args.ts";
import { branchOn } from "./lower-condition.ts";
import { dropUnreachable } from "./lower-loop.ts";
import { isPinned, seqFile } from "./lower-seq-printf.ts";
import { lowerBlock } from "./lower-statement.ts";
import { lowerWatch } from "./lower-watch.ts";
import { CONTROL, CONTROL_MAP, type PlanBuilder, SYSCALLS_MAP, THIN_MAP } from "./plan-builder.ts";
import type { ProbeKind, ProbeVariant } from "./probe-variant.ts";
import { I64 } from "./types.ts";

/** System call numbers that the lookup table holds: more than any architecture has. */
const SYSCALL_TABLE = 1024;

/** One program with its callbacks: the tests at its head, the predicate, then the probe's action. */
export function lowerProgram(
  variant: ProbeVariant,
  checked: Checked,
  env: Env,
  plan: PlanBuilder,
  { thin, stoppable }: Readonly<{ thin?: number | undefined; stoppable?: boolean }> = {},
): readonly Func[] {
  const l = new Lowerer(env, variant, checked, plan, lowerBlock);
  const { b } = l;
  const { predicate, body } = variant.probe;
  b.span = variant.probe.span;
  if (stoppable) untilStopped(l);
  if (thin !== undefined) onlySome(l, thin);
  if (variant.syscalls) onlyKnownSyscalls(l, variant.syscalls);
  if (needsPidTest(variant, env)) onlyProcess(l, env.onlyProcess);
  if (variant.kind === "iter") untilEndOfWalk(l);
  l.zeroVariables();
  if (predicate) {
    b.span = predicate.span;
    const matches = b.block();
    const done = b.block();
    const end = l.branches(() => branchOn(l, predicate, matches, done));
    b.enter(done);
    b.return(b.const(0));
    b.enter(matches);
    end();
  }
  if (variant.watch) l.statement(undefined, () => variant.watch && lowerWatch(l, variant.watch));
  lowerBlock(l, body);
  b.return(b.const(0));
  for (const func of l.funcs) dropUnreachable(func);
  return l.funcs;
}

/** What the kernel cannot limit to one process. */
const OF_ALL_PROCESSES: ReadonlySet<ProbeKind> = new Set([
  "tracepoint",
  "rawtracepoint",
  "kprobe",
  "kretprobe",
  "fentry",
  "fexit",
]);

/** Probes that the kernel cannot limit to one process look at the process themselves. */
function needsPidTest(variant: ProbeVariant, env: Env): boolean {
  return (env.onlyProcess > 0 || env.options.relocatable) && OF_ALL_PROCESSES.has(variant.kind);
}

/** Once tracing has ended, the program does nothing: it may stay attached for a while. */
function untilStopped(l: Lowerer): void {
  const { b } = l;
  const stopped = b.load("map", 8, b.mapValueAddr(CONTROL_MAP, 0), CONTROL.stopped);
  const tracing = b.block();
  const ended = b.block();
  b.branch("eq", 64, stopped, b.const(0), tracing, ended);
  b.enter(ended);
  b.return(b.const(0));
  b.enter(tracing);
}

/** Once the word at `offset` says so, most events are passed over, by chance. */
function onlySome(l: Lowerer, offset: number): void {
  const { b } = l;
  const word = b.load("map", 4, b.mapValueAddr(THIN_MAP, 0), offset);
  const all = b.block();
  const some = b.block();
  const none = b.block();
  b.branch("eq", 64, word, b.const(0), all, some);
  b.enter(some);
  const dice = b.extend(b.helper("bpf_get_prandom_u32", []), 32, false);
  b.branch("gt", 64, dice, word, none, all);
  b.enter(none);
  b.return(b.const(0));
  b.enter(all);
}

function onlyProcess(l: Lowerer, pid: number): void {
  const { b } = l;
  const both = b.helper("bpf_get_current_pid_tgid", []);
  const mine = b.block();
  const other = b.block();
  const own = b.binary("rsh", both, b.const(32));
  let wanted = b.const(pid);
  if (pid === 0) {
    // The object does not say it: user space does, and 0 stands for all.
    wanted = b.load("map", 8, b.mapValueAddr(CONTROL_MAP, 0), CONTROL.only);
    const one = b.block();
    b.branch("eq", 64, wanted, b.const(0), mine, one);
    b.enter(one);
  }
  b.branch("eq", 64, own, wanted, mine, other);
  b.enter(other);
  b.return(b.const(0));
  b.enter(mine);
}

/**
 * Once more than there are things the kernel runs an iterator's program, with null pointers: that says "end". A byte of
 * output for each thing makes the reader's buffer fill, so that it can look at the events in between.
 */
function untilEndOfWalk(l: Lowerer): void {
  const { b, variant } = l;
  for (const { name, type, offset } of variant.args?.fields() ?? []) {
    if (type.kind !== "pointer" || name === "meta") continue;
    const thing = type.kernelObject
      ? b.loadPtr("ctx", l.context(), offset)
      : b.load("ctx", 8, l.context(), offset);
    const present = b.block();
    const end = b.block();
    b.branch("ne", 64, thing, b.const(0), present, end);
    b.enter(end);
    b.return(b.const(0));
    b.enter(present);
  }
  if (isPinned(variant)) return; // its readers get its text
  l.statement(undefined, () => {
    const mark = l.temporary("mark", 8);
    b.store("stack", 8, mark.base, mark.off, b.const(0));
    b.helper("bpf_seq_write", [seqFile(l), l.address(mark), b.const(1)]);
  });
}

/**
 * A raw tracepoint sees every system call. Which of them the probe named is looked up by the call's number: u16 at
 * number * 2, 0 for the others, else 1 + the place in the variant's names.
 */
function onlyKnownSyscalls(l: Lowerer, syscalls: ReadonlyMap<number, number>): void {
  const { b } = l;
  const name = `${SYSCALLS_MAP}${l.variant.firstName}`;
  const table = new Uint8Array(SYSCALL_TABLE * 2);
  const view = new DataView(table.buffer);
  for (const [number, index] of syscalls) if (number < SYSCALL_TABLE) view.setUint16(number * 2, index, true);
  l.plan.addMap({
    name,
    type: "array",
    keySize: 4,
    valueSize: table.length,
    maxEntries: 1,
    flags: 0,
    initial: table,
  });
  const field = l.variant.args?.field("__syscall_nr");
  if (!field) throw new Error("bug: a system call without its number");
  skipOtherAbi(l);
  l.statement(undefined, () => {
    const operand = loadArgument(l, field, I64);
    const number = l.toInt(operand, I64);
    const inTable = b.block();
    const out = b.block();
    const known = b.block();
    b.branch("lt", 64, number, b.const(SYSCALL_TABLE), inTable, out);
    b.enter(inTable);
    const at = b.offset(b.mapValueAddr(name, 0), b.binary("lsh", number, b.const(1)));
    const index = b.load("map", 2, at, 0);
    l.syscallIndex = index;
    b.branch("ne", 64, index, b.const(0), known, out);
    b.enter(out);
    b.return(b.const(0));
    b.enter(known);
  });
}

/**
 * How a 32-bit program's system call is told from one of the kernel's own kind, in `struct thread_info`. Sources:
 * TS_COMPAT in arch/x86/include/asm/thread_info.h, TIF_32BIT in arch/arm64/include/asm/thread_info.h, v6.12.
 */
const OTHER_ABI = {
  x86_64: { field: "status", bytes: 4, bit: 1n << 1n },
  aarch64: { field: "flags", bytes: 8, bit: 1n << 22n },
} as const;

/** Calls of 32-bit programs have numbers of another table; the tracepoints of single calls leave them out as well. */
function skipOtherAbi(l: Lowerer): void {
  const { b } = l;
  const { field, bytes, bit } = OTHER_ABI[l.env.target.arch];
  const task = l.env.btf?.struct("task_struct");
  if (!task || !l.env.target.has("currentTaskBtf")) return;
  const info = task.kind === "struct" ? task.composite.field("thread_info") : undefined;
  const record = info?.type.kind === "struct" ? info.type.composite : undefined;
  const status = record?.field(field);
  if (task.kind !== "struct" || !record || !info || !status) return;
  const current = b.helper("bpf_get_current_task_btf", [], "ptr");
  const at = l.env.options.relocatable ? b.offset(current, fieldOffset(l, task.composite, info)) : current;
  const inner = l.env.options.relocatable ? b.offset(at, fieldOffset(l, record, status)) : at;
  const known = l.env.options.relocatable ? 0 : info.offset + status.offset;
  const value = b.load("btf", bytes, inner, known);
  const native = b.block();
  const other = b.block();
  b.branch("set", 64, value, b.const(bit), other, native);
  b.enter(other);
  b.return(b.const(0));
  b.enter(native);
}
