/** What stands at a backslash: a byte, nothing (a line joined to the next), or an escape that C does not have. */
export type Escape = Readonly<
  | { kind: "byte"; byte: number; length: number }
  | { kind: "joinedLine"; length: number }
  | { kind: "unknown"; length: number }
  | { kind: "range"; length: number } // an octal escape above 255
>;

// biome-ignore format: one escape per line
const SIMPLE: Readonly<Record<string, number>> = {
  a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, e: 27,
  '"': 34, "'": 39, "?": 63, "\\": 92,
};

/**
 * Reads the escape whose backslash is at `at`. `length` counts the backslash too and never reaches past the text.
 * `\x` takes one or two digits, an octal escape one to three.
 */
export function readEscape(text: string, at: number): Escape {
  const letter = text[at + 1];
  if (letter === undefined) return { kind: "unknown", length: 1 };
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { kind: "byte", byte: simple, length: 2 };
  if (letter === "\n") return { kind: "joinedLine", length: 2 };
  if (letter === "\r" && text[at + 2] === "\n") return { kind: "joinedLine", length: 3 };
  if (letter === "x") {
    const digits = /^[0-9a-fA-F]{1,2}/.exec(text.slice(at + 2, at + 4))?.[0];
    if (digits === undefined) return { kind: "unknown", length: 2 };
    return { kind: "byte", byte: Number.parseInt(digits, 16), length: 2 + digits.length };
  }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal === undefined) return { kind: "unknown", length: 2 };
  const byte = Number.parseInt(octal, 8);
  return byte > 255
    ? { kind: "range", length: 1 + octal.length }
    : { kind: "byte", byte, length: 1 + octal.length };
}

// biome-ignore format: one escape per line
const SPELLED: ReadonlyMap<number, string> = new Map([
  [7, "\\a"], [8, "\\b"], [9, "\\t"], [10, "\\n"], [11, "\\v"], [12, "\\f"], [13, "\\r"],
  [34, '\\"'], [92, "\\\\"],
]);

/**
 * The body of a string literal, without quotes, that means exactly `bytes`: printable text as it is, everything else
 * escaped. Sequences that are not UTF-8 become `\xHH`.
 */
export function escapeBytes(bytes: Uint8Array): string {
  let out = "";
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const spelled = SPELLED.get(byte);
    const text = byte >= 0x80 ? readUtf8(bytes, at) : undefined;
    if (spelled !== undefined) out += spelled;
    else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
    else if (text !== undefined) out += text;
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
    at += text === undefined ? 1 : utf8Length(byte);
  }
  return out;
}

/** The bytes as text; what is not UTF-8 becomes U+FFFD. */
export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function utf8Length(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return 2;
}

/** The visible character encoded at `at`, or undefined if there is none: bad UTF-8, C1 controls, invisible marks. */
function readUtf8(bytes: Uint8Array, at: number): string | undefined {
  const piece = bytes.subarray(at, at + utf8Length(bytes[at] ?? 0));
  const text = textOfBytes(piece);
  if ([...text].length !== 1 || text === "\ufffd" || new TextEncoder().encode(text).length !== piece.length)
    return undefined;
  return /[\p{C}\p{Z}]/u.test(text) ? undefined : text;
}
