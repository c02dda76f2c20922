import type { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { Expr } from "./ast.ts";
import { type ConstantScope, evalConstant } from "./c-constant.ts";
import { type AlignedType, cIntegerType } from "./c-integers.ts";
import { type FieldShape, layOut } from "./c-layout.ts";
import { ScriptComposite, type ScriptField } from "./script-composite.ts";
import type { CDefinition, CEnum, CField, CRecord, TypeSyntax } from "./type-syntax.ts";
import { type PointerSpace, sizeOf, type Type, VOID } from "./types.ts";

/** Bytes that a struct of a script can have at most. */
const MAX_BYTES = 1 << 24;

export type CTypesOptions = Readonly<{
  report: Report;
  /** Types that the script does not define: "struct sock", "enum pid_type", or a typedef's bare name. */
  lookup(name: string): AlignedType | undefined;
  /** Defines, and enum members that the script does not define. */
  constant(name: string): bigint | undefined;
  /** Where pointers in the script's types point. */
  space: PointerSpace;
}>;

/** What the C definitions of a script declare: types by "struct name" or typedef name, and enum members. */
export type CTypes = Readonly<{
  types: ReadonlyMap<string, Type>;
  enumerators: ReadonlyMap<string, Readonly<{ value: bigint; type: Type }>>;
}>;

/**
 * Lays out the structs, unions and enums that a script defines, in order. What a pointer points to may be defined
 * later, or nowhere: then it is a struct without fields. Reports types that are missing and constants that are none.
 */
export function resolveCTypes(definitions: readonly CDefinition[], options: CTypesOptions): CTypes {
  const resolver = new Resolver(options);
  for (const definition of definitions) resolver.define(definition);
  return { types: resolver.types, enumerators: resolver.enumerators };
}

class Resolver {
  readonly types = new Map<string, Type>();
  readonly enumerators = new Map<string, { value: bigint; type: Type }>();
  private readonly aligns = new Map<string, number>();
  private readonly options: CTypesOptions;
  private readonly scope: ConstantScope;

  constructor(options: CTypesOptions) {
    this.options = options;
    this.scope = {
      name: (name) => this.enumerators.get(name)?.value ?? options.constant(name),
      size: (type) => {
        const found = this.resolve(type);
        return found && sizeOf(found.type);
      },
    };
  }

  define(definition: CDefinition): void {
    switch (definition.kind) {
      case "cRecord":
        if (definition.fields !== undefined) this.record(definition, definition.fields);
        break;
      case "cEnum":
        if (definition.members !== undefined) this.enumeration(definition);
        break;
      case "cTypedef": {
        const made = this.resolve(definition.type, true);
        if (made) this.name(definition.name, made);
        break;
      }
    }
  }

  private name(name: string, { type, align }: AlignedType): void {
    this.types.set(name, type);
    this.aligns.set(name, align);
  }

  private error(code: string, span: Span, message: string, help: string): undefined {
    this.options.report.error(code, span, message, help);
    return undefined;
  }

  /** The type with its alignment. `mayBeIncomplete`: it is not used as a value, so its size does not matter. */
  private resolve(syntax: TypeSyntax, mayBeIncomplete = false): AlignedType | undefined {
    switch (syntax.kind) {
      case "namedType":
        return this.resolveName(syntax.name, syntax.span, mayBeIncomplete);
      case "recordType": {
        const full = `${syntax.tag} ${syntax.name}`;
        return this.known(full) ?? (mayBeIncomplete ? this.incomplete(full) : this.unknown(full, syntax.span));
      }
      case "inlineType":
        return syntax.definition.kind === "cEnum"
          ? this.enumeration(syntax.definition)
          : this.record(syntax.definition, syntax.definition.fields ?? []);
      case "pointerType":
        return { type: this.pointer(syntax.to), align: 8 };
      case "arrayType":
        return this.array(syntax);
      case "functionType":
        return { type: VOID, align: 1 };
      case "typeofType":
      case "sizedType":
        return this.error("c/bad-type", syntax.span, "C definitions have no such type", "write a type of C");
    }
  }

  private known(name: string): AlignedType | undefined {
    const own = this.types.get(name);
    if (own) return { type: own, align: this.aligns.get(name) ?? 1 };
    return this.options.lookup(name);
  }

  private resolveName(name: string, span: Span, mayBeIncomplete: boolean): AlignedType | undefined {
    const own = this.types.get(name);
    if (own) return { type: own, align: this.aligns.get(name) ?? 1 };
    if (name === "void") return mayBeIncomplete ? { type: VOID, align: 1 } : this.noValue(span);
    return cIntegerType(name) ?? this.options.lookup(name) ?? this.unknown(name, span);
  }

  private noValue(span: Span): undefined {
    return this.error("c/bad-type", span, "a field cannot be `void`", "use a pointer: `void *`");
  }

  private incomplete(name: string): AlignedType {
    return { type: { kind: "struct", composite: new ScriptComposite(name, 0, []) }, align: 1 };
  }

  private unknown(name: string, span: Span): undefined {
    const help = `define \`${name}\` above, or use one of the kernel's types`;
    return this.error("c/unknown-type", span, `there is no type \`${name}\``, help);
  }

  /** A pointer whose target is looked up when it is asked for, since it may be defined later or be this very type. */
  private pointer(to: TypeSyntax): Type {
    const target = (): Type => this.resolve(to, true)?.type ?? VOID;
    const { space } = this.options;
    let known: Type | undefined = isImmediate(to) ? target() : undefined;
    return {
      kind: "pointer",
      get to() {
        known ??= target();
        return known;
      },
      space,
    };
  }

  private array(syntax: Extract<TypeSyntax, { kind: "arrayType" }>): AlignedType | undefined {
    const of = this.resolve(syntax.of);
    const length = syntax.length ? this.constant(syntax.length, "an array's length", MAX_BYTES) : 0;
    if (!of || length === undefined) return undefined;
    if (length * sizeOf(of.type) > MAX_BYTES) return this.tooLarge(syntax.length?.span ?? syntax.span);
    const isText = syntax.of.kind === "namedType" && syntax.of.name === "char" && length > 0;
    const type: Type = isText ? { kind: "string", size: length } : { kind: "array", of: of.type, length };
    return { type, align: of.align };
  }

  private tooLarge(span: Span): undefined {
    return this.error("c/too-large", span, "this type is too large", `types have at most ${MAX_BYTES} bytes`);
  }

  private constant(expr: Expr, what: string, max: number): number | undefined {
    const value = evalConstant(expr, this.scope);
    if (value !== undefined && value >= 0n && value <= BigInt(max)) return Number(value);
    const message =
      value === undefined
        ? `${what} must be a constant`
        : `${what} must be from 0 to ${max}, and this is ${value}`;
    return this.error(
      "c/bad-constant",
      expr.span,
      message,
      "use a number, a #define, an enum member or sizeof(type)",
    );
  }

  private record(record: CRecord, fields: readonly CField[]): AlignedType | undefined {
    const full = record.name === undefined ? undefined : `${record.tag} ${record.name}`;
    if (this.isRedefined(full, record)) return undefined;
    const shaped: { field: CField; type: Type; shape: FieldShape }[] = [];
    for (const field of fields) {
      const found = this.resolve(field.type);
      const shape = found && this.shape(field, found);
      if (found && shape) shaped.push({ field, type: found.type, shape });
    }
    const aligned = record.aligned && this.alignment(record.aligned);
    const shapes = shaped.map((one) => one.shape);
    const layout = layOut(record.tag, shapes, record.packed, aligned);
    if (layout.bytes > MAX_BYTES) return this.tooLarge(record.span);
    const placed: ScriptField[] = shaped.map(({ field, type, shape }, index) => ({
      name: field.name,
      type,
      bitOffset: layout.bitOffsets[index] ?? 0,
      ...(shape.bits !== undefined && { bitWidth: shape.bits }),
    }));
    const composite = new ScriptComposite(full ?? `${record.tag} (unnamed)`, layout.bytes, placed);
    const made: AlignedType = { type: { kind: "struct", composite }, align: layout.align };
    if (full !== undefined) this.name(full, made);
    return made;
  }

  private isRedefined(full: string | undefined, node: CRecord | CEnum): boolean {
    if (full === undefined || !this.types.has(full)) return false;
    const help = "give one of the two another name";
    this.error("c/redefined", node.nameSpan ?? node.span, `\`${full}\` is defined twice`, help);
    return true;
  }

  private shape(field: CField, { type, align }: AlignedType): FieldShape | undefined {
    const bytes = sizeOf(type);
    const aligned = field.aligned && this.alignment(field.aligned);
    const shape = {
      bytes,
      align,
      named: field.name !== undefined,
      packed: field.packed,
      ...(aligned && { aligned }),
    };
    if (!field.bits) return shape;
    const isInteger = type.kind === "int" || type.kind === "bool" || type.kind === "enum";
    if (!isInteger)
      return this.error(
        "c/bad-bit-field",
        field.span,
        "a bit-field must be an integer",
        "give it an integer type",
      );
    const bits = this.constant(field.bits, "a bit-field's width", bytes * 8);
    if (bits === undefined) return undefined;
    if (bits === 0 && field.name !== undefined) {
      const help = "leave the name out: `int : 0;`";
      return this.error("c/bad-bit-field", field.bits.span, "a bit-field of width 0 has no name", help);
    }
    return { ...shape, bits };
  }

  private alignment(expr: Expr): number | undefined {
    const value = this.constant(expr, "an alignment", 1 << 16);
    if (value === undefined || (value > 0 && (value & (value - 1)) === 0)) return value;
    return this.error("c/bad-constant", expr.span, "an alignment must be a power of two", "use 1, 2, 4, 8, …");
  }

  private enumeration(definition: CEnum): AlignedType | undefined {
    if (this.isRedefined(definition.name === undefined ? undefined : `enum ${definition.name}`, definition))
      return undefined;
    const members: (readonly [string, bigint])[] = [];
    let next = 0n;
    for (const member of definition.members ?? []) {
      const value = member.value ? evalConstant(member.value, this.scope) : next;
      if (value === undefined)
        this.error(
          "c/bad-constant",
          member.span,
          "an enum member needs a constant",
          "use a number or an earlier member",
        );
      const own = value ?? next;
      members.push([member.name, own]);
      this.enumerators.set(member.name, { value: own, type: { kind: "int", size: 8, signed: own < 0n } });
      next = own + 1n;
    }
    const type = enumType(definition, members);
    for (const [name, value] of members) this.enumerators.set(name, { value, type });
    const made = { type, align: type.size };
    if (definition.name !== undefined) this.name(`enum ${definition.name}`, made);
    return made;
  }
}

/** Whether a pointer's target can be resolved at once: only a struct can be defined later. */
function isImmediate(to: TypeSyntax): boolean {
  if (to.kind === "pointerType") return isImmediate(to.to);
  return to.kind === "arrayType" ? isImmediate(to.of) : to.kind !== "recordType";
}

/** As gcc chooses: 4 bytes, unsigned without negative members; 8 where the values need them; packed as few as do. */
function enumType(
  definition: CEnum,
  members: readonly (readonly [string, bigint])[],
): Extract<Type, { kind: "enum" }> {
  const signed = members.some(([, value]) => value < 0n);
  const fits = (bytes: number) =>
    members.every(
      ([, value]) => (signed ? BigInt.asIntN(bytes * 8, value) : BigInt.asUintN(bytes * 8, value)) === value,
    );
  const sizes = definition.packed ? ([1, 2, 4] as const) : ([4] as const);
  const size = sizes.find(fits) ?? 8;
  return { kind: "enum", size, signed, name: definition.name ?? "(unnamed)", members };
}
