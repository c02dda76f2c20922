import type { MapSpec, StructOpsValue } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { resolve } from "../btf/layout.ts";
import { findMember } from "../btf/lookup.ts";
import type { BtfId } from "../btf/types.ts";
import type { ObjectSpec } from "../object/object.ts";
import { named } from "./by-name.ts";
import type { Field, Layout } from "./value-layout.ts";
import { writeValue } from "./write-value.ts";

/** A member of a struct of programs that may be set: to a value of the layout, or to a program. */
export type StructMember = Readonly<{ name: string; offset: number; layout: Layout; program: boolean }>;

/**
 * What may be set of a struct of programs: members that are programs, and those that are values. The kernel fills
 * pointers to data, and takes no bit-fields.
 */
export function structMembers(
  { type, programs }: StructOpsValue,
  layout: Layout | undefined,
  btf: BtfBlob,
): readonly StructMember[] {
  const fields = layout?.kind === "record" ? layout.fields : [];
  const used = new Set(programs.map(({ offset }) => offset));
  return fields.flatMap((field) => {
    const program = used.has(field.offset) || isFunctionPointer(btf, type as BtfId, field);
    const isData = field.layout.kind === "pointer" && !program;
    return isData || field.bits !== undefined ? [] : [{ ...field, program }];
  });
}

function isFunctionPointer(btf: BtfBlob, struct: BtfId, { name, layout }: Field): boolean {
  if (layout.kind !== "pointer") return false;
  const member = findMember(btf, struct, name);
  const pointer = member && resolve(btf, member.type);
  return pointer?.kind === "pointer" && resolve(btf, pointer.to).kind === "funcProto";
}

/** The map with members of its struct set: programs by name or null, others by value. Throws SkepError. */
export function withMembers(
  map: MapSpec,
  values: Readonly<Record<string, unknown>>,
  members: readonly StructMember[],
  object: ObjectSpec,
): MapSpec {
  const { structOps } = map;
  if (structOps === undefined) throw noStruct(map);
  const byName = new Map(members.map((member) => [member.name, member]));
  const initial = new Uint8Array(map.valueSize);
  initial.set(map.initial ?? new Uint8Array(0));
  const programs = new Map(structOps.programs.map(({ offset, program }) => [offset, program]));
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const { layout, offset, program } = named(`member of ${structOps.typeName}`, name, byName);
    initial.fill(0, offset, offset + layout.bytes);
    if (!program) writeValue(layout, value, initial, offset, `${map.name}.${name}`);
    else if (value === null) programs.delete(offset);
    else programs.set(offset, structProgram(object, value, `${map.name}.${name}`));
  }
  const uses = [...programs].map(([offset, program]) => ({ offset, program }));
  checkOnce(map, uses, members);
  return { ...map, initial, structOps: { ...structOps, programs: uses } };
}

function structProgram({ programs }: ObjectSpec, value: unknown, what: string): string {
  const fitting = new Map(
    programs.filter(({ type }) => type === "structOps").map((program) => [program.name, program]),
  );
  if (typeof value === "string") return named('program in SEC("struct_ops")', value, fitting).name;
  throw new SkepError(`${what}: a program is given by its name, or null for none`, {
    code: "collection/bad-value",
    remedy: `give one of: ${[...fitting.keys()].join(", ")}`,
  });
}

// The kernel checks a program against the one member that it is loaded for.
function checkOnce(map: MapSpec, uses: StructOpsValue["programs"], members: readonly StructMember[]): void {
  const seen = new Map<string, number>();
  for (const { offset, program } of uses) {
    const before = seen.get(program);
    seen.set(program, offset);
    if (before === undefined) continue;
    const [one, other] = [before, offset].map((at) => members.find((m) => m.offset === at)?.name ?? `${at}`);
    throw new SkepError(`map ${map.name}: ${program} cannot be both ${one} and ${other}`, {
      code: "collection/struct-member",
      remedy: `write a program for each: a program is loaded for one member`,
    });
  }
}

/** The error for members or `create` of a map that is no struct of programs. */
function noStruct({ name, type }: MapSpec): SkepError {
  return new SkepError(`map ${name} of type ${type} is no struct of programs`, {
    code: "collection/struct-member",
    remedy: "set members of variables in section .struct_ops or .struct_ops.link only",
  });
}

/** Names of programs for structs that no struct that is made holds: the kernel cannot load them. */
export function unusedPrograms({ programs }: ObjectSpec, maps: Iterable<MapSpec>): ReadonlySet<string> {
  const unused = new Set(programs.filter(({ type }) => type === "structOps").map(({ name }) => name));
  for (const { structOps } of maps)
    if (!structOps?.optional) for (const { program } of structOps?.programs ?? []) unused.delete(program);
  return unused;
}
