import type { Value } from "../../ir/ir.ts";
import type { Lowering } from "./lowering.ts";
import { U64 } from "./types.ts";
import { kernelFields } from "./unwind-lookup.ts";

const PROCESSES_MAP = ".processes";
const KNOWN_ENTRIES = 4096;
const PIECE_BITS = 20; // of address space whose code is told of once: a library that is loaded later is in another piece

/**
 * Tells user space once of each program that runs in a process, and of each piece of its memory that an address to be
 * named lies in: so the names are learned while the process is there, and outlive it and its files.
 */
export function tellOfProcess(l: Lowering, address: Value): void {
  const { b } = l;
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
  const [first, done] = [b.block(), b.block()];
  b.branch("eq", 64, known, b.const(0), first, done);
  b.enter(first);
  const value = l.temporary("told", 8);
  b.store("stack", 8, value.base, value.off, b.const(0));
  b.helper("bpf_map_update_elem", [map, l.address(key), l.address(value), b.const(0)]);
  const int = (one: Value) => ({ type: U64, operand: { kind: "int", value: one } as const });
  l.emit([int(process), int(address)], ([who, where]) => {
    if (who === undefined || where === undefined) throw new Error("bug: an event without its fields");
    return { kind: "process", process: who, address: where };
  });
  b.jump(done);
  b.enter(done);
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
