import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { MOST_PLACES, matchGlob, parseGlob } from "../lower-glob.ts";
import { blockParam, literalBytes } from "../lower-memory.ts";
import { findText } from "../lower-search.ts";
import type { DirectPlace, Lowering } from "../lowering.ts";
import { BOOL, I64, sizeOf, type Type, typeName, U64 } from "../types.ts";

function checkString(c: Checker, expr: Expr | undefined, name: string): void {
  const type = expr && c.expr(expr);
  if (expr && type && type.kind !== "string" && type.kind !== "none")
    c.fail(
      "type/not-a-string",
      expr.span,
      `${name} takes strings, but this is ${typeName(type)}`,
      "read it first: `str(…)`",
    );
}

function checkLiteral(c: Checker, expr: Expr | undefined, use: Expr, what: string): string | undefined {
  const text = expr && c.text(expr);
  if (text === undefined)
    c.fail("type/constant", expr?.span ?? use.span, `${what} must be a literal`, "write it in quotes");
  return text;
}

/** The text as bytes that code can read, zeros behind it. */
function copied(l: Lowering, text: Expr): { place: DirectPlace; size: number } {
  const type = l.typeOf(text);
  const size = sizeOf(type);
  const place = l.temporary("text", Math.max(8, size));
  l.store(l.operand(text), type, place, type);
  return { place, size };
}

const strstr: Builtin = {
  name: "strstr",
  usage: "strstr(haystack, needle)",
  doc: "Where the first string holds the second, which must be a literal; -1 when it does not.",
  form: "call",
  arity: [2, 2],
  check(c, use, [haystack, needle]) {
    checkString(c, haystack, "strstr");
    checkLiteral(c, needle, use, "the text to look for");
    return I64;
  },
  lower(l, _use, [haystack, needle]) {
    if (!haystack || !needle) throw new Error("bug: strstr() without its arguments");
    const wanted = literalBytes(l.text(needle) ?? "").slice(0, -1);
    if (wanted.length === 0) return { kind: "int", value: l.b.const(0) };
    const { place, size } = copied(l, haystack);
    return { kind: "int", value: l.b.binary("sub", findText(l, place, size, wanted), l.b.const(1)) };
  },
};

const globmatch: Builtin = {
  name: "globmatch",
  usage: "globmatch(string, pattern)",
  doc: "Whether a string matches a pattern of `*`, `?`, `[a-z]` and `[!a-z]` from its first to its last character.",
  form: "call",
  arity: [2, 2],
  check(c, use, [text, pattern]) {
    checkString(c, text, "globmatch");
    const literal = checkLiteral(c, pattern, use, "the pattern");
    if (pattern && literal !== undefined && !parseGlob(literalBytes(literal).slice(0, -1)))
      c.fail(
        "type/pattern",
        pattern.span,
        `the pattern takes more than ${MOST_PLACES} characters`,
        "make it shorter with `*`",
      );
    return BOOL;
  },
  lower(l, _use, [text, pattern]) {
    const glob = parseGlob(literalBytes((pattern && l.text(pattern)) ?? "").slice(0, -1));
    if (!text || !glob) throw new Error("bug: a bad pattern passed the check");
    const { place, size } = copied(l, text);
    return { kind: "int", value: matchGlob(l, place, size, glob) };
  },
};

const strcap: Builtin = {
  name: "strcap",
  usage: "strcap(string)",
  doc: "How many bytes a string can have at most, without the NUL; what is behind a pointer has the default length.",
  form: "call",
  arity: [1, 1],
  check(c, use, [text]) {
    const type = text && c.expr(text);
    if (!text || !type || capacityOf(type, 0) !== undefined || type.kind === "none") return U64;
    return c.fail(
      "type/not-a-string",
      text.span,
      `strcap takes a string, but this is ${typeName(type)}`,
      use.span ? "read it first: `strcap(str(…))`" : "",
    );
  },
  lower(l, _use, [text]) {
    const most = l.env.options.maxStringBytes;
    return { kind: "int", value: l.b.const(text ? (capacityOf(l.typeOf(text), most) ?? 0) : 0) };
  },
};

function capacityOf(type: Type, most: number): number | undefined {
  if (type.kind === "string") return Math.max(0, type.size - 1);
  const isBytes = (of: Type) => of.kind === "int" && of.size === 1;
  if (type.kind === "array" && isBytes(type.of)) return type.length;
  return type.kind === "pointer" && isBytes(type.to) ? most : undefined;
}

const defaultLength: Builtin = {
  name: "default_str_length",
  usage: "default_str_length()",
  doc: "How many bytes str() reads where it is given no length (the setting max_strlen).",
  form: "both",
  arity: [0, 0],
  check: () => U64,
  lower: (l) => ({ kind: "int", value: l.b.const(l.env.options.maxStringBytes) }),
};

const MOST_COMPARED = 1024n; // bytes

const memcmp: Builtin = {
  name: "memcmp",
  usage: "memcmp(left, right, count)",
  doc: "0 when the first `count` bytes of both are the same; below or above 0 as the first that differs.",
  form: "call",
  arity: [3, 3],
  check(c, use, [left, right, count]) {
    const bytes = count && c.constant(count);
    if (bytes === undefined || bytes < 0n || bytes > MOST_COMPARED)
      return c.fail(
        "type/constant",
        count?.span ?? use.span,
        `the number of bytes must be a constant up to ${MOST_COMPARED}`,
        "write a number",
      );
    for (const side of [left, right]) {
      const type = side && c.expr(side);
      const fits = !type || type.kind === "none" || type.kind === "pointer" || sizeOf(type) > 0;
      if (side && type && !fits)
        c.fail(
          "type/address",
          side.span,
          `${typeName(type)} has no bytes`,
          "give a string, an array or a pointer",
        );
    }
    return I64;
  },
  lower(l, _use, [left, right, count]) {
    if (!left || !right || !count) throw new Error("bug: memcmp() without its arguments");
    const bytes = Number(l.constant(count) ?? 0n);
    return { kind: "int", value: compareBytes(l, bytesOf(l, left, bytes), bytesOf(l, right, bytes), bytes) };
  },
};

/** `count` bytes of a value or from behind a pointer, zeros where it has fewer; a multiple of 8 in all. */
function bytesOf(l: Lowering, expr: Expr, count: number): DirectPlace {
  const type = l.typeOf(expr);
  const room = Math.ceil(Math.max(count, 8) / 8) * 8;
  const own = type.kind === "pointer" ? count : sizeOf(type);
  const place = l.temporary("bytes", Math.max(room, own));
  l.zero(place, room);
  const operand = l.operand(expr);
  if (type.kind === "pointer") l.copyFrom(type.space, place, { max: count }, l.toInt(operand, type));
  else l.store(operand, type, place, type);
  return place;
}

/** Words are compared with their first byte as the highest, so that the first word that differs decides. */
function compareBytes(l: Lowering, left: DirectPlace, right: DirectPlace, count: number): Value {
  const { b } = l;
  const done = b.block("i64");
  for (let at = 0; at < count; at += 8) {
    const kept = Math.min(8, count - at) * 8;
    const [x, y] = [left, right].map((place) => {
      const word = b.byteswap(64, b.load(place.space, 8, place.base, place.off + at));
      return kept === 64 ? word : b.binary("rsh", word, b.const(64 - kept));
    }) as [Value, Value];
    const differs = b.block();
    const next = b.block();
    b.branch("ne", 64, x, y, differs, next);
    b.enter(differs);
    const above = b.extend(b.compare("gt", x, y), 32, false);
    b.jump(done, b.binary("sub", b.binary("lsh", above, b.const(1)), b.const(1)));
    b.enter(next);
  }
  b.jump(done, b.const(0));
  b.enter(done);
  return blockParam(done);
}

export const searchBuiltins: readonly Builtin[] = [strstr, globmatch, strcap, defaultLength, memcmp];
