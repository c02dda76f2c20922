// What a page can import of the package: each portable entry bundles for a browser, and needs nothing of Node.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleEntry, isPortable, portableEntries } from "../../scripts/browser/bundle.mjs";
import { buildLibrary, publicEntries } from "../../scripts/build.mjs";

const folder = mkdtempSync(join(tmpdir(), "skep-library-"));
beforeAll(() => buildLibrary(publicEntries(), folder));
afterAll(() => rmSync(folder, { recursive: true }));

// What the package holds: built for Node, in pieces that entries share, and bundled again for a page.
test.each(Object.keys(portableEntries()))("skep/%s bundles for a browser", async (name) => {
  const text: string = await bundleEntry(`./lib/${name}.js`, folder);
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
