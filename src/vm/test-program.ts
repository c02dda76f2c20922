import { helperByName } from "../abi/helpers.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { assemble } from "../isa/assemble.ts";
import type { Insn } from "../isa/insn.ts";
import type { Machine } from "./machine.ts";

/** Instructions from assembly; throws what the assembler finds wrong. */
export function asm(text: string): readonly Insn[] {
  const { insns, report } = assemble({ name: "test", text }, { helperId: (name) => helperByName(name)?.id });
  if (insns === undefined) throw new Error(report.diagnostics.map((found) => found.message).join("\n"));
  return insns;
}

/** Loads assembly as program "test" and runs it; r0. */
export function runAsm(machine: Machine, text: string, ctx?: Uint8Array): bigint {
  machine.load({ name: "test", insns: asm(text) });
  return machine.run("test", ctx ? { ctx } : {}).r0;
}

/** A map with keys of 4 and values of 8 bytes, unless told otherwise. */
export function mapSpec(spec: Partial<MapSpec> & Pick<MapSpec, "type">): MapSpec {
  return { name: "m", keySize: 4, valueSize: 8, maxEntries: 4, flags: 0, ...spec };
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
