import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec, StructOpsValue } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { resolve, resolveId, sizeOf } from "../btf/layout.ts";
import { findMember } from "../btf/lookup.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";
import { createMap } from "./bpf-map.ts";
import type { Fd } from "./fd.ts";
import type { KernelType, KernelTypes } from "./module-btf.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** A kernel struct of functions that programs take the place of, as this kernel lays it out. */
export type StructOps = Readonly<{
  spec: MapSpec;
  ops: StructOpsValue;
  /** The struct's own type, such as `struct tcp_congestion_ops`. */
  type: KernelType;
  /** The type of the map's value, which holds the struct behind the kernel's own fields. */
  value: KernelType;
  valueBytes: number;
  dataOffset: number;
}>;

/** Finds the kernel's side of a struct. Throws SkepError when this kernel has none of that name. */
export function resolveStructOps(spec: MapSpec, types: KernelTypes): StructOps {
  const ops = spec.structOps;
  if (ops === undefined) throw new Error(`bug: map ${spec.name} has no struct`);
  const name = ops.typeName.replace(/___.*$/, ""); // what follows tells versions apart
  const type = types.find(name, "struct");
  const value = type && types.find(`bpf_struct_ops_${name}`, "struct");
  const data = value && findMember(value.btf, value.id, "data");
  if (type === undefined || value === undefined || data === undefined)
    throw new SkepError(
      `map ${spec.name}: this kernel has no struct ${name} that programs can take the place of`,
      {
        code: "linux/no-target",
        remedy:
          "use a kernel that has it, or load the module that brings it; `skep btf dump --format c | grep -A99 bpf_struct_ops_` shows those that are there",
      },
    );
  const valueBytes = sizeOf(value.btf, value.id);
  return { spec, ops, type, value, valueBytes, dataOffset: data.bitOffset / 8 };
}

/** Where a program goes: its member's index and name in the kernel's struct. Throws SkepError when there is none. */
export function memberOf(
  found: StructOps,
  offset: number,
  local: Btf,
): Readonly<{ index: number; member: Member }> {
  const name = localMembers(found, local).find((m) => m.bitOffset === offset * 8)?.name ?? "";
  const members = membersOf(found.type.btf, found.type.id);
  const index = members.findIndex((m) => m.name === name);
  const member = members[index];
  if (member !== undefined) return { index, member };
  throw new SkepError(
    `map ${found.spec.name}: this kernel's struct ${found.ops.typeName} has no member ${name || `at ${offset}`}`,
    { code: "linux/no-target", remedy: "leave the member out, or use a newer kernel" },
  );
}

/** Creates the map. `linked` tells whether it is registered by a link; before 6.4 it is by writing it. */
export function createStructOpsMap(
  kernel: Kernel,
  found: StructOps,
  btf: Fd | undefined,
): Readonly<{ fd: Fd; linked: boolean }> {
  const { spec, value, valueBytes, ops } = found;
  const create = (linked: boolean): Fd =>
    createMap(kernel, {
      name: spec.name,
      type: MAP_TYPES.structOps.number,
      keySize: 4,
      valueSize: valueBytes,
      maxEntries: 1,
      flags: (linked ? MAP_FLAGS.link : 0) | (value.module ? MAP_FLAGS.vtypeBtfObjFd : 0),
      kernelValueType: value.id,
      ...(value.module && { kernelValueBtf: value.module }),
      ...(btf && { btf }),
    });
  if (!ops.link) return { fd: create(false), linked: false };
  try {
    return { fd: create(true), linked: true };
  } catch (error) {
    if (!(error instanceof SystemError) || error.errno !== "EINVAL") throw error;
    return { fd: create(false), linked: false };
  }
}

/**
 * The map's value: the object's own struct, member by member in the kernel's places, and the programs' descriptors.
 * Throws SkepError when a member that is set is missing here, or of another size.
 */
export function structOpsValue(
  found: StructOps,
  local: BtfBlob,
  programFd: (name: string) => number,
): Uint8Array {
  const { spec, ops, type, valueBytes, dataOffset } = found;
  const initial = spec.initial ?? new Uint8Array(spec.valueSize);
  const value = new Uint8Array(valueBytes);
  const programs = new Map(ops.programs.map((p) => [p.offset, p.program]));
  const kernelMembers = new Map(membersOf(type.btf, type.id).map((m) => [m.name, m]));
  for (const member of localMembers(found, local)) {
    const at = Math.floor(member.bitOffset / 8);
    const program = programs.get(at);
    const size = sizeOf(local, member.type);
    const bytes = initial.subarray(at, at + size);
    if (program === undefined && bytes.every((byte) => byte === 0)) continue;
    const there = kernelMembers.get(member.name);
    if (there === undefined || member.bitWidth !== undefined || sizeOf(type.btf, there.type) !== size)
      throw unfit(found, member.name);
    const to = dataOffset + there.bitOffset / 8;
    if (program === undefined) value.set(bytes, to);
    else new DataView(value.buffer).setBigUint64(to, BigInt(programFd(program)), true);
  }
  return value;
}

function unfit({ spec, ops }: StructOps, member: string): SkepError {
  return new SkepError(
    `map ${spec.name}: member ${member} of struct ${ops.typeName} is missing or of another size in this kernel`,
    {
      code: "linux/struct-ops-member",
      remedy: "declare the struct as this kernel has it: skep btf dump --format c prints its types",
    },
  );
}

function localMembers({ ops }: StructOps, local: Btf): readonly Member[] {
  return membersOf(local, resolveId(local, ops.type as BtfId));
}

function membersOf(btf: Btf, id: BtfId): readonly Member[] {
  const type: BtfType = resolve(btf, id);
  return type.kind === "struct" ? type.members : [];
}
