import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import type { CompositeField } from "../composite.ts";
import { fieldOffset } from "../kernel-field.ts";
import { blockParam } from "../lower-memory.ts";
import type { DirectPlace, Lowering, Operand } from "../lowering.ts";
import type { Type } from "../types.ts";
import { currentTask } from "./current-task.ts";

const COMM_BYTES = 16; // TASK_COMM_LEN, include/linux/sched.h, v6.12
const LEVELS = 6; // of 64 branches each: enough for 32 bits

/** Fields on the way from the current task to the first namespace, down its tree of pids, to a name: struct and path. */
// biome-ignore format: one step per line
const WAY = {
  own: ["task_struct", ["thread_pid"]],
  namespaces: ["pid", ["numbers"]], // the first of them is that of all tasks
  namespace: ["upid", ["ns"]],
  head: ["pid_namespace", ["idr", "idr_rt", "xa_head"]],
  shift: ["xa_node", ["shift"]],
  slots: ["xa_node", ["slots"]],
  tasks: ["pid", ["tasks"]], // of the thread with that id, first
  links: ["task_struct", ["pid_links"]],
  comm: ["task_struct", ["comm"]],
} as const;

export const comm: Builtin = {
  name: "comm",
  usage: "comm or comm(pid)",
  doc: "Name of the current thread, or of the process or thread with a pid, at most 15 characters; empty when there is none.",
  form: "both",
  arity: [0, 1],
  check(c, use, [pid]) {
    if (pid) checkPid(c, use, pid);
    return { kind: "string", size: COMM_BYTES };
  },
  lower: (l, _use, [pid]) => (pid ? nameOf(l, l.int(pid)) : ownName(l)),
};

function checkPid(c: Checker, use: Expr, pid: Expr): void {
  c.integer(pid, "a pid");
  if (!Object.values(WAY).every((step) => isKnown(c, step)))
    c.fail(
      "kernel/feature",
      use.span,
      "`comm(pid)` needs the types of a kernel with BTF, from Linux 4.19",
      "note `comm` where the process itself comes by: `@name[pid] = comm`",
    );
}

function isKnown(c: Checker, [name, path]: (typeof WAY)[keyof typeof WAY]): boolean {
  let type: Type | undefined = c.env.btf?.struct(name);
  for (const field of path) type = type?.kind === "struct" ? type.composite.field(field)?.type : undefined;
  return type !== undefined;
}

function ownName(l: Lowering): Operand {
  const type = l.env.btf?.struct("task_struct");
  const field = type?.kind === "struct" ? type.composite.field("comm") : undefined;
  const task =
    field && l.env.target.has("commPadded") && !l.env.options.relocatable ? currentTask(l) : undefined;
  if (task !== undefined && field)
    return { kind: "memory", place: { space: "btf", base: task, off: field.offset } };
  const copy = l.temporary("comm", COMM_BYTES);
  if (l.env.options.relocatable) l.zero(copy, COMM_BYTES); // kernels differ in what they leave behind the NUL
  l.b.helper("bpf_get_current_comm", [l.address(copy), l.b.const(COMM_BYTES)]);
  return { kind: "memory", place: copy };
}

/**
 * Finds a task by its id in the first namespace, as the kernel's find_task_by_pid_ns does: down the tree of pids
 * (lib/xarray.c, v6.12), to the thread that has it. The tree may change meanwhile: what is not there reads as zero.
 */
function nameOf(l: Lowering, pid: Value): Operand {
  const { b } = l;
  const name = l.temporary("comm", COMM_BYTES);
  l.zero(name, COMM_BYTES);
  const id = b.extend(pid, 32, false);
  const missing = b.block();
  const leaf = b.block("i64");
  const own = field(l, l.b.helper("bpf_get_current_task", []), "own");
  const namespace = field(l, b.binary("add", own, offset(l, "namespaces")), "namespace");
  let entry = field(l, namespace, "head");
  for (let level = 0; level < LEVELS; level++) entry = child(l, { entry, id, level }, leaf, missing);
  b.jump(missing);
  b.enter(leaf);
  const first = field(l, blockParam(leaf), "tasks");
  const found = b.block();
  b.branch("ne", 64, first, b.const(0), found, missing);
  b.enter(found);
  const task = b.binary("sub", first, offset(l, "links"));
  l.copyFrom("kernel", name, { max: COMM_BYTES }, b.binary("add", task, offset(l, "comm")));
  b.jump(missing);
  b.enter(missing);
  return { kind: "memory", place: name };
}

type Step = { entry: Value; id: Value; level: number };
type Block = ReturnType<Lowering["b"]["block"]>;

/** One step down: entries that end in the bits 10 are nodes, other even ones are what the tree holds. */
function child(l: Lowering, { entry, id, level }: Step, leaf: Block, missing: Block): Value {
  const { b } = l;
  const bits = b.binary("and", entry, b.const(3));
  const held = b.block();
  const node = b.block();
  const inner = b.block();
  b.branch("eq", 64, bits, b.const(2), node, held);
  b.enter(held);
  b.branchWith("eq", 64, bits, b.const(0), [leaf, [entry]], [missing, []]);
  b.enter(node);
  const address = b.binary("sub", entry, b.const(2));
  const shift = b.binary("and", read(l, b.binary("add", address, offset(l, "shift")), 1), b.const(63));
  const index = b.binary("rsh", id, shift);
  if (level > 0) b.jump(inner);
  else b.branch("le", 64, index, b.const(63), inner, missing); // beyond the largest id there is
  b.enter(inner);
  const slot = b.binary("mul", b.binary("and", index, b.const(63)), b.const(8));
  return read(l, b.binary("add", b.binary("add", address, offset(l, "slots")), slot), 8);
}

function offset(l: Lowering, step: keyof typeof WAY): Value {
  const [name, path] = WAY[step];
  let type: Type | undefined = l.env.btf?.struct(name);
  let sum: Value | undefined;
  for (const part of path) {
    const found: CompositeField | undefined = type?.kind === "struct" ? type.composite.field(part) : undefined;
    if (type?.kind !== "struct" || !found) throw new Error(`bug: no ${name}.${part}`);
    const own = fieldOffset(l, type.composite, found);
    sum = sum === undefined ? own : l.b.binary("add", sum, own);
    type = found.type;
  }
  return sum ?? l.b.const(0);
}

/** The pointer in a field of the structure at an address. */
function field(l: Lowering, address: Value, step: keyof typeof WAY): Value {
  return read(l, l.b.binary("add", address, offset(l, step)), 8);
}

function read(l: Lowering, address: Value, bytes: 1 | 8): Value {
  const copy: DirectPlace = l.temporary("entry", 8);
  l.b.helper("bpf_probe_read_kernel", [l.address(copy), l.b.const(bytes), address]);
  return l.b.load("stack", bytes, copy.base, copy.off);
}
