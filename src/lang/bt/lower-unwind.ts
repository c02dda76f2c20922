import type { Value } from "../../ir/ir.ts";
import type { DirectPlace, Lowering } from "./lowering.ts";
import { CONTROL, CONTROL_MAP, UNWIND_ASKED_MAP } from "./plan-builder.ts";
import { U64 } from "./types.ts";
import { frameCallback } from "./unwind-frame.ts";
import { hasAreaFields, kernelFields, regionCallback, searchCallback } from "./unwind-lookup.ts";
import { STATE, WalkState } from "./unwind-state.ts";

/** Offsets in x86-64's `struct pt_regs`. Source: arch/x86/include/asm/ptrace.h, v6.12. */
const PT_REGS = { bp: 32, ip: 128, cs: 136, sp: 152 } as const;
/** The code segment of 64-bit user programs: __USER_CS, arch/x86/include/asm/segment.h, v6.12. */
const USER_CS = 0x33;
const ASK_AGAIN_NS = 50_000_000;
const ASKED_ENTRIES = 4096;

/** Kinds of probes that may run where memory areas cannot be looked up: the kernel gives up after the first. */
export const INTERRUPTS: ReadonlySet<string> = new Set([
  "profile",
  "software",
  "interval",
  "hardware",
  "watchpoint",
]);

/** Whether user stacks can be walked by tables here; `always`: even if the settings ask for frame pointers. */
export function canUnwind(l: Lowering, always = false): boolean {
  const { target, settings, btf, options } = l.env;
  if (options.framePointers || (!always && settings.userStacks !== "unwind")) return false;
  if (target.arch !== "x86_64" || btf === undefined) return false;
  return target.has("findVma") && target.has("bpfLoop") && target.has("currentTaskBtf") && hasAreaFields(l);
}

/**
 * Walks the user stack of the running task by call frame information: writes at most `limit` frames and gives their
 * number, and whether the outermost one was reached. Without frames it is no 64-bit program, or has no user side.
 */
export function walkUserStack(
  l: Lowering,
  frames: DirectPlace,
  limit: number,
): Readonly<{ count: Value; ended: Value }> {
  const { b } = l;
  l.plan.useUnwind();
  const place = l.temporary("walk", STATE.bytes);
  const state = new WalkState(b, l.address(place));
  const flag = b.load("map", 8, b.mapValueAddr(CONTROL_MAP, 0), CONTROL.exited); // 0 or 1
  const zero = b.binary("rsh", flag, b.const(1));
  for (let at = 0; at < STATE.bytes; at += 8) b.store("stack", 8, state.base, at, zero);
  const task = b.helper("bpf_get_current_task_btf", [], "ptr");
  const registers = b.helper("bpf_task_pt_regs", [task], "ptr");
  const walk = b.block();
  const done = b.block();
  b.branch("eq", 64, b.load("btf", 2, registers, PT_REGS.cs), b.const(USER_CS), walk, done);
  b.enter(walk);
  for (const name of ["ip", "sp", "bp"] as const) state.set(name, b.load("btf", 8, registers, PT_REGS[name]));
  state.set("frames", l.address(frames));
  state.set("process", b.binary("rsh", b.helper("bpf_get_current_pid_tgid", []), b.const(32)));
  b.helper("bpf_loop", [b.const(limit), b.funcAddr(callbacks(l)), state.base, b.const(0)]);
  askForTables(l, state, task);
  b.jump(done);
  b.enter(done);
  return { count: state.get("count"), ended: state.get("ended") };
}

function callbacks(l: Lowering): string {
  const region = INTERRUPTS.has(l.variant.kind)
    ? undefined
    : l.sharedCallback("unwind region", () => regionCallback(l));
  const search = l.sharedCallback("unwind search", searchCallback);
  return l.sharedCallback("unwind frame", () => frameCallback({ search, ...(region && { region }) }));
}

/** Tells user space of each new program, so that its names outlive it, and now and then of what was not known. */
function askForTables(l: Lowering, state: WalkState, task: Value): void {
  const { b } = l;
  l.plan.addMap({
    name: UNWIND_ASKED_MAP,
    type: "lruHash",
    keySize: 16,
    valueSize: 8,
    maxEntries: ASKED_ENTRIES,
    flags: 0,
  });
  const [device, inode] = [state.get("missingFile"), state.get("missingFile", 8)];
  const file = b.binary("xor", b.binary("lsh", inode, b.const(20)), device);
  const process = state.get("process");
  const memory = b.loadPtr("btf", ...kernelFields(l, b)(task, "task_struct", "mm")); // another one after execve
  b.store("stack", 8, state.base, STATE.key, memory);
  state.set("key", b.binary("xor", b.binary("lsh", process, b.const(32)), file), 8);
  const now = b.helper("bpf_ktime_get_ns", []);
  state.set("word", now);
  const map = b.mapAddr(UNWIND_ASKED_MAP);
  const last = b.helper("bpf_map_lookup_elem", [map, state.address("key")], "ptr");
  const [known, missing, due, done] = [b.block(), b.block(), b.block(), b.block()];
  b.branch("eq", 64, last, b.const(0), due, known);
  b.enter(known);
  b.branchIf(state.get("missing"), missing, done);
  b.enter(missing);
  const age = b.binary("sub", now, b.load("map", 8, last, 0));
  b.branch("gt", 64, age, b.const(ASK_AGAIN_NS), due, done);
  b.enter(due);
  b.helper("bpf_map_update_elem", [map, state.address("key"), state.address("word"), b.const(0)]);
  const int = (value: Value) => ({ type: U64, operand: { kind: "int", value } as const });
  l.emit([process, state.get("missing"), device, inode].map(int), (fields) => ({ kind: "unwind", fields }));
  b.jump(done);
  b.enter(done);
}
