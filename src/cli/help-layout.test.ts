import { expect, test } from "vitest";
import { helpTable, wrapText } from "./help-layout.ts";

test("two columns", () => {
  const rows = [
    ["-a", "short"],
    ["--long NAME", "longer"],
  ] as const;
  expect(helpTable(rows)).toBe("  -a           short\n  --long NAME  longer\n");
});

test("what is too wide stands on its own line", () => {
  const [first, second] = helpTable([["x".repeat(50), "does"]]).split("\n");
  expect(first).toBe(`  ${"x".repeat(50)}`);
  expect(second?.trim()).toBe("does");
});

test("text is broken between words, and no word is lost", () => {
  const words = Array.from({ length: 80 }, (_, i) => `word${i}`);
  const lines = wrapText(words.join(" "), "    ").split("\n");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  expect(lines.map((line) => line.trim()).join(" ")).toBe(words.join(" "));
});
