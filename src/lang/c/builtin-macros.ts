import type { CBuiltin, Expander } from "./expand.ts";
import type { CToken } from "./scan.ts";
import { tokensOf } from "./scan.ts";

/** What macros that answer by themselves need to know. */
export type CPlace = Readonly<{
  /** Whether the tokens of a condition are being read: `defined` and `__has_include` mean something there alone. */
  inCondition(): boolean;
  /** The path and the line of a position. */
  fileAndLine(at: number): Readonly<{ path: string; line: number }>;
  depth(): number;
  hasFile(name: string, quoted: boolean, next: boolean): boolean;
  pragma(tokens: readonly CToken[]): void;
}>;

/** What a compiler is asked for by `__has_attribute` and its like: those that this parser reads. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    "packed aligned mode transparent_union vector_size section alias always_inline cold const deprecated error format " +
    "gnu_inline malloc may_alias naked no_instrument_function noinline nonnull nonstring noreturn nothrow pure " +
    "returns_nonnull unused used visibility warn_unused_result warning weak fallthrough alloc_size btf_type_tag"
  ).split(" "),
);
const BUILTINS =
  /^__builtin_(offsetof|choose_expr|types_compatible_p|constant_p|expect|bswap\d+|(clz|ctz|ffs|popcount)l*)$/;
const EXTENSIONS = /^c_(generic_selections|static_assert|atomic|alignas|alignof|thread_local)$/;

/** The macros without a text, by name (ISO C11, 6.10.8, and those that GCC and Clang add). */
export function builtinMacros(place: CPlace): ReadonlyMap<string, CBuiltin> {
  let counter = 0;
  const number = (value: number, { at }: CToken): CToken[] => tokensOf(String(value), at);
  const text = (value: string, { at }: CToken): CToken[] => tokensOf(JSON.stringify(value), at);
  const has =
    (answer: (word: string) => boolean): CBuiltin =>
    (use, expander) => {
      const inner = bracketed(expander);
      if (inner === undefined) return undefined;
      const word = inner.map((token) => token.text).join("");
      return number(answer(word.replace(/^__(\w+)__$/, "$1")) ? 1 : 0, use);
    };
  const file =
    (next: boolean): CBuiltin =>
    (use, expander) => {
      const name = place.inCondition() ? fileName(expander) : undefined;
      if (name === undefined) return undefined;
      return number(place.hasFile(name.slice(1), name.startsWith('"'), next) ? 1 : 0, use);
    };
  const unknown = has(() => false);
  return new Map<string, CBuiltin>([
    ["__FILE__", (use) => text(place.fileAndLine(use.at).path, use)],
    ["__BASE_FILE__", (use) => text(place.fileAndLine(use.at).path, use)],
    ["__LINE__", (use) => number(place.fileAndLine(use.at).line, use)],
    ["__INCLUDE_LEVEL__", (use) => number(place.depth(), use)],
    ["__COUNTER__", (use) => number(counter++, use)],
    // Always the same, so that the same script gives the same object.
    ["__DATE__", (use) => text("Jan  1 1970", use)],
    ["__TIME__", (use) => text("00:00:00", use)],
    ["__has_attribute", has((word) => ATTRIBUTES.has(word))],
    ["__has_builtin", has((word) => BUILTINS.test(word))],
    ["__has_feature", has((word) => EXTENSIONS.test(word))],
    ["__has_extension", has((word) => EXTENSIONS.test(word))],
    ["__has_c_attribute", unknown],
    ["__has_cpp_attribute", unknown],
    ["__has_declspec_attribute", unknown],
    ["__has_warning", unknown],
    ["__is_identifier", has(() => true)],
    ["__has_include", file(false)],
    ["__has_include_next", file(true)],
    ["defined", (use, expander) => definedNumber(use, expander, place)],
    [
      "_Pragma",
      (_, expander) => {
        const [string] = bracketed(expander) ?? [];
        const spelled = /^L?"([\s\S]*)"$/.exec(string?.text ?? "")?.[1]?.replace(/\\(["\\])/g, "$1");
        place.pragma(tokensOf(spelled ?? "", string?.at));
        return [];
      },
    ],
  ]);
}

function definedNumber(use: CToken, expander: Expander, place: CPlace): CToken[] | undefined {
  if (!place.inCondition()) return undefined;
  const open = expander.accept("(");
  const name = expander.raw();
  if (name.kind !== "name" || (open && !expander.accept(")"))) return undefined;
  return tokensOf(expander.isMacro(name.text) && name.text !== "defined" ? "1" : "0", use.at);
}

/** The tokens between the brackets that follow; undefined where none do. */
function bracketed(expander: Expander): CToken[] | undefined {
  if (!expander.accept("(")) return undefined;
  const inner: CToken[] = [];
  for (let depth = 1; ; ) {
    const token = expander.raw();
    if (token.kind === "end") return undefined;
    if (token.text === "(") depth++;
    if (token.text === ")" && --depth === 0) return inner;
    inner.push(token);
  }
}

/** `(<name>)` or `("name")`: the name with its first mark in front. */
function fileName(expander: Expander): string | undefined {
  const inner = bracketed(expander);
  return inner && includedName(inner[0]?.kind === "name" ? expander.list(inner) : inner);
}

/** The file that tokens name, with its `<` or `"` in front; undefined where they name none. */
export function includedName(tokens: readonly CToken[]): string | undefined {
  const [first] = tokens;
  if (first?.kind === "text") return /^"[^"]+"$/.test(first.text) ? first.text.slice(0, -1) : undefined;
  const end = tokens.findIndex((token) => token.text === ">" || token.text === ">=" || token.text === ">>");
  if (first?.text !== "<" || end < 2) return undefined;
  return tokens
    .slice(0, end)
    .map(({ text, space }, i) => (space && i > 1 ? ` ${text}` : text))
    .join("");
}
