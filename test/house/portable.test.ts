// What a page can import of the package: each portable entry bundles for a browser, and needs nothing of Node.
import { expect, test } from "vitest";
import { bundleEntry, isPortable, portableEntries } from "../../scripts/browser/bundle.mjs";

test.each(Object.entries(portableEntries()))("skep/%s bundles for a browser", async (name, file) => {
  const text: string = await bundleEntry(file);
  expect(text).not.toMatch(/["']node:|\brequire\(["']/);
  expect(text).not.toMatch(/\bprocess\.(?:env|argv|platform)\b|\bBuffer\.(?:from|alloc)\b/);
  console.log(`skep/${name}: ${(text.length / 1024).toFixed(1)} KiB minified`);
});

test("the portable entries are those that the documentation names", () => {
  expect(Object.keys(portableEntries())).toEqual(expect.arrayContaining(["btf", "isa", "output", "vm"]));
});

// biome-ignore format: one case per line
test.each([
  { room: "base",  portable: true },
  { room: "sim",   portable: true },
  { room: "linux", portable: false },
  { room: "cli",   portable: false },
  { room: ".",     portable: false },
])("$room is portable: $portable", ({ room, portable }) => {
  expect(isPortable(room)).toBe(portable);
});

test("an entry that uses Node is refused", async () => {
  await expect(bundleEntry("src/linux/public.ts")).rejects.toThrow(/Could not resolve "node:/);
});
