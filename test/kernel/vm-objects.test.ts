// bpf_snprintf_btf of the machine against the kernel's: any struct of the kernel, with any bytes, prints the same.
import fc from "fast-check";
import { expect, test } from "vitest";
import { helperByName } from "../../src/abi/helpers.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { BtfError } from "../../src/btf/error.ts";
import { sizeOf } from "../../src/btf/layout.ts";
import { findTypeByName } from "../../src/btf/lookup.ts";
import type { BtfId } from "../../src/btf/types.ts";
import { assemble } from "../../src/isa/assemble.ts";
import { bindNames } from "../../src/isa/bind-names.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { createMap, lookupElem, updateElem } from "../../src/linux/bpf-map.ts";
import { loadProgram, testRun } from "../../src/linux/bpf-prog.ts";
import { openKernelBtf } from "../../src/linux/kernel-btf.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { plainEnvironment } from "../../src/vm/environment.ts";
import { Machine } from "../../src/vm/machine.ts";

const kernel = openKernel();
const found = openKernelBtf(kernel);
if (found === undefined) throw new Error("this kernel has no BTF");
const btf = found;
const KEY = new Uint8Array(4);
const OBJECT_BYTES = 4096;
const TEXT_BYTES = 1 << 16;
const RUNS = process.env["SKEP_GUEST_KERNEL"] === undefined ? 300 : 20;
const spec = (name: string, valueSize: number): MapSpec => {
  return { name, type: "array", keySize: 4, valueSize, maxEntries: 1, flags: 0 };
};
const MAPS = [spec("object", OBJECT_BYTES), spec("text", TEXT_BYTES), spec("pointer", 32)];

// The pointer's type and the flags stand in the map "pointer": 16 bytes of struct btf_ptr, then flags, then the result.
const SOURCE = `
  r6 = map[pointer][0]
  r1 = map[object][0]
  *(u64 *)(r6 + 0) = r1
  r1 = map[text][0]
  r2 = ${TEXT_BYTES}
  r3 = r6
  r4 = 16
  r5 = *(u64 *)(r6 + 16)
  call bpf_snprintf_btf
  *(u64 *)(r6 + 24) = r0
  r0 = 0
  exit`;

function program(): readonly Insn[] {
  const options = { helperId: (name: string) => helperByName(name)?.id };
  const { insns, report } = assemble({ name: "test", text: SOURCE }, options);
  if (insns === undefined) throw new Error(report.diagnostics.map((one) => one.message).join("\n"));
  return insns;
}

function pointer(id: BtfId, flags: number): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, id, true);
  view.setUint32(16, flags, true);
  return bytes;
}

function shown(result: Uint8Array, text: Uint8Array): string {
  const length = Number(new DataView(result.buffer, result.byteOffset).getBigInt64(24, true));
  return `${length}: ${new TextDecoder("latin1").decode(text.subarray(0, text.indexOf(0)))}`;
}

const fds = MAPS.map((map) => createMap(kernel, { ...map, type: 2 }));
const insns = program();
const bound = bindNames(insns, {
  map: (name) => ({ fd: fds[MAPS.findIndex((map) => map.name === name)]?.number ?? -1 }),
});
const loaded = loadProgram(kernel, {
  name: "print",
  type: 31,
  insns: encodeProgram(bound),
  license: "GPL",
  flags: 16,
});
if (loaded.kind === "refused") throw new Error(loaded.log);

function inKernel(id: BtfId, object: Uint8Array, flags: number): string {
  const [objectMap, textMap, pointerMap] = fds;
  if (!objectMap || !textMap || !pointerMap || loaded.kind === "refused") throw new Error("no maps");
  const bytes = new Uint8Array(OBJECT_BYTES);
  bytes.set(object);
  updateElem(kernel, objectMap, KEY, bytes);
  updateElem(kernel, pointerMap, KEY, pointer(id, flags));
  testRun(kernel, loaded.fd);
  const [result, text] = [new Uint8Array(32), new Uint8Array(TEXT_BYTES)];
  lookupElem(kernel, pointerMap, KEY, result);
  lookupElem(kernel, textMap, KEY, text);
  return shown(result, text);
}

const machine = new Machine({ environment: { ...plainEnvironment(), kernelBtf: () => btf } });
for (const map of MAPS) machine.createMap(map);
machine.load({ name: "print", insns });

function inMachine(id: BtfId, object: Uint8Array, flags: number): string {
  const bytes = new Uint8Array(OBJECT_BYTES);
  bytes.set(object);
  machine.map("object").update(KEY, bytes);
  machine.map("pointer").update(KEY, pointer(id, flags));
  machine.run("print");
  const [result, text] = [machine.map("pointer").lookup(KEY), machine.map("text").lookup(KEY)];
  return shown(result ?? new Uint8Array(32), text ?? new Uint8Array(1));
}

/** Without what is hashed: all pointers are raw. */
const RAW = 4;

// biome-ignore format: one type per line
test.each([
  { type: "struct list_head",   bytes: [1, 2, 3] },
  { type: "struct iphdr",       bytes: [0x45, 0, 0, 20, 1, 2, 3, 4, 64, 6] },
  { type: "struct qstr",        bytes: [9, 0, 0, 0, 7] },
  { type: "struct sockaddr",    bytes: [2, 0, 65, 66, 67, 0, 68] },
  { type: "struct timespec64",  bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1] },
  { type: "refcount_t",         bytes: [5] },
  { type: "struct in6_addr",    bytes: [0, 0, 0, 1, 0, 2] },
  { type: "enum pid_type",      bytes: [2] },
  { type: "struct tcphdr",      bytes: [0, 80, 1, 187, 1, 2, 3, 4, 5, 6, 7, 8, 0x50, 0x12] },
  { type: "struct nlattr",      bytes: [] },
])("$type", ({ type, bytes }) => {
  const id = findTypeByName(btf, type);
  if (id === undefined) throw new Error(`no ${type} here`);
  for (let flags = 0; flags < 16; flags++) {
    const given = [id, Uint8Array.from(bytes), flags | RAW] as const;
    expect(inMachine(...given)).toBe(inKernel(...given));
  }
});

/** Structs and unions that fit, by their ids. */
function structs(): BtfId[] {
  const ids: BtfId[] = [];
  for (let id = 1; id < btf.count; id++) {
    const kind = btf.kindOf(id as BtfId);
    if (kind !== "struct" && kind !== "union") continue;
    try {
      if (sizeOf(btf, id as BtfId) <= OBJECT_BYTES) ids.push(id as BtfId);
    } catch (error) {
      if (!(error instanceof BtfError)) throw error;
    }
  }
  return ids;
}

test("any struct with any bytes", () => {
  const ids = structs();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.array(fc.constantFrom(0, 0, 0, 0, 1, 65, 255), { maxLength: 400 }).map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(fc.nat(ids.length - 1), bytes, fc.nat(15), (index, object, flags) => {
      const given = [ids[index] as BtfId, object, flags | RAW] as const;
      expect(inMachine(...given)).toBe(inKernel(...given));
    }),
    { numRuns: RUNS },
  );
});
