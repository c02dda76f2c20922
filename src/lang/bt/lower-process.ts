import type { Value } from "../../ir/ir.ts";
import { INTERRUPTS } from "./lower-unwind.ts";
import type { Lowering } from "./lowering.ts";
import { U64 } from "./types.ts";
import { hasAreaFields, kernelFields, regionCallback } from "./unwind-lookup.ts";
import { STATE, WalkState } from "./unwind-state.ts";

const PROCESSES_MAP = ".processes";
const KNOWN_ENTRIES = 4096;
const PIECE_BITS = 20; // of address space whose code is told of once: a library that is loaded later is in another piece

/**
 * Tells user space once of each program that runs in a process, and of each piece of its memory that an address to be
 * named lies in: so the names are learned while the process is there, and outlive it and its files.
 */
export function tellOfProcess(l: Lowering, address: Value): void {
  const { b } = l;
  const [user, done] = [b.block(), b.block()];
  b.branch("slt", 64, address, b.const(0), done, user); // the kernel's own
  b.enter(user);
  l.plan.addMap({
    name: PROCESSES_MAP,
    type: "lruHash",
    keySize: 16,
    valueSize: 8,
    maxEntries: KNOWN_ENTRIES,
    flags: 0,
  });
  const process = b.binary("rsh", b.helper("bpf_get_current_pid_tgid", []), b.const(32));
  const piece = b.binary("rsh", address, b.const(PIECE_BITS));
  const key = l.temporary("process", 16);
  b.store("stack", 8, key.base, key.off, memoryOf(l));
  b.store("stack", 8, key.base, key.off + 8, b.binary("xor", b.binary("lsh", process, b.const(40)), piece));
  const map = b.mapAddr(PROCESSES_MAP);
  const known = b.helper("bpf_map_lookup_elem", [map, l.address(key)], "ptr");
  const first = b.block();
  b.branch("eq", 64, known, b.const(0), first, done);
  b.enter(first);
  const value = l.temporary("told", 8);
  b.store("stack", 8, value.base, value.off, b.const(0));
  b.helper("bpf_map_update_elem", [map, l.address(key), l.address(value), b.const(0)]);
  const int = (one: Value) => ({ type: U64, operand: { kind: "int", value: one } as const });
  const area = areaOf(l, address);
  l.emit([int(process), int(address), ...area.map(int)], ([who, where, ...rest]) => {
    if (who === undefined || where === undefined) throw new Error("bug: an event without its fields");
    return { kind: "process", process: who, address: where, area: rest };
  });
  b.jump(done);
  b.enter(done);
}

/**
 * The memory area that holds the address: where it begins and ends, what address the file's first byte would have, and the
 * file's device and inode; zeros where there is no code, nothing where this program cannot ask the kernel.
 */
function areaOf(l: Lowering, address: Value): readonly Value[] {
  const { b, env, variant } = l;
  const canAsk = env.target.has("findVma") && env.target.has("currentTaskBtf") && hasAreaFields(l);
  if (!canAsk || INTERRUPTS.has(variant.kind)) return [];
  const state = new WalkState(b, l.address(l.temporary("area", STATE.bytes)));
  for (const word of ["low", "high", "bias", "file", "zero"] as const) state.put(word, 0);
  state.set("file", b.const(0), 8);
  const callback = b.funcAddr(l.sharedCallback("unwind region", () => regionCallback(l)));
  const task = b.helper("bpf_get_current_task_btf", [], "ptr");
  b.helper("bpf_find_vma", [task, address, callback, state.base, b.const(0)]);
  const [low, high, bias] = [state.get("low"), state.get("high"), state.get("bias")];
  return [low, high, bias, state.get("file"), state.get("file", 8)];
}

/** The running task's memory, another one after execve(2); 0 where the kernel does not say. */
function memoryOf(l: Lowering): Value {
  const { b, env } = l;
  const task = env.btf?.struct("task_struct");
  const isKnown = task?.kind === "struct" && task.composite.field("mm") !== undefined;
  if (!isKnown || !env.target.has("currentTaskBtf")) return b.const(0);
  const current = b.helper("bpf_get_current_task_btf", [], "ptr");
  return b.load("btf", 8, ...kernelFields(l, b)(current, "task_struct", "mm"));
}
