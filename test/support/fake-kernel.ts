import type { MapSpec } from "../../src/abi/map-spec.ts";
import type { World } from "../../src/ir/interpret.ts";
import { Memory } from "../../src/ir/memory.ts";

/** What the outside gives to a run. */
export type Inputs = Readonly<{ ctx: readonly bigint[]; pidTgid: bigint }>;

type FakeMap = { spec: MapSpec; address: bigint; values: bigint };

/** Array maps, memory and the few helpers that generated programs call: the same for IR and for bytecode. */
export class FakeKernel {
  readonly memory = new Memory();
  readonly ctx: bigint;
  private readonly maps: FakeMap[];
  private readonly inputs: Inputs;

  constructor(maps: readonly MapSpec[], inputs: Inputs) {
    this.inputs = inputs;
    this.maps = maps.map((spec) => {
      const values = this.memory.allocate(spec.valueSize * spec.maxEntries);
      if (spec.initial) this.memory.bytes(values, spec.initial.length).set(spec.initial);
      return { spec, address: this.memory.allocate(1), values };
    });
    this.ctx = this.memory.allocate(96);
    inputs.ctx.forEach((value, i) => {
      this.memory.store(this.ctx + BigInt(i * 8), 8, value);
    });
  }

  world(): World {
    return {
      memory: this.memory,
      ctx: this.ctx,
      mapAddress: (name) => this.map(name).address,
      mapValue: (name) => this.map(name).values,
      helper: (name, args, run) => this.helper(name, args, run),
    };
  }

  mapAddress(name: string): bigint {
    return this.map(name).address;
  }

  mapValue(name: string): bigint {
    return this.map(name).values;
  }

  /** All values of a map, one after the other. */
  bytesOf(name: string): Uint8Array {
    const { spec, values } = this.map(name);
    return this.memory.bytes(values, spec.valueSize * spec.maxEntries).slice();
  }

  helper(
    name: string,
    args: readonly bigint[],
    run: (callback: bigint, args: readonly bigint[]) => bigint,
  ): bigint {
    const [a, b, c] = args as [bigint, bigint, bigint];
    switch (name) {
      case "bpf_get_current_pid_tgid":
        return this.inputs.pidTgid;
      case "bpf_map_lookup_elem":
        return this.element(a, b) ?? 0n;
      case "bpf_map_update_elem": {
        const place = this.element(a, b);
        if (place === undefined) return BigInt.asUintN(64, -7n); // E2BIG
        const { valueSize } = this.at(a).spec;
        this.memory.bytes(place, valueSize).set(this.memory.bytes(c, valueSize).slice());
        return 0n;
      }
      case "bpf_loop": {
        for (let i = 0n; i < BigInt.asUintN(32, a); i++) if (run(b, [i, c]) !== 0n) return i + 1n;
        return BigInt.asUintN(32, a);
      }
      default:
        throw new Error(`bug: the fake kernel has no ${name}`);
    }
  }

  private element(map: bigint, key: bigint): bigint | undefined {
    const { spec, values } = this.at(map);
    const index = this.memory.load(key, 4);
    return index < BigInt(spec.maxEntries) ? values + index * BigInt(spec.valueSize) : undefined;
  }

  private map(name: string): FakeMap {
    const map = this.maps.find((m) => m.spec.name === name);
    if (!map) throw new Error(`bug: there is no map ${name}`);
    return map;
  }

  private at(address: bigint): FakeMap {
    const map = this.maps.find((m) => m.address === address);
    if (!map) throw new Error(`bug: no map at ${address}`);
    return map;
  }
}
