// The page is a page: what follows would be worth little if Node were in it.
import { expect, test } from "vitest";

test("there is a window, and no Node", () => {
  expect(typeof window).toBe("object");
  expect(globalThis).not.toHaveProperty("process");
  expect(globalThis).not.toHaveProperty("Buffer");
});
