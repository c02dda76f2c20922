import type { VmMap } from "./vm-map.ts";

const MAP_SPACE = 0xffff_a000_0000_0000n;
const SPACE_HIGH = Number(MAP_SPACE >> 32n) | 0;
const STEP = 256;

/** All maps of a machine. What programs hold as the address of a map leads here, and to no memory. */
export class MapTable {
  readonly #maps: VmMap[] = [];

  add(make: (id: number) => VmMap): VmMap {
    const map = make(this.#maps.length);
    this.#maps.push(map);
    return map;
  }

  byId(id: number): VmMap | undefined {
    return this.#maps[id];
  }

  byName(name: string): VmMap | undefined {
    return this.#maps.find((map) => map.spec.name === name);
  }

  address(id: number): bigint {
    return MAP_SPACE + BigInt(id * STEP);
  }

  /** The map whose address this is, or undefined. */
  at(address: bigint): VmMap | undefined {
    return this.atHalves(Number(address & 0xffff_ffffn) | 0, Number(address >> 32n) | 0);
  }

  /** The same, from the halves of the address. */
  atHalves(low: number, high: number): VmMap | undefined {
    if (high !== SPACE_HIGH || low % STEP !== 0) return undefined;
    return this.#maps[(low >>> 0) / STEP];
  }

  [Symbol.iterator](): Iterator<VmMap> {
    return this.#maps[Symbol.iterator]();
  }
}
