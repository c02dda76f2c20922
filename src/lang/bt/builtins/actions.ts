import type { Builtin } from "../builtin.ts";
import { copyPlace } from "../lower-store.ts";
import type { ProbeKind } from "../probe-variant.ts";
import { findSignal } from "../signals.ts";
import { BOOL, isScalar, NONE, sizeOf, typeName, U64 } from "../types.ts";

// What changes the system: all of it is refused without --unsafe.

function signalBuiltin(name: "signal" | "signal_thread", helper: string, doc: string): Builtin {
  return {
    name,
    usage: `${name}("KILL") or ${name}(9)`,
    doc,
    form: "call",
    arity: [1, 1],
    place: "statement",
    unsafe: true,
    check(c, use, [which]) {
      const text = which && c.text(which);
      if (text !== undefined) {
        if (findSignal(text) !== undefined) return NONE;
        return c.fail(
          "type/signal",
          which?.span ?? use.span,
          `there is no signal \`${text}\``,
          "use a name such as KILL, TERM or USR1, or a number",
        );
      }
      const constant = which && c.constant(which);
      if (constant !== undefined && (constant < 1n || constant > 64n))
        return c.fail(
          "type/signal",
          which?.span ?? use.span,
          "signals are 1 to 64",
          "use a name such as KILL, or its number",
        );
      if (which) c.integer(which, "a signal");
      return NONE;
    },
    lower(l, _use, [which]) {
      const number = which && findSignal(l.text(which) ?? "");
      const value = number !== undefined ? l.b.const(number) : which ? l.int(which) : l.b.const(0);
      l.b.helper(helper, [value]);
      return { kind: "none" };
    },
  };
}

const override: Builtin = {
  name: "override",
  usage: "override(value)",
  doc: "The probed kernel function is not run and returns the value; the kernel allows it for a few functions only.",
  form: "call",
  arity: [1, 1],
  place: "statement",
  unsafe: true,
  probes: ["kprobe"],
  check(c, _use, [value]) {
    if (value) c.integer(value, "what the function returns");
    return NONE;
  },
  lower(l, _use, [value]) {
    l.b.helper("bpf_override_return", [l.context(), value ? l.int(value) : l.b.const(0)]);
    return { kind: "none" };
  },
};

const MOST_WRITTEN = 4096n; // bytes

/** Probes whose programs may write to the memory of the running task: those that it makes fire. */
const WITH_TASK: readonly ProbeKind[] = [
  ...([
    "tracepoint",
    "rawtracepoint",
    "kprobe",
    "kretprobe",
    "fentry",
    "fexit",
    "uprobe",
    "uretprobe",
    "usdt",
  ] as const),
  ...(["profile", "interval", "software", "hardware", "watchpoint"] as const),
];

const writeUser: Builtin = {
  name: "write_user",
  usage: "write_user(address, source, length)",
  doc: "Writes `length` bytes of a value, or from behind a pointer, into the traced program's memory; whether it did.",
  form: "call",
  arity: [3, 3],
  unsafe: true,
  effect: true,
  probes: WITH_TASK,
  check(c, use, [to, from, length]) {
    if (to) c.integer(to, "the address to write to");
    const type = from && c.expr(from);
    const bytes = length && c.constant(length);
    if (bytes === undefined || bytes < 1n || bytes > MOST_WRITTEN)
      return c.fail(
        "type/constant",
        length?.span ?? use.span,
        `the length must be a constant from 1 to ${MOST_WRITTEN}`,
        "write a number of bytes",
      );
    const fits = !type || type.kind === "none" || type.kind === "pointer" || sizeOf(type) >= Number(bytes);
    if (type && !fits)
      return c.fail(
        "type/address",
        from.span,
        `${typeName(type)} has ${sizeOf(type)} bytes, fewer than ${bytes}`,
        "give fewer bytes, or a pointer to that many",
      );
    return BOOL;
  },
  lower(l, _use, [to, from, length]) {
    if (!to || !from || !length) throw new Error("bug: write_user() without its arguments");
    const bytes = Number(l.constant(length) ?? 0n);
    const type = l.typeOf(from);
    const copy = l.temporary("written", Math.max(bytes, sizeOf(type)));
    const operand = l.operand(from);
    if (type.kind === "pointer") l.copyFrom(type.space, copy, { max: bytes }, l.toInt(operand, type));
    else if (operand.kind === "memory" && !isScalar(type)) copyPlace(l, operand.place, copy, bytes);
    else l.store(operand, type, copy, type);
    const result = l.b.helper("bpf_probe_write_user", [l.int(to), l.address(copy), l.b.const(bytes)]);
    return { kind: "int", value: l.b.extend(l.b.compare("eq", result, l.b.const(0)), 32, false) };
  },
};

const unwatch: Builtin = {
  name: "unwatch",
  usage: "unwatch(address)",
  doc: "Ends the watchpoints on an address.",
  form: "call",
  arity: [1, 1],
  place: "statement",
  check(c, _use, [address]) {
    if (address) c.integer(address, "the address");
    return NONE;
  },
  lower(l, use, [address]) {
    const value = address ? l.int(address) : l.b.const(0);
    l.emit([{ type: U64, operand: { kind: "int", value } }], ([at]) => {
      if (!at) throw new Error("bug: unwatch() without its address");
      return { kind: "unwatch", address: at, span: use.span };
    });
    return { kind: "none" };
  },
};

export const actionBuiltins: readonly Builtin[] = [
  signalBuiltin("signal", "bpf_send_signal", "Sends a signal to the current process."),
  signalBuiltin("signal_thread", "bpf_send_signal_thread", "Sends a signal to the current thread."),
  override,
  writeUser,
  unwatch,
];
