import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { BtfBuilder } from "../btf/encode.ts";
import { makeElf } from "../elf/testing.ts";
import { openGivenBtf } from "./given-btf.ts";

const folder = mkdtempSync(join(tmpdir(), "skep-given-btf-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const builder = new BtfBuilder();
builder.add({
  kind: "int",
  name: "number",
  bytes: 4,
  bits: 32,
  bitOffset: 0,
  signed: true,
  char: false,
  bool: false,
});
const types = builder.finish();

test("a file of BTF gives its types", () => {
  expect(openGivenBtf(file("types", types))?.find("number", "int")).toHaveLength(1);
});

test("so does an ELF file with such a section", () => {
  const elf = makeElf({ sections: [{ name: ".BTF", type: 1, data: types }] });
  expect(openGivenBtf(file("vmlinux", elf))?.find("number", "int")).toHaveLength(1);
});

test("a file that is not there gives none", () => {
  expect(openGivenBtf(join(folder, "nowhere"))).toBeUndefined();
});

test.each([
  { rule: "a folder", path: () => folder, why: /folder/ },
  { rule: "a text", path: () => file("text", "not BTF, and quite long for that"), why: /no BTF/ },
  { rule: "an empty file", path: () => file("empty", ""), why: /too few/ },
  { rule: "a file that was cut", path: () => file("cut", types.subarray(0, types.length - 2)), why: /beyond/ },
  { rule: "an ELF file without types", path: () => file("bare", makeElf({ sections: [] })), why: /\.BTF/ },
  {
    rule: "a damaged ELF file",
    path: () => file("torn", "\x7fELF and then nothing"),
    why: /cannot be used: .+/,
  },
])("$rule is refused with its name, why, and what to do", ({ path, why }) => {
  expect(() => openGivenBtf(path())).toThrow(why);
  expect(() => openGivenBtf(path())).toThrow(
    expect.objectContaining({
      code: "btf/given-file",
      message: expect.stringContaining(path()),
      remedy: expect.stringContaining("BPFTRACE_BTF"),
    }),
  );
});
