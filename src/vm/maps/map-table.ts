import type { VmMap } from "./vm-map.ts";

const MAP_SPACE = 0xffff_a000_0000_0000n;
const STEP = 256n;

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
    return MAP_SPACE + BigInt(id) * STEP;
  }

  /** The map whose address this is, or undefined. */
  at(address: bigint): VmMap | undefined {
    const offset = address - MAP_SPACE;
    return offset >= 0n && offset % STEP === 0n ? this.#maps[Number(offset / STEP)] : undefined;
  }

  [Symbol.iterator](): Iterator<VmMap> {
    return this.#maps[Symbol.iterator]();
  }
}
