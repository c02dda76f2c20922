import { FakeKernel } from "./fake-kernel.ts";

export const PAGE = 4096;
/** Flags of a record's header. Source: include/uapi/linux/bpf.h, v6.12. */
export const BUSY = 0x80000000;
export const DISCARDED = 0x40000000;

/** The kernel's side of a ring buffer, for tests: writes records into both images of the data. */
export class FakeRing {
  readonly consumer = new ArrayBuffer(PAGE);
  readonly pages: ArrayBuffer;
  readonly kernel: FakeKernel;
  readonly size: number;
  position = 0;

  constructor(size: number) {
    this.size = size;
    this.pages = new ArrayBuffer(PAGE + 2 * size);
    this.kernel = new FakeKernel((name, args, kernel) => {
      if (name === "munmap") return 0;
      return kernel.place(args[5] === 0 ? this.consumer : this.pages);
    });
  }

  get consumed(): number {
    return Number(new BigInt64Array(this.consumer)[0]);
  }

  /** Reserves a record; false when there is no room. The bytes are its number. */
  write(number: number, length: number, flags = 0): boolean {
    const step = (length + 8 + 7) & ~7;
    if (this.position + step - this.consumed > this.size) return false;
    const at = this.position % this.size;
    this.setHeader(at, length | flags);
    for (let i = 0; i < length; i++) this.setByte(at + 8 + i, number & 0xff);
    this.position += step;
    new BigInt64Array(this.pages)[0] = BigInt(this.position);
    return true;
  }

  setHeader(at: number, word: number): void {
    const bytes = new Uint8Array(Uint32Array.of(word >>> 0).buffer);
    for (let i = 0; i < 4; i++) this.setByte(at + i, bytes[i] ?? 0);
  }

  setByte(at: number, value: number): void {
    const data = new Uint8Array(this.pages, PAGE);
    data[at % this.size] = value;
    data[(at % this.size) + this.size] = value;
  }
}
