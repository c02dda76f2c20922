import type { Btf, BtfId, BtfType } from "../../btf/types.ts";
import type { UserType } from "../../plan/target.ts";
import { BtfTypes } from "./btf-types.ts";
import type { Composite, CompositeField } from "./composite.ts";
import { protoTypeOf } from "./function-args.ts";
import { ARGUMENT_REGISTERS, STACK_ARGUMENTS_OFFSET, STACK_REGISTER } from "./registers.ts";
import { type Type, U64 } from "./types.ts";

type Arch = "x86_64" | "aarch64";

const FLOAT_REGISTERS = 8; // both on x86-64 and on 64-bit ARM
const MOST_FIELDS = 64; // of a struct that is looked into: more do not fit two registers

/**
 * What a function of a program takes and returns, as its debug information declares it. `returns` is absent for what
 * is not returned in a general register.
 */
export type UserPrototype = Readonly<{ args: Composite; returns?: Type }>;

/**
 * Where a function's arguments are when it is entered, by the calling convention of C. Source: System V ABI for
 * x86-64, 3.2.3; Procedure Call Standard for the Arm 64-bit Architecture, 6.8. Fractions are in registers that
 * BPF does not see: they have no field.
 */
export function userPrototype(name: string, found: UserType, arch: Arch): UserPrototype | undefined {
  const { btf, id } = found;
  const proto = protoTypeOf(id, btf);
  if (proto === undefined) return undefined;
  const types = new BtfTypes(btf, false);
  const places = new Places(btf, arch);
  const fields: CompositeField[] = [];
  for (const [index, param] of proto.params.entries()) {
    const operand = places.next(param.type);
    const type = types.type(param.type, "user");
    if (operand === undefined) continue;
    const shown = type.kind === "struct" || type.kind === "array" || type.kind === "string" ? U64 : type;
    fields.push({ name: param.name || `arg${index}`, type: shown, offset: index * 8, operand });
  }
  const args: Composite = {
    name: `struct _function_${name}`,
    bytes: Math.max(8, proto.params.length * 8),
    field: (wanted) => fields.find((field) => field.name === wanted),
    fields: () => fields,
  };
  const returned = plain(btf, proto.returns);
  const inRegister = returned.kind === "int" || returned.kind === "enum" || returned.kind === "pointer";
  if (!inRegister || bytesOf(btf, returned) > 8) return { args };
  return { args, returns: types.type(proto.returns, "user") };
}

type Operand =
  | Readonly<{ kind: "ownRegister"; name: string }>
  | Readonly<{
      size: 1 | 2 | 4 | 8;
      signed: boolean;
      source: Readonly<{ kind: "memory"; base: string; displacement: number }>;
    }>;

/** Gives each argument its place, one after the other. */
class Places {
  readonly #btf: Btf;
  readonly #arch: Arch;
  #registers = 0;
  #floats = 0;
  #stack: number;

  constructor(btf: Btf, arch: Arch) {
    this.#btf = btf;
    this.#arch = arch;
    this.#stack = STACK_ARGUMENTS_OFFSET[arch];
  }

  /** Undefined: where BPF cannot read it, or not as one number. */
  next(id: BtfId): Operand | undefined {
    const type = plain(this.#btf, id);
    const bytes = bytesOf(this.#btf, type);
    if (type.kind === "float") return this.#float(bytes);
    if (type.kind === "struct" || type.kind === "union") return this.#composite(type, bytes);
    if (bytes > 8) {
      this.#take(2);
      return undefined;
    }
    const register = this.#take(1);
    if (register !== undefined) return { kind: "ownRegister", name: register };
    const signed = (type.kind === "int" || type.kind === "enum") && type.signed;
    return this.#onStack(bytes, signed);
  }

  #float(bytes: number): undefined {
    if (bytes > 8)
      this.#stack += 16; // long double of x86-64
    else if (this.#floats < FLOAT_REGISTERS) this.#floats++;
    else this.#stack += 8;
    return undefined;
  }

  #composite(type: BtfType & { kind: "struct" | "union" }, bytes: number): Operand | undefined {
    if (bytes > 16) {
      if (this.#arch === "aarch64")
        this.#take(1); // a pointer to a copy
      else this.#stack += Math.ceil(bytes / 8) * 8;
      return undefined;
    }
    const words = wordsOf(this.#btf, type, bytes);
    const integers = words.filter((isInteger) => isInteger).length;
    const floats = words.length - integers;
    const fits =
      this.#registers + integers <= ARGUMENT_REGISTERS[this.#arch].length &&
      this.#floats + floats <= FLOAT_REGISTERS;
    if (!fits) {
      const at = this.#stack;
      this.#stack += words.length * 8;
      return words.length === 1 ? this.#memory(at, 8, false) : undefined;
    }
    this.#floats += floats;
    const name = ARGUMENT_REGISTERS[this.#arch][this.#registers];
    this.#registers += integers;
    return words.length === 1 && integers === 1 && name !== undefined
      ? { kind: "ownRegister", name }
      : undefined;
  }

  /** The next register; undefined when they are used up, and with them all that follow. */
  #take(count: number): string | undefined {
    const all = ARGUMENT_REGISTERS[this.#arch];
    if (this.#registers + count > all.length) {
      if (count > 1) this.#stack += count * 8;
      return undefined;
    }
    const name = all[this.#registers];
    this.#registers += count;
    return name;
  }

  #onStack(bytes: number, signed: boolean): Operand {
    const at = this.#stack;
    this.#stack += 8;
    const size = bytes === 1 || bytes === 2 || bytes === 4 ? bytes : 8;
    return this.#memory(at, size, signed);
  }

  #memory(displacement: number, size: 1 | 2 | 4 | 8, signed: boolean): Operand {
    return { size, signed, source: { kind: "memory", base: STACK_REGISTER[this.#arch], displacement } };
  }
}

/** Without names and qualifiers. */
function plain(btf: Btf, id: BtfId): BtfType {
  let type = btf.type(id);
  for (let steps = 0; steps < 32; steps++) {
    if (
      type.kind !== "typedef" &&
      type.kind !== "const" &&
      type.kind !== "volatile" &&
      type.kind !== "restrict" &&
      type.kind !== "typeTag"
    )
      break;
    type = btf.type(type.to);
  }
  return type;
}

function bytesOf(btf: Btf, type: BtfType): number {
  switch (type.kind) {
    case "int":
    case "float":
    case "enum":
    case "struct":
    case "union":
      return type.bytes;
    case "array":
      return bytesOf(btf, plain(btf, type.of)) * type.length;
    default:
      return 8;
  }
}

/** For each 8 bytes of a struct, whether an integer is in them: they travel in a general register. */
function wordsOf(btf: Btf, type: BtfType, bytes: number): boolean[] {
  const words = Array.from({ length: Math.max(1, Math.ceil(bytes / 8)) }, () => false);
  let left = MOST_FIELDS;
  const visit = (inner: BtfType, at: number): void => {
    if (left-- <= 0) return;
    if (inner.kind === "struct" || inner.kind === "union")
      for (const member of inner.members) visit(plain(btf, member.type), at + (member.bitOffset >> 3));
    else if (inner.kind === "array") {
      const of = plain(btf, inner.of);
      const step = Math.max(1, bytesOf(btf, of));
      for (let i = 0; i < Math.min(inner.length, 16); i++) visit(of, at + i * step);
    } else if (inner.kind !== "float") {
      const word = Math.min(words.length - 1, at >> 3);
      words[word] = true;
    }
  };
  visit(type, 0);
  return words;
}
