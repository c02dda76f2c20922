import fc from "fast-check";
import { expect, test } from "vitest";
import { demangle, spellings } from "./demangle.ts";

// biome-ignore format: one name per line
test.each([
  ["_Z3addii", "add(int, int)"],
  ["_ZN2ns2fnEi", "ns::fn(int)"],
  ["_ZN2ns3Cls4methEPKcRKi", "ns::Cls::meth(char const*, int const&)"],
  ["_ZNK2ns3Cls3getEv", "ns::Cls::get() const"],
  ["_ZN2ns3ClsC1Ev", "ns::Cls::Cls()"],
  ["_ZN2ns3ClsD2Ev", "ns::Cls::~Cls()"],
  ["_ZN2ns3ClseqERKS0_", "ns::Cls::operator==(ns::Cls const&)"],
  ["_Z4swapIiEvRT_S1_", "void swap<int>(int&, int&)"],
  ["_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector<int, std::allocator<int> >::push_back(int const&)"],
  ["_ZN12_GLOBAL__N_16hiddenEv", "(anonymous namespace)::hidden()"],
  ["_Z5applyPFiiEi", "apply(int (*)(int), int)"],
  ["_Z3sumRA4_Ki", "sum(int const (&) [4])"],
  ["_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()() const"],
  ["_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"],
  ["_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE", "<alloc::string::String as core::fmt::Debug>::fmt"],
  ["_Z3addii.isra.0", "add(int, int)"],
])("%s is %s", (symbol, name) => expect(demangle(symbol)).toBe(name));

test.each(["main", "_ZTV3Cls", "_ZGVZ4mainE1x", "_Z", "_ZN", "_Z3ad", "_ZS5_", "_ZN2ns2fnEi_"])(
  "%s is no function's name that can be read",
  (symbol) => expect(demangle(symbol)).toBeUndefined(),
);

test("a name is known by all that people write", () => {
  expect(spellings("int ns::f<int>(int) const")).toEqual(
    expect.arrayContaining(["ns::f<int>(int)", "ns::f<int>", "ns::f", "int ns::f<int>(int) const"]),
  );
  expect(spellings("ns::fn(int)")).toEqual(expect.arrayContaining(["ns::fn(int)", "ns::fn"]));
});

test("whatever is given, it ends", () => {
  const letters = fc.constantFrom(..."NESTIJPRKOVFA_Z0123456789abcdilmnstvx");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 80 }), (text) => {
      const name = demangle(`_Z${text.join("")}`);
      if (name !== undefined) for (const spelling of spellings(name)) expect(name).toContain(spelling.trim());
    }),
    { numRuns: 3000 },
  );
});
