import { MAX_DEPTH } from "../../btf/kinds.ts";
import { resolveId, sizeOf } from "../../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../../btf/types.ts";

/** `flags` of bpf_snprintf_btf. Source: include/linux/btf.h, v6.18. */
export const SHOW = { compact: 1, noName: 2, rawPointers: 4, zero: 8, all: 15 } as const;

const MAX_CHAIN = 10; // BTF_SHOW_MAX_ITER: pointers, arrays and typedefs in one name
const MAX_INDENT = 32;
const MAX_ITEMS = 1 << 18;
/** BTF_SHOW_NAME_SIZE: bytes of member and type in a name, NUL included. */
const MAX_NAME = 80;

/**
 * A kernel object as text, one character for each byte, as the kernel's btf_type_snprintf_show writes it; `bytes` are all of the object's. Members
 * that are zero are left out unless SHOW.zero is set. Source: kernel/bpf/btf.c, v6.18.
 */
export function formatObject(btf: Btf, id: BtfId, bytes: Uint8Array, flags: number): string {
  const printer = new ObjectPrinter(btf, bytes, flags);
  printer.show(id, id, 0);
  return printer.text;
}

class ObjectPrinter {
  text = "";
  readonly #btf: Btf;
  readonly #view: DataView;
  readonly #flags: number;
  #depth = 0;
  /** While it is not 0, nothing is written: it is tried whether something below would be shown. */
  #trying = 0;
  #shownDepth = 0;
  #member: Member | undefined;
  #isElement = false;
  #typeId: BtfId = 0 as BtfId;
  #isUnion = false;
  #charArray = false;
  #isTerminated = false;
  #items = 0;

  constructor(btf: Btf, bytes: Uint8Array, flags: number) {
    this.#btf = btf;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#flags = flags;
  }

  /** `id`: the type to look at; `named`: that whose name is shown, such as a typedef of it. */
  show(id: BtfId, named: BtfId, at: number): void {
    if (++this.#items > MAX_ITEMS) return;
    const resolved = resolveId(this.#btf, id);
    const type = this.#btf.type(resolved);
    switch (type.kind) {
      case "struct":
      case "union":
        return this.#aggregate(() => this.#structure(type, named, at));
      case "array":
        return this.#aggregate(() => this.#array(type, named, at));
      case "int":
        return this.#integer(type, named, at);
      case "pointer":
        return this.#value(named, type, this.#u64(at), (value) => `0x${value.toString(16).padStart(16, "0")}`);
      case "enum":
        return this.#enumeration(type, named, at);
      default:
        this.#write(`<unsupported kind:${KIND_NUMBERS[type.kind] ?? 0}>`);
    }
  }

  // ---- what holds others: tried first, so that it is left out when all of it is zero

  #aggregate(show: () => void): void {
    const member = this.#member;
    if (this.#depth > 0 && !this.#has(SHOW.zero)) {
      if (this.#trying === 0) {
        this.#trying = this.#depth + 1;
        this.#shownDepth = 0;
      }
      show();
      this.#member = member;
      if (this.#trying !== this.#depth + 1) return;
      this.#trying = 0;
      if (this.#shownDepth <= this.#depth) return;
    }
    show();
  }

  #open(named: BtfId, isUnion: boolean): void {
    this.#begin(named, isUnion);
    this.#write(`${this.#indent()}${this.#name()}${this.#newline()}`);
    this.#depth++;
  }

  #close(suffix: string): void {
    this.#depth--;
    this.#write(`${this.#indent()}${suffix}${this.#delimiter()}${this.#newline()}`);
    this.#end();
  }

  #structure(type: BtfType & { kind: "struct" | "union" }, named: BtfId, at: number): void {
    if (this.#depth > MAX_DEPTH) return;
    this.#open(named, type.kind === "union");
    for (const member of type.members) {
      this.#member = member;
      const byte = at + Math.floor(member.bitOffset / 8);
      if (member.bitWidth) this.#bits(member.type, byte, member.bitOffset % 8, member.bitWidth);
      else this.show(member.type, member.type, byte);
      this.#member = undefined;
    }
    this.#close("}");
  }

  #array(type: BtfType & { kind: "array" }, named: BtfId, at: number): void {
    if (this.#depth > MAX_DEPTH) return;
    const element = this.#btf.type(resolveId(this.#btf, type.of));
    // The kernel steps by the size that stands in the element's type: pointers and arrays have none there, so that it
    // shows the first of them each time.
    const size = element.kind === "pointer" || element.kind === "array" ? 0 : sizeOf(this.#btf, type.of);
    this.#charArray = element.kind === "int" && size === 1;
    this.#isTerminated = false;
    this.#open(named, false);
    for (let i = 0; i < type.length && !this.#isTerminated; i++) {
      this.#isElement = true;
      this.#member = undefined;
      this.show(type.of, type.of, at + i * size);
      this.#isElement = false;
      if (this.#items > MAX_ITEMS) break;
    }
    this.#charArray = false;
    this.#isTerminated = false;
    this.#close("]");
  }

  // ---- values

  #integer(type: BtfType & { kind: "int" }, named: BtfId, at: number): void {
    if (type.bitOffset !== 0 || type.bits % 8 !== 0 || type.bits > 64)
      return this.#bits(named, at, type.bitOffset, type.bits);
    const raw = this.#unsigned(at, type.bits / 8);
    const value = type.signed ? BigInt.asIntN(type.bits, raw) : raw;
    if (type.bits === 8 && this.#charArray) {
      if (this.#isTerminated) return;
      if (raw === 0n) {
        this.#isTerminated = true;
        return;
      }
      if ((raw >= 0x20n && raw < 0x7fn) || raw >= 0xa0n)
        // printable in Latin 1
        return this.#value(named, type, value, () => `'${String.fromCharCode(Number(raw))}'`);
    }
    this.#value(named, type, value, String);
  }

  #bits(named: BtfId, at: number, bitOffset: number, width: number): void {
    let raw = 0n;
    const bytes = Math.ceil((bitOffset + width) / 8);
    for (let i = bytes - 1; i >= 0; i--) raw = (raw << 8n) | BigInt(this.#byte(at + i));
    const value = BigInt.asUintN(width, raw >> BigInt(bitOffset));
    const type = this.#btf.type(resolveId(this.#btf, named));
    this.#value(named, type, value, (shown) => `0x${shown.toString(16)}`);
  }

  #enumeration(type: BtfType & { kind: "enum" }, named: BtfId, at: number): void {
    const bits = type.bytes * 8;
    const raw = this.#unsigned(at, type.bytes);
    const value = type.signed ? BigInt.asIntN(bits, raw) : raw;
    const known = type.members.find((member) => BigInt.asUintN(bits, member.value) === raw);
    // A name is never zero, so that it is always shown.
    if (known) this.#value(named, type, 1n, () => known.name);
    else this.#value(named, type, value, String);
  }

  #value(named: BtfId, type: BtfType, value: bigint, format: (value: bigint) => string): void {
    this.#begin(named, type.kind === "union");
    if (value !== 0n || this.#has(SHOW.zero) || this.#depth === 0) {
      this.#write(`${this.#indent()}${this.#name()}${format(value)}${this.#delimiter()}${this.#newline()}`);
      this.#shownDepth = Math.max(this.#shownDepth, this.#depth);
    }
    this.#end();
  }

  #begin(named: BtfId, isUnion: boolean): void {
    this.#typeId = named;
    this.#isUnion = isUnion;
  }

  #end(): void {
    this.#typeId = 0 as BtfId;
    this.#isUnion = false;
  }

  // ---- words around values

  /** ".member = (struct name *[]){" */
  #name(): string {
    if (this.#isElement) return "";
    const member = this.#member?.name ?? "";
    let id = this.#member?.type ?? this.#typeId;
    let type = this.#btf.type(id);
    let name: string | undefined;
    let [pointers, arrays, hasTypedef] = [0, 0, false];
    for (let i = 0; ; i++) {
      if (i === MAX_CHAIN) return "";
      if (type.kind === "typedef") {
        name ??= type.name;
        hasTypedef = true;
        id = type.to;
      } else if (type.kind === "array") {
        arrays++;
        id = type.of;
      } else if (type.kind === "pointer") {
        pointers++;
        id = type.to;
      } else break;
      if (id === 0) break;
      type = skipQualifiers(this.#btf, id);
    }
    name ??= id === 0 ? "" : "name" in type ? type.name : "";
    const isAggregate = id !== 0 && (type.kind === "struct" || type.kind === "union");
    const opening = pointers > 0 ? "" : arrays > 0 ? "[" : isAggregate ? "{" : "";
    if (this.#has(SHOW.noName)) return opening;
    const keyword = hasTypedef || id === 0 ? "" : isAggregate || type.kind === "enum" ? type.kind : "";
    const words = `${keyword}${keyword && name ? " " : ""}${name}`;
    const suffix = `${pointers > 0 ? " " : ""}${"*".repeat(pointers)}${"[]".repeat(arrays)}`;
    const whole = `${member ? `.${member} = ` : ""}(${words}${suffix})${opening}`;
    return whole.slice(0, MAX_NAME - 1);
  }

  #indent(): string {
    return this.#has(SHOW.compact) ? "" : " ".repeat(Math.min(this.#depth, MAX_INDENT));
  }

  #newline(): string {
    return this.#has(SHOW.compact) ? "" : "\n";
  }

  #delimiter(): string {
    if (this.#depth === 0) return "";
    return this.#has(SHOW.compact) && this.#isUnion ? "|" : ",";
  }

  #write(text: string): void {
    if (this.#trying === 0) this.text += text;
  }

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  // ---- the object's bytes; what lies behind them is zero

  #byte(at: number): number {
    return at < this.#view.byteLength ? this.#view.getUint8(at) : 0;
  }

  #unsigned(at: number, bytes: number): bigint {
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#byte(at + i));
    return value;
  }

  #u64(at: number): bigint {
    return this.#unsigned(at, 8);
  }
}

function skipQualifiers(btf: Btf, id: BtfId): BtfType {
  let type = btf.type(id);
  for (let i = 0; i < MAX_DEPTH; i++) {
    if (
      type.kind !== "const" &&
      type.kind !== "volatile" &&
      type.kind !== "restrict" &&
      type.kind !== "typeTag"
    )
      return type;
    type = btf.type(type.to);
  }
  return type;
}

const KIND_NUMBERS: Readonly<Partial<Record<BtfType["kind"], number>>> = {
  void: 0,
  forward: 7,
  func: 12,
  funcProto: 13,
  float: 16,
};
