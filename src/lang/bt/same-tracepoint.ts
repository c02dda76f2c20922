import type { Env } from "./env.ts";
import { rawSyscallArgs, rawTracepointArgs } from "./raw-tracepoint-args.ts";
import type { FunctionKind } from "./resolve-kernel-function.ts";
import type { ProbeUses, ResolvedPoint } from "./resolve-probes.ts";
import { I64 } from "./types.ts";

/**
 * Functions of the kernel with a raw tracepoint in them that is hit once for each call, in the same task, and whose first
 * arguments are the function's: `same` of them. Sources: where each trace_NAME() is called, v6.12.
 */
// biome-ignore format: one function per line
const SAME: Readonly<Record<string, Readonly<{ tracepoint: string; same: number }>>> = {
  blk_account_io_done:  { tracepoint: "block_io_done", same: 1 },
  blk_account_io_start: { tracepoint: "block_io_start", same: 1 },
  blk_mq_start_request: { tracepoint: "block_rq_issue", same: 1 },
  do_init_module:       { tracepoint: "module_load", same: 1 },
  wake_up_new_task:     { tracepoint: "sched_wakeup_new", same: 1 },
};

/** Whether there is such a tracepoint in the function, so that it may be inlined and still be seen. */
export function hasTracepoint(name: string): boolean {
  return Object.hasOwn(SAME, name);
}

const SYSCALL = /^__(?:x64|arm64)_sys_(\w+)$/;

/** The raw tracepoint that shows what a probe on the function would, or undefined. */
export function rawTracepointOf(
  name: string,
  kind: FunctionKind,
  uses: ProbeUses,
  env: Env,
): ResolvedPoint | undefined {
  const isReturn = kind === "kretprobe" || kind === "fexit";
  const call = SYSCALL.exec(name)?.[1];
  if (call !== undefined) return systemCall({ call, name, kind }, uses, env);
  const found = Object.hasOwn(SAME, name) ? SAME[name] : undefined;
  if (found === undefined || isReturn) return undefined;
  if (!env.target.rawTracepoints(found.tracepoint).includes(found.tracepoint)) return undefined;
  const all = rawTracepointArgs(found.tracepoint, env.btf)?.fields() ?? [];
  const fields = all.slice(0, found.same);
  return {
    kind: "fentry",
    programType: "rawTracepoint",
    section: `raw_tp/${found.tracepoint}`,
    attach: { kind: "rawTracepoint", name: found.tracepoint },
    probe: `${kind}:${name}`,
    func: name,
    signature: `${kind} ${name}`,
    space: "kernel",
    args: {
      name: `struct _function_${name}`,
      bytes: fields.length * 8,
      field: (wanted) => fields.find((field) => field.name === wanted),
      fields: () => fields,
    },
  };
}

type Call = Readonly<{ call: string; name: string; kind: FunctionKind }>;

/** A system call's function takes the registers, as the tracepoint of all calls does. */
function systemCall({ call, name, kind }: Call, uses: ProbeUses, env: Env): ResolvedPoint | undefined {
  const isReturn = kind === "kretprobe" || kind === "fexit";
  const number = env.target.syscallNumber(call);
  const direction = isReturn ? "exit" : "enter";
  if (number === undefined || (isReturn && uses.entry) || uses.own) return undefined;
  if (env.target.rawTracepoints(`sys_${direction}`).length === 0) return undefined;
  const probe = `${kind}:${name}`;
  return {
    kind: isReturn ? "fexit" : "fentry",
    programType: "rawTracepoint",
    section: `raw_tp/sys_${direction}`,
    attach: { kind: "rawTracepoint", name: `sys_${direction}` },
    probe,
    func: name,
    signature: probe,
    space: "kernel",
    args: rawSyscallArgs(direction, env.btf, env.target.arch),
    ...(isReturn && { returns: I64 }),
    rawSyscall: direction,
    syscalls: new Map([[number, 1]]),
    names: [probe],
  };
}
