import { testRun } from "../../src/linux/bpf-prog.ts";
import { loadObject } from "../../src/linux/load.ts";
import { KernelTypes } from "../../src/linux/module-btf.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import type { Outcome } from "./differential.ts";
import type { Inputs } from "./fake-kernel.ts";

const kernel = openKernel();
const CTX_WORDS = 12; // what a raw tracepoint's context can hold

/** What bpf_get_current_pid_tgid gives in the process's main thread. */
export const OWN_PID_TGID = (BigInt(process.pid) << 32n) | BigInt(process.pid);

/** Loads the object into the running kernel, runs its first program once and reads the maps. Throws with the verifier's log. */
export function runInKernel(object: ObjectSpec, inputs: Inputs): Outcome {
  const context = {
    ...{ kernel, kernelVersion: 0, pageSize: 4096, has: () => false },
    types: new KernelTypes(kernel, () => undefined),
    relocation: { kernelVersion: 0xffffff, kernelBtf: () => undefined, kernelSymbol: () => undefined },
    possibleCpus: () => Array.from({ length: 256 }, (_, i) => i),
  };
  const { maps, programs } = load();
  try {
    const program = [...programs.values()][0];
    if (!program) throw new Error("no program");
    const words = BigUint64Array.from({ length: CTX_WORDS }, (_, i) => inputs.ctx[i] ?? 0n);
    const { returned } = testRun(kernel, program.fd, { context: new Uint8Array(words.buffer) });
    return { result: BigInt(returned >>> 0), out: read("out", 1), table: read("table", 4) };
  } finally {
    for (const map of maps.values()) map.fd.close();
    for (const program of programs.values()) program.fd.close();
  }

  function load(): ReturnType<typeof loadObject> {
    try {
      return loadObject(context, object, {});
    } catch (error) {
      if (error instanceof VerifierRefused) throw new Error(`${error.message}\n${error.log.slice(-3000)}`);
      throw error;
    }
  }

  function read(name: string, entries: number): Uint8Array {
    const map = maps.get(name);
    const values = Array.from({ length: entries }, (_, i) => {
      const value = map?.lookup(new Uint8Array(Uint32Array.of(i).buffer));
      return value ?? new Uint8Array();
    });
    return new Uint8Array(values.flatMap((value) => [...value]));
  }
}
