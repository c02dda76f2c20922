import { expect, test } from "vitest";
import type { MapSpec } from "../abi/map-spec.ts";
import { parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { KernelTypes } from "./module-btf.ts";
import { memberOf, resolveStructOps, structOpsValue } from "./struct-ops.ts";

/** A kernel whose `struct ops` is {flags: u32, init: ptr, name: char[8], exit: ptr}, 64 bytes behind its own fields. */
function kernelBtf(flagsBytes: 4 | 8 = 4) {
  const b = new BtfBuilder();
  const flags = b.addInt(flagsBytes, false);
  const pointer = b.addPointer(b.add({ kind: "void" }));
  const name = b.addArray(b.addChar(), 8);
  const ops = b.add({
    kind: "struct",
    name: "ops",
    bytes: 32,
    members: [
      { name: "flags", type: flags, bitOffset: 0 },
      { name: "init", type: pointer, bitOffset: 64 },
      { name: "name", type: name, bitOffset: 128 },
      { name: "exit", type: pointer, bitOffset: 192 },
    ],
  });
  b.add({
    kind: "struct",
    name: "bpf_struct_ops_ops",
    bytes: 128,
    members: [{ name: "data", type: ops, bitOffset: 512 }],
  });
  return parseBtf(b.finish());
}

/** The object's struct has its members in another order, and one that the kernel lacks. */
function local() {
  const b = new BtfBuilder();
  const pointer = b.addPointer(b.add({ kind: "void" }));
  const members = [
    { name: "name", type: b.addArray(b.addChar(), 8), bitOffset: 0 },
    { name: "exit", type: pointer, bitOffset: 64 },
    { name: "newer", type: pointer, bitOffset: 128 },
    { name: "flags", type: b.addInt(4, false), bitOffset: 192 },
  ];
  const type = b.add({ kind: "struct", name: "ops___v2", bytes: 32, members });
  return { btf: parseBtf(b.finish()), type };
}

function specOf(
  type: number,
  initial: Uint8Array,
  programs = [{ offset: 8, program: "leave" }],
  typeName = "ops___v2",
): MapSpec {
  const structOps = { type, typeName, programs, link: false };
  return {
    name: "m",
    type: "structOps",
    keySize: 4,
    valueSize: 32,
    maxEntries: 1,
    flags: 0,
    initial,
    structOps,
  };
}

const typesOf = (btf: ReturnType<typeof kernelBtf>) => new KernelTypes(new FakeKernel(() => 0), () => btf);

const initial = new Uint8Array(32);
initial.set(new TextEncoder().encode("mine"));
initial[24] = 5;

test("members go where the kernel has them, programs by their descriptors", () => {
  const { btf, type } = local();
  const found = resolveStructOps(specOf(type, initial), typesOf(kernelBtf()));
  const value = structOpsValue(found, btf, (name) => (name === "leave" ? 33 : 0));
  expect(value).toHaveLength(128);
  const view = new DataView(value.buffer);
  expect(view.getUint32(64, true)).toBe(5);
  expect(new TextDecoder().decode(value.subarray(80, 84))).toBe("mine");
  expect(view.getBigUint64(88, true)).toBe(33n);
  expect(value.filter((byte) => byte !== 0)).toHaveLength(6);
  expect(memberOf(found, 8, btf)).toMatchObject({ index: 3, member: { name: "exit" } });
});

test("a member that the kernel lacks may be left empty, not set; sizes must be alike", () => {
  const { btf, type } = local();
  const set = initial.slice();
  set[16] = 1;
  const found = resolveStructOps(specOf(type, set), typesOf(kernelBtf()));
  expect(() => structOpsValue(found, btf, () => 3)).toThrow(
    expect.objectContaining({ code: "linux/struct-ops-member", message: expect.stringContaining("newer") }),
  );
  const other = resolveStructOps(specOf(type, initial), typesOf(kernelBtf(8)));
  expect(() => structOpsValue(other, btf, () => 3)).toThrow(
    expect.objectContaining({ code: "linux/struct-ops-member" }),
  );
  expect(() => memberOf(found, 16, btf)).toThrow(expect.objectContaining({ code: "linux/no-target" }));
  expect(() => memberOf(found, 5, btf)).toThrow(expect.objectContaining({ code: "linux/no-target" }));
});

test("a struct that the kernel lacks is refused", () => {
  const { type } = local();
  expect(() => resolveStructOps(specOf(type, initial, [], "sched_ext_ops"), typesOf(kernelBtf()))).toThrow(
    expect.objectContaining({ code: "linux/no-target", message: expect.stringContaining("sched_ext_ops") }),
  );
});
