import { bitField } from "./btf-types.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { Type } from "./types.ts";

/** A member as it was laid out. Without a name: padding, or a struct or union whose members belong to the parent. */
export type ScriptField = Readonly<{
  name: string | undefined;
  type: Type;
  bitOffset: number;
  bitWidth?: number;
}>;

/** A struct or union that the script defines. */
export class ScriptComposite implements Composite {
  readonly name: string;
  readonly bytes: number;
  private readonly all: readonly CompositeField[];
  private readonly byName: ReadonlyMap<string, CompositeField>;

  constructor(name: string, bytes: number, fields: readonly ScriptField[]) {
    this.name = name;
    this.bytes = bytes;
    this.all = fields.flatMap(flatten);
    this.byName = new Map(this.all.toReversed().map((field) => [field.name, field]));
  }

  field(name: string): CompositeField | undefined {
    return this.byName.get(name);
  }

  fields(): readonly CompositeField[] {
    return this.all;
  }
}

function flatten(field: ScriptField): CompositeField[] {
  const { name, type, bitOffset, bitWidth } = field;
  if (name !== undefined && bitWidth === undefined) return [{ name, type, offset: bitOffset >> 3 }];
  if (name !== undefined && bitWidth !== undefined)
    return [{ name, type, ...bitField(bitOffset, bitWidth, type) }];
  if (bitWidth !== undefined || type.kind !== "struct") return [];
  return type.composite.fields().map((inner) => ({ ...inner, offset: inner.offset + (bitOffset >> 3) }));
}
