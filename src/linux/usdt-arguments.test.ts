import { expect, test } from "vitest";
import { withOperands } from "./usdt-arguments.ts";

const probe = (arg: string) => ({ provider: "p", name: "n", offset: 1, args: [arg] });

// biome-ignore format: one case per line
test.each([
  { rule: "a register",        arg: "-4@%edi",            operand: { size: 4, signed: true, source: { kind: "register", name: "di" } } },
  { rule: "a constant",        arg: "4@$7",               operand: { size: 4, signed: false, source: { kind: "immediate", value: 7n } } },
  { rule: "memory",            arg: "8@-8(%rbp)",         operand: { size: 8, signed: false, source: { kind: "memory", base: "bp", displacement: -8 } } },
  { rule: "memory by index",   arg: "8@16(%rax,%rbx,4)",  operand: { size: 8, signed: false, source: { kind: "memory", base: "ax", displacement: 16, index: "bx", scale: 4 } } },
  { rule: "an upper half",     arg: "1@%ah",              operand: undefined },
  { rule: "a float",           arg: "8f@%rax",            operand: undefined },
  { rule: "an unknown form",   arg: "8@?",                operand: undefined },
])("$rule", ({ arg, operand }) => {
  expect(withOperands(probe(arg), "x86_64").args).toEqual([operand === undefined ? { text: arg } : { text: arg, operand }]);
});
