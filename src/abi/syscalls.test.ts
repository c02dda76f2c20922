import { expect, test } from "vitest";
import { syscallNumbers } from "./syscalls.ts";

// biome-ignore format: one case per line
test.each([
  { name: "read",         x86_64: 0,   aarch64: 63 },
  { name: "newfstat",     x86_64: 5,   aarch64: 80 },
  { name: "clone",        x86_64: 56,  aarch64: 220 },
  { name: "newuname",     x86_64: 63,  aarch64: 160 },
  { name: "umount",       x86_64: 166, aarch64: 39 },
  { name: "openat",       x86_64: 257, aarch64: 56 },
  { name: "bpf",          x86_64: 321, aarch64: 280 },
  { name: "io_uring_enter", x86_64: 426, aarch64: 426 },
  { name: "open",         x86_64: 2,   aarch64: undefined },
  { name: "mseal",        x86_64: 462, aarch64: 462 },
])("number of $name", ({ name, x86_64, aarch64 }) => {
  expect(syscallNumbers("x86_64").get(name)).toBe(x86_64);
  expect(syscallNumbers("aarch64").get(name)).toBe(aarch64);
});
