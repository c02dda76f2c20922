import type { CoreQuestion, Value } from "../../ir/ir.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { Lowering, Place } from "./lowering.ts";

// Objects for other kernels: where a field of the kernel's lies is a question that is answered when they are loaded.

/** Bytes to a field that depend on the kernel: `value` on the one at hand. */
export type CoreOffset = Readonly<{ question: CoreQuestion; value: number }>;

/** The place of a field of what lies at `place`. */
export function fieldPlace(l: Lowering, place: Place, composite: Composite, field: CompositeField): Place {
  const path = l.env.options.relocatable && isFar(place) ? field.path : undefined;
  const fixed = { ...place, off: place.off + field.offset };
  if (path === undefined) return fixed;
  const { core } = place as Extract<Place, { core?: CoreOffset }>;
  if (core) return { ...place, core: extend(core, path, field.offset) } as Place;
  if (composite.id === undefined) return fixed;
  const question: CoreQuestion = { what: "offset", type: composite.id, access: [0, ...path] };
  return { ...place, core: { question, value: field.offset } } as Place;
}

/** The place of element `index`, of `bytes` bytes each, of the array at `place`. */
export function elementOfPlace(place: Place, index: number, bytes: number): Place {
  const { core } = place as Extract<Place, { core?: CoreOffset }>;
  if (core === undefined || index < 0) return { ...place, off: place.off + index * bytes };
  return { ...place, core: extend(core, [index], index * bytes) } as Place;
}

/** Whether the place is reached by a number or by a pointer that the verifier follows. */
function isFar(place: Place): boolean {
  return "address" in place || place.space === "object";
}

function extend({ question, value }: CoreOffset, path: readonly number[], bytes: number): CoreOffset {
  return { question: { ...question, access: [...question.access, ...path] }, value: value + bytes };
}

/** What an offset of the kernel's is, as an instruction. */
export function coreValue(
  l: Pick<Lowering, "b">,
  core: CoreOffset,
  what: CoreQuestion["what"] = "offset",
): Value {
  return l.b.core({ ...core.question, what }, core.value);
}

/** A field's offset in bytes: a constant, or a question. */
export function fieldOffset(
  l: Pick<Lowering, "b" | "env">,
  composite: Composite,
  field: CompositeField,
): Value {
  const { id } = composite;
  if (!l.env.options.relocatable || id === undefined || field.path === undefined)
    return l.b.const(field.offset);
  return coreValue(l, {
    question: { what: "offset", type: id, access: [0, ...field.path] },
    value: field.offset,
  });
}

/** The address of a place as a number. */
export function placeNumber(l: Lowering, place: Place): Value {
  const { b } = l;
  const start = "address" in place ? place.address : b.toInt(b.offsetBy(place.base, place.off));
  const fixed = "address" in place && place.off !== 0 ? b.binary("add", start, b.const(place.off)) : start;
  const { core } = place as Extract<Place, { core?: CoreOffset }>;
  return core ? b.binary("add", fixed, coreValue(l, core)) : fixed;
}
