import { didYouMean } from "../../../base/suggest.ts";
import type { Value } from "../../../ir/ir.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { loadArgument, narrowed } from "../lower-args.ts";
import { loadPlace } from "../lower-store.ts";
import type { Lowering } from "../lowering.ts";
import type { ProbeKind } from "../probe-variant.ts";
import {
  ARGUMENT_REGISTERS,
  INSTRUCTION_REGISTER,
  REGISTERS,
  RETURN_REGISTER,
  STACK_ARGUMENTS_OFFSET,
  STACK_REGISTER,
} from "../registers.ts";
import { I64, type Type, U64, VOID } from "../types.ts";

const MOST_ARGUMENTS = 10;
const USER = ["uprobe", "usdt"] as const;
const TYPED: ReadonlySet<ProbeKind> = new Set(["rawtracepoint", "fentry", "fexit"]); // arguments of 8 bytes each in the context
const SAMPLED: readonly ProbeKind[] = ["profile", "software", "interval", "hardware", "watchpoint"];
const PROBED: readonly ProbeKind[] = ["kprobe", "kretprobe", "uprobe", "uretprobe", "usdt"];

const args: Builtin = {
  name: "args",
  usage: "args.NAME",
  doc: "The arguments of the probe, by name.",
  form: "word",
  check(c, use) {
    const composite = c.variant.args;
    if (composite && c.variant.kind !== "usdt") return { kind: "args", composite, space: "ctx" };
    const isUser = c.variant.kind === "uprobe" || c.variant.kind === "usdt";
    return c.fail(
      "name/not-here",
      use.span,
      `\`args\` does not exist in ${c.variant.kind} probes`,
      isUser || c.variant.kind === "kprobe"
        ? "use arg0, arg1 …"
        : "it exists in tracepoint, rawtracepoint, fentry, fexit and kprobe probes",
    );
  },
  lower: () => ({ kind: "none" }),
};

/** `arg0` …: a function's arguments, a USDT probe's operands, a raw tracepoint's values. */
function argument(index: number): Builtin {
  const name = `arg${index}`;
  return {
    name,
    usage: name,
    doc: `Argument ${index} of the probed function (or USDT probe, or raw tracepoint), as a number.`,
    form: "word",
    probes: [...USER, "kprobe", ...TYPED],
    check(c, use) {
      if (c.variant.kind === "usdt") return usdtType(c, use.span, index);
      if (TYPED.has(c.variant.kind)) {
        const count = c.variant.args?.fields().length ?? 12;
        if (index >= count)
          return c.fail(
            "type/argument",
            use.span,
            `this ${c.variant.kind === "rawtracepoint" ? "raw tracepoint" : "function"} has ${count} arguments, there is no ${name}`,
            count > 0 ? `use arg0 to arg${count - 1}` : "leave it away",
          );
      } else if (index >= ARGUMENT_REGISTERS[c.env.target.arch].length)
        return c.fail(
          "type/argument",
          use.span,
          `${name} is not in a register`,
          `arguments from the stack are sarg0, sarg1 …`,
        );
      return U64;
    },
    lower(l) {
      if (l.variant.kind === "usdt") {
        const field = l.variant.args?.field(name);
        if (!field) throw new Error(`bug: ${name} passed the check`);
        return loadArgument(l, field, field.type);
      }
      if (TYPED.has(l.variant.kind)) return { kind: "int", value: l.b.load("ctx", 8, l.context(), index * 8) };
      return { kind: "int", value: l.register(ARGUMENT_REGISTERS[l.env.target.arch][index] ?? "") };
    },
  };
}

function usdtType(c: Checker, span: { start: number; end: number }, index: number): Type {
  const fields = c.variant.args?.fields() ?? [];
  const field = fields[index];
  if (!field)
    return c.fail(
      "type/argument",
      span,
      `this USDT probe has ${fields.length} arguments, there is no arg${index}`,
      fields.length > 0 ? `use arg0 to arg${fields.length - 1}` : "leave it away",
    );
  const { operand } = field;
  if (
    typeof operand === "object" &&
    operand !== null &&
    "kind" in operand &&
    operand.kind === "unknown" &&
    "text" in operand
  )
    return c.fail(
      "type/argument",
      span,
      `where arg${index} is (\`${operand.text}\`) is not understood`,
      "report it with the program's name and version",
    );
  return field.type;
}

/** `sarg0` …: arguments on the stack. */
function stackArgument(index: number): Builtin {
  const name = `sarg${index}`;
  return {
    name,
    usage: name,
    doc: `Argument ${index} of those that the caller put on the stack, at the function's entry.`,
    form: "word",
    probes: ["kprobe", "uprobe"],
    check(c, use) {
      const { arch } = c.env.target;
      const at = STACK_ARGUMENTS_OFFSET[arch] + index * 8;
      c.warn(
        "lint/deprecated",
        use.span,
        `\`${name}\` is an old spelling`,
        `write \`*(uint64 *)(reg("${STACK_REGISTER[arch]}") + ${at})\``,
      );
      return U64;
    },
    lower(l) {
      const { arch } = l.env.target;
      const at = STACK_ARGUMENTS_OFFSET[arch] + index * 8;
      const address = l.b.binary("add", l.register(STACK_REGISTER[arch]), l.b.const(at));
      const space = l.variant.kind === "kprobe" ? "kernel" : "user";
      return loadPlace(l, { space, address, off: 0 }, U64);
    },
  };
}

/** Behind a function's arguments; of a raw system call's exit it is the second value. */
function resultOffset({ variant }: Lowering): number {
  return variant.rawSyscall === "exit" ? 8 : (variant.args?.fields().length ?? 0) * 8;
}

const retval: Builtin = {
  name: "retval",
  usage: "retval",
  doc: "What the probed function returned.",
  form: "word",
  probes: ["kretprobe", "uretprobe", "fexit"],
  check: (c) => c.variant.returns ?? I64,
  lower(l) {
    const { returns, kind } = l.variant;
    if (kind !== "fexit") {
      const value = l.register(RETURN_REGISTER[l.env.target.arch]);
      return returns === undefined ? { kind: "int", value } : narrowed(l, value, returns);
    }
    if (returns === undefined) throw new Error("bug: fexit without a prototype");
    return narrowed(l, l.b.load("ctx", 8, l.context(), resultOffset(l)), returns);
  },
};

/** Index in Plan.probeNames of the place that fired. */
function placeIndex(l: Lowering): Value {
  const { b, variant } = l;
  if (variant.identity === "single") return b.const(variant.firstName);
  if (variant.identity === "cookie") return b.helper("bpf_get_attach_cookie", [l.context()]);
  const one = l.syscallIndex ?? b.const(1);
  const doubled = b.binary("lsh", b.binary("sub", one, b.const(1)), b.const(1));
  return b.binary("add", doubled, b.const(variant.firstName));
}

const probe: Builtin = {
  name: "probe",
  usage: "probe",
  doc: "Full name of the probe that fired.",
  form: "word",
  check: () => ({ kind: "probe" }),
  lower: (l) => ({ kind: "int", value: placeIndex(l) }),
};

const func: Builtin = {
  name: "func",
  usage: "func",
  doc: "Name of the probed function.",
  form: "word",
  probes: [...PROBED, "fentry", "fexit"],
  check: () => ({ kind: "probe" }),
  lower: (l) => ({ kind: "int", value: l.b.binary("add", placeIndex(l), l.b.const(1)) }),
};

const ctx: Builtin = {
  name: "ctx",
  usage: "ctx",
  doc: "Address of the program's context.",
  form: "word",
  check(c) {
    const { kind, args: composite } = c.variant;
    if (kind === "iter" && composite) return { kind: "args", composite, space: "ctx" };
    return { kind: "pointer", to: VOID, space: "kernel" };
  },
  lower(l, _use, _args, type) {
    return type.kind === "args" ? { kind: "none" } : { kind: "int", value: l.b.toInt(l.context()) };
  },
};

const reg: Builtin = {
  name: "reg",
  usage: 'reg("ip")',
  doc: "A register of the CPU as it was when the probe fired.",
  form: "call",
  arity: [1, 1],
  probes: [...PROBED, ...SAMPLED],
  check(c, use, [name]) {
    const text = name && c.text(name);
    const names = Object.keys(REGISTERS[c.env.target.arch]);
    if (text !== undefined && names.includes(text)) return U64;
    return c.fail(
      "type/register",
      name?.span ?? use.span,
      `there is no register \`${text ?? ""}\``,
      didYouMean(text ?? "", names) ?? `there are ${names.slice(0, 21).join(", ")}`,
    );
  },
  lower: (l, _use, [name]) => ({ kind: "int", value: l.register((name && l.text(name)) ?? "") }),
};

const WITH_REGISTERS: ReadonlySet<ProbeKind> = new Set([...PROBED, ...SAMPLED]);

const usermode: Builtin = {
  name: "usermode",
  usage: "usermode",
  doc: "1 when the CPU ran the program itself, 0 when it ran the kernel.",
  form: "word",
  check: () => ({ kind: "int", size: 1, signed: false }),
  lower(l) {
    if (!WITH_REGISTERS.has(l.variant.kind)) return { kind: "int", value: l.b.const(0) }; // the kernel's own places
    if (l.env.target.arch === "aarch64") {
      const mode = l.b.binary("and", l.register("pstate"), l.b.const(15));
      return { kind: "int", value: l.b.extend(l.b.compare("eq", mode, l.b.const(0)), 32, false) };
    }
    const ring = l.b.binary("and", l.register("cs"), l.b.const(3));
    return { kind: "int", value: l.b.extend(l.b.compare("eq", ring, l.b.const(3)), 32, false) };
  },
};

/** The address of the instruction that the probe is on. */
export function instructionPointer(l: Lowering): Value {
  return l.register(INSTRUCTION_REGISTER[l.env.target.arch]);
}

export const contextBuiltins: readonly Builtin[] = [
  args,
  ...Array.from({ length: MOST_ARGUMENTS }, (_, index) => argument(index)),
  ...Array.from({ length: MOST_ARGUMENTS }, (_, index) => stackArgument(index)),
  retval,
  probe,
  func,
  ctx,
  reg,
  usermode,
];
