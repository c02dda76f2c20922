import fc from "fast-check";
import { expect, test } from "vitest";
import "../../test/support/fixed-seed.ts";
import { beginsInstruction, x86InstructionLength } from "./x86-instruction-length.ts";

const bytes = (hex: string) => Uint8Array.from(hex.split(" ").map((byte) => Number.parseInt(byte, 16)));

// Compared with objdump on bash, libc, libm and libcrypto: of 1.3 million instructions those differ where objdump
// joins `fwait` with what follows, and what libcrypto keeps in its text as data.
// biome-ignore format: one instruction per line
test.each([
  { code: "90",                            text: "nop" },
  { code: "55",                            text: "push %rbp" },
  { code: "41 54",                         text: "push %r12" },
  { code: "48 89 e5",                      text: "mov %rsp,%rbp" },
  { code: "f3 0f 1e fa",                   text: "endbr64" },
  { code: "48 83 ec 20",                   text: "sub $0x20,%rsp" },
  { code: "48 8b 44 24 08",                text: "mov 0x8(%rsp),%rax" },
  { code: "8b 05 00 10 00 00",             text: "mov 0x1000(%rip),%eax" },
  { code: "8b 04 25 00 10 00 00",          text: "mov 0x1000,%eax" },
  { code: "48 b8 01 02 03 04 05 06 07 08", text: "movabs $0x807060504030201,%rax" },
  { code: "66 b8 01 00",                   text: "mov $0x1,%ax" },
  { code: "66 81 3c 24 34 12",             text: "cmpw $0x1234,(%rsp)" },
  { code: "f6 c1 07",                      text: "test $0x7,%cl" },
  { code: "f6 d9",                         text: "neg %cl" },
  { code: "f7 c7 00 01 00 00",             text: "test $0x100,%edi" },
  { code: "48 f7 d8",                      text: "neg %rax" },
  { code: "e8 00 00 00 00",                text: "call" },
  { code: "0f 84 00 01 00 00",             text: "je" },
  { code: "64 48 8b 04 25 28 00 00 00",    text: "mov %fs:0x28,%rax" },
  { code: "c8 10 00 00",                   text: "enter $0x10,$0x0" },
  { code: "a1 01 02 03 04 05 06 07 08",    text: "movabs 0x807060504030201,%eax" },
  { code: "66 0f 3a 0f c1 08",             text: "palignr $0x8,%xmm1,%xmm0" },
  { code: "66 0f 38 00 c1",                text: "pshufb %xmm1,%xmm0" },
  { code: "c5 f9 6f 07",                   text: "vmovdqa (%rdi),%xmm0" },
  { code: "c5 f9 70 c0 4e",                text: "vpshufd $0x4e,%xmm0,%xmm0" },
  { code: "c4 e3 7d 39 c1 01",             text: "vextracti128 $0x1,%ymm0,%xmm1" },
  { code: "62 f1 fe 48 6f 07",             text: "vmovdqu64 (%rdi),%zmm0" },
  { code: "62 f3 75 20 3f c2 04",          text: "vpcmpnltub, by an immediate" },
  { code: "66 2e 0f 1f 84 00 00 00 00 00", text: "cs nopw 0x0(%rax,%rax,1)" },
])("$text is as long as it is: $code", ({ code }) => {
  const all = bytes(code);
  expect(x86InstructionLength(Uint8Array.from([...all, ...new Uint8Array(16)]), 0)).toBe(all.length);
  expect(x86InstructionLength(all.slice(0, -1), 0)).toBeUndefined();
});

test("what is no instruction is not given a length", () => {
  for (const code of ["06", "d6", "0f 04", "c4 00 00 00", "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90"])
    expect(x86InstructionLength(bytes(code), 0)).toBeUndefined();
});

test("any bytes end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), (code, offset) => {
      const length = x86InstructionLength(code, Math.min(offset, code.length));
      expect(length === undefined || (length > 0 && length <= 15)).toBe(true);
      beginsInstruction(code, offset);
    }),
  );
});

test("places in a function's code", () => {
  const code = bytes("41 55 41 54 55 53 48 83 ec 18 c3");
  const starts = Array.from({ length: 11 }, (_, offset) => offset).filter((at) => beginsInstruction(code, at));
  expect(starts).toEqual([0, 2, 4, 5, 6, 10]);
  expect(beginsInstruction(bytes("06 90"), 1)).toBeUndefined();
});
