import { build } from "esbuild";
import { expect, test } from "vitest";
import { MORE_COMMANDS } from "./more-commands.ts";
import { bundleOf, MORE_NAMES, OBJECT_NAMES } from "./more-names.ts";
import { OBJECT_COMMANDS } from "./object-commands.ts";

test("every name has its command, and the whole bundle has them all", () => {
  expect(Object.keys(OBJECT_COMMANDS).sort()).toEqual([...OBJECT_NAMES].sort());
  expect(Object.keys(MORE_COMMANDS).sort()).toEqual([...MORE_NAMES].sort());
});

// biome-ignore format: one case per line
test.each<{ rule: string; words: string[]; bundle: string | undefined }>([
  { rule: "commands on objects have a bundle of their own", words: ["btf"],       bundle: "skep-objects" },
  { rule: "programs, too",                                  words: ["prog", "show"], bundle: "skep-objects" },
  { rule: "but loading explains what is refused",           words: ["prog", "-d", "load", "a.o"], bundle: "skep-full" },
  { rule: "others are in the whole one",                    words: ["verify"],    bundle: "skep-full" },
  { rule: "tools are the small one's",                      words: ["opensnoop"], bundle: undefined },
  { rule: "so is no command at all",                        words: [""],          bundle: undefined },
  { rule: "and what every object has is no command",        words: ["valueOf"],   bundle: undefined },
  { rule: "built scripts have theirs",                      words: ["-p", "1", "a.skep"], bundle: "skep-shipped" },
  { rule: "but not where a command makes one",              words: ["build", "a.bt", "-o", "a.skep"], bundle: "skep-full" },
])("bundles: $rule", ({ words, bundle }) => {
  expect(bundleOf(words)).toBe(bundle);
});

const MOST_BYTES = 1000; // some constants of a room that is not there

// biome-ignore format: one bundle per line
test.each([
  { rule: "commands on objects need no compiler, verifier or machine", start: "main-objects", without: ["lang", "opt", "codegen", "verify", "vm", "sim", "collection", "tools", "ir"] },
  { rule: "built scripts need no compiler",                            start: "main-shipped", without: ["opt", "codegen", "vm", "sim", "collection"] },
])("bundles: $rule", async ({ start, without }) => {
  const { metafile } = await build({
    entryPoints: [`src/cli/${start}.ts`],
    bundle: true,
    write: false,
    metafile: true,
    minifySyntax: true,
    platform: "node",
    external: ["koffi"],
    define: { "globalThis.SKEP_CORE": "true" },
    supported: { "dynamic-import": false },
    logOverride: { "empty-import-meta": "silent" },
  });
  const [output] = Object.values(metafile.outputs);
  const bytes = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const room = file.split("/")[1] ?? "";
    bytes.set(room, (bytes.get(room) ?? 0) + bytesInOutput);
  }
  for (const room of without) expect(bytes.get(room) ?? 0, room).toBeLessThan(MOST_BYTES);
});
