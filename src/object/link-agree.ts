import type { MapSpec } from "../abi/map-spec.ts";
import { resolveId } from "../btf/layout.ts";
import type { Btf, BtfId, Member } from "../btf/types.ts";
import { haveCompatibleShape } from "./core-compatible.ts";
import { readMapType } from "./read-maps.ts";

const MOST_DEPTH = 32; // structs in structs

/**
 * Whether what two files say of one symbol fits together, as `bpftool gen object` asks it: variables and parameters of
 * the same size and layout. What is behind pointers needs the same kinds only, and an array may leave its length open.
 */
export function agree(btf: Btf, one: BtfId, other: BtfId): boolean {
  const [a, b] = [btf.type(one), btf.type(other)];
  if (a.kind === "var" && b.kind === "var") return haveSameLayout(btf, a.type, b.type);
  return a.kind === "func" && b.kind === "func" && haveSameLayout(btf, a.proto, b.proto);
}

/** What two declarations of a map say differently; undefined when they are alike. Throws ObjectError. */
export function mapDifference(btf: Btf, one: BtfId, other: BtfId): string | undefined {
  return differenceOf(btf, readMapType(btf, one), readMapType(btf, other));
}

const ATTRIBUTES: readonly (readonly [keyof MapSpec, string])[] = [
  ["type", "type"],
  ["keySize", "key size"],
  ["valueSize", "value size"],
  ["maxEntries", "max_entries"],
  ["flags", "map_flags"],
  ["mapExtra", "map_extra"],
  ["numaNode", "numa_node"],
  ["pinning", "pinning"],
];

function differenceOf(btf: Btf, a: MapSpec, b: MapSpec): string | undefined {
  const differing = ATTRIBUTES.find(([field]) => a[field] !== b[field]);
  if (differing !== undefined) return differing[1];
  if (!haveSameParts(btf, a.btfKey, b.btfKey)) return "key";
  if (!haveSameParts(btf, a.btfValue, b.btfValue)) return "value";
  if (a.inner === undefined && b.inner === undefined) return undefined;
  const inner = a.inner && b.inner ? differenceOf(btf, a.inner, b.inner) : "type";
  return inner && `maps' ${inner}`;
}

function haveSameParts(btf: Btf, a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined || haveSameLayout(btf, a as BtfId, b as BtfId);
}

function haveSameLayout(btf: Btf, one: BtfId, other: BtfId): boolean {
  return new LayoutMatch(btf).match(one, other, MOST_DEPTH);
}

/** Compares what lies in memory; each pair of types once, so that structs that hold others twice take no longer. */
class LayoutMatch {
  readonly #btf: Btf;
  readonly #seen = new Set<string>();

  constructor(btf: Btf) {
    this.#btf = btf;
  }

  match(one: BtfId, other: BtfId, depth: number): boolean {
    const btf = this.#btf;
    const [from, to] = [resolveId(btf, one), resolveId(btf, other)];
    const pair = `${from} ${to}`;
    if (from === to || this.#seen.has(pair)) return true;
    this.#seen.add(pair);
    const [a, b] = [btf.type(from), btf.type(to)];
    switch (a.kind) {
      case "int":
      case "enum":
        return b.kind === a.kind && a.bytes === b.bytes;
      case "array":
        if (b.kind !== "array" || (a.length !== b.length && a.length !== 0 && b.length !== 0)) return false;
        return this.match(a.of, b.of, depth);
      case "struct":
      case "union":
        if (b.kind !== a.kind || a.bytes !== b.bytes || a.members.length !== b.members.length) return false;
        return a.members.every((member, i) => this.#isSameMember(member, b.members[i], depth - 1));
      case "funcProto":
        if (b.kind !== "funcProto" || a.variadic !== b.variadic || a.params.length !== b.params.length)
          return false;
        if (!this.match(a.returns, b.returns, depth)) return false;
        return a.params.every(({ type }, i) => this.match(type, b.params[i]?.type ?? type, depth));
      default:
        return haveCompatibleShape(btf, from, btf, to);
    }
  }

  #isSameMember(a: Member, b: Member | undefined, depth: number): boolean {
    if (b === undefined || a.name !== b.name || a.bitOffset !== b.bitOffset) return false;
    return a.bitWidth === b.bitWidth && (depth <= 0 || this.match(a.type, b.type, depth));
  }
}
