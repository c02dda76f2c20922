import { SkepError } from "../base/errors.ts";

const SHOWN = 20; // characters of what is no hex

/**
 * Bytes written in hex: `b7 00 00 00`, `b7000000`, `0xb7, 0x00` or `\xb7\x00`. A number with 0x and more than two digits
 * is a 64-bit word, low byte first. Commas, braces and comments (#, //, ;) may stand between. Throws SkepError.
 */
export function parseHex(text: string, name: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2 + 8); // `0xabc` is 8 bytes
  let length = 0;
  const tokens = /(?:#|\/\/|;)[^\n]*|[\s,{}"]+|((?:\\x[\da-f]{2})+|(?:0x)?[\da-f]+)(?![^\s,{}"#;/])|(.)/giy;
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [, token, stranger] = found;
    const size = token === undefined ? 0 : writeToken(token.toLowerCase(), bytes, length);
    if (size === undefined || stranger !== undefined) throw notHex(text, found.index, name);
    length += size;
  }
  return bytes.slice(0, length);
}

/** How many bytes the token is; undefined when it is none. */
function writeToken(token: string, into: Uint8Array, at: number): number | undefined {
  const digits = token.replace(/^0x/, "").replaceAll("\\x", "");
  if (token.startsWith("0x") && digits.length > 2) {
    if (digits.length > 16) return undefined;
    new DataView(into.buffer).setBigUint64(at, BigInt(token), true);
    return 8;
  }
  if (token.startsWith("0x")) {
    into[at] = Number.parseInt(digits, 16);
    return 1;
  }
  if (digits.length % 2 !== 0) return undefined;
  for (let i = 0; i < digits.length; i += 2) into[at + i / 2] = Number.parseInt(digits.slice(i, i + 2), 16);
  return digits.length / 2;
}

function notHex(text: string, at: number, name: string): SkepError {
  const line = text.slice(0, at).split("\n").length;
  const word = text.slice(at, at + SHOWN).split(/\s/)[0] || text.slice(at, at + 1);
  return new SkepError(`${name}: line ${line}: \`${word}\` is no byte in hex, and no 64-bit word`, {
    code: "run/bad-hex",
    remedy: "write two digits per byte, as in `b7 00 00 00 2a 00 00 00`, or 64-bit words with 0x",
  });
}

/** Bytes as two digits each, without anything between. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
