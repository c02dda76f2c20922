import { struct, u8, u16, u32 } from "../base/struct.ts";
import type { BtfType } from "./types.ts";

/** Start of a BTF blob. Offsets count from the end of the header. Source: include/uapi/linux/btf.h, v6.12. */
export const btfHeader = struct("btf_header", 24, {
  magic: u16,
  version: u8,
  flags: u8,
  headerBytes: u32,
  typesOffset: u32,
  typesBytes: u32,
  stringsOffset: u32,
  stringsBytes: u32,
});

export const BTF_MAGIC = 0xeb9f;
export const BTF_VERSION = 1;

/** Longest name that is read, in bytes; the kernel takes 511 (KSYM_NAME_LEN), C++ and Rust make longer ones. */
export const MAX_NAME_BYTES = 4096;

/** Longest chain of typedefs, qualifiers, pointers and arrays, and deepest nesting, that is followed. */
export const MAX_DEPTH = 256;

/** Numbers of the kinds in the type section. Source: include/uapi/linux/btf.h, v6.12. */
export const KIND = {
  void: 0,
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  func: 12,
  funcProto: 13,
  var: 14,
  section: 15,
  float: 16,
  declTag: 17,
  typeTag: 18,
  enum64: 19,
} as const;

/** One row per kind number: our word for it, and the 32-bit words that follow the first three, fixed and per element. */
// biome-ignore format: one kind per line
export const KINDS: readonly Readonly<{ kind: BtfType["kind"]; fixed: number; each: number }>[] = [
  { kind: "void",      fixed: 0, each: 0 }, // 0; never in the type section
  { kind: "int",       fixed: 1, each: 0 },
  { kind: "pointer",   fixed: 0, each: 0 },
  { kind: "array",     fixed: 3, each: 0 },
  { kind: "struct",    fixed: 0, each: 3 },
  { kind: "union",     fixed: 0, each: 3 }, // 5
  { kind: "enum",      fixed: 0, each: 2 },
  { kind: "forward",   fixed: 0, each: 0 },
  { kind: "typedef",   fixed: 0, each: 0 },
  { kind: "volatile",  fixed: 0, each: 0 },
  { kind: "const",     fixed: 0, each: 0 }, // 10
  { kind: "restrict",  fixed: 0, each: 0 },
  { kind: "func",      fixed: 0, each: 0 }, // its element count holds the linkage
  { kind: "funcProto", fixed: 0, each: 2 },
  { kind: "var",       fixed: 1, each: 0 },
  { kind: "section",   fixed: 0, each: 3 }, // 15
  { kind: "float",     fixed: 0, each: 0 },
  { kind: "declTag",   fixed: 1, each: 0 },
  { kind: "typeTag",   fixed: 0, each: 0 },
  { kind: "enum",      fixed: 0, each: 3 }, // ENUM64
];

/** Linkage of functions and variables by number. */
export const LINKAGES = ["static", "global", "extern"] as const;

/** Bits of an INT's encoding word: what the number means, in its bits 24 to 27. */
export const INT_SIGNED = 1;
export const INT_CHAR = 2;
export const INT_BOOL = 4;

/** The kind number in a type's second word. */
export function kindNumber(info: number): number {
  return (info >>> 24) & 0x1f;
}

/** The number of elements (members, parameters, …) in a type's second word; of a function its linkage. */
export function elements(info: number): number {
  return info & 0xffff;
}
