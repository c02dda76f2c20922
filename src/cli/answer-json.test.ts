import { expect, test } from "vitest";
import { asksJson } from "./answer-json.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; argv: string[]; asks: boolean }>([
  { rule: "the long option",                argv: ["list", "--json", "--frob"], asks: true },
  { rule: "many lines are JSON too",        argv: ["--pretty"],                 asks: true },
  { rule: "the letter",                     argv: ["-j"],                       asks: true },
  { rule: "the letter among others",        argv: ["-fj", "list"],              asks: true },
  { rule: "a long option with that letter", argv: ["--object", "j"],            asks: false },
  { rule: "what stands behind --",          argv: ["--", "--json"],             asks: false },
  { rule: "none",                           argv: ["list", "-p"],               asks: false },
])("JSON is asked for: $rule", ({ argv, asks }) => {
  expect(asksJson(argv)).toBe(asks);
});
