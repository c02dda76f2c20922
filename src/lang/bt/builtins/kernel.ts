import { syscallNames } from "../../../abi/syscall-names.ts";
import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import type { Composite } from "../composite.ts";
import { fieldPlace, placeNumber } from "../kernel-field.ts";
import { literalBytes } from "../lower-memory.ts";
import { loadPlace } from "../lower-store.ts";
import type { Lowering, Place } from "../lowering.ts";
import { typeOfProbe } from "../probe-types.ts";
import { signalNumbers } from "../signals.ts";
import { BOOL, type Type, typeName, U32, U64 } from "../types.ts";

/** A field of the kernel's structure at `address`; its BTF has it, or the check has said so. */
export function kernelField(l: Lowering, address: Value, struct: string, field: string): Place {
  const type = l.env.btf?.struct(struct);
  const found = type?.kind === "struct" ? type.composite.field(field) : undefined;
  if (type?.kind !== "struct" || !found) throw new Error(`bug: no ${struct}.${field}`);
  return fieldPlace(l, { space: "kernel", address, off: 0 }, type.composite, found);
}

/** A number in such a field, with the size that it has there. */
export function loadField(l: Lowering, place: Place, struct: string, field: string): Value {
  const type = l.env.btf?.struct(struct);
  const own = (type?.kind === "struct" ? type.composite.field(field)?.type : undefined) ?? U64;
  return l.toInt(loadPlace(l, place, own), own);
}

function load64(l: Lowering, place: Place): Value {
  return l.toInt(loadPlace(l, place, U64), U64);
}

/** The task that is given as an argument, else the current one. */
function taskAddress(l: Lowering, task: Expr | undefined): Value {
  return task ? l.int(task) : l.b.helper("bpf_get_current_task", []);
}

function checkTask(c: Checker, use: Expr, task: Expr | undefined, fields: readonly string[]): boolean {
  const type = c.env.btf?.struct("task_struct");
  const composite: Composite | undefined = type?.kind === "struct" ? type.composite : undefined;
  const given = task && c.expr(task);
  if (task && given && given.kind !== "pointer" && given.kind !== "int" && given.kind !== "none")
    c.fail(
      "type/address",
      task.span,
      `a task is a \`struct task_struct *\`, not ${typeName(given)}`,
      "give `curtask`, or a pointer that was cast to `struct task_struct *`",
    );
  if (composite && fields.every((name) => composite.field(name))) return true;
  c.fail("kernel/feature", use.span, "this needs a kernel with BTF", "use a kernel with CONFIG_DEBUG_INFO_BTF");
  return false;
}

const COMM_BYTES = 16; // TASK_COMM_LEN, include/linux/sched.h, v6.12

type Relative = "group_leader" | "real_parent";

function commOf(name: string, relative: Relative, doc: string): Builtin {
  return {
    name,
    usage: `${name} or ${name}(task)`,
    doc,
    form: "both",
    arity: [0, 1],
    check(c, use, [task]) {
      checkTask(c, use, task, [relative, "comm"]);
      return { kind: "string", size: COMM_BYTES };
    },
    lower(l, _use, [task]) {
      const other = load64(l, kernelField(l, taskAddress(l, task), "task_struct", relative));
      return { kind: "memory", place: kernelField(l, other, "task_struct", "comm") };
    },
  };
}

function idOf(name: string, relative: Relative, field: "tgid" | "pid", doc: string): Builtin {
  return {
    name,
    usage: `${name} or ${name}(task)`,
    doc,
    form: "both",
    arity: [0, 1],
    check(c, use, [task]) {
      checkTask(c, use, task, [relative, field]);
      return U32;
    },
    lower(l, _use, [task]) {
      const other = load64(l, kernelField(l, taskAddress(l, task), "task_struct", relative));
      return loadPlace(l, kernelField(l, other, "task_struct", field), U32);
    },
  };
}

const PER_CPU_OFFSETS = "__per_cpu_offset"; // unsigned long[NR_CPUS], include/asm-generic/percpu.h, v6.12

const percpuKaddr: Builtin = {
  name: "percpu_kaddr",
  usage: 'percpu_kaddr("symbol" [, cpu])',
  doc: "Where a variable of the kernel that each CPU has for itself lies for a CPU, by default the current one; 0 when there is no such CPU.",
  form: "call",
  arity: [1, 2],
  check(c, use, [name, cpu]) {
    const text = name && c.text(name);
    if (cpu) c.integer(cpu, "the CPU");
    const pointer: Type = { kind: "pointer", to: U64, space: "kernel" };
    if (text === undefined)
      return c.fail(
        "type/constant",
        name?.span ?? use.span,
        "percpu_kaddr takes a name in quotes",
        'write for example `percpu_kaddr("runqueues")`',
      );
    for (const symbol of [text, PER_CPU_OFFSETS])
      if (c.env.target.kernelSymbol(symbol) === undefined)
        return c.fail(
          "name/symbol",
          name?.span ?? use.span,
          `the kernel has no symbol \`${symbol}\`, or hides its address`,
          "as root, `grep NAME /proc/kallsyms` lists the symbols",
        );
    return pointer;
  },
  lower(l, _use, [name, cpu]) {
    const { b, env } = l;
    const base = env.target.kernelSymbol((name && l.text(name)) ?? "") ?? 0n;
    const table = env.target.kernelSymbol(PER_CPU_OFFSETS) ?? 0n;
    const index = cpu ? l.int(cpu) : b.extend(b.helper("bpf_get_smp_processor_id", []), 32, false);
    const result = l.temporary("percpu", 8);
    b.store("stack", 8, result.base, 0, b.const(0));
    const known = b.block();
    const done = b.block();
    b.branch("lt", 64, index, b.const(env.target.cpus), known, done);
    b.enter(known);
    const entry = b.binary("add", b.binary("lsh", index, b.const(3)), b.const(table));
    b.store(
      "stack",
      8,
      result.base,
      0,
      b.binary("add", load64(l, { space: "kernel", address: entry, off: 0 }), b.const(base)),
    );
    b.jump(done);
    b.enter(done);
    return { kind: "int", value: b.load("stack", 8, result.base, 0) };
  },
};

const socketCookie: Builtin = {
  name: "socket_cookie",
  effect: true,
  usage: "socket_cookie(struct sock *)",
  doc: "The number that the kernel knows a socket by as long as it lives; 0 where it was not given one yet.",
  form: "call",
  arity: [1, 1],
  check(c, use, [socket]) {
    const type = socket && c.integer(socket, "a socket");
    const sock = c.env.btf?.struct("sock");
    const common = sock?.kind === "struct" ? sock.composite.field("__sk_common") : undefined;
    const cookie = common?.type.kind === "struct" ? common.type.composite.field("skc_cookie") : undefined;
    if (type && cookie) return U64;
    return c.fail(
      "kernel/feature",
      use.span,
      "this needs a kernel with BTF",
      "use a kernel with CONFIG_DEBUG_INFO_BTF",
    );
  },
  lower(l, _use, [socket]) {
    if (!socket) throw new Error("bug: socket_cookie() of nothing");
    const type = l.typeOf(socket);
    const operand = l.operand(socket);
    const typed = l.variant.kind === "fentry" || l.variant.kind === "fexit";
    if (typed && operand.kind === "object" && type.kind === "pointer" && type.to.kind === "struct")
      return { kind: "int", value: l.b.helper("bpf_get_socket_cookie", [operand.value]) };
    const common = placeNumber(l, kernelField(l, l.toInt(operand, type), "sock", "__sk_common"));
    return { kind: "int", value: load64(l, kernelField(l, common, "sock_common", "skc_cookie")) };
  },
};

const syscallName: Builtin = {
  name: "syscall_name",
  usage: "syscall_name(number)",
  doc: "The name of a system call of this machine by its number.",
  form: "call",
  arity: [1, 1],
  check(c, _use, [number]) {
    if (number) c.integer(number, "the number of a system call");
    const names = [...syscallNames(c.env.target.arch)].map(([nr, name]) => [name, BigInt(nr)] as const);
    return { kind: "enum", size: 8, signed: true, name: "syscall", members: names, isText: true };
  },
  lower: (l, _use, [number]) => ({ kind: "int", value: number ? l.int(number) : l.b.const(0) }),
};

const signalName: Builtin = {
  name: "signal_name",
  usage: "signal_name(number)",
  doc: "The name of a signal by its number, such as SIGINT.",
  form: "call",
  arity: [1, 1],
  check(c, _use, [number]) {
    if (number) c.integer(number, "the number of a signal");
    return { kind: "enum", size: 8, signed: true, name: "signal", members: signalNumbers(), isText: true };
  },
  lower: (l, _use, [number]) => ({ kind: "int", value: number ? l.int(number) : l.b.const(0) }),
};

function kernelFunction(name: "kfunc_exist" | "kfunc_allowed", doc: string): Builtin {
  return {
    name,
    usage: `${name}("function")`,
    doc,
    form: "call",
    arity: [1, 1],
    check(c, use, [func]) {
      if (func && c.text(func) !== undefined) return BOOL;
      return c.fail(
        "type/constant",
        func?.span ?? use.span,
        `${name} takes a name in quotes`,
        `write for example \`${name}("bpf_task_from_pid")\``,
      );
    },
    lower: (l, use) => ({ kind: "int", value: l.b.const(l.comptime(use) === 1n ? 1 : 0) }),
  };
}

const isErr: Builtin = {
  name: "is_err",
  usage: "is_err(pointer)",
  doc: "Whether a pointer of the kernel stands for an error number: -4095 to -1.",
  form: "call",
  arity: [1, 1],
  check(c, _use, [pointer]) {
    if (pointer) c.integer(pointer, "a pointer");
    return BOOL;
  },
  lower(l, _use, [pointer]) {
    const value = pointer ? l.int(pointer) : l.b.const(0);
    const first = l.b.const(BigInt.asUintN(64, -4095n)); // MAX_ERRNO, include/linux/err.h, v6.12
    return { kind: "int", value: l.b.extend(l.b.compare("ge", value, first), 32, false) };
  },
};

const hasCpid: Builtin = {
  name: "has_cpid",
  usage: "has_cpid",
  doc: "Whether there is a command to trace, started with -c.",
  form: "both",
  arity: [0, 0],
  check: () => BOOL,
  lower: (l) => ({ kind: "int", value: l.b.const(l.env.options.pid > 0 ? 1 : 0) }),
};

const probetype: Builtin = {
  name: "probetype",
  usage: "probetype",
  doc: 'The kind of the probe that fired, such as "tracepoint"; BEGIN and END are "special".',
  form: "both",
  arity: [0, 0],
  check: (c) => ({ kind: "string", size: literalBytes(typeOfProbe(c.variant.kind)).length }),
  lower: (l) => ({ kind: "text", text: typeOfProbe(l.variant.kind) }),
};

export const kernelBuiltins: readonly Builtin[] = [
  commOf("pcomm", "real_parent", "Name of the parent of the current process, or of a task's."),
  commOf(
    "leader_comm",
    "group_leader",
    "Name of the current process, or of a task's: that of its first thread.",
  ),
  idOf("ppid", "real_parent", "tgid", "Process id of the parent of the current process, or of a task's."),
  idOf("leader_tid", "group_leader", "pid", "Id of the first thread of the current process, or of a task's."),
  percpuKaddr,
  socketCookie,
  syscallName,
  signalName,
  kernelFunction("kfunc_exist", "Whether the kernel has such a function for programs; known while compiling."),
  kernelFunction(
    "kfunc_allowed",
    "Whether this kind of probe may call a function of the kernel; known while compiling.",
  ),
  isErr,
  hasCpid,
  probetype,
];
