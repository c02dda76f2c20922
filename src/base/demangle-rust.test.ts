import fc from "fast-check";
import { expect, test } from "vitest";
import { demangle } from "./demangle.ts";

// What llvm-cxxfilt 14 prints for names that rustc 1.9x wrote, and for examples that follow RFC 2603.
// biome-ignore format: one name per line
test.each([
  ["_RNvCsetuz4HoN5oc_6lib_v04main", "lib_v0::main"],
  ["_RNvCsetuz4HoN5oc_6lib_v0u9gre_6ka8i", "lib_v0::größe"],
  ["_RINvCsetuz4HoN5oc_6lib_v05applyNCNvB2_3runs_0EB2_", "lib_v0::apply::<lib_v0::run::{closure#1}>"],
  ["_RINvCsetuz4HoN5oc_6lib_v05applyNCNvB2_u9gre_6ka8i0EB2_", "lib_v0::apply::<lib_v0::größe::{closure#0}>"],
  ["_RINvNtCsgEmfK2I1SDS_4core3ptr13drop_in_placeNtNtCsjrHSEGnQ3l9_3std3env4ArgsECsetuz4HoN5oc_6lib_v0", "core::ptr::drop_in_place::<std::env::Args>"],
  ["_RINvNtNtCsjrHSEGnQ3l9_3std3sys9backtrace28___rust_begin_short_backtraceFEuuECsetuz4HoN5oc_6lib_v0", "std::sys::backtrace::__rust_begin_short_backtrace::<fn(), ()>"],
  ["_RNCINvNtCsjrHSEGnQ3l9_3std2rt10lang_startuE0Csetuz4HoN5oc_6lib_v0", "std::rt::lang_start::<()>::{closure#0}"],
  ["_RNvXNtCsetuz4HoN5oc_6lib_v06shapesNtB2_2SqNtB2_4Area4area", "<lib_v0::shapes::Sq as lib_v0::shapes::Area>::area"],
  ["_RNvXs_NtCsetuz4HoN5oc_6lib_v06shapesINtB4_3GendKj4_ENtB4_4Area4areaB6_", "<lib_v0::shapes::Gen<f64, 4> as lib_v0::shapes::Area>::area"],
  ["_RINvMNtCsgEmfK2I1SDS_4core5sliceSh11copy_withinINtNtNtB5_3ops5range14RangeInclusivejEECsfEOYDRpO4Ta_11miniz_oxide", "<[u8]>::copy_within::<core::ops::range::RangeInclusive<usize>>"],
  ["_RINvC1c1fReAbj3_TlEQhE", "c::f::<&str, [bool; 3], (i32,), &mut u8>"],
  ["_RINvC1c1fPuOzKsn5_Kb1_Kc41_E", "c::f::<*const (), *mut !, -5, true, 'A'>"],
  ["_RINvC1c1fDNtB2_1AG_NtB2_1BEL_E", undefined],
  ["_RINvC1c1fFG_UKCRL0_eEuE", "c::f::<for<'a> unsafe extern \"C\" fn(&'a str)>"],
  ["_RINvC1c1fDINtC1c2FnTlEEp6OutputmEL_E", "c::f::<dyn c::Fn<(i32,), Output = u32>>"],
  ["_RNSNvC1c1f6vtable", "c::f::{shim:vtable#0}"],
  ["_RNvC1c1f.llvm.1234", "c::f"],
])("%s is %s", (symbol, name) => expect(demangle(symbol)).toBe(name));

test.each(["_R", "_R1c", "_RNvC1c", "_RNvC9c1f", "_RB_", "_RNvB_1f", "_RINvC1c1f", "_RINvC1c1fRL1_eE"])(
  "%s is no name",
  (symbol) => expect(demangle(symbol)).toBeUndefined(),
);

test("names of older compilers lose their hash", () => {
  expect(demangle("_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17ha66ea190ac2f00f7E")).toBe(
    "std::rt::lang_start::{{closure}}",
  );
});

test("whatever is given, it ends", () => {
  const letters = fc.constantFrom(..."CMXYNIBEFDRQPOATSKLGsuvp_0123456789abcz");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 100 }), (text) => {
      const name = demangle(`_R${text.join("")}`);
      expect(name === undefined || name.length <= 20_000).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
