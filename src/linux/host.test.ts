import { expect, test } from "vitest";
import { openHost } from "./host.ts";

const host = openHost({ now: () => 0n });

test("a file that cat() cannot read is named with the system's reason", () => {
  const read = (path: string) => () => host.readFile?.(path, 100);
  expect(read("/nonexistent")).toThrow(/^failed to open file '\/nonexistent': No such file or directory$/);
  expect(read("/")).toThrow(/^failed to open file '\/': Is a directory$/);
});

test("reading stops at the limit", () => {
  expect(host.readFile?.("/proc/self/status", 5)).toEqual(new TextEncoder().encode("Name:"));
});
