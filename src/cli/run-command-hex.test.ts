import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { parseHex, toHex } from "./run-command-hex.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "bytes apart",                     text: "b7 00 2A ff",                      hex: "b7002aff" },
  { rule: "bytes together",                  text: "b7002aff\n95",                     hex: "b7002aff95" },
  { rule: "a C list",                        text: "{ 0xb7, 0x0, 0x2a }",              hex: "b7002a" },
  { rule: "a C string",                      text: '"\\xb7\\x00" "\\x2a"',             hex: "b7002a" },
  { rule: "64-bit words, low byte first",    text: "0x0000002a000000b7 0x95",          hex: "b70000002a00000095" },
  { rule: "… and short ones",                text: "0x100",                            hex: "0001000000000000" },
  { rule: "comments",                        text: "# a\nb7 // b 00\n00 ; c\n2a",      hex: "b7002a" },
  { rule: "nothing",                         text: " \n# only a comment",              hex: "" },
])("$rule", ({ text, hex }) => {
  expect(toHex(parseHex(text, "x"))).toBe(hex);
});

// biome-ignore format: one case per line
test.each([
  { rule: "half a byte",     text: "b7 0",                      says: "line 1: `0`" },
  { rule: "a word",          text: "b7\nmov r0",                says: "line 2: `mov`" },
  { rule: "17 digits",       text: "0x00000000000000000",       says: "`0x00000000000000000`" },
  { rule: "a stray g",       text: "b7g",                       says: "`b7g`" },
])("refused: $rule", ({ text, says }) => {
  let said: unknown;
  try {
    parseHex(text, "x");
  } catch (error) {
    said = error;
  }
  expect(said).toBeInstanceOf(SkepError);
  expect(said).toMatchObject({ code: "run/bad-hex", message: expect.stringContaining(says) });
});
