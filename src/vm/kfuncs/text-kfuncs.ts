import { ERRNO } from "../errno.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";

const MAX_TEXT = 65_536; // XATTR_SIZE_MAX, include/uapi/linux/limits.h, v6.18
const USER_END = 0x8000_0000_0000n;
const BLOCK = 64;

/** Texts in kernel memory, read as far as they are looked at. Thrown: the errno of a text that cannot be read. */
class Text {
  readonly #call: HelperCall;
  readonly #start: bigint;
  readonly #block = new Uint8Array(BLOCK);
  #blockAt = -1;
  #blockSize = 0;

  constructor(call: HelperCall, arg: number) {
    this.#call = call;
    this.#start = call.u64(arg);
    const isOwn = call.state.space.find(Number(this.#start), 1, false);
    if (!isOwn && this.#start < USER_END) throw new Unreadable(ERRNO.ERANGE);
  }

  /** The byte at an offset. */
  at(offset: number): number {
    const inBlock = offset - this.#blockAt;
    if (this.#blockAt !== -1 && inBlock >= 0 && inBlock < this.#blockSize)
      return this.#block[inBlock] as number;
    this.#call.state.charge(1);
    this.#blockAt = offset;
    for (const size of [BLOCK, 1]) {
      this.#blockSize = size;
      if (this.#call.state.readAnywhere(this.#start + BigInt(offset), this.#block.subarray(0, size), "kernel"))
        return this.#block[0] as number;
    }
    this.#blockAt = -1;
    throw new Unreadable(ERRNO.EFAULT);
  }
}

class Unreadable {
  readonly errno: number;

  constructor(errno: number) {
    this.errno = errno;
  }
}

function reading(run: (call: HelperCall) => number) {
  return (call: HelperCall): number => {
    try {
      return run(call);
    } catch (error) {
      if (error instanceof Unreadable) return -error.errno;
      throw error;
    }
  };
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function compare(fold: (byte: number) => number, most?: (call: HelperCall) => number) {
  return (call: HelperCall): number => {
    const [a, b] = [new Text(call, 1), new Text(call, 2)];
    const limit = most?.(call) ?? MAX_TEXT;
    for (let i = 0; i < Math.min(limit, MAX_TEXT); i++) {
      const [x, y] = [fold(a.at(i)), fold(b.at(i))];
      if (x !== y) return x < y ? -1 : 1;
      if (x === 0) return 0;
    }
    return limit < MAX_TEXT ? 0 : -ERRNO.E2BIG;
  };
}

function find(call: HelperCall, count: number, byte: number, orEnd: boolean): number {
  const text = new Text(call, 1);
  for (let i = 0; i < Math.min(count, MAX_TEXT); i++) {
    const found = text.at(i);
    if (found === byte || (orEnd && found === 0)) return i;
    if (found === 0) return -ERRNO.ENOENT;
  }
  return count >= MAX_TEXT ? -ERRNO.E2BIG : -ERRNO.ENOENT;
}

function findLast(call: HelperCall): number {
  const text = new Text(call, 1);
  const byte = call.u32(2) & 0xff;
  let last = -ERRNO.ENOENT;
  for (let i = 0; i < MAX_TEXT; i++) {
    const found = text.at(i);
    if (found === byte) last = i;
    if (found === 0) return last;
  }
  return -ERRNO.E2BIG;
}

function length(call: HelperCall, count: number): number {
  const text = new Text(call, 1);
  for (let i = 0; i < Math.min(count, MAX_TEXT); i++) if (text.at(i) === 0) return i;
  return count >= MAX_TEXT ? -ERRNO.E2BIG : count;
}

/** How many bytes at the beginning are among those of the second text, or are not. */
function span(among: boolean) {
  return (call: HelperCall): number => {
    const [text, set] = [new Text(call, 1), new Text(call, 2)];
    for (let i = 0; i < MAX_TEXT; i++) {
      const byte = text.at(i);
      if (byte === 0) return i;
      let [j, isIn] = [0, false];
      for (; j < MAX_TEXT; j++) {
        const candidate = set.at(j);
        if (candidate === 0) break;
        isIn = candidate === byte;
        if (isIn) break;
      }
      if (j === MAX_TEXT) return -ERRNO.E2BIG;
      if (isIn !== among) return i;
    }
    return -ERRNO.E2BIG;
  };
}

function search(fold: (byte: number) => number, most: (call: HelperCall) => number) {
  return (call: HelperCall): number => {
    const [text, part] = [new Text(call, 1), new Text(call, 2)];
    const limit = most(call);
    for (let i = 0; i < MAX_TEXT; i++) {
      for (let j = 0; ; j++) {
        if (i + j > limit || j >= MAX_TEXT) return j >= MAX_TEXT ? -ERRNO.E2BIG : -ERRNO.ENOENT;
        const wanted = fold(part.at(j));
        if (wanted === 0) return i;
        if (i + j === limit) return -ERRNO.ENOENT;
        const found = fold(text.at(i + j));
        if (found === 0) return -ERRNO.ENOENT;
        if (found !== wanted) break;
      }
    }
    return -ERRNO.E2BIG;
  };
}

const plain = (byte: number): number => byte;
const size = (arg: number) => (call: HelperCall) => call.address(arg);
const unlimited = () => MAX_TEXT;

/** Texts in memory that may not be there. Source: kernel/bpf/helpers.c, v6.18. */
export const TEXT_KFUNCS: readonly KfuncRecord[] = [
  { name: "bpf_strcmp", args: 2, run: reading(compare(plain)) },
  { name: "bpf_strcasecmp", args: 2, run: reading(compare(lower)) },
  { name: "bpf_strncasecmp", args: 3, run: reading(compare(lower, size(3))) },
  {
    name: "bpf_strnchr",
    args: 3,
    run: reading((call) => find(call, call.address(2), call.u32(3) & 0xff, false)),
  },
  { name: "bpf_strchr", args: 2, run: reading((call) => find(call, MAX_TEXT, call.u32(2) & 0xff, false)) },
  { name: "bpf_strchrnul", args: 2, run: reading((call) => find(call, MAX_TEXT, call.u32(2) & 0xff, true)) },
  { name: "bpf_strrchr", args: 2, run: reading(findLast) },
  { name: "bpf_strlen", args: 1, run: reading((call) => length(call, MAX_TEXT)) },
  { name: "bpf_strnlen", args: 2, run: reading((call) => length(call, call.address(2))) },
  { name: "bpf_strspn", args: 2, run: reading(span(true)) },
  { name: "bpf_strcspn", args: 2, run: reading(span(false)) },
  { name: "bpf_strstr", args: 2, run: reading(search(plain, unlimited)) },
  { name: "bpf_strnstr", args: 3, run: reading(search(plain, size(3))) },
  { name: "bpf_strcasestr", args: 2, run: reading(search(lower, unlimited)) },
  { name: "bpf_strncasestr", args: 3, run: reading(search(lower, size(3))) },
];
