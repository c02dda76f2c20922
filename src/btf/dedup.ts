import { unreachable } from "../base/errors.ts";
import { refineClasses } from "./refine.ts";
import type { BtfId, BtfType } from "./types.ts";

/** Types without duplicates, and the new id of each old one. Index 0 is void in both. */
export type Deduplicated = Readonly<{ types: readonly BtfType[]; idOf: Uint32Array }>;

const MOST_ROUNDS = 32; // of forward declarations that complete types, which make others equal

/**
 * Keeps one of each group of types that mean the same, cycles included, and replaces forward declarations of structs,
 * unions and enums by their definition where there is just one. Variables and sections are all kept. The order of what
 * stays is not changed.
 */
export function dedupTypes(types: readonly BtfType[]): Deduplicated {
  const stands = Array.from(types, (_, id) => id); // what each type is replaced by, before equal ones are found
  let classOf = new Int32Array(0);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const labels = types.map((type, id) => labelOf(type, id));
    const refs = types.map((type) => refsOf(type).map((to) => stands[to] ?? to));
    classOf = refineClasses(labels, refs) as Int32Array<ArrayBuffer>;
    if (!completeDeclarations(types, classOf, stands)) break;
  }
  return rebuild(types, classOf, stands);
}

/** Replaces declarations whose definition is known and unique; whether there was any. */
function completeDeclarations(types: readonly BtfType[], classOf: Int32Array, stands: number[]): boolean {
  const definitions = new Map<string, { id: number; isUnique: boolean }>();
  for (const [id, type] of types.entries()) {
    const name = definedName(type);
    if (name === undefined) continue;
    const known = definitions.get(name);
    if (known === undefined) definitions.set(name, { id, isUnique: true });
    else if (classOf[known.id] !== classOf[id]) known.isUnique = false;
  }
  let found = false;
  for (const [id, type] of types.entries()) {
    const name = declaredName(type);
    const definition = name === undefined ? undefined : definitions.get(name);
    if (!definition?.isUnique || stands[id] !== id) continue;
    stands[id] = definition.id;
    found = true;
  }
  return found;
}

function definedName(type: BtfType): string | undefined {
  if ((type.kind === "struct" || type.kind === "union") && type.name !== "") return `${type.kind} ${type.name}`;
  return type.kind === "enum" && type.name !== "" && type.members.length > 0 ? `enum ${type.name}` : undefined;
}

function declaredName(type: BtfType): string | undefined {
  if (type.kind === "forward") return `${type.of} ${type.name}`;
  return type.kind === "enum" && type.name !== "" && type.members.length === 0
    ? `enum ${type.name}`
    : undefined;
}

function rebuild(types: readonly BtfType[], classOf: Int32Array, stands: readonly number[]): Deduplicated {
  const idOfClass = new Map<number, number>();
  const kept: number[] = [];
  for (const [id, stand] of stands.entries()) {
    const own = classOf[stand] as number;
    if (stand === id && !idOfClass.has(own)) idOfClass.set(own, kept.push(id) - 1);
  }
  const idOf = Uint32Array.from(stands, (stand) => idOfClass.get(classOf[stand] as number) ?? 0);
  const map = (id: BtfId) => (idOf[id] ?? 0) as BtfId;
  return { types: kept.map((id) => mapRefs(types[id] as BtfType, map)), idOf };
}

/** Types that a type refers to, in the order of `mapRefs`. */
export function refsOf(type: BtfType): BtfId[] {
  const refs: BtfId[] = [];
  mapRefs(type, (id) => {
    refs.push(id);
    return id;
  });
  return refs;
}

/** The same type with its references changed. */
export function mapRefs(type: BtfType, map: (id: BtfId) => BtfId): BtfType {
  switch (type.kind) {
    case "void":
    case "int":
    case "enum":
    case "forward":
    case "float":
      return type;
    case "pointer":
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "typeTag":
      return { ...type, to: map(type.to) };
    case "array":
      return { ...type, of: map(type.of), index: map(type.index) };
    case "struct":
    case "union":
      return { ...type, members: type.members.map((member) => ({ ...member, type: map(member.type) })) };
    case "func":
      return { ...type, proto: map(type.proto) };
    case "funcProto":
      return {
        ...type,
        returns: map(type.returns),
        params: type.params.map((param) => ({ ...param, type: map(param.type) })),
      };
    case "var":
      return { ...type, type: map(type.type) };
    case "section":
      return { ...type, vars: type.vars.map((row) => ({ ...row, type: map(row.type) })) };
    case "declTag":
      return { ...type, target: map(type.target) };
    default:
      return unreachable(type);
  }
}

/** All that a type says of itself. Variables and sections are never equal to others. */
function labelOf(type: BtfType, id: number): string {
  const none = 0 as BtfId;
  const alone = type.kind === "var" || type.kind === "section" ? id : 0;
  const plain = mapRefs(type, () => none);
  return `${alone} ${JSON.stringify(plain, (_, value) => (typeof value === "bigint" ? `${value}n` : value))}`;
}
