import type { Cursor } from "./cursor.ts";
import type { Token } from "./tokens.ts";

/** Words that C builds its numeric types from. */
export const C_TYPE_WORDS: ReadonlySet<string> = new Set([
  "char",
  "short",
  "int",
  "long",
  "signed",
  "unsigned",
  "float",
  "double",
  "_Bool",
  "__int128",
]);

/** Words that change nothing about how a value lies in memory. */
export const QUALIFIERS: ReadonlySet<string> = new Set([
  "const",
  "volatile",
  "restrict",
  "__restrict",
  "register",
  "__user",
  "__kernel",
  "__percpu",
  "__rcu",
  "__iomem",
  "__force",
]);

/** Types of the language itself; those with a size in brackets are read as `sizedType`. */
const OWN_TYPES: ReadonlySet<string> = new Set([
  ...["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"],
  ...["s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64"],
  ...["__s8", "__s16", "__s32", "__s64", "__u8", "__u16", "__u32", "__u64"],
  ...["__be16", "__be32", "__be64", "__le16", "__le32", "__le64"],
  ...["bool", "void", "string", "buffer", "inet", "min_t", "max_t"],
]);

/** Whether `word` is a type without any doubt: a keyword, one of our own, a typedef of the script, or `…_t`. */
export function isTypeName(p: Cursor, word: string): boolean {
  return (
    C_TYPE_WORDS.has(word) ||
    OWN_TYPES.has(word) ||
    p.typedefs.has(word) ||
    /^[a-zA-Z_][a-zA-Z0-9_]*_t$/.test(word)
  );
}

/** What a look ahead found: `next` is the index of the token behind the type; `sure`: it can only be a type. */
export type TypeAhead = Readonly<{ next: number; sure: boolean }>;

function tokenAt(p: Cursor, index: number): Token {
  return index === 0 ? p.tok : p.peek(index);
}

/**
 * Whether the token `index` places ahead (0: the current one) begins something with the shape of a type. Reads tokens
 * only, so its cost does not multiply where brackets nest.
 */
export function typeAhead(p: Cursor, index: number): TypeAhead | undefined {
  let at = index;
  const word = () => (tokenAt(p, at).kind === "identifier" ? tokenAt(p, at).text : undefined);
  while (QUALIFIERS.has(word() ?? "")) at++;
  const first = word();
  if (first === undefined) return undefined;
  let sure = at > index || isTypeName(p, first);
  if (first === "struct" || first === "union" || first === "enum") {
    at++;
    if (word() === undefined) return undefined;
    sure = true;
    at++;
  } else if (first === "typeof" || first === "__typeof__") {
    const end = skipBrackets(p, at + 1);
    if (end === undefined) return undefined;
    sure = true;
    at = end;
  } else if (C_TYPE_WORDS.has(first))
    while (C_TYPE_WORDS.has(word() ?? "") || QUALIFIERS.has(word() ?? "")) at++;
  else at++;
  const plain = at;
  at = skipSuffixes(p, at);
  const last = tokenAt(p, at - 1).text;
  const isEmptyBrackets = last === "]" && tokenAt(p, at - 2).text === "[";
  return { next: at, sure: sure || (at > plain && (last === "*" || isEmptyBrackets)) };
}

/** The index behind `*`, qualifiers, and brackets with nothing, a number or a name in them. */
function skipSuffixes(p: Cursor, from: number): number {
  let at = from;
  for (;;) {
    const token = tokenAt(p, at);
    if (token.text === "*" || (token.kind === "identifier" && QUALIFIERS.has(token.text))) at++;
    else if (token.text === "[" && tokenAt(p, at + 1).text === "]") at += 2;
    else if (token.text === "[" && isLength(tokenAt(p, at + 1)) && tokenAt(p, at + 2).text === "]") at += 3;
    else return at;
  }
}

function isLength(token: Token): boolean {
  return token.kind === "integer" || token.kind === "identifier";
}

const MAX_TYPEOF_TOKENS = 200;

/** The index behind the bracket that closes the `(` at `index`. */
function skipBrackets(p: Cursor, index: number): number | undefined {
  if (tokenAt(p, index).text !== "(") return undefined;
  let depth = 0;
  for (let at = index; at < index + MAX_TYPEOF_TOKENS; at++) {
    const token = tokenAt(p, at);
    if (token.kind === "end" || token.kind === "broken") return undefined;
    if (token.kind !== "punctuation") continue;
    if (token.text === "(") depth++;
    if (token.text === ")" && --depth === 0) return at + 1;
  }
  return undefined;
}

/** Marks that begin an operand and cannot stand between two. */
const OPERAND_MARKS: ReadonlySet<string> = new Set(["(", "!", "~"]);
/** Marks that can be either. */
const EITHER_MARKS: ReadonlySet<string> = new Set(["-", "+", "*", "&", "++", "--"]);

/**
 * Whether the `(` here begins a cast: a type stands between it and its `)`, and an operand follows. A name that nobody
 * declared as a type counts as one if nothing else makes sense: `(my_type)$x` does, `(x) - 1` does not.
 */
export function castAhead(p: Cursor): boolean {
  const ahead = typeAhead(p, 1);
  if (ahead === undefined || tokenAt(p, ahead.next).text !== ")") return false;
  if (p.inCondition && !ahead.sure) return false;
  const operand = tokenAt(p, ahead.next + 1);
  switch (operand.kind) {
    case "punctuation":
      return OPERAND_MARKS.has(operand.text) || (ahead.sure && EITHER_MARKS.has(operand.text));
    case "identifier":
      return operand.text !== "else";
    case "end":
    case "broken":
      return false;
    default:
      return true;
  }
}
