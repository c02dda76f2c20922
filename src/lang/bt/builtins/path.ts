import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { coreValue } from "../kernel-field.ts";
import { blockParam } from "../lower-memory.ts";
import type { Lowering } from "../lowering.ts";
import { type Type, typeName } from "../types.ts";

/** Kernel functions whose probes may ask for paths: btf_allowlist_d_path, kernel/trace/bpf_trace.c, v6.12. */
const ALLOWED: ReadonlySet<string> = new Set([
  "security_file_permission",
  "security_inode_getattr",
  "security_file_open",
  "security_path_truncate",
  "vfs_truncate",
  "vfs_fallocate",
  "dentry_open",
  "vfs_getattr",
  "filp_close",
]);

const SMALLEST = 16; // bytes of room for a path

/** Resolves a `struct path` of an object that the verifier follows. */
export const pathBuiltin: Builtin = {
  name: "path",
  usage: "path(struct path * [, size])",
  doc: "The full path of a `struct path`, in iter probes and in fentry and fexit of functions that the kernel allows; with a size its end.",
  form: "call",
  arity: [1, 2],
  check(c, use, [path, size]) {
    const type = path ? c.expr(path) : undefined;
    if (!allowedHere(c))
      return c.fail(
        "name/not-here",
        use.span,
        c.variant.kind === "fentry" || c.variant.kind === "fexit"
          ? "the kernel does not allow path() in probes of this function"
          : `the kernel does not allow path() in ${c.variant.kind} probes`,
        "probe fentry:security_file_open or filp_close, or read the last name: `str(file->f_path.dentry->d_name.name)`",
      );
    const most = c.env.options.maxStringBytes;
    const bytes = size ? c.constant(size) : BigInt(most);
    if (bytes === undefined || bytes < 1n || bytes > BigInt(most))
      return c.fail(
        "type/constant",
        size?.span ?? use.span,
        `the size of a path is a constant from 1 to ${most}`,
        "write for example `path(args.file.f_path, 64)`",
      );
    if (!path || !type || type.kind === "none") return { kind: "string", size: Number(bytes) };
    const followed = isPath(type) && (type.kind !== "pointer" || addressed(path) || type.kernelObject);
    if (!followed)
      return c.fail(
        "type/address",
        path.span,
        `path() takes a struct path of one of the probe's arguments, but this is ${typeName(type)}`,
        "give the field itself, such as `args.file.f_path` or `ctx.file.f_path`",
      );
    return { kind: "string", size: Number(bytes) };
  },
  lower(l, _use, [path], type) {
    if (!path || type.kind !== "string") throw new Error("bug: path() without a path");
    const room = Math.max(l.env.options.maxStringBytes, SMALLEST);
    const copy = l.temporary("path", room);
    l.zero(copy, room); // what the kernel fails to resolve is empty
    const length = resolve(l, path, l.address(copy), room);
    const cut = l.b.binary("sub", length, l.b.const(type.size));
    const skip = positive(l, cut);
    const address = l.b.binary("add", l.b.toInt(l.address(copy)), skip);
    return { kind: "cstring", space: "kernel", address, limit: { max: type.size } };
  },
};

function allowedHere(c: Checker): boolean {
  const { kind, points } = c.variant;
  if (kind === "iter") return true;
  if (kind !== "fentry" && kind !== "fexit") return false;
  return points.every(
    ({ attach }) => (attach.kind === "fentry" || attach.kind === "fexit") && ALLOWED.has(attach.function),
  );
}

function isPath(type: Type): boolean {
  const record = type.kind === "pointer" ? type.to : type;
  return record.kind === "struct" && record.composite.name === "struct path";
}

/** `&file.f_path`: what is followed is the field, not the number that its address is. */
function addressed(expr: Expr): boolean {
  return expr.kind === "unary" && expr.op === "&";
}

/** Calls the kernel's helper unless the object is missing; gives the length with the NUL, or a negative error. */
function resolve(l: Lowering, path: Expr, to: Value, room: number): Value {
  const { b } = l;
  const operand = l.operand(path.kind === "unary" && path.op === "&" ? path.operand : path);
  const place =
    operand.kind === "object"
      ? ({ space: "object", base: operand.value, off: 0 } as const)
      : operand.kind === "memory"
        ? operand.place
        : undefined;
  if (place === undefined || "address" in place) return b.const(0);
  const there = b.block();
  const done = b.block("i64");
  b.branchWith("ne", 64, place.base, b.const(0), [there, []], [done, [b.const(0)]]);
  b.enter(there);
  const core = "core" in place ? place.core : undefined;
  const start = b.offsetBy(place.base, place.off);
  const object = core ? b.offset(start, coreValue(l, core)) : start;
  b.jump(done, b.helper("bpf_d_path", [object, to, b.const(room)]));
  b.enter(done);
  return blockParam(done);
}

function positive(l: Lowering, value: Value): Value {
  const { b } = l;
  const over = b.block();
  const done = b.block("i64");
  b.branchWith("sgt", 64, value, b.const(0), [over, []], [done, [b.const(0)]]);
  b.enter(over);
  b.jump(done, value);
  b.enter(done);
  return blockParam(done);
}
