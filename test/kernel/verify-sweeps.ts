// Programs that go through a table rather than through chance: each program type and attach type with every access to
// its context, every result, every helper.

import type { ProgramType } from "../../src/abi/attach-spec.ts";
import type { AttachType } from "../../src/abi/attach-types.ts";
import { HELPERS } from "../../src/abi/helpers.ts";
import { PROGRAM_TYPES } from "../../src/abi/program-types.ts";
import type { Insn, MemSize } from "../../src/isa/insn.ts";
import { type Attachment, type GeneratedProgram, imm, KERNEL_BTF } from "./verify-programs.ts";

export type Kind = Readonly<{ type: ProgramType; attach: Attachment }>;

/** Program types with each of their attach types, as far as they can be loaded without a target. */
export function kinds(): Kind[] {
  const found: Kind[] = [];
  for (const [name, { attach }] of Object.entries(PROGRAM_TYPES)) {
    const type = name as ProgramType;
    if (["ext", "structOps", "lsm"].includes(type)) continue;
    if (type === "tracing") {
      found.push({ type, attach: rawTracepoint("sched_switch") });
      continue;
    }
    const all: readonly AttachType[] = attach;
    if (all.length === 0) found.push({ type, attach: {} });
    for (const attachType of all) if (attachType !== "perfEvent") found.push({ type, attach: { attachType } });
    if (all.includes("perfEvent")) found.push({ type, attach: {} });
  }
  return found;
}

export function rawTracepoint(name: string): Attachment {
  const btfId = KERNEL_BTF?.find(`btf_trace_${name}`, "typedef")[0];
  return { attachType: "traceRawTp", attachTo: name, ...(btfId !== undefined && { btfId }) };
}

function program(kind: Kind, insns: readonly Insn[], what: string): GeneratedProgram {
  const functions = [{ name: "entry", insnIndex: 0, btfId: 0, linkage: "global" as const }];
  return { ...kind, insns, functions, what: `${kind.type} ${kind.attach.attachType ?? ""} ${what}` };
}

const result = (value: number): Insn[] => [
  { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(value) },
  { kind: "exit" },
];

/** Reads and writes of every field and part of it. */
export function* contextAccesses(kind: Kind, bytes: number): Iterable<GeneratedProgram> {
  for (let off = 0; off < bytes; off++)
    for (const size of [1, 2, 4, 8] as MemSize[]) {
      if (off % size !== 0 && off % 16 !== 1) continue;
      const load: Insn = { kind: "load", size, signed: false, dst: 2, base: 1, off };
      yield program(kind, [load, ...result(1)], `reads ${size} at ${off}`);
      const number: Insn = { kind: "alu", op: "mov", bits: 64, dst: 2, src: imm(1) };
      const store: Insn = { kind: "store", size, base: 1, off, src: { kind: "reg", reg: 2 } };
      yield program(kind, [number, store, ...result(1)], `writes ${size} at ${off}`);
    }
}

export function* results(kind: Kind): Iterable<GeneratedProgram> {
  for (const value of [-1, 0, 1, 2, 3, 4, 5, 100]) yield program(kind, result(value), `returns ${value}`);
}

/** Each helper, called with nothing ready: a helper that may not be called is refused for that. */
export function* helperCalls(kind: Kind): Iterable<GeneratedProgram> {
  for (const { id, name } of HELPERS)
    yield program(kind, [{ kind: "call", target: { kind: "helper", id } }, ...result(1)], `calls ${name}`);
}
