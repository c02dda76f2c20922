import fc from "fast-check";
import { expect, test } from "vitest";
import { Kallsyms } from "./kallsyms.ts";

const TEXT = `0000000000000000 A fixed_percpu_data
0000000000001000 D cpu_info
ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81000040 t helper.cold
ffffffff81000100 T do_work
ffffffff81c00000 D table
ffffffffc0000200 t init_hook\t[nf_tables]
ffffffffc0000000 T nft_do_chain\t[nf_tables]
ffffffffc0000000 t bpf_prog_6deef7357e7b4530_sd_fw_egress\t[bpf]
`;

// biome-ignore format: one case per line
test.each<{ rule: string; address: bigint; gives: object | undefined }>([
  { rule: "a symbol's start", address: 0xffffffff81000100n, gives: { name: "do_work", offset: 0n } },
  { rule: "inside a symbol", address: 0xffffffff810000ffn, gives: { name: "helper.cold", offset: 0xbfn } },
  { rule: "the first of two at one place", address: 0xffffffff81000001n, gives: { name: "_stext", offset: 1n } },
  { rule: "a module's, out of order in the text", address: 0xffffffffc0000010n, gives: { name: "nft_do_chain", offset: 0x10n, module: "nf_tables" } },
  { rule: "the last symbol", address: 0xffffffffc0000210n, gives: { name: "init_hook", offset: 0x10n, module: "nf_tables" } },
  { rule: "below all symbols", address: 0xffffffff80ffffffn, gives: undefined },
  { rule: "far behind the last one", address: 0xffffffffe0000000n, gives: undefined },
  { rule: "a per-CPU offset, which is no address", address: 0x1004n, gives: undefined },
  { rule: "a user address", address: 0x7f0012345678n, gives: undefined },
])("the name of $rule", ({ address, gives }) => {
  expect(new Kallsyms(TEXT).find(address)).toEqual(gives);
});

test("addresses by name", () => {
  const symbols = new Kallsyms(TEXT);
  for (let round = 0; round < 20; round++) {
    // searched in the text at first, by index later
    expect(symbols.address("do_work")).toBe(0xffffffff81000100n);
    expect(symbols.address("init_hook")).toBe(0xffffffffc0000200n);
    expect(symbols.address("cpu_info")).toBe(0x1000n);
    expect(symbols.address("work")).toBeUndefined();
    expect(symbols.address("do_wor")).toBeUndefined();
    expect(symbols.address("T")).toBeUndefined();
    expect(symbols.address("[nf_tables]")).toBeUndefined();
    expect(symbols.address("")).toBeUndefined();
    expect(symbols.address("do_work\n")).toBeUndefined();
  }
});

test("symbols by pattern", () => {
  expect(new Kallsyms(TEXT).matching("*_hook")).toEqual([
    { name: "init_hook", address: 0xffffffffc0000200n, type: "t", module: "nf_tables" },
  ]);
  expect(new Kallsyms(TEXT).matching("*")).toHaveLength(10);
});

test("hidden addresses are told apart from missing ones", () => {
  const hidden = new Kallsyms(TEXT.replace(/^[0-9a-f]{16}/gm, "0000000000000000"));
  expect([hidden.hidden, hidden.address("do_work"), hidden.find(0xffffffff81000100n)]).toEqual([
    true,
    undefined,
    undefined,
  ]);
  expect(hidden.matching("do_work")).toHaveLength(1);
  expect([new Kallsyms(TEXT).hidden, new Kallsyms("").hidden]).toEqual([false, false]);
});

test("any text is taken", () => {
  const piece = fc.constantFrom(
    "ffffffff81000000",
    " ",
    "T",
    "\n",
    "\t",
    "[m]",
    "name",
    "0",
    "\0",
    "é",
    "fffffffff",
    "-",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      (pieces, address) => {
        const symbols = new Kallsyms(pieces.join(""));
        symbols.find(address);
        symbols.find(0xffffffff81000000n);
        symbols.address("name");
        symbols.matching("*");
      },
    ),
  );
});
