import { expect, test } from "vitest";
import { KernelSymbolTable } from "./symbols.ts";
import { simKernelTables } from "./types.ts";

const { btf } = simKernelTables();
const table = new KernelSymbolTable(btf);

test("symbols stand in the order of their addresses and do not overlap", () => {
  let end = 0n;
  for (const symbol of table.all) {
    expect(symbol.address, symbol.name).toBeGreaterThanOrEqual(end);
    end = symbol.address + BigInt(symbol.size);
  }
});

// biome-ignore format: one case per line
test.each([
  { rule: "a function of the kernel", name: "vfs_read", type: "T", module: undefined },
  { rule: "a system call's function", name: "__x64_sys_openat", type: "T", module: undefined },
  { rule: "a function of a module", name: "ext4_file_read_iter", type: "T", module: "ext4" },
  { rule: "a module's inner function", name: "__ext4_journal_start_sb", type: "T", module: "ext4" },
  { rule: "a variable", name: "jiffies", type: "D", module: undefined },
  { rule: "a variable that begins as zeros", name: "nr_threads", type: "B", module: undefined },
  { rule: "a variable of each CPU", name: "runqueues", type: "A", module: undefined },
])("$rule is found by name and by every address in it", ({ name, type, module }) => {
  const symbol = table.find(name);
  if (symbol === undefined) throw new Error(`no ${name}`);
  expect(symbol).toMatchObject({ name, type });
  expect(symbol.module).toBe(module);
  expect(table.at(symbol.address)).toEqual({ symbol, offset: 0n });
  expect(table.at(symbol.address + BigInt(symbol.size) - 1n)).toEqual({ symbol, offset: BigInt(symbol.size) - 1n });
});

test("what no symbol holds is not found", () => {
  expect(table.find("no_such_function")).toBeUndefined();
  expect(table.at(0xffff_8880_0000_0000n)).toBeUndefined();
  expect(table.at(0xffff_ffff_ffff_ffffn)).toBeUndefined();
});

test("addresses are the same for every table", () => {
  expect(new KernelSymbolTable(btf).all).toEqual(table.all);
});
