import { Report } from "../../src/base/diagnostic.ts";
import { generate } from "../../src/codegen/generate.ts";
import { interpret } from "../../src/ir/interpret.ts";
import type { Module } from "../../src/ir/ir.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import type { Inputs } from "./fake-kernel.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { runInsns } from "./run-insns.ts";

/** What a run leaves behind: its result and the maps that programs write. */
export type Outcome = Readonly<{ result: bigint; out: Uint8Array; table: Uint8Array }>;

export function runIr(module: Module, inputs: Inputs): Outcome {
  const kernel = new FakeKernel(module.maps, inputs);
  return outcome(interpret(module, "main", kernel.world()), kernel);
}

export function compileModule(module: Module, cpuVersion: 3 | 4): ObjectSpec {
  const report = new Report();
  const object = generate(module, { cpuVersion, report });
  if (report.hasErrors) throw new Error(report.diagnostics.map((d) => d.message).join("; "));
  return object;
}

export function runObject(object: ObjectSpec, inputs: Inputs): Outcome {
  const kernel = new FakeKernel(object.maps, inputs);
  return outcome(runInsns(object.programs[0]?.insns ?? [], kernel), kernel);
}

function outcome(result: bigint, kernel: FakeKernel): Outcome {
  return { result, out: kernel.bytesOf("out"), table: kernel.bytesOf("table") };
}
