import type { Value } from "../../../ir/ir.ts";
import type { Builtin } from "../builtin.ts";
import type { Lowering } from "../lowering.ts";
import { CONTROL, CONTROL_MAP } from "../plan-builder.ts";
import { type Type, U32, U64 } from "../types.ts";
import { comm } from "./comm.ts";
import { currentTask } from "./current-task.ts";

type Word = Pick<Builtin, "name" | "doc"> & {
  type: Type;
  value(l: Lowering): Value;
  probes?: Builtin["probes"];
};

/** A builtin without arguments that is one number. */
export function word({ name, doc, type, value, probes }: Word): Builtin {
  return {
    name,
    usage: name,
    doc,
    form: "word",
    ...(probes && { probes }),
    check: () => type,
    lower: (l) => ({ kind: "int", value: value(l) }),
  };
}

function high(l: Lowering, value: Value): Value {
  return l.b.binary("rsh", value, l.b.const(32));
}

function low(l: Lowering, value: Value): Value {
  return l.b.extend(value, 32, false);
}

const curtask: Builtin = {
  name: "curtask",
  usage: "curtask",
  doc: "The kernel's `struct task_struct *` of the current thread.",
  form: "word",
  check(c) {
    const to = c.env.btf?.struct("task_struct");
    if (!to) return U64;
    return { kind: "pointer", to, space: "kernel", kernelObject: c.env.target.has("currentTaskBtf") };
  },
  lower(l, _use, _args, type) {
    const task = type.kind === "pointer" && type.kernelObject ? currentTask(l) : undefined;
    if (task !== undefined) return { kind: "object", value: task };
    return { kind: "int", value: l.b.helper("bpf_get_current_task", []) };
  },
};

const cpid: Builtin = {
  name: "cpid",
  usage: "cpid",
  doc: "Process id of the command that `-c` started.",
  form: "word",
  check(c, use) {
    if (c.env.options.pid === 0 && !c.env.options.relocatable)
      c.warn(
        "lint/no-command",
        use.span,
        "`cpid` is 0: there is no command to trace",
        "start one with `-c 'COMMAND'`, or ask `has_cpid` first",
      );
    return U32;
  },
  lower(l) {
    const { pid, relocatable } = l.env.options;
    const control = () => l.b.load("map", 8, l.b.mapValueAddr(CONTROL_MAP, 0), CONTROL.pid);
    return { kind: "int", value: pid === 0 && relocatable ? control() : l.b.const(pid) };
  },
};

/** `name(curr_ns)` and `name(init)`: ids in the first namespace only; the form without arguments is the usual one. */
function idBuiltin(name: string, doc: string, value: (l: Lowering) => Value): Builtin {
  return {
    name,
    usage: name,
    doc,
    form: "both",
    arity: [0, 1],
    check(c, _use, [space]) {
      if (!space || (space.kind === "identifier" && (space.name === "init" || space.name === "curr_ns")))
        return U32;
      return c.fail(
        "type/namespace",
        space.span,
        `\`${name}()\` takes \`init\` or \`curr_ns\``,
        `write \`${name}\` or \`${name}(init)\``,
      );
    },
    lower: (l) => ({ kind: "int", value: value(l) }),
  };
}

const pidTgid = (l: Lowering) => l.b.helper("bpf_get_current_pid_tgid", []);
const uidGid = (l: Lowering) => l.b.helper("bpf_get_current_uid_gid", []);

const username: Builtin = {
  name: "username",
  usage: "username",
  doc: "Name of the current user.",
  form: "word",
  check: () => ({ kind: "username" }),
  lower: (l) => ({ kind: "int", value: low(l, uidGid(l)) }),
};

// biome-ignore format: one builtin per line
export const taskBuiltins: readonly Builtin[] = [
  idBuiltin("pid", "Process id of the current task (what user space calls the PID; the kernel's tgid).", (l) => high(l, pidTgid(l))),
  idBuiltin("tid", "Thread id of the current task.", (l) => low(l, pidTgid(l))),
  word({ name: "uid", doc: "User id of the current task.", type: U64, value: (l) => low(l, uidGid(l)) }),
  word({ name: "gid", doc: "Group id of the current task.", type: U64, value: (l) => high(l, uidGid(l)) }),
  word({ name: "cpu", doc: "Number of the CPU that runs the probe.", type: U32, value: (l) => low(l, l.b.helper("bpf_get_smp_processor_id", [])) }),
  word({ name: "numaid", doc: "Number of the NUMA node that runs the probe.", type: U32, value: (l) => low(l, l.b.helper("bpf_get_numa_node_id", [])) }),
  word({ name: "cgroup", doc: "Id of the current task's cgroup (version 2).", type: U64, value: (l) => l.b.helper("bpf_get_current_cgroup_id", []) }),
  word({ name: "rand", doc: "A random number of 32 bits.", type: U32, value: (l) => low(l, l.b.helper("bpf_get_prandom_u32", [])) }),
  word({ name: "ncpus", doc: "Number of CPUs that the machine can have.", type: U64, value: (l) => l.b.const(l.env.target.cpus) }),
  comm,
  curtask,
  cpid,
  username,
];
