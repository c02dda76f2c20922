import type { Type } from "./types.ts";

/** A type with the alignment that C gives it, in bytes. */
export type AlignedType = Readonly<{ type: Type; align: number }>;

/** Names that mean the same on every 64-bit Linux; typedefs of the kernel are found through its BTF. */
const TYPEDEFS: ReadonlyMap<string, string> = new Map([
  ["size_t", "unsigned long"],
  ["ssize_t", "long"],
  ["uintptr_t", "unsigned long"],
  ["intptr_t", "long"],
  ["ptrdiff_t", "long"],
  ["off_t", "long"],
  ["loff_t", "long long"],
  ["time_t", "long"],
  ["ktime_t", "long long"],
  ["pid_t", "int"],
  ["uid_t", "unsigned int"],
  ["gid_t", "unsigned int"],
]);

/** The integer or boolean that a name of C or the kernel means, or undefined. Floating-point types are their bits. */
export function cIntegerType(name: string): AlignedType | undefined {
  if (name === "bool" || name === "_Bool") return { type: { kind: "bool" }, align: 1 };
  const sized = /^(?:(u?)int(8|16|32|64)(?:_t)?|(?:__)?([us])(8|16|32|64)|__([bl]e)(16|32|64))$/.exec(name);
  if (sized) {
    const [, u, bits, su, kernelBits, endian, endianBits] = sized;
    const signed = endian === undefined && u !== "u" && su !== "u";
    return int(Number(bits ?? kernelBits ?? endianBits) / 8, signed);
  }
  return fromWords((TYPEDEFS.get(name) ?? name).split(" "));
}

function int(size: number, signed: boolean): AlignedType {
  const bytes = size as 1 | 2 | 4 | 8;
  const type: Type = { kind: "int", size: bytes, signed };
  return { type, align: bytes };
}

/** C's own spellings, in any order: `long unsigned int`. */
function fromWords(words: readonly string[]): AlignedType | undefined {
  const count = (word: string) => words.filter((one) => one === word).length;
  if (words.includes("double")) return int(8, false);
  if (words.includes("float")) return int(4, false);
  const known = ["char", "short", "int", "long", "signed", "unsigned"];
  if (!words.every((word) => known.includes(word))) return undefined;
  const signed = !words.includes("unsigned");
  if (words.includes("char")) return int(1, signed);
  if (words.includes("short")) return int(2, signed);
  return int(count("long") > 0 ? 8 : 4, signed);
}
