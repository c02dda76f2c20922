import { globMatcher } from "../base/glob.ts";
import { nearest } from "../base/suggest.ts";
import { BtfBlob, type FoundEnumerator } from "./decode.ts";
import { BtfError } from "./error.ts";
import { MAX_DEPTH } from "./kinds.ts";
import { type Aggregate, resolve, resolveId, sizeOf } from "./layout.ts";
import type { Btf, BtfId, BtfType, Member } from "./types.ts";

const MAX_VISITS = 1 << 16; // unnamed members looked through; the kernel's structs have a few dozen

/**
 * Finds member `name` of a struct or union, looking through typedefs, qualifiers and unnamed members.
 * `bitOffset` counts from the start of `root`. Returns undefined when there is no such member.
 */
export function findMember(btf: Btf, root: BtfId, name: string): Member | undefined {
  let visits = 0;
  const search = (id: BtfId, base: number, depth: number): Member | undefined => {
    const type = resolve(btf, id);
    if (type.kind !== "struct" && type.kind !== "union") return undefined;
    if (depth > MAX_DEPTH || ++visits > MAX_VISITS)
      throw new BtfError("btf/cycle", `type ${root} contains itself, or is nested too deep`);
    for (const member of type.members) {
      if (member.name === name) return { ...member, bitOffset: base + member.bitOffset };
      if (member.name !== "") continue;
      const inner = search(member.type, base + member.bitOffset, depth + 1);
      if (inner) return inner;
    }
    return undefined;
  };
  return name === "" ? undefined : search(root, 0, 0);
}

/** Every member name that `findMember` finds, in order; for suggestions. */
export function memberNames(btf: Btf, root: BtfId): readonly string[] {
  const names: string[] = [];
  let visits = 0;
  const collect = (id: BtfId, depth: number): void => {
    const type = resolve(btf, id);
    if (type.kind !== "struct" && type.kind !== "union") return;
    if (depth > MAX_DEPTH || ++visits > MAX_VISITS) return;
    for (const member of type.members) {
      if (member.name === "") collect(member.type, depth + 1);
      else names.push(member.name);
    }
  };
  collect(root, 0);
  return names;
}

/** What a member path leads to. `member` is the last named member on it, `bitOffset` counts from the path's start. */
export type PathTarget = Readonly<{ type: BtfId; bitOffset: number; bitWidth?: number }>;

/** Why a path leads nowhere: the part that failed, in words, with names that are near. */
export type PathFailure = Readonly<{ part: string; reason: string; near: readonly string[] }>;

export type PathResult =
  | Readonly<{ kind: "found"; target: PathTarget }>
  | (Readonly<{ kind: "failed" }> & PathFailure);

/**
 * Follows `a.b[3].c` from a struct or union. It never goes through a pointer, since that takes a read. An index may be
 * behind the end of an array of length 0 or 1 (a flexible array), else it must be inside.
 */
export function followPath(btf: Btf, root: BtfId, path: string): PathResult {
  let target: PathTarget = { type: root, bitOffset: 0 };
  const parts = path.match(/[^.[\]]+|\[[^\]]*\]/g) ?? [];
  if (parts.length === 0 || parts.join(".").replaceAll(".[", "[") !== path)
    return { kind: "failed", part: path, reason: "is no member path; write it as a.b[3].c", near: [] };
  for (const part of parts) {
    const next = part.startsWith("[") ? stepIndex(btf, target, part) : stepMember(btf, target, part);
    if ("reason" in next) return { kind: "failed", ...next };
    target = next;
  }
  return { kind: "found", target };
}

function stepMember(btf: Btf, from: PathTarget, name: string): PathTarget | PathFailure {
  const type = resolve(btf, from.type);
  if (type.kind === "pointer")
    return { part: name, reason: "lies behind a pointer, which must be read first", near: [] };
  if (type.kind !== "struct" && type.kind !== "union")
    return { part: name, reason: `cannot be a member of a value of kind ${type.kind}`, near: [] };
  const member = findMember(btf, from.type, name);
  if (member === undefined) {
    const owner = type.name === "" ? `this unnamed ${type.kind}` : `${type.kind} ${type.name}`;
    return { part: name, reason: `is no member of ${owner}`, near: nearest(name, memberNames(btf, from.type)) };
  }
  const bits = member.bitWidth === undefined ? {} : { bitWidth: member.bitWidth };
  return { type: member.type, bitOffset: from.bitOffset + member.bitOffset, ...bits };
}

function stepIndex(btf: Btf, from: PathTarget, part: string): PathTarget | PathFailure {
  const type = resolve(btf, from.type);
  if (type.kind !== "array") return { part, reason: "indexes something that is no array", near: [] };
  if (!/^\[\d{1,9}\]$/.test(part))
    return { part, reason: "is no index: a decimal number is expected", near: [] };
  const index = Number(part.slice(1, -1));
  if (type.length > 1 && index >= type.length)
    return { part, reason: `is outside the array, whose last index is ${type.length - 1}`, near: [] };
  return { type: type.of, bitOffset: from.bitOffset + index * sizeOf(btf, type.of) * 8 };
}

/** The first complete struct of that name, or undefined. */
export function findStruct(btf: Btf, name: string): BtfId | undefined {
  return btf.find(name, "struct")[0];
}

/** The first complete union of that name, or undefined. */
export function findUnion(btf: Btf, name: string): BtfId | undefined {
  return btf.find(name, "union")[0];
}

/** The first enum of that name that has members, or undefined. */
export function findEnum(btf: Btf, name: string): BtfId | undefined {
  const hasMembers = (type: BtfType) => type.kind === "enum" && type.members.length > 0;
  return btf.find(name, "enum").find((id) => hasMembers(btf.type(id)));
}

/** The first typedef of that name, or undefined. */
export function findTypedef(btf: Btf, name: string): BtfId | undefined {
  return btf.find(name, "typedef")[0];
}

/** The first function of that name, or undefined. */
export function findFunction(btf: Btf, name: string): BtfId | undefined {
  return btf.find(name, "func")[0];
}

/** A type by its C spelling without declarators: "struct sock", "union x", "enum y", "u64", "unsigned int". */
export function findTypeByName(btf: Btf, spelling: string): BtfId | undefined {
  const [, keyword, name = ""] = /^(struct|union|enum)\s+(\S+)$/.exec(spelling.trim()) ?? [];
  if (keyword === "struct") return findStruct(btf, name);
  if (keyword === "union") return findUnion(btf, name);
  if (keyword === "enum") return findEnum(btf, name);
  const plain = spelling.trim().replace(/\s+/g, " ");
  return findTypedef(btf, plain) ?? findBaseType(btf, plain);
}

/** C lets the words of an integer type stand in any order, and leave `int` out; compilers choose one spelling. */
function findBaseType(btf: Btf, spelling: string): BtfId | undefined {
  const direct = btf.find(spelling, "int")[0] ?? btf.find(spelling, "float")[0];
  if (direct !== undefined) return direct;
  const wanted = sortedWords(spelling);
  return idsOfKind(btf, "int").find((id) => {
    const type = btf.type(id);
    return type.kind === "int" && sortedWords(type.name) === wanted;
  });
}

function sortedWords(spelling: string): string {
  const words = spelling.split(" ").filter((word) => word !== "signed" || spelling.includes("char"));
  const short = words.some((word) => word === "long" || word === "short" || word === "unsigned");
  return words
    .filter((word) => !(short && word === "int"))
    .sort()
    .join(" ");
}

/** The value of an enumerator, from whichever enum has it; the first when several do. */
export function findEnumerator(btf: Btf, name: string): FoundEnumerator | undefined {
  if (btf instanceof BtfBlob) return btf.findEnumerators(name)[0];
  for (const id of idsOfKind(btf, "enum")) {
    const type = btf.type(id);
    const member = type.kind === "enum" ? type.members.find((m) => m.name === name) : undefined;
    if (member) return { type: id, value: member.value };
  }
  return undefined;
}

export type FuncProto = Extract<BtfType, { kind: "funcProto" }>;

/** The prototype of a function, or undefined when BTF has no function of that name. */
export function findPrototype(btf: Btf, functionName: string): FuncProto | undefined {
  for (const id of btf.find(functionName, "func")) {
    const func = btf.type(id);
    const proto = func.kind === "func" ? resolve(btf, func.proto) : undefined;
    if (proto?.kind === "funcProto") return proto;
  }
  return undefined;
}

export type NamedId = Readonly<{ name: string; id: BtfId }>;

/** Functions whose name matches the pattern (see `globMatcher`), in the order of their ids. */
export function findFunctions(btf: Btf, pattern: string): readonly NamedId[] {
  return findByPattern(btf, "func", pattern);
}

/** Types of one kind whose name matches the pattern, in the order of their ids. */
export function findByPattern(btf: Btf, kind: BtfType["kind"], pattern: string): readonly NamedId[] {
  const matches = globMatcher(pattern);
  const found: NamedId[] = [];
  for (const id of idsOfKind(btf, kind)) {
    const name = nameOf(btf, id);
    if (name !== "" && matches(name)) found.push({ name, id });
  }
  return found;
}

/** Ids of all types of a kind, in order. */
export function idsOfKind(btf: Btf, kind: BtfType["kind"]): readonly BtfId[] {
  const ids: BtfId[] = [];
  for (let id = 1; id < btf.count; id++) if (kindOf(btf, id as BtfId) === kind) ids.push(id as BtfId);
  return ids;
}

/** The kind of a type; of a blob without decoding it. */
export function kindOf(btf: Btf, id: BtfId): BtfType["kind"] {
  return btf instanceof BtfBlob ? btf.kindOf(id) : btf.type(id).kind;
}

/** The name of a type, "" when it has none; of a blob without decoding the rest. */
export function nameOf(btf: Btf, id: BtfId): string {
  if (btf instanceof BtfBlob) return btf.nameOf(id);
  const type = btf.type(id);
  return "name" in type ? type.name : "";
}

/** The struct or union behind a type: through typedefs and qualifiers, and with `through` also pointers and arrays. */
export function aggregateOf(
  btf: Btf,
  id: BtfId,
  through: "value" | "pointers" = "value",
): { id: BtfId; type: Aggregate } | undefined {
  let at = resolveId(btf, id);
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const type = btf.type(at);
    if (type.kind === "struct" || type.kind === "union") return { id: at, type };
    if (through === "value") return undefined;
    if (type.kind === "pointer") at = resolveId(btf, type.to);
    else if (type.kind === "array") at = resolveId(btf, type.of);
    else return undefined;
  }
  return undefined;
}
