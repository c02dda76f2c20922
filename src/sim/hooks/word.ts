/** Something in the kernel's memory: a KernelObject, or what puts itself there when its address is asked for. */
export type Addressed = Readonly<{ address: bigint }>;

/** 64 bits that a program sees: a number (negative ones are sign-extended), an address, an object's address, NULL. */
export type Word = number | bigint | boolean | Addressed | null | undefined;

/** What a kernel function gives back; nothing counts as 0. */
// biome-ignore lint/suspicious/noConfusingVoidType: functions that return nothing
export type Result = Word | void;

const HIGH = 0x1_0000_0000;
const LOW = 0xffff_ffffn;

/** Writes 64 bits. Numbers must be whole and below 2⁵³. */
export function putWord(view: DataView, at: number, word: Result): void {
  if (typeof word === "number") {
    view.setInt32(at, word | 0, true); // the low 32 bits, also of larger numbers
    view.setInt32(at + 4, word >= 0 && word < HIGH ? 0 : Math.floor(word / HIGH), true);
    return;
  }
  view.setBigUint64(at, bigOf(word), true);
}

/** The same into two places of 32 bits. */
export function putHalves(words: Int32Array, at: number, word: Result): void {
  if (typeof word === "number") {
    words[at] = word; // the low 32 bits
    words[at + 1] = word >= 0 && word < HIGH ? 0 : Math.floor(word / HIGH);
    return;
  }
  const big = bigOf(word);
  const near = Number(big);
  const exact = near <= Number.MAX_SAFE_INTEGER;
  words[at] = exact ? near : Number(big & LOW);
  words[at + 1] = exact ? near / HIGH : Number(big >> 32n);
}

/** A word as unsigned 64 bits. */
export function bigOf(word: Result): bigint {
  if (typeof word === "bigint") return BigInt.asUintN(64, word);
  if (typeof word === "number") return BigInt.asUintN(64, BigInt(word));
  if (typeof word === "boolean") return word ? 1n : 0n;
  return word === null || word === undefined ? 0n : word.address;
}
