import type { ObjectSpec } from "../../src/object/object.ts";
import type { AttachFailure, Loaded, MapHandle, RecordHandler, Ring } from "../../src/runtime/backend.ts";
import { plainEnvironment } from "../../src/vm/environment.ts";
import { Machine } from "../../src/vm/machine.ts";
import type { HostMap } from "../../src/vm/maps/host-map.ts";

/** An object in a machine without a kernel around it: tests call its programs themselves. */
export class MachineLoaded implements Loaded {
  readonly machine: Machine;

  constructor(object: ObjectSpec, options: { engine: "jit" | "interpreter"; cpus: number }) {
    const environment = plainEnvironment({ cpus: options.cpus, task: { tgid: 42, tid: 43, comm: "made-up" } });
    this.machine = new Machine({ engine: options.engine, environment, foreignLoads: "probe" });
    this.machine.loadObject(object);
  }

  /** Runs a program as an event would; r1 points to a copy of `ctx`. */
  fire(program: string, ctx: Uint8Array): void {
    this.machine.run(program, { ctx });
  }

  run(program: string): void {
    this.machine.run(program);
  }

  walk(): void {
    throw new Error("bug: a machine without a kernel has nothing to walk");
  }

  pin(): void {
    throw new Error("bug: a machine without a kernel has no files");
  }

  map(name: string): MapHandle {
    return handleOf(this.machine.map(name));
  }

  openRing(map: string, onRecord: RecordHandler): Ring {
    const ring = this.machine.map(map);
    const drain = () =>
      ring.consume((data) =>
        onRecord(data, new DataView(data.buffer, data.byteOffset, data.byteLength), 0, data.length),
      );
    return { drain, close: () => undefined, [Symbol.dispose]: () => undefined };
  }

  attach(): AttachFailure[] {
    return [];
  }

  detachProgram(): void {}

  detach(): void {}

  stats(): [] {
    return [];
  }

  close(): void {}

  [Symbol.dispose](): void {}
}

function handleOf(map: HostMap): MapHandle {
  return {
    spec: map.spec,
    lookup: (key) => map.lookup(key),
    update: (key, value, flags) => map.update(key, value, flags),
    delete: (key) => map.delete(key),
    entries: () => map.entries(),
    clear() {
      for (const [key] of [...map.entries()]) map.delete(key);
    },
  };
}
