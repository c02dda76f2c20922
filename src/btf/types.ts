declare const btfIdBrand: unique symbol;

/** Number of a type in a BTF blob; 0 is void. */
export type BtfId = number & { readonly [btfIdBrand]: true };

/** `bitOffset` counts from the start of the struct; `bitWidth` is set for bit-fields only. */
export type Member = Readonly<{ name: string; type: BtfId; bitOffset: number; bitWidth?: number }>;
export type Param = Readonly<{ name: string; type: BtfId }>;
export type EnumMember = Readonly<{ name: string; value: bigint }>;
export type SectionVar = Readonly<{ type: BtfId; offset: number; size: number }>;

/**
 * One BTF type. A reference to another type is its id, so cycles need no special case.
 * Source: Documentation/bpf/btf.rst, v6.12.
 */
// biome-ignore format: one variant per line
export type BtfType = Readonly<
  | { kind: "void" }
  | { kind: "int"; name: string; bytes: number; signed: boolean; char: boolean; bool: boolean; bits: number; bitOffset: number }
  | { kind: "pointer"; to: BtfId }
  | { kind: "array"; of: BtfId; index: BtfId; length: number }
  | { kind: "struct" | "union"; name: string; bytes: number; members: readonly Member[] }
  | { kind: "enum"; name: string; bytes: number; signed: boolean; members: readonly EnumMember[] } // also 64-bit enums
  | { kind: "forward"; name: string; of: "struct" | "union" }
  | { kind: "typedef"; name: string; to: BtfId }
  | { kind: "const" | "volatile" | "restrict"; to: BtfId }
  | { kind: "typeTag"; name: string; to: BtfId; attribute?: true } // `attribute`: __attribute__((name)) itself, 6.15
  | { kind: "func"; name: string; proto: BtfId; linkage: "static" | "global" | "extern" }
  | { kind: "funcProto"; returns: BtfId; params: readonly Param[]; variadic: boolean }
  | { kind: "var"; name: string; type: BtfId; linkage: "static" | "global" | "extern" }
  | { kind: "section"; name: string; bytes: number; vars: readonly SectionVar[] }
  | { kind: "float"; name: string; bytes: number }
  | { kind: "declTag"; name: string; target: BtfId; componentIndex: number; attribute?: true }
>;

/** A BTF blob, read lazily: a type is decoded when it is asked for. */
export interface Btf {
  /** Number of types, void included; ids are 0 … count - 1 (of split BTF: with the base's types first). */
  readonly count: number;
  /** Throws BtfError for an id out of range or a malformed type. */
  type(id: BtfId): BtfType;
  /** Ids of the types of that name and kind, in order; "struct" also finds no union. */
  find(name: string, kind?: BtfType["kind"]): readonly BtfId[];
  /** Every enumerator of that name, in the order of their enums. */
  findEnumerators(name: string): readonly Readonly<{ type: BtfId; value: bigint }>[];
  /** The kind and the name of a type without decoding it. Throw BtfError for an id out of range. */
  kindOf(id: BtfId): BtfType["kind"];
  nameOf(id: BtfId): string;
}
