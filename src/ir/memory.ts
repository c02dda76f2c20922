const REGION_SHIFT = 32n; // each region owns 4 GiB of addresses, so that no overrun reaches the next
const MOST_BYTES = 1 << 24;

/** Little-endian memory in regions that know their bounds; address 0 is in none. For the reference evaluator and tests. */
export class Memory {
  private readonly regions: DataView[] = [];

  /** A new region, zeroed or filled with `fill`; gives its address. */
  allocate(bytes: number, fill = 0): bigint {
    if (bytes > MOST_BYTES) throw new Error(`bug: a region of ${bytes} bytes`);
    this.regions.push(new DataView(new Uint8Array(bytes).fill(fill).buffer));
    return BigInt(this.regions.length) << REGION_SHIFT;
  }

  /** The bytes from `address` on; writes go through. Throws RangeError when they are not all in one region. */
  bytes(address: bigint, length: number): Uint8Array {
    const { view, at } = this.find(address, length);
    return new Uint8Array(view.buffer, at, length);
  }

  load(address: bigint, size: 1 | 2 | 4 | 8): bigint {
    const { view, at } = this.find(address, size);
    if (size === 8) return view.getBigUint64(at, true);
    return BigInt(
      size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true),
    );
  }

  store(address: bigint, size: 1 | 2 | 4 | 8, value: bigint): void {
    const { view, at } = this.find(address, size);
    if (size === 8) view.setBigUint64(at, BigInt.asUintN(64, value), true);
    else if (size === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
    else if (size === 2) view.setUint16(at, Number(BigInt.asUintN(16, value)), true);
    else view.setUint8(at, Number(BigInt.asUintN(8, value)));
  }

  private find(address: bigint, length: number): { view: DataView; at: number } {
    const view = this.regions[Number(address >> REGION_SHIFT) - 1];
    const at = Number(BigInt.asUintN(32, address));
    if (!view || at + length > view.byteLength)
      throw new RangeError(`no ${length} bytes at address 0x${address.toString(16)}`);
    return { view, at };
  }
}
