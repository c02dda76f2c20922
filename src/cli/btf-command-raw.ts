import { unreachable } from "../base/errors.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";

type Plain = Readonly<Record<string, string | number | bigint>>;

/** A type as `bpftool btf dump` shows it: fields in its order, and what the type holds. */
export type RawType = Readonly<{
  id: number;
  kind: string;
  name: string;
  fields: Plain;
  /** Members, values, parameters or variables, and what JSON calls them. */
  parts?: Readonly<{ called: string; list: readonly Plain[] }>;
}>;

const NO_NAME = "(anon)";

/** What BTF holds under an id. Throws BtfError. */
export function rawType(btf: Btf, id: BtfId): RawType {
  const type = btf.type(id);
  const name = "name" in type && type.name !== "" ? type.name : NO_NAME;
  return { id, name, kind: KINDS[type.kind](type), ...body(type) };
}

/** As text: one line, and one more per part. */
export function rawText(btf: Btf, { id, kind, name, fields, parts }: RawType): string {
  const separator = kind === "VAR" ? ", " : " ";
  const words = Object.entries(fields).map(([field, value]) => `${field}=${value}`);
  const lines = (parts?.list ?? []).map((part) => partText(btf, kind, part));
  return `[${id}] ${kind} '${name}' ${words.join(separator)}\n${lines.join("")}`;
}

/** As an object for JSON. */
export function rawJson({ id, kind, name, fields, parts }: RawType): Readonly<Record<string, unknown>> {
  return { id, kind, name, ...fields, ...(parts && { [parts.called]: parts.list }) };
}

function partText(btf: Btf, kind: string, part: Plain): string {
  const { name, ...rest } = part;
  const suffix = kind === "ENUM64" ? (BigInt(rest["val"] ?? 0) < 0n ? "LL" : "ULL") : "";
  const words = Object.entries(rest).map(([field, value]) => `${field}=${value}${suffix}`);
  if (kind !== "DATASEC") return `\t'${name}' ${words.join(" ")}\n`;
  const id = Number(rest["type_id"]) as BtfId;
  const variable = btf.type(id);
  const called = variable.kind === "var" || variable.kind === "func" ? variable.name : NO_NAME;
  return `\t${words.join(" ")} (${KINDS[variable.kind](variable)} '${called}')\n`;
}

const fixed = (name: string) => () => name;

const KINDS: Readonly<Record<BtfType["kind"], (type: BtfType) => string>> = {
  void: fixed("UNKNOWN"),
  int: fixed("INT"),
  pointer: fixed("PTR"),
  array: fixed("ARRAY"),
  struct: fixed("STRUCT"),
  union: fixed("UNION"),
  enum: (type) => (type.kind === "enum" && type.bytes === 8 ? "ENUM64" : "ENUM"),
  forward: fixed("FWD"),
  typedef: fixed("TYPEDEF"),
  const: fixed("CONST"),
  volatile: fixed("VOLATILE"),
  restrict: fixed("RESTRICT"),
  typeTag: fixed("TYPE_TAG"),
  func: fixed("FUNC"),
  funcProto: fixed("FUNC_PROTO"),
  var: fixed("VAR"),
  section: fixed("DATASEC"),
  float: fixed("FLOAT"),
  declTag: fixed("DECL_TAG"),
};

function body(type: BtfType): Pick<RawType, "fields" | "parts"> {
  switch (type.kind) {
    case "void":
      return { fields: {} };
    case "int":
      return {
        fields: { size: type.bytes, bits_offset: type.bitOffset, nr_bits: type.bits, encoding: encoding(type) },
      };
    case "pointer":
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "typeTag":
      return { fields: { type_id: type.to } };
    case "array":
      return { fields: { type_id: type.of, index_type_id: type.index, nr_elems: type.length } };
    case "struct":
    case "union":
      return members(type);
    case "enum":
      return enumerators(type);
    case "forward":
      return { fields: { fwd_kind: type.of } };
    case "func":
      return { fields: { type_id: type.proto, linkage: type.linkage } };
    case "funcProto":
      return prototype(type);
    case "var":
      return { fields: { type_id: type.type, linkage: type.linkage } };
    case "section": {
      const list = type.vars.map(({ type: id, offset, size }) => ({ type_id: id, offset, size }));
      return { fields: { size: type.bytes, vlen: list.length }, parts: { called: "vars", list } };
    }
    case "float":
      return { fields: { size: type.bytes } };
    case "declTag":
      return { fields: { type_id: type.target, component_idx: type.componentIndex } };
    default:
      return unreachable(type);
  }
}

function encoding({ signed, char, bool }: Extract<BtfType, { kind: "int" }>): string {
  if (signed) return "SIGNED";
  if (char) return "CHAR";
  return bool ? "BOOL" : "(none)";
}

function members(type: Extract<BtfType, { kind: "struct" | "union" }>): Pick<RawType, "fields" | "parts"> {
  const list = type.members.map(({ name, type: id, bitOffset, bitWidth }) => ({
    name: name === "" ? NO_NAME : name,
    type_id: id,
    bits_offset: bitOffset,
    ...(bitWidth && { bitfield_size: bitWidth }),
  }));
  return { fields: { size: type.bytes, vlen: list.length }, parts: { called: "members", list } };
}

function enumerators(type: Extract<BtfType, { kind: "enum" }>): Pick<RawType, "fields" | "parts"> {
  const bits = type.bytes === 8 ? 64 : 32;
  const list = type.members.map(({ name, value }) => ({
    name: name === "" ? NO_NAME : name,
    val: type.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value),
  }));
  const fields = { encoding: type.signed ? "SIGNED" : "UNSIGNED", size: type.bytes, vlen: list.length };
  return { fields, parts: { called: "values", list } };
}

// BTF says "and more arguments" by a last parameter without a type.
function prototype(type: Extract<BtfType, { kind: "funcProto" }>): Pick<RawType, "fields" | "parts"> {
  const list = type.params.map(({ name, type: id }) => ({
    name: name === "" ? NO_NAME : name,
    type_id: id as number,
  }));
  if (type.variadic) list.push({ name: NO_NAME, type_id: 0 });
  return { fields: { ret_type_id: type.returns, vlen: list.length }, parts: { called: "params", list } };
}
