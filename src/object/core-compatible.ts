import { resolve } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";
import { essentialName } from "./core-spec.ts";
import { ObjectError } from "./error.ts";

const MOST_DEPTH = 32; // libbpf's limit for comparing types
const MOST_COMPARISONS = 1 << 16;

/**
 * Whether two types of one name have the same shape: kinds agree through pointers, arrays and prototypes. What is in a
 * struct does not matter. Throws BtfError, and ObjectError when they are nested too deep.
 */
export function haveCompatibleShape(local: Btf, localId: BtfId, target: Btf, targetId: BtfId): boolean {
  if (local.type(localId).kind !== target.type(targetId).kind) return false;
  return new ShapeMatch(local, target).match(localId, targetId, MOST_DEPTH);
}

class ShapeMatch {
  readonly #local: Btf;
  readonly #target: Btf;
  #comparisons = 0;

  constructor(local: Btf, target: Btf) {
    this.#local = local;
    this.#target = target;
  }

  match(localId: BtfId, targetId: BtfId, depth: number): boolean {
    let [from, to] = [localId, targetId];
    for (let left = depth - 1; left >= 0; left--) {
      if (++this.#comparisons > MOST_COMPARISONS) throw tooDeep();
      const a = resolve(this.#local, from);
      const b = resolve(this.#target, to);
      switch (a.kind) {
        case "void":
        case "struct":
        case "union":
        case "enum":
        case "forward":
          return a.kind === b.kind;
        case "int":
          return b.kind === "int" && a.bitOffset === 0 && b.bitOffset === 0;
        case "pointer":
          if (b.kind !== "pointer") return false;
          [from, to] = [a.to, b.to];
          break;
        case "array":
          if (b.kind !== "array") return false;
          [from, to] = [a.of, b.of];
          break;
        case "funcProto":
          if (b.kind !== "funcProto" || allParams(a).length !== allParams(b).length) return false;
          for (const [i, param] of a.params.entries()) {
            const other = b.params[i];
            if (other === undefined || !this.match(param.type, other.type, left)) return false;
          }
          [from, to] = [a.returns, b.returns];
          break;
        default:
          return false;
      }
    }
    throw tooDeep();
  }
}

function allParams(proto: BtfType & { kind: "funcProto" }): readonly unknown[] {
  return proto.variadic ? [...proto.params, "..."] : proto.params;
}

function tooDeep(): ObjectError {
  return new ObjectError("object/bad-core", `types to compare are nested more than ${MOST_DEPTH} deep`, {
    section: ".BTF",
    remedy: "compare smaller types: declare only the members that the program uses",
  });
}

/**
 * Whether the target's type has everything that the local one has: members by name, with matching types, and
 * enumerators by name. Behind pointers only names count. Throws BtfError or ObjectError.
 */
export function typesMatch(local: Btf, localId: BtfId, target: Btf, targetId: BtfId): boolean {
  return new TypeMatch(local, target).match(localId, targetId, false, MOST_DEPTH);
}

class TypeMatch {
  readonly #local: Btf;
  readonly #target: Btf;
  #comparisons = 0;

  constructor(local: Btf, target: Btf) {
    this.#local = local;
    this.#target = target;
  }

  match(localId: BtfId, targetId: BtfId, isBehindPointer: boolean, depth: number): boolean {
    let [from, to, behind] = [localId, targetId, isBehindPointer];
    for (let left = depth; left > 0; left--) {
      if (++this.#comparisons > MOST_COMPARISONS) throw tooDeep();
      const a = resolve(this.#local, from);
      const b = resolve(this.#target, to);
      if (!sameName(a, b)) return false;
      switch (a.kind) {
        case "void":
          return b.kind === "void";
        case "int":
          return b.kind === "int" && a.bytes === b.bytes && a.signed === b.signed;
        case "forward":
          return b.kind === "forward" ? a.of === b.of : behind && b.kind === a.of;
        case "struct":
        case "union":
          if (behind) return b.kind === a.kind || (b.kind === "forward" && b.of === a.kind);
          return b.kind === a.kind && this.#members(a.members, b.members, left);
        case "enum":
          return b.kind === "enum" && enumsMatch(a, b);
        case "pointer":
          if (b.kind !== "pointer") return false;
          behind = true;
          [from, to] = [a.to, b.to];
          break;
        case "array":
          if (b.kind !== "array" || a.length !== b.length) return false;
          [from, to] = [a.of, b.of];
          break;
        case "funcProto":
          if (b.kind !== "funcProto" || allParams(a).length !== allParams(b).length) return false;
          for (const [i, param] of a.params.entries()) {
            const other = b.params[i];
            if (other === undefined || !this.match(param.type, other.type, behind, left - 1)) return false;
          }
          [from, to] = [a.returns, b.returns];
          break;
        default:
          return false;
      }
    }
    throw tooDeep();
  }

  #members(wanted: readonly Member[], there: readonly Member[], left: number): boolean {
    return wanted.every((member) => {
      const name = essentialName(member.name);
      return there.some(
        (other) => essentialName(other.name) === name && this.match(member.type, other.type, false, left - 1),
      );
    });
  }
}

function sameName(a: BtfType, b: BtfType): boolean {
  const name = (type: BtfType) => ("name" in type ? essentialName(type.name) : "");
  return name(a) === name(b);
}

type Enum = BtfType & { kind: "enum" };

function enumsMatch(a: Enum, b: Enum): boolean {
  if (a.bytes !== b.bytes || a.members.length > b.members.length) return false;
  const there = new Set(b.members.map((member) => essentialName(member.name)));
  return a.members.every((member) => there.has(essentialName(member.name)));
}
