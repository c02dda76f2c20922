export { Alignments, alignOf } from "./alignment.ts";
export { BtfBlob, type FoundEnumerator, parseBtf } from "./decode.ts";
export { type Deduplicated, dedupTypes } from "./dedup.ts";
export { BtfBuilder } from "./encode.ts";
export { BtfError } from "./error.ts";
export {
  type Aggregate,
  type BitFieldLoad,
  bitFieldLoad,
  type FlatField,
  flattenFields,
  resolve,
  resolveId,
  sizeOf,
} from "./layout.ts";
export {
  aggregateOf,
  type FuncProto,
  findByPattern,
  findEnum,
  findEnumerator,
  findFunction,
  findFunctions,
  findMember,
  findPrototype,
  findStruct,
  findTypeByName,
  findTypedef,
  findUnion,
  followPath,
  idsOfKind,
  kindOf,
  memberNames,
  type NamedId,
  nameOf,
  type PathFailure,
  type PathResult,
  type PathTarget,
} from "./lookup.ts";
export { CDeclarations, parseC } from "./parse-c.ts";
export { type PrintOptions, printC, printStruct, printType, typeName } from "./print-c.ts";
export { printTs } from "./print-ts.ts";
export type { Btf, BtfId, BtfType, EnumMember, Member, Param, SectionVar } from "./types.ts";
