import type { AttachPart, AttachPoint } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { ABANDONED } from "./faults.ts";
import { isTypographicQuote } from "./lex-string.ts";
import { type ProbeType, probeTypeOf } from "./probe-types.ts";

const LABEL = /([_a-zA-Z][_a-zA-Z0-9]*)[ \t]*=(?!=)[ \t]*/y;
const TYPE = /[_a-zA-Z0-9*?.-]+/y;
const BLANKS = /[ \t]*/y;
const PARAMETER = /\$([0-9]{1,5})/y;
const BRACES = /\{[\w*?.-]*(?:,[\w*?.-]*)+\}/y;
const OFFSET = /\+(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})$/;
const OFFSET_APART = /[ \t]*\+[ \t]*(?=[0-9])/y;
const REST_BELOW = /\s*\n\s*(?=[\w"$*.~])/y; // the next part stands on a line of its own

const PROBE_HELP =
  "begin with a probe such as tracepoint:syscalls:sys_enter_openat, kprobe:vfs_read, interval:s:1 or begin";

/** Which part of an attach point is a file's path, so that `/` belongs to it. */
const PATH_PART: Partial<Record<ProbeType, number>> = {
  uprobe: 0,
  uretprobe: 0,
  usdt: 0,
  iter: 1,
  watchpoint: 0,
  asyncwatchpoint: 0,
};
/** Whose last part can end in `+offset`, and from which part on. */
const OFFSET_PART: Partial<Record<ProbeType, number>> = { kprobe: 0, kretprobe: 0, uprobe: 1, uretprobe: 1 };

/** Attach points with commas between them; a comma may stand behind the last one. The text is read as it stands. */
export function parseAttachPoints(p: Cursor): AttachPoint[] {
  const points: AttachPoint[] = [];
  let at = p.tok.start;
  for (;;) {
    const point = readPoint(p, at);
    points.push(point);
    p.prevEnd = point.span.end;
    p.seek(point.span.end);
    if (!p.is(",")) return points;
    p.lexer.pos = p.tok.end;
    p.lexer.skipBlank();
    at = p.lexer.pos;
    if (p.text[at] === "{" || p.text[at] === "/" || at >= p.text.length) {
      p.advance();
      return points;
    }
  }
}

function readPoint(p: Cursor, start: number): AttachPoint {
  const { text } = p;
  const label = matchAt(LABEL, text, start);
  const typeAt = start + (label?.[0].length ?? 0);
  const written = matchAt(TYPE, text, typeAt)?.[0] ?? "";
  if (written === "") {
    const found = text[typeAt] === "{" ? "a block without a probe" : "no probe";
    const end = Math.min(typeAt + 1, text.length);
    refuse(p, { start: Math.max(0, end - 1), end }, `expected a probe, found ${found}`, PROBE_HELP);
  }
  const type = probeTypeOf(written);
  const parts: AttachPart[] = [];
  let end = typeAt + written.length;
  for (let colon = skip(text, end); text[colon] === ":"; colon = skip(text, end)) {
    const below = matchAt(REST_BELOW, text, colon + 1)?.[0].length ?? 0;
    let at = skip(text, colon + 1 + below);
    if (text[at] === undefined || /[\s/{,]/.test(text.charAt(at)))
      at = belongs(text, at, type, parts.length) ? at : colon + 1;
    const reader = new PartReader(p, at, type, parts.length);
    parts.push(reader.read());
    end = reader.pos;
  }
  const last = parts.pop();
  if (last) parts.push(takeOffset(last, text, type, parts.length));
  return {
    kind: "attachPoint",
    ...(label?.[1] !== undefined && { label: label[1] }),
    written,
    writtenSpan: { start: typeAt, end: typeAt + written.length },
    ...(type && { type }),
    parts,
    span: { start, end },
  };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skip(text: string, at: number): number {
  return at + (matchAt(BLANKS, text, at)?.[0].length ?? 0);
}

function refuse(p: Cursor, span: { start: number; end: number }, message: string, help: string): never {
  p.faults.add("syntax/bad-attach-point", span, message, help);
  throw ABANDONED;
}

/** Whether the `/` at `at` begins or continues a path, and not a predicate. */
function belongs(text: string, at: number, type: ProbeType | undefined, part: number): boolean {
  if (text[at] !== "/") return false;
  if (type !== undefined) return isPathPart(type, part);
  return part === 0 && /^[^\s{,"]*:/.test(text.slice(at, at + 4096));
}

/** Whether part `index` of such an attach point is a file's path. */
export function isPathPart(type: ProbeType, index: number): boolean {
  return PATH_PART[type] === index;
}

function takeOffset(part: AttachPart, source: string, type: ProbeType | undefined, index: number): AttachPart {
  const from = type === undefined ? 0 : OFFSET_PART[type];
  if (from === undefined || index < from || source[part.span.end - 1] === '"') return part;
  const match = OFFSET.exec(part.text);
  if (match?.[1] === undefined || match.index === 0) return part;
  const offset = BigInt(match[1]);
  const pieces = part.pieces?.map((piece, at, all) =>
    at === all.length - 1 && typeof piece === "string" ? piece.replace(OFFSET, "") : piece,
  );
  return { ...part, text: part.text.slice(0, match.index), ...(pieces && { pieces }), offset };
}

/** Reads one part, from behind its colon to the next colon or whatever ends the attach point. */
class PartReader {
  pos: number;
  private readonly start: number;
  private readonly p: Cursor;
  private readonly type: ProbeType | undefined;
  private readonly index: number;
  private value = "";
  private quoted = false;
  private pieces: (string | number)[] = [];
  private since = 0; // where in `value` the text behind the last parameter begins

  constructor(p: Cursor, start: number, type: ProbeType | undefined, index: number) {
    this.p = p;
    this.pos = start;
    this.start = start;
    this.type = type;
    this.index = index;
  }

  read(): AttachPart {
    while (this.step());
    const hasParams = this.pieces.length > 0;
    const rest = this.value.slice(this.since);
    return {
      text: this.value,
      quoted: this.quoted,
      ...(hasParams && { pieces: rest === "" ? this.pieces : [...this.pieces, rest] }),
      span: { start: this.start, end: this.pos },
    };
  }

  /** Takes one character, quoted text or parameter; false at the part's end. */
  private step(): boolean {
    const { text } = this.p;
    const char = text[this.pos];
    if (this.plus()) return true;
    if (char === undefined || /[\s:,;}]/.test(char)) return false;
    if (char === "{") return this.braces();
    if (char === "/" && !belongs(text, this.pos, this.type, this.index) && !this.inUnknownPath()) return false;
    if (char === '"' || isTypographicQuote(char)) this.quote(char);
    else if (char === "(" || char === ")") this.bracket();
    else if (char === "$" && this.parameter()) return true;
    else if (char === "\\" && this.pos + 1 < text.length && text[this.pos + 1] !== "\n") this.take(2, 1);
    else this.take(1, 0);
    return true;
  }

  /** The `+` before an offset, with blanks around it. */
  private plus(): boolean {
    const from = this.type === undefined ? undefined : OFFSET_PART[this.type];
    const match = from === undefined || this.index < from ? null : matchAt(OFFSET_APART, this.p.text, this.pos);
    if (match === null || this.pos === this.start) return false;
    this.value += "+";
    this.pos += match[0].length;
    return true;
  }

  private take(length: number, from: number): void {
    this.value += this.p.text.slice(this.pos + from, this.pos + length);
    this.pos += length;
  }

  /** A part of an unknown probe type that began as a path goes on as one. */
  private inUnknownPath(): boolean {
    return this.type === undefined && this.index === 0 && /^\.{0,2}\//.test(this.value || "x");
  }

  private quote(open: string): void {
    const { text } = this.p;
    if (open !== '"')
      this.p.faults.add(
        "syntax/typographic-quote",
        { start: this.pos, end: this.pos + 1 },
        `${open} is a typographic quote`,
        'write the plain quote " instead; such quotes come from copying out of an article',
      );
    const isClose = (char: string) => char === '"' || (open !== '"' && isTypographicQuote(char));
    let at = this.pos + 1;
    this.quoted = true;
    for (; text[at] !== undefined && text[at] !== "\n"; at++) {
      const char = text.charAt(at);
      if (isClose(char)) {
        this.pos = at + 1;
        return;
      }
      const isEscape = char === "\\" && (text[at + 1] === '"' || text[at + 1] === "\\");
      this.value += isEscape ? text.charAt(++at) : char;
    }
    this.p.lexer.swallowed = true;
    const span = { start: this.pos, end: this.pos + 1 };
    this.p.faults.add(
      "syntax/unterminated-string",
      span,
      "this quote has no partner on its line",
      'close it with "',
    );
    throw ABANDONED;
  }

  private bracket(): never {
    const help = 'put quotes around a name that holds brackets: uprobe:./prog:"ns::fn(int)"';
    const span = { start: this.pos, end: this.pos + 1 };
    return refuse(this.p, span, "brackets in a probe's name need quotes", help);
  }

  private parameter(): boolean {
    const match = matchAt(PARAMETER, this.p.text, this.pos);
    if (match?.[1] === undefined) return false;
    const before = this.value.slice(this.since);
    if (before !== "") this.pieces.push(before);
    this.pieces.push(Number(match[1]));
    this.take(match[0].length, 0);
    this.since = this.value.length;
    return true;
  }

  /** A `{` begins the block, but for `{a,b}` as shells write it: that is reported and passed. */
  private braces(): boolean {
    const match = matchAt(BRACES, this.p.text, this.pos);
    if (!match) return false;
    const span = { start: this.pos, end: this.pos + match[0].length };
    const help = "write one probe for each, with commas between them, or use the wildcard `*`";
    this.p.faults.add("syntax/bad-attach-point", span, "a probe's name cannot hold braces", help);
    this.pos = span.end;
    return true;
  }
}

/**
 * The part with positional parameters put in; one that was not given is empty. `params[0]` is $1.
 */
export function expandPart(part: AttachPart, params: readonly string[]): string {
  if (!part.pieces) return part.text;
  return part.pieces.map((piece) => (typeof piece === "string" ? piece : (params[piece - 1] ?? ""))).join("");
}
