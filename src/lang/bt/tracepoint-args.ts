import type { TracepointField, TracepointFormat } from "../../plan/target.ts";
import type { BtfTypes } from "./btf-types.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { PointerSpace, Type } from "./types.ts";
import { VOID } from "./types.ts";

/**
 * The record of a tracepoint as tracefs describes it. Its first 8 bytes (common_type …) are not readable by programs
 * and left out. `userPointers`: pointers are the traced program's own, as in system calls.
 */
export function tracepointArgs(
  category: string,
  name: string,
  format: TracepointFormat,
  types: BtfTypes | undefined,
): Composite {
  const space: PointerSpace = category === "syscalls" ? "user" : "kernel";
  const fields = format.fields
    .filter((field) => !field.name.startsWith("common_"))
    .map((field): CompositeField => convert(field, types, space));
  const byName = new Map(fields.map((field) => [field.name, field]));
  const bytes = Math.max(8, ...format.fields.map((field) => field.offset + field.size));
  return {
    name: `struct _tracepoint_${category}_${name}`,
    bytes,
    field: (wanted) => byName.get(wanted),
    fields: () => fields,
  };
}

function convert(field: TracepointField, types: BtfTypes | undefined, space: PointerSpace): CompositeField {
  if (field.dataLoc) {
    const of = cType(field.type.replace(/^__(data|rel)_loc\s+/, "").replace(/\[\]$/, ""), field, types, space);
    const isText = /\bchar\b/.test(field.type);
    const type: Type = isText ? { kind: "string", size: 0 } : { kind: "array", of, length: 0 };
    return { name: field.name, type, offset: field.offset, dataLoc: true };
  }
  const array = /^(.*)\[(\d*)\]$/.exec(field.type);
  if (array) {
    const element = array[1]?.trim() ?? "";
    if (/^(const )?char$/.test(element))
      return { name: field.name, type: { kind: "string", size: field.size }, offset: field.offset };
    const size = elementSize(element, field.size, Number(array[2] ?? 0), types);
    const of = cType(element, { ...field, size }, types, space);
    return {
      name: field.name,
      type: { kind: "array", of, length: Math.floor(field.size / size) },
      offset: field.offset,
    };
  }
  return { name: field.name, type: cType(field.type, field, types, space), offset: field.offset };
}

function elementSize(element: string, bytes: number, length: number, types: BtfTypes | undefined): number {
  if (length > 0 && bytes % length === 0) return bytes / length;
  const known = types?.typedef(element);
  return known?.kind === "int" ? known.size : 1;
}

/** Bytes of C's integer types on 64-bit Linux, where BTF is not asked. */
const INT_BYTES: Readonly<Record<string, readonly [1 | 2 | 4 | 8, boolean]>> = {
  char: [1, true],
  "signed char": [1, true],
  "unsigned char": [1, false],
  short: [2, true],
  "unsigned short": [2, false],
  int: [4, true],
  unsigned: [4, false],
  "unsigned int": [4, false],
  long: [8, true],
  "unsigned long": [8, false],
  "long long": [8, true],
  "unsigned long long": [8, false],
  size_t: [8, false],
  ssize_t: [8, true],
  pid_t: [4, true],
  uid_t: [4, false],
  gid_t: [4, false],
  umode_t: [2, false],
  u8: [1, false],
  u16: [2, false],
  u32: [4, false],
  u64: [8, false],
  s8: [1, true],
  s16: [2, true],
  s32: [4, true],
  s64: [8, true],
  __u8: [1, false],
  __u16: [2, false],
  __u32: [4, false],
  __u64: [8, false],
  bool: [1, false],
};

/** The type that C text names; a number of the field's own size where the name is unknown. */
function cType(text: string, field: TracepointField, types: BtfTypes | undefined, space: PointerSpace): Type {
  const name = text
    .replace(/\b(const|volatile|__user|__kernel)\b/g, " ")
    .replace(/\s+/g, " ")
    .replace(/\* (?=\*)/g, "*")
    .trim();
  const pointer = /^(.*?)\s*(\*+)$/.exec(name);
  if (pointer) {
    let to = pointerTarget(pointer[1] ?? "", types, space);
    for (let level = (pointer[2] ?? "*").length; level > 1; level--) to = { kind: "pointer", to, space };
    return { kind: "pointer", to, space };
  }
  const record = /^(struct|union) (\w+)$/.exec(name);
  const composite = record && types?.struct(record[2] ?? "", record[1] === "union" ? "union" : "struct");
  if (composite) return composite;
  const plain = INT_BYTES[name] ?? typedefInt(name, types);
  const fallback: Type = { kind: "int", size: fieldSize(field.size), signed: field.signed };
  if (!plain || plain[0] > field.size) return fallback;
  return { kind: "int", size: plain[0], signed: plain[1] };
}

function typedefInt(name: string, types: BtfTypes | undefined): readonly [1 | 2 | 4 | 8, boolean] | undefined {
  const type = types?.typedef(name);
  return type?.kind === "int" ? [type.size, type.signed] : undefined;
}

function pointerTarget(text: string, types: BtfTypes | undefined, space: PointerSpace): Type {
  const record = /^(struct|union) (\w+)$/.exec(text);
  if (record) return types?.struct(record[2] ?? "", record[1] === "union" ? "union" : "struct", space) ?? VOID;
  const plain = INT_BYTES[text] ?? typedefInt(text, types);
  if (plain) return { kind: "int", size: plain[0], signed: plain[1] };
  const named = types?.typedef(text, space);
  return named?.kind === "struct" ? named : VOID;
}

function fieldSize(bytes: number): 1 | 2 | 4 | 8 {
  return bytes === 1 || bytes === 2 || bytes === 4 ? bytes : 8;
}
