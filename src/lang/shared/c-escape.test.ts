import fc from "fast-check";
import { expect, test } from "vitest";
import { type Escape, escapeBytes, readEscape, textOfBytes } from "./c-escape.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: Escape }>([
  { rule: "newline",                   text: "\\n",     gives: { kind: "byte", byte: 10, length: 2 } },
  { rule: "quote",                     text: '\\"',     gives: { kind: "byte", byte: 34, length: 2 } },
  { rule: "escape character",          text: "\\e",     gives: { kind: "byte", byte: 27, length: 2 } },
  { rule: "octal takes three digits",  text: "\\1012",  gives: { kind: "byte", byte: 65, length: 4 } },
  { rule: "octal takes one digit",     text: "\\0z",    gives: { kind: "byte", byte: 0, length: 2 } },
  { rule: "octal above a byte",        text: "\\777",   gives: { kind: "range", length: 4 } },
  { rule: "hexadecimal takes two",     text: "\\x414",  gives: { kind: "byte", byte: 65, length: 4 } },
  { rule: "hexadecimal takes one",     text: "\\xg",    gives: { kind: "unknown", length: 2 } },
  { rule: "unknown letter",            text: "\\q",     gives: { kind: "unknown", length: 2 } },
  { rule: "nothing behind",            text: "\\",      gives: { kind: "unknown", length: 1 } },
  { rule: "a joined line",             text: "\\\n",    gives: { kind: "joinedLine", length: 2 } },
  { rule: "a joined line, DOS",        text: "\\\r\n",  gives: { kind: "joinedLine", length: 3 } },
])("escape: $rule", ({ text, gives }) => {
  expect(readEscape(text, 0)).toEqual(gives);
});

// biome-ignore format: one case per line
test.each<{ rule: string; bytes: number[]; gives: string }>([
  { rule: "plain text",              bytes: [97, 98],         gives: "ab" },
  { rule: "quotes and backslashes",  bytes: [34, 92],         gives: '\\"\\\\' },
  { rule: "controls",                bytes: [10, 27, 0],      gives: "\\n\\x1b\\x00" },
  { rule: "UTF-8 stays text",        bytes: [0xc3, 0xa9],     gives: "é" },
  { rule: "a lone byte is escaped",  bytes: [0xc3, 0x41],     gives: "\\xc3A" },
  { rule: "a hidden mark is escaped", bytes: [0xe2, 0x80, 0x8b], gives: "\\xe2\\x80\\x8b" },
])("escaping: $rule", ({ bytes, gives }) => {
  expect(escapeBytes(new Uint8Array(bytes))).toBe(gives);
});

test("escaped bytes read back as the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = escapeBytes(bytes);
      const back: number[] = [];
      for (let at = 0; at < text.length; ) {
        if (text[at] === "\\") {
          const escape = readEscape(text, at);
          if (escape.kind === "byte") back.push(escape.byte);
          at += escape.length;
        } else {
          const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
          back.push(...new TextEncoder().encode(char));
          at += char.length;
        }
      }
      expect(back).toEqual([...bytes]);
    }),
  );
});

test("bytes that are not UTF-8 show as replacement characters", () => {
  expect(textOfBytes(new Uint8Array([0x41, 0xff]))).toBe("A\ufffd");
});
