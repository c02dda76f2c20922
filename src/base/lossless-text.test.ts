import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeCString,
  decodeText,
  encodeText,
  escapeControls,
  escapeLine,
  escapeLoneBytes,
} from "./lossless-text.ts";

const decode = (...bytes: number[]): string => decodeText(Uint8Array.from(bytes), 0, bytes.length);

// biome-ignore format: one case per line
test.each([
  { rule: "ASCII",                          bytes: [0x61, 0x62],             text: "ab" },
  { rule: "two bytes",                      bytes: [0xc3, 0xa4],             text: "ä" },
  { rule: "four bytes",                     bytes: [0xf0, 0x9f, 0x90, 0x9d], text: "🐝" },
  { rule: "a byte that starts nothing",     bytes: [0x61, 0xff, 0x62],       text: "a\udcffb" },
  { rule: "a cut sequence",                 bytes: [0xe2, 0x82],             text: "\udce2\udc82" },
  { rule: "an overlong form",               bytes: [0xc0, 0xaf],             text: "\udcc0\udcaf" },
  { rule: "an overlong form of three",      bytes: [0xe0, 0x80, 0xaf],       text: "\udce0\udc80\udcaf" },
  { rule: "a surrogate in UTF-8",           bytes: [0xed, 0xa0, 0x80],       text: "\udced\udca0\udc80" },
  { rule: "above U+10FFFF",                 bytes: [0xf4, 0x90, 0x80, 0x80], text: "\udcf4\udc90\udc80\udc80" },
  { rule: "a byte order mark is kept",      bytes: [0xef, 0xbb, 0xbf, 0x61], text: "\ufeffa" },
])("decodes $rule", ({ bytes, text }) => {
  expect(decode(...bytes)).toBe(text);
});

test("bytes survive the way through text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect([...encodeText(decodeText(bytes, 0, bytes.length))]).toEqual([...bytes]);
    }),
  );
});

test("valid text is decoded as TextDecoder does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const bytes = new TextEncoder().encode(text);
      expect(decodeText(bytes, 0, bytes.length)).toBe(text);
    }),
  );
});

test("long texts are decoded in pieces", () => {
  const text = "ä".repeat(20_000);
  const bytes = new TextEncoder().encode(text);
  expect(decodeText(bytes, 0, bytes.length)).toBe(text);
});

test("a C string ends at its NUL or where its room ends", () => {
  const bytes = Uint8Array.from([0x61, 0x62, 0, 0x63]);
  expect(decodeCString(bytes, 0, 4)).toBe("ab");
  expect(decodeCString(bytes, 0, 1)).toBe("a");
});

test("a lone half of a surrogate pair that stands for no byte is replaced", () => {
  expect([...encodeText("\ud800")]).toEqual([0xef, 0xbf, 0xbd]);
});

// biome-ignore format: one case per line
test.each([
  { rule: "plain text stays",               text: "äöü 🐝 x",        shown: "äöü 🐝 x" },
  { rule: "newline and tab stay",           text: "a\n\tb",          shown: "a\n\tb" },
  { rule: "escape sequences are defused",   text: "\x1b[31mred",     shown: "\\x1b[31mred" },
  { rule: "carriage return is shown",       text: "a\rb",            shown: "a\\x0db" },
  { rule: "DEL and C1 are shown",           text: "\x7f\x9b2J",      shown: "\\x7f\\x9b2J" },
  { rule: "bytes are shown",                text: "a\udcff",         shown: "a\\xff" },
  { rule: "other lone surrogates",          text: "\ud83d!",         shown: "\ufffd!" },
])("escapeControls: $rule", ({ text, shown }) => {
  expect(escapeControls(text)).toBe(shown);
});

test("escapeLine keeps text on its line", () => {
  expect(escapeLine("a\n\tb\x00")).toBe("a\\n\\tb\\x00");
});

test("escapeLoneBytes leaves control characters to the format that follows", () => {
  expect(escapeLoneBytes("\x1b\udc80")).toBe("\x1b\\x80");
});
