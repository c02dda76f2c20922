import type { AttachType } from "../../abi/attach-types.ts";
import type { Pointer, PointerKind } from "../state/value.ts";

/** What a load of a context field gives instead of a number. */
export type ContextGift = Readonly<{
  kind: PointerKind;
  fields?: Partial<Omit<Pointer, "kind">>;
  struct?: string;
}>;

/**
 * One field of a program type's context, or several of one size side by side. Accesses are aligned to their own size.
 * `reads`: "parts" of a unit, parts of it that begin where it does ("start"), the "whole" unit, "any" aligned bytes of the
 * range, or "never".
 */
export type ContextField = Readonly<{
  name: string;
  offset: number;
  /** Bytes of all units, and of one. */
  size: number;
  unit: number;
  reads: "parts" | "start" | "whole" | "any" | "never";
  writes?: "whole" | "any";
  gives?: ContextGift;
  /** Two units may be accessed at once. */
  pairs?: true;
  /** Smallest part; 1 when absent. */
  least?: number;
  /** Only for these attach types: access at all, and writes. */
  only?: readonly AttachType[];
  writeOnly?: readonly AttachType[];
  /** With CAP_BPF only. */
  capBpf?: true | "write";
}>;

export type ContextLayout = Readonly<{
  /** C name of the context. */
  type: string;
  size: number;
  fields: readonly ContextField[];
}>;

type Options = Partial<Omit<ContextField, "name" | "offset">>;

/** A field of 4 bytes, read whole or in parts, unless told otherwise. */
export function field(name: string, offset: number, options: Options = {}): ContextField {
  const unit = options.unit ?? 4;
  return { name, offset, unit, size: unit, reads: "parts", ...options };
}

/** A field that is read whole only. */
export function whole(name: string, offset: number, options: Options = {}): ContextField {
  return field(name, offset, { reads: "whole", ...options });
}

/** A field that holds an address. Packet pointers of old contexts are 4 bytes in C. */
export function address(
  name: string,
  offset: number,
  unit: 4 | 8,
  gives: ContextGift,
  options: Options = {},
): ContextField {
  return field(name, offset, { unit, reads: "whole", gives, ...options });
}

/** Fields without those named. */
export function without(fields: readonly ContextField[], ...names: readonly string[]): ContextField[] {
  return fields.filter(({ name }) => !names.includes(name));
}

/** Fields of which only those named may be written, whole, or as `ways` says. */
export function writable(
  fields: readonly ContextField[],
  ways: Readonly<Record<string, "whole" | "any">>,
): ContextField[] {
  return fields.map(({ writes: _, ...rest }) => {
    const way = ways[rest.name];
    return way ? { ...rest, writes: way } : rest;
  });
}
