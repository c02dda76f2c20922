import type { Scalar } from "../number/scalar.ts";
import { S64_MAX, S64_MIN, U64_MAX } from "../number/scalar.ts";
import { ATTR, hasAttr, isFixed, type Pointer, type PointerKind, type Value } from "./value.ts";

const NOUNS: Readonly<Record<PointerKind, string>> = {
  ctx: "the context",
  map: "a map",
  mapValue: "a map value",
  mapKey: "a map key",
  stack: "the stack",
  packet: "the packet",
  packetMeta: "the packet's metadata",
  packetEnd: "the packet's end",
  flowKeys: "flow keys",
  socket: "a socket",
  sockCommon: "a socket",
  tcpSocket: "a TCP socket",
  xdpSocket: "an AF_XDP socket",
  tpBuffer: "the tracepoint's buffer",
  btf: "a kernel object",
  mem: "memory",
  buf: "a buffer",
  arena: "the arena",
  func: "a function",
  dynptr: "a dynptr",
};

/** What a pointer is, for messages: "a pointer to map value `counts`". */
export function describe(p: Pointer): string {
  if (p.kind === "map") return `the address of map \`${p.map?.name ?? "?"}\``;
  if (p.kind === "func") return "the address of a function";
  if (p.kind === "dynptr") return "a dynptr";
  return `a pointer to ${pointee(p)}`;
}

function pointee(p: Pointer): string {
  if (p.kind === "mapValue" || p.kind === "mapKey") {
    const part = p.kind === "mapValue" ? "value" : "key";
    return `a ${part} of map \`${p.map?.name ?? "?"}\``;
  }
  if (p.kind === "btf") return `struct ${typeName(p)}`;
  if (p.kind === "mem") return hasAttr(p, ATTR.ringbuf) ? "a ring buffer record" : `${p.size} bytes of memory`;
  return NOUNS[p.kind];
}

function typeName(p: Pointer): string {
  const type = p.btf?.type(p.type);
  return type && "name" in type && type.name !== "" ? type.name : "?";
}

/** What a value is, in a few words. */
export function describeValue(v: Value): string {
  switch (v.kind) {
    case "unset":
      return v.lost ? "nothing (a call was made since)" : "nothing";
    case "poison":
      return "something wrong";
    case "scalar":
      return v.num.mask === 0n ? `the number ${showConstant(v.num.value)}` : `a number${showRange(v.num)}`;
    default:
      return describe(v) + (v.nullable ? " or NULL" : "");
  }
}

function showConstant(value: bigint): string {
  const signed = BigInt.asIntN(64, value);
  return signed < 0n && signed > -4096n
    ? String(signed)
    : value > 1n << 48n
      ? `0x${value.toString(16)}`
      : String(value);
}

function showRange(num: Scalar): string {
  const signedKnown = num.smin !== S64_MIN || num.smax !== S64_MAX;
  const unsignedKnown = num.umin !== 0n || num.umax !== U64_MAX;
  if (!signedKnown && !unsignedKnown) return num.mask === U64_MAX ? " of which nothing is known" : "";
  if (unsignedKnown && num.umax <= S64_MAX) return ` from ${num.umin} to ${num.umax}`;
  if (signedKnown) return ` from ${end(num.smin, "the least")} to ${end(num.smax, "the greatest")} (signed)`;
  return ` from ${num.umin} to ${end(num.umax, "the greatest")}`;
}

function end(value: bigint, word: string): string {
  return value === S64_MIN || value === S64_MAX || value === U64_MAX ? word : String(value);
}

const FAR = 1n << 62n; // bounds beyond it are what is left of no bounds

function briefRange({ smin, smax, umin, umax }: Scalar): string {
  if (umax <= S64_MAX) return umin === 0n && umax > FAR ? "0 or more" : `${umin}..${umax}`;
  const [low, high] = [smin > -FAR, smax < FAR];
  if (low && high) return `${smin}..${smax}`;
  if (high) return `any negative number, or up to ${smax}`;
  if (low) return `${smin} or more`;
  return umin === 0n ? "any number" : `any number but 0..${umin - 1n}`;
}

/** What is known of a value, short, for lists: "0..255", "map value of counts +4 or NULL". */
export function brief(v: Value): string {
  if (v.kind === "scalar") {
    const { num } = v;
    if (num.mask === 0n) return showConstant(num.value);
    return briefRange(num);
  }
  if (v.kind === "unset" || v.kind === "poison") return describeValue(v);
  const text = describeValue(v).replace(/^a pointer to /, "");
  if (v.kind === "packet" && isFixed(v))
    return `${placed(text, v.off)}, ${v.size === 0 ? "nothing" : `${v.size} bytes`} compared`;
  const vary =
    v.vary.mask === 0n ? "" : ` + ${brief({ kind: "scalar", num: v.vary, id: 0, linked: 0, delta: 0 })}`;
  return `${placed(text, v.off)}${vary}`;
}

function placed(text: string, off: number): string {
  if (off === 0) return text;
  return off > 0 ? `${text} +${off}` : `${text} ${off}`;
}
