import type { CQualifier, CTag } from "./c-type-store.ts";

export type CLinkage = "static" | "global" | "extern";

/** What a word of C means in front of declarators. `basic`: a part of an integer's or float's name. */
export type CWord = Readonly<
  | { kind: "basic"; word: string }
  | { kind: "qualifier"; qualifier: CQualifier }
  | { kind: "typeTag"; name: string }
  | { kind: "tag"; tag: CTag }
  | { kind: "linkage"; linkage: "static" | "extern" }
  | { kind: "attribute" | "ignored" | "typeof" | "atomic" }
>;

const qualifiers: Readonly<Record<CQualifier, string>> = {
  const: "const __const __const__",
  volatile: "volatile __volatile __volatile__",
  restrict: "restrict __restrict __restrict__",
};

/** C's own words, compilers' spellings of them, and the kernel's words for attributes and type tags. */
export const C_WORDS: ReadonlyMap<string, CWord> = new Map<string, CWord>([
  ...words("void char short int long signed unsigned float double _Bool __int128 _Complex", (word) => ({
    kind: "basic",
    word,
  })),
  ["__signed__", { kind: "basic", word: "signed" }],
  ["__signed", { kind: "basic", word: "signed" }],
  ["__complex__", { kind: "basic", word: "_Complex" }],
  ["__float128", { kind: "basic", word: "__float128" }],
  ...words("typeof __typeof__ __typeof typeof_unqual", () => ({ kind: "typeof" })),
  ["_Atomic", { kind: "atomic" }],
  ...(["const", "volatile", "restrict"] as const).flatMap((qualifier) =>
    words(qualifiers[qualifier], () => ({ kind: "qualifier", qualifier })),
  ),
  // Source: include/linux/compiler_types.h and tools/lib/bpf/bpf_helpers.h, v6.12.
  ...words("user rcu percpu iomem kptr", (name) => ({ kind: "typeTag", name })).map(
    ([name, word]): [string, CWord] => [`__${name}`, word],
  ),
  ...(["struct", "union", "enum"] as const).map((tag): [string, CWord] => [tag, { kind: "tag", tag }]),
  ...(["static", "extern"] as const).map((linkage): [string, CWord] => [linkage, { kind: "linkage", linkage }]),
  ...words("__attribute__ __attribute __packed __aligned _Alignas __asm__ __asm asm", () => ({
    kind: "attribute",
  })),
  ...words(
    "typedef register inline __inline __inline__ _Noreturn __extension__ auto _Thread_local __thread",
    () => ({
      kind: "ignored",
    }),
  ),
]);

function words(list: string, means: (word: string) => CWord): [string, CWord][] {
  return list.split(" ").map((word) => [word, means(word)]);
}
