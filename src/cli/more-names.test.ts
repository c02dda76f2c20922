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
test.each<{ rule: string; name: string; bundle: string | undefined }>([
  { rule: "commands on objects have a bundle of their own", name: "btf",       bundle: "skep-objects" },
  { rule: "others are in the whole one",                    name: "verify",    bundle: "skep-full" },
  { rule: "tools are the small one's",                      name: "opensnoop", bundle: undefined },
  { rule: "so is no command at all",                        name: "",          bundle: undefined },
  { rule: "and what every object has is no command",        name: "valueOf",   bundle: undefined },
])("bundles: $rule", ({ name, bundle }) => {
  expect(bundleOf(name)).toBe(bundle);
});

test("the bundle of commands on objects holds no compiler, verifier or machine", async () => {
  const { metafile } = await build({
    entryPoints: ["src/cli/main-objects.ts"],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    external: ["koffi"],
    logOverride: { "empty-import-meta": "silent" },
  });
  const rooms = new Set(Object.keys(metafile.inputs).map((file) => file.split("/").slice(0, 2).join("/")));
  for (const room of ["lang", "opt", "codegen", "verify", "vm", "sim", "collection", "tools", "ir"])
    expect([...rooms]).not.toContain(`src/${room}`);
});
