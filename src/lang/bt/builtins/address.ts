import { didYouMean } from "../../../base/suggest.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { storeConstant } from "../lower-memory.ts";
import { tellOfProcess } from "../lower-process.ts";
import { copyPlace } from "../lower-store.ts";
import type { DirectPlace, Lowering, Place } from "../lowering.ts";
import { parseInet } from "../parse-inet.ts";
import { isInteger, isScalar, type PointerSpace, sizeOf, type Type, typeName, U64, VOID } from "../types.ts";
import { pathBuiltin } from "./path.ts";

const AF_INET = 2; // include/linux/socket.h, v6.12
const AF_INET6 = 10;

const ksym: Builtin = {
  name: "ksym",
  usage: "ksym(address)",
  doc: "The kernel's symbol for an address.",
  form: "call",
  arity: [1, 1],
  check(c, use, [address]) {
    if (address) c.integer(address, "an address");
    return use.span ? { kind: "ksym" } : U64;
  },
  lower: (l, _use, [address]) => ({ kind: "int", value: address ? l.int(address) : l.b.const(0) }),
};

const usym: Builtin = {
  name: "usym",
  usage: "usym(address)",
  doc: "The traced program's symbol for an address.",
  form: "call",
  arity: [1, 1],
  check(c, _use, [address]) {
    if (address) c.integer(address, "an address");
    return { kind: "usym" };
  },
  lower(l, _use, [address]) {
    const value = address ? l.int(address) : l.b.const(0);
    return {
      kind: "write",
      write(to) {
        tellOfProcess(l, value);
        const pid = l.b.binary("rsh", l.b.helper("bpf_get_current_pid_tgid", []), l.b.const(32));
        l.b.store(to.space, 8, to.base, to.off, value);
        l.b.store(to.space, 8, to.base, to.off + 8, pid); // u32 pid, u32 zero
      },
    };
  },
};

const kaddr: Builtin = {
  name: "kaddr",
  usage: 'kaddr("symbol")',
  doc: "The address of a kernel symbol.",
  form: "call",
  arity: [1, 1],
  check(c, use, [name]) {
    const text = name && c.text(name);
    if (text === undefined)
      return c.fail(
        "type/constant",
        name?.span ?? use.span,
        "kaddr takes a name in quotes",
        'write for example `kaddr("jiffies")`',
      );
    if (c.env.target.kernelSymbol(text) === undefined)
      c.fail(
        "name/symbol",
        name?.span ?? use.span,
        `the kernel has no symbol \`${text}\`, or hides its address`,
        "as root, `grep NAME /proc/kallsyms` lists the symbols",
      );
    return U64;
  },
  lower: (l, _use, [name]) => ({
    kind: "int",
    value: l.b.const(l.env.target.kernelSymbol((name && l.text(name)) ?? "") ?? 0n),
  }),
};

/** The binary that the first attach point of a user probe names. */
function binaryOf(c: Pick<Checker, "variant">): string | undefined {
  const attach = c.variant.points[0]?.attach;
  return attach?.kind === "uprobe" ? attach.path : undefined;
}

const uaddr: Builtin = {
  name: "uaddr",
  usage: 'uaddr("symbol")',
  doc: "The address of a symbol as the probed program's file has it, as a pointer to 1, 2, 4 or 8 bytes by its size.",
  form: "call",
  arity: [1, 1],
  probes: ["uprobe", "uretprobe", "usdt"],
  check(c, use, [name]) {
    const text = name && c.text(name);
    const path = binaryOf(c);
    if (text === undefined || path === undefined)
      return c.fail(
        "type/constant",
        name?.span ?? use.span,
        "uaddr takes a name in quotes",
        'write for example `uaddr("main")`',
      );
    const symbol = c.env.target.userSymbol(path, text);
    if (!symbol) {
      const near = didYouMean(
        text,
        c.env.target.userFunctions(path, "*").map((f) => f.name),
      );
      return c.fail(
        "name/symbol",
        name?.span ?? use.span,
        `${path} has no symbol \`${text}\``,
        near ?? `\`nm ${path}\` lists its symbols`,
      );
    }
    const { size } = symbol;
    const to: Type =
      size === 1 || size === 2 || size === 4 || size === 8 ? { kind: "int", size, signed: false } : VOID;
    return { kind: "pointer", to, space: "user" };
  },
  lower(l, _use, [name]) {
    const symbol = l.env.target.userSymbol(binaryOf(l) ?? "", (name && l.text(name)) ?? "");
    return { kind: "int", value: l.b.const(symbol?.address ?? 0n) };
  },
};

function pointerBuiltin(name: "kptr" | "uptr", space: PointerSpace, doc: string): Builtin {
  return {
    name,
    usage: `${name}(address)`,
    doc,
    form: "call",
    arity: [1, 1],
    check(c, _use, [address]) {
      const type = address && c.integer(address, "an address");
      return { kind: "pointer", to: type?.kind === "pointer" ? type.to : VOID, space };
    },
    lower: (l, _use, [address]) => ({ kind: "int", value: address ? l.int(address) : l.b.const(0) }),
  };
}

const ntop: Builtin = {
  name: "ntop",
  usage: "ntop([family, ] address)",
  doc: "An IPv4 or IPv6 address as text; a 4-byte number or array is IPv4, a 16-byte array IPv6.",
  form: "call",
  arity: [1, 2],
  check(c, use, args) {
    const address = args.at(-1);
    if (args.length === 2 && args[0]) c.integer(args[0], "the address family");
    const type = address && c.expr(address);
    if (!address || !type || type.kind === "none" || type.kind === "inet") return { kind: "inet" };
    if (isInteger(type)) return { kind: "inet" };
    const bytes = sizeOf(type);
    const fits =
      (type.kind === "array" || type.kind === "struct" || type.kind === "buffer") &&
      (bytes === 4 || bytes === 16);
    if (fits || type.kind === "pointer" || (type.kind === "string" && (bytes === 4 || bytes === 16)))
      return { kind: "inet" };
    return c.fail(
      "type/address",
      address.span,
      `ntop takes an address of 4 or 16 bytes, but this is ${typeName(type)}`,
      use.span ? "give a number, or a uint8[4] or uint8[16]" : "",
    );
  },
  lower(l, _use, args) {
    const address = args.at(-1);
    if (!address) throw new Error("bug: ntop() without an address");
    const type = l.typeOf(address);
    const operand = l.operand(address);
    const bytes = isInteger(type) ? 4 : type.kind === "pointer" ? 16 : sizeOf(type);
    const family = args.length === 2 && args[0] ? l.int(args[0]) : l.b.const(bytes === 4 ? AF_INET : AF_INET6);
    const number = isInteger(type) || type.kind === "pointer" ? l.toInt(operand, type) : undefined;
    return {
      kind: "write",
      write(to) {
        l.zero(to, 24);
        l.b.store(to.space, 8, to.base, to.off, family);
        const at = { ...to, off: to.off + 8 };
        if (type.kind === "pointer" && number !== undefined) l.copyFrom(type.space, at, { max: 16 }, number);
        else if (number !== undefined) l.b.store(at.space, 4, at.base, at.off, number);
        else copyPlace(l, placeOf(l, operand, type), at, bytes);
      },
    };
  },
};

function placeOf(l: Lowering, operand: ReturnType<Lowering["operand"]>, type: Type): Place {
  return operand.kind === "memory" ? operand.place : l.inMemory(operand, type);
}

const pton: Builtin = {
  name: "pton",
  usage: 'pton("127.0.0.1")',
  doc: "The bytes of an IPv4 (uint8[4]) or IPv6 (uint8[16]) address.",
  form: "call",
  arity: [1, 1],
  check(c, use, [text]) {
    const bytes = parseInet((text && c.text(text)) ?? "");
    if (!bytes)
      return c.fail(
        "type/inet",
        text?.span ?? use.span,
        "this is no IPv4 or IPv6 address",
        'write for example `pton("10.0.0.1")`',
      );
    return { kind: "array", of: { kind: "int", size: 1, signed: false }, length: bytes.length };
  },
  lower(l, _use, [text]) {
    const bytes = parseInet((text && l.text(text)) ?? "") ?? new Uint8Array(4);
    const copy = l.temporary("inet", bytes.length);
    storeConstant(l.b, bytes, copy);
    return { kind: "memory", place: copy };
  },
};

const macaddr: Builtin = {
  name: "macaddr",
  usage: "macaddr(bytes)",
  doc: "Six bytes as a MAC address.",
  form: "call",
  arity: [1, 1],
  check(c, use, [bytes]) {
    const type = bytes && c.expr(bytes);
    const fits =
      type &&
      (type.kind === "pointer" || ((type.kind === "array" || type.kind === "string") && sizeOf(type) >= 6));
    if (!type || fits || type.kind === "none") return { kind: "mac" };
    return c.fail(
      "type/address",
      bytes?.span ?? use.span,
      `macaddr takes 6 bytes, but this is ${typeName(type)}`,
      "give a char[6] or a pointer to one",
    );
  },
  lower(l, _use, [bytes]) {
    if (!bytes) throw new Error("bug: macaddr() without bytes");
    const type = l.typeOf(bytes);
    const operand = l.operand(bytes);
    return {
      kind: "write",
      write(to: DirectPlace) {
        if (type.kind === "pointer") l.copyFrom(type.space, to, { max: 6 }, l.toInt(operand, type));
        else copyPlace(l, placeOf(l, operand, type), to, 6);
      },
    };
  },
};

const cgroupid: Builtin = {
  name: "cgroupid",
  usage: 'cgroupid("/sys/fs/cgroup/…")',
  doc: "The id of the cgroup with that path, as the builtin `cgroup` gives it.",
  form: "call",
  arity: [1, 1],
  check(c, use, [path]) {
    const text = path && c.text(path);
    if (text === undefined)
      return c.fail(
        "type/constant",
        path?.span ?? use.span,
        "cgroupid takes a path in quotes",
        "write the path of a cgroup's folder",
      );
    if (c.env.target.cgroupId(text) === undefined)
      c.fail(
        "name/cgroup",
        path?.span ?? use.span,
        `there is no cgroup \`${text}\``,
        "give the path of an existing folder below the cgroup2 mount",
      );
    return U64;
  },
  lower: (l, _use, [path]) => ({
    kind: "int",
    value: l.b.const(l.env.target.cgroupId((path && l.text(path)) ?? "") ?? 0n),
  }),
};

const cgroupPath: Builtin = {
  name: "cgroup_path",
  usage: "cgroup_path(cgroup [, filter])",
  doc: "The path of a cgroup by its id, below the cgroup mount; `filter` picks a hierarchy by a pattern.",
  form: "call",
  arity: [1, 2],
  check(c, _use, [id, filter]) {
    if (id) c.integer(id, "a cgroup id");
    const hierarchy = filter ? c.text(filter) : "*";
    if (filter && hierarchy === undefined)
      return c.fail(
        "type/constant",
        filter.span,
        "the filter must be in quotes",
        'write for example `"unified:*"`',
      );
    return { kind: "cgroupPath", hierarchy: hierarchy ?? "*" };
  },
  lower: (l, _use, [id]) => ({ kind: "int", value: id ? l.int(id) : l.b.const(0) }),
};

const strerror: Builtin = {
  name: "strerror",
  usage: "strerror(errno)",
  doc: "The message for an error number.",
  form: "call",
  arity: [1, 1],
  check(c, _use, [number]) {
    if (number) c.integer(number, "an error number");
    return { kind: "strerror" };
  },
  lower: (l, _use, [number]) => ({ kind: "int", value: number ? l.int(number) : l.b.const(0) }),
};

const bswap: Builtin = {
  name: "bswap",
  usage: "bswap(number)",
  doc: "The number with its bytes in the other order: a port in network order, for example.",
  form: "call",
  arity: [1, 1],
  check(c, use, [number]) {
    const type = number && c.expr(number);
    if (type && isScalar(type))
      return type.kind === "int" ? { kind: "int", size: type.size, signed: false } : U64;
    return type?.kind === "none"
      ? U64
      : c.fail("type/not-a-number", use.span, "bswap takes a number", "cast it first: `bswap((uint16)x)`");
  },
  lower(l, _use, [number]) {
    if (!number) throw new Error("bug: bswap() without a number");
    const bytes = sizeOf(l.typeOf(number));
    const value = l.int(number);
    if (bytes === 1) return { kind: "int", value };
    if (bytes === 8) return { kind: "int", value: l.b.byteswap(64, value) };
    const swapped = l.b.byteswap(bytes === 2 ? 16 : 32, l.b.truncate(value));
    return { kind: "int", value: l.b.extend(swapped, 32, false) };
  },
};

export const addressBuiltins: readonly Builtin[] = [
  ksym,
  usym,
  kaddr,
  uaddr,
  pointerBuiltin("kptr", "kernel", "The number as a pointer into the kernel's memory."),
  pointerBuiltin("uptr", "user", "The number as a pointer into the traced program's memory."),
  ntop,
  pton,
  macaddr,
  cgroupid,
  cgroupPath,
  strerror,
  bswap,
  pathBuiltin,
];
