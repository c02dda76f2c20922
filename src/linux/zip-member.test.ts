import { expect, test } from "vitest";
import { type Packed, zipOf } from "../../test/support/zip-of.ts";
import { bytesSource } from "../elf/source.ts";
import { fileOfPath, partOf, splitArchivePath, zipMember } from "./zip-member.ts";

const text = (words: string) => new TextEncoder().encode(words);
const find = (files: readonly Packed[], name: string, comment = "") =>
  zipMember(bytesSource(zipOf(files, comment)), "/x.apk", name);

test("a stored member is found, whatever stands before and behind", () => {
  const files = [
    { name: "assets/first.txt", data: text("some text") },
    { name: "lib/x.so", data: text("ELF"), align: 4096 },
    { name: "lib/y.so", data: text("other"), align: 4096 },
  ];
  for (const comment of ["", "a comment with PK\x05\x06 in it, and more than enough bytes"]) {
    expect(find(files, "lib/x.so", comment)).toEqual({ offset: 4096, size: 3 });
    expect(find(files, "lib/y.so", comment)).toEqual({ offset: 8192, size: 5 });
  }
  const whole = bytesSource(zipOf(files));
  const part = partOf(whole, zipMember(whole, "/x.apk", "lib/y.so"), "/x.apk");
  expect(new TextDecoder().decode(part.read(1, 4))).toBe("ther");
});

// biome-ignore format: one case per line
test.each<{ rule: string; files: Packed[]; message: RegExp }>([
  { rule: "compressed",           files: [{ name: "x.so", data: text("ELF"), align: 4096, method: 8 }], message: /x\.so is compressed/ },
  { rule: "encrypted",            files: [{ name: "x.so", data: text("ELF"), align: 4096, flags: 1 }],  message: /x\.so is encrypted/ },
  { rule: "not at a page",        files: [{ name: "x.so", data: text("ELF") }],                         message: /does not begin at a page/ },
  { rule: "not there",            files: [{ name: "y.so", data: text("ELF"), align: 4096 }],            message: /holds no x\.so/ },
])("members that nothing can run from are refused: $rule", ({ files, message }) => {
  expect(() => find(files, "x.so")).toThrow(message);
  expect(() => find(files, "x.so")).toThrow(expect.objectContaining({ code: "linux/zip-member" }));
});

test("damaged archives end with an error", () => {
  const whole = zipOf([{ name: "x.so", data: text("ELF"), align: 4096 }]);
  for (let length = 0; length < whole.length; length += 7)
    expect(() => zipMember(bytesSource(whole.slice(0, length)), "/x.apk", "x.so")).toThrow(
      expect.objectContaining({ code: "linux/zip-member" }),
    );
  for (let at = whole.length - 90; at < whole.length; at++) {
    const bent = whole.slice();
    bent[at] = 0xfe;
    try {
      zipMember(bytesSource(bent), "/x.apk", "x.so");
    } catch (error) {
      expect(error).toMatchObject({ code: "linux/zip-member" });
    }
  }
});

// biome-ignore format: one case per line
test.each([
  { path: "/x/app.apk!/lib/x.so", split: { archive: "/x/app.apk", member: "lib/x.so" }, file: "/x/app.apk" },
  { path: "/bin/bash",            split: undefined,                                     file: "/bin/bash" },
  { path: "!/x",                  split: undefined,                                     file: "!/x" },
])("paths into archives: $path", ({ path, split, file }) => {
  expect(splitArchivePath(path)).toEqual(split);
  expect(fileOfPath(path)).toBe(file);
});
