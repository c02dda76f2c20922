import type { Environment } from "../environment.ts";
import { ERRNO } from "../errno.ts";
import type { VmMap } from "../maps/vm-map.ts";
import { CONTROL } from "../memory.ts";
import type { RunState } from "../run-state.ts";
import { binaryBytes, binaryText } from "./binary-text.ts";

const TEXT_BLOCK = 64;
const KERNEL_HALF = 0xffff_8000_0000_0000n; // addresses of the kernel with four levels of page tables
const NO_BYTES = new Uint8Array(0);

/** Bytes of the machine's memory stay views: they are void once anything was allocated. Copy what must outlive that. */
export class HelperCall {
  readonly state: RunState;
  readonly #block = new Uint8Array(TEXT_BLOCK);

  constructor(state: RunState) {
    this.state = state;
  }

  get env(): Environment {
    return this.state.env;
  }

  /** Argument 1 to 5, as 64 bits. */
  u64(arg: number): bigint {
    return this.state.space.u64[(CONTROL.args >> 3) + arg - 1] as bigint;
  }

  s64(arg: number): bigint {
    return BigInt.asIntN(64, this.u64(arg));
  }

  /** The low 32 bits of an argument, as the kernel takes u32 parameters. */
  u32(arg: number): number {
    return (this.state.space.i32[(CONTROL.args >> 2) + (arg - 1) * 2] as number) >>> 0;
  }

  /** The low 32 bits of an argument, signed. */
  s32(arg: number): number {
    return this.state.space.i32[(CONTROL.args >> 2) + (arg - 1) * 2] as number;
  }

  isNull(arg: number): boolean {
    return this.u64(arg) === 0n;
  }

  /** The address in an argument as a number: exact where memory can be, and outside of it anywhere else. */
  address(arg: number): number {
    const { i32 } = this.state.space;
    const at = (CONTROL.args >> 2) + (arg - 1) * 2;
    const high = (i32[at + 1] as number) >>> 0;
    const low = (i32[at] as number) >>> 0;
    return high === 0 ? low : high * 0x1_0000_0000 + low;
  }

  /** The map whose address the argument is. Throws MachineError when it is none. */
  map(arg: number): VmMap {
    const { i32 } = this.state.space;
    const at = (CONTROL.args >> 2) + (arg - 1) * 2;
    const map = this.state.maps.atHalves(i32[at] as number, i32[at + 1] as number);
    if (map === undefined) throw this.state.fail("vm/bad-map", `r${arg} is not the address of a map`);
    return map;
  }

  /** `size` bytes at the address in the argument, for reading. Throws MachineError. */
  read(arg: number, size: number): Uint8Array {
    if (size === 0) return NO_BYTES;
    const at = this.#checked(arg, size, false);
    return this.state.space.u8.subarray(at, at + size);
  }

  write(arg: number, size: number): Uint8Array {
    if (size === 0) return NO_BYTES;
    const at = this.#checked(arg, size, true);
    return this.state.space.u8.subarray(at, at + size);
  }

  /** The address in the argument, where `size` bytes may be read. Throws MachineError. */
  readable(arg: number, size: number): number {
    return this.#checked(arg, size, false);
  }

  writable(arg: number, size: number): number {
    return this.#checked(arg, size, true);
  }

  #checked(arg: number, size: number, write: boolean): number {
    const at = this.address(arg);
    if (size >= 64) this.state.charge(size >>> 6);
    if (!this.state.space.find(at, size, write)) throw this.state.badAccess(this.u64(arg), size, write);
    return at;
  }

  /** The 64-bit size in an argument. Throws MachineError for one that no memory can have. */
  size(arg: number): number {
    const value = this.address(arg);
    if (value > 0x7fff_ffff) throw this.state.fail("vm/bad-access", `r${arg}, a size, is ${this.s64(arg)}`);
    return value;
  }

  /** The text at the address in the argument, up to its NUL, of at most `most` bytes. */
  text(arg: number, most = 1 << 16): string {
    return new TextDecoder("utf-8").decode(binaryBytes(this.binary(arg, most)));
  }

  /** The same, with one character for each byte. */
  binary(arg: number, most = 1 << 16): string {
    const address = this.u64(arg);
    const bytes: number[] = [];
    for (let i = 0; i < most; i++) {
      const [byte = 0] = this.state.bytesAt(address + BigInt(i), 1, false);
      if (byte === 0) break;
      bytes.push(byte);
    }
    return binaryText(Uint8Array.from(bytes));
  }

  /** Copies memory of the kernel, of the current process, or of a task's; false for a bad address. */
  readMemory(address: bigint, into: Uint8Array, from: "kernel" | "user", task?: bigint): boolean {
    if (task === undefined || task === this.env.task().address)
      return this.state.readAnywhere(address, into, from);
    return this.env.objects?.readTask?.(task, address, into) ?? false;
  }

  /**
   * Copies the text at an address, NUL included, and cuts it to fit; the bytes that were written, or the error, after
   * which `into` holds zeros. What lies behind the NUL stays, but for the rest of its word in texts of user space.
   */
  readText(address: bigint, into: Uint8Array, from: "kernel" | "user", task?: bigint): number {
    const { length } = into;
    if (length === 0) return 0;
    for (let at = 0; at < length; ) {
      const size = this.#textBlock(address + BigInt(at), length - at, from, task);
      if (size === 0) {
        into.fill(0);
        return badAddress(address, from);
      }
      const end = this.#block.indexOf(0);
      const found = end !== -1 && end < size;
      into.set(this.#block.subarray(0, found ? end + 1 : size), at);
      at += found ? end + 1 : size;
      if (!found) continue;
      if (from === "user")
        into.fill(0, at, Math.max(at, Math.min(Math.ceil(at / 8) * 8, length - (length % 8))));
      return at;
    }
    into[length - 1] = 0;
    return length;
  }

  /** `readText` of user space by the arguments of a helper, which need not become views: what most programs do most. */
  readUserText(address: number, into: number, size: number): number {
    const { env, state } = this;
    const { space } = state;
    if (env.readUserText === undefined || space.find(this.address(address), 1, false))
      return this.readText(this.u64(address), this.write(into, size), "user");
    const start = this.writable(into, size);
    const { u8 } = space;
    const bytes = env.readUserText(this.address(address), u8, start, size);
    if (bytes < 0) {
      u8.fill(0, start, start + size);
      return -ERRNO.EFAULT;
    }
    if (u8[start + bytes - 1] !== 0) {
      u8[start + size - 1] = 0;
      return size;
    }
    const end = Math.min((bytes + 7) & -8, size - (size % 8)); // the kernel writes whole words
    for (let i = bytes; i < end; i++) u8[start + i] = 0;
    return bytes;
  }

  /** Reads up to `most` bytes into #block: a whole block, or a byte where that fails; how many, 0 for a bad address. */
  #textBlock(address: bigint, most: number, from: "kernel" | "user", task: bigint | undefined): number {
    // Blocks do not cross a page: memory is there or not by pages, mostly.
    const size = Math.min(most, TEXT_BLOCK - Number(address % BigInt(TEXT_BLOCK)));
    if (this.readMemory(address, this.#block.subarray(0, size), from, task)) return size;
    return size > 1 && this.readMemory(address, this.#block.subarray(0, 1), from, task) ? 1 : 0;
  }

  /** Calls one of the program's functions; what it returns. */
  callback(address: bigint, args: readonly bigint[]): bigint {
    return this.state.callback(address, args);
  }

  /**
   * Bytes of memory outside of the machine or in it, copied into `into`; 0 or the error. As the kernel's probe reads,
   * fills `into` with zeros when they fail.
   */
  probe(address: bigint, into: Uint8Array, from: "kernel" | "user"): number {
    if (this.state.readAnywhere(address, into, from)) return 0;
    into.fill(0);
    return badAddress(address, from);
  }
}

/** -ERANGE where no kernel memory can be. Source: arch/x86/mm/maccess.c, copy_from_kernel_nofault_allowed, v6.12. */
function badAddress(address: bigint, from: "kernel" | "user"): number {
  return from === "kernel" && address < KERNEL_HALF ? -ERRNO.ERANGE : -ERRNO.EFAULT;
}
