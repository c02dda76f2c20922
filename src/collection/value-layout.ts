import { BtfError } from "../btf/error.ts";
import { resolveId, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";

/**
 * How a C value lies in memory and what it is in JavaScript. Sizes and offsets in bytes, little-endian. Integers of 8
 * bytes and more are bigint, smaller ones numbers; arrays of char are text, arrays of unsigned bytes are Uint8Array.
 */
// biome-ignore format: one variant per line
export type Layout = Readonly<
  | { kind: "int"; bytes: number; signed: boolean } // 1, 2, 4, 8 or 16 bytes
  | { kind: "bool"; bytes: number }
  | { kind: "float"; bytes: number } // 4 or 8; others are bytes
  | { kind: "enum"; bytes: number; signed: boolean; name: string; members: readonly (readonly [name: string, value: bigint])[] }
  | { kind: "pointer"; bytes: 8 }
  | { kind: "text"; bytes: number } // up to the first NUL; 0 bytes: to the end of the record
  | { kind: "bytes"; bytes: number } // 0 bytes: to the end of the record
  | { kind: "array"; bytes: number; of: Layout; length: number } // length 0: to the end of the record
  | { kind: "record"; bytes: number; name: string; union: boolean; fields: readonly Field[] }
>;

export type RecordLayout = Extract<Layout, { kind: "record" }>;

/**
 * A member as the program's author writes it: those of unnamed structs and unions are fields of the struct around them.
 * `bits`: a bit-field, counted from the least significant bit of the byte at `offset`. `choice`: the unnamed union that
 * it is a member of; of those that share a number one is enough to write.
 */
export type Field = Readonly<{
  name: string;
  offset: number;
  layout: Layout;
  bits?: Readonly<{ shift: number; width: number }>;
  choice?: number;
}>;

const MOST_DEPTH = 32;
const MOST_FIELDS = 1 << 16;

/** Structs whose bytes belong to the kernel: they are not shown, and user space writes zeros. */
const OPAQUE: ReadonlySet<string> = new Set([
  "bpf_spin_lock",
  "bpf_res_spin_lock",
  "bpf_timer",
  "bpf_wq",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
  "bpf_task_work",
]);

/** Layouts of one object's types, each worked out once. Throws BtfError for types without a size or nested too deep. */
export class Layouts {
  readonly #btf: Btf;
  readonly #known = new Map<BtfId, Layout>();
  #fields = 0;

  constructor(btf: Btf) {
    this.#btf = btf;
  }

  of(id: BtfId): Layout {
    return this.#at(id, 0);
  }

  #at(from: BtfId, depth: number): Layout {
    if (depth > MOST_DEPTH)
      throw new BtfError(
        "btf/cycle",
        `type ${from} contains itself, or is nested more than ${MOST_DEPTH} deep`,
      );
    const id = resolveId(this.#btf, from);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const made = this.#make(id, this.#btf.type(id), depth);
    const layout =
      made.kind === "record" && made.name === "" ? { ...made, name: this.#typedefName(from) } : made;
    this.#known.set(id, layout);
    return layout;
  }

  // `typedef struct { … } event_t;` names what has no name of its own.
  #typedefName(id: BtfId): string {
    const type = this.#btf.type(id);
    return type.kind === "typedef" ? type.name : "";
  }

  #make(id: BtfId, type: BtfType, depth: number): Layout {
    switch (type.kind) {
      case "int":
        return type.bool ? { kind: "bool", bytes: type.bytes } : intOf(type.bytes, type.signed);
      case "float":
        return type.bytes === 4 || type.bytes === 8 ? { kind: "float", bytes: type.bytes } : raw(type.bytes);
      case "enum": {
        const members = type.members.map((m) => [m.name, wrapped(m.value, type.bytes, type.signed)] as const);
        return { kind: "enum", bytes: type.bytes, signed: type.signed, name: type.name, members };
      }
      case "pointer":
        return { kind: "pointer", bytes: 8 };
      case "array":
        return this.#array(type.of, type.length, sizeOf(this.#btf, id), depth);
      case "struct":
      case "union": {
        const fields = this.#recordFields(type.members, type.kind === "union", depth);
        return { kind: "record", bytes: type.bytes, name: type.name, union: type.kind === "union", fields };
      }
      default:
        return raw(sizeOf(this.#btf, id)); // throws for what has no size
    }
  }

  #array(of: BtfId, length: number, bytes: number, depth: number): Layout {
    const element = this.#btf.type(resolveId(this.#btf, of));
    if (element.kind === "int" && element.bytes === 1 && !element.bool) {
      if (element.char || element.name === "char") return { kind: "text", bytes };
      if (!element.signed) return raw(bytes);
    }
    return { kind: "array", bytes, of: this.#at(of, depth + 1), length };
  }

  #recordFields(members: readonly Member[], union: boolean, depth: number): Field[] {
    const fields: Field[] = [];
    let choices = 0;
    const visit = (list: readonly Member[], base: number, choice: number | undefined, level: number): void => {
      if (level > MOST_DEPTH)
        throw new BtfError("btf/cycle", "a struct contains itself, or is nested too deep");
      for (const member of list) {
        if (++this.#fields > MOST_FIELDS)
          throw new BtfError("btf/too-large", `more than ${MOST_FIELDS} members in all`);
        const inner = this.#btf.type(resolveId(this.#btf, member.type));
        const isAggregate = inner.kind === "struct" || inner.kind === "union";
        if (member.name === "" && isAggregate && member.bitWidth === undefined) {
          const own = choice ?? (inner.kind === "union" ? choices++ : undefined);
          visit(inner.members, base + member.bitOffset, own, level + 1);
          continue;
        }
        if (member.name === "" || (isAggregate && OPAQUE.has(inner.name))) continue;
        fields.push({
          ...this.#field(member, base, depth),
          ...(choice !== undefined && !union && { choice }),
        });
      }
    };
    visit(members, 0, undefined, depth);
    return fields.map((field) => (isAlone(field, fields) ? withoutChoice(field) : field));
  }

  #field(member: Member, base: number, depth: number): Field {
    const bitOffset = base + member.bitOffset;
    const offset = Math.floor(bitOffset / 8);
    const layout = this.#at(member.type, depth + 1);
    if (member.bitWidth === undefined || member.bitWidth === 0) return { name: member.name, offset, layout };
    return { name: member.name, offset, layout, bits: { shift: bitOffset % 8, width: member.bitWidth } };
  }
}

// The kernel wraps pointers in unions of one member, for their alignment.
function isAlone(field: Field, all: readonly Field[]): boolean {
  return field.choice !== undefined && all.filter((other) => other.choice === field.choice).length === 1;
}

function withoutChoice({ choice: _, ...field }: Field): Field {
  return field;
}

function intOf(bytes: number, signed: boolean): Layout {
  return [1, 2, 4, 8, 16].includes(bytes) ? { kind: "int", bytes, signed } : raw(bytes);
}

function raw(bytes: number): Layout {
  return { kind: "bytes", bytes };
}

function wrapped(value: bigint, bytes: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(bytes * 8, value) : BigInt.asUintN(bytes * 8, value);
}

/** What stands for a value whose type is not known: a number where the size is one's, else bytes. */
export function plainLayout(bytes: number): Layout {
  return [1, 2, 4, 8].includes(bytes) ? { kind: "int", bytes, signed: false } : raw(bytes);
}

/** Whether values of an integer type are bigint. */
export function isWide(bytes: number): boolean {
  return bytes >= 8;
}
