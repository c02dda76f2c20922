import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Kallsyms } from "../symbols/kallsyms.ts";
import { FunctionAddresses } from "./function-addresses.ts";

const linux = (major: number, minor: number) => (major << 16) | (minor << 8);
const NAMES = Array.from({ length: 60 }, (_, i) => `vfs_${i}`);
const line = (name: string, i: number) => `ffffffff81${i.toString(16).padStart(6, "0")} T ${name}`;
const SYMBOLS = [
  ...NAMES.map((name, i) => line(name, i + 1)),
  "ffffffff82000000 t vfs_1",
  "ffffffffc0000000 t vfs_2\t[other]",
  "ffffffff82000010 D vfs_data",
  "ffffffffc0000010 t vfs_module\t[other]",
].join("\n");

let keepIn: string;
beforeEach(() => {
  keepIn = join(mkdtempSync(join(tmpdir(), "skep-addresses-")), "skep");
});
afterEach(() => rmSync(join(keepIn, ".."), { recursive: true, force: true }));

function machine(
  options: { version?: number; sorted?: boolean; text?: string; keepIn?: string; boot?: string } = {},
) {
  let read = 0;
  const addresses = new FunctionAddresses({
    kernelVersion: options.version ?? linux(6, 1),
    kallsyms: () => {
      read++;
      return new Kallsyms(options.text ?? SYMBOLS);
    },
    hasFunction: (name) => (options.sorted ?? false) && name === "kallsyms_lookup_names",
    keepIn: options.keepIn,
    boot: () => options.boot ?? "b00-7",
  });
  return { addresses, read: () => read };
}

test("many functions are looked up at once", () => {
  const { addresses, read } = machine();
  addresses.expect(NAMES);
  expect(addresses.of("vfs_0")).toBe(0xffffffff81000001n);
  expect(addresses.of("vfs_59")).toBe(0xffffffff8100003cn);
  expect(read()).toBe(1);
});

// biome-ignore format: one case per line
test.each([
  { rule: "two functions of a name",             name: "vfs_1" },
  { rule: "a module's function of that name",    name: "vfs_2" },
  { rule: "data",                                name: "vfs_data" },
  { rule: "a module's function",                 name: "vfs_module" },
  { rule: "what is not there",                   name: "vfs_none" },
  { rule: "what was not expected",               name: "tcp_sendmsg" },
])("left to the kernel: $rule", ({ name }) => {
  const { addresses } = machine();
  addresses.expect([...NAMES, "vfs_data", "vfs_module", "vfs_none"]);
  expect(addresses.of(name)).toBeUndefined();
});

// biome-ignore format: one case per line
test.each([
  { rule: "few functions",                            version: linux(6, 1), sorted: false, count: 39, reads: 0 },
  { rule: "enough of them",                           version: linux(6, 1), sorted: false, count: 40, reads: 1 },
  { rule: "a kernel that finds names fast by itself", version: linux(6, 6), sorted: false, count: 60, reads: 0 },
  { rule: "an older one that has learnt to",          version: linux(6, 1), sorted: true,  count: 60, reads: 0 },
])("symbols are read where that takes less time: $rule", ({ version, sorted, count, reads }) => {
  const { addresses, read } = machine({ version, sorted });
  addresses.expect(NAMES.slice(0, count));
  expect(read()).toBe(reads);
  expect(addresses.of("vfs_0") !== undefined).toBe(reads > 0);
});

test("what was found, and what was not, is kept until the next boot", () => {
  machine({ keepIn }).addresses.expect(NAMES);
  const again = machine({ keepIn });
  again.addresses.expect(NAMES);
  expect(again.read()).toBe(0);
  expect(again.addresses.of("vfs_3")).toBe(0xffffffff81000004n);
  expect(again.addresses.of("vfs_1")).toBeUndefined();
  const more = machine({ keepIn });
  more.addresses.expect([...NAMES, "tcp_sendmsg"]); // one is not worth it
  expect(more.read()).toBe(0);
  const rebooted = machine({ keepIn, boot: "b00-8", text: SYMBOLS.replaceAll("ffffffff81", "ffffffff91") });
  rebooted.addresses.expect(NAMES);
  expect(rebooted.read()).toBe(1);
  expect(rebooted.addresses.of("vfs_3")).toBe(0xffffffff91000004n);
});

test("other functions are added to those that are kept", () => {
  const others = Array.from({ length: 50 }, (_, i) => `tcp_${i}`);
  const text = [...NAMES, ...others].map(line).join("\n");
  machine({ keepIn, text }).addresses.expect(NAMES);
  machine({ keepIn, text }).addresses.expect(others);
  const both = machine({ keepIn, text });
  both.addresses.expect([...NAMES, ...others]);
  expect(both.read()).toBe(0);
  expect(both.addresses.of("tcp_0")).toBe(0xffffffff8100003cn);
});

test("addresses that the kernel hides are not kept", () => {
  const text = SYMBOLS.replace(/^\w+/gm, "0000000000000000");
  const hidden = machine({ keepIn, text });
  hidden.addresses.expect(NAMES);
  expect(hidden.addresses.of("vfs_0")).toBeUndefined();
  const shown = machine({ keepIn });
  shown.addresses.expect(NAMES);
  expect(shown.addresses.of("vfs_0")).toBe(0xffffffff81000001n);
});

test("what a pattern found is where it says, and not looked for", () => {
  let read = 0;
  const addresses = new FunctionAddresses({
    kernelVersion: linux(6, 1),
    kallsyms: () => {
      read++;
      return new Kallsyms(SYMBOLS);
    },
    found: ({ name, module }) =>
      name === "vfs_7" && module === "other" ? 7n : name < "vfs_2" ? 5n : undefined,
  });
  addresses.expect(NAMES);
  expect(addresses.of("vfs_1")).toBe(5n);
  expect(addresses.of("vfs_7", "other")).toBe(7n);
  expect(addresses.of("vfs_8", "other")).toBeUndefined();
  expect(addresses.of("vfs_8")).toBe(0xffffffff81000009n);
  expect(read).toBe(1);
  addresses.expect(NAMES.filter((name) => name < "vfs_2"));
  expect(read).toBe(1);
});
