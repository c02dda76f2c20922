import { expect, test } from "vitest";
import { assemble } from "./assemble.ts";
import { encodeProgram } from "./encode.ts";

const insnsOf = (text: string) => {
  const { insns, report } = assemble({ name: "t.asm", text });
  if (insns === undefined) throw new Error(report.diagnostics.map(({ message }) => message).join("\n"));
  return insns;
};

/** The same program in the kernel's notation. */
// biome-ignore format: one instruction per line
const SAME: readonly (readonly [string, string])[] = [
  ["mov r0, 5",                          "r0 = 5"],
  ["mov64 %r0, %r1",                     "r0 = r1"],
  ["mov32 r0, -1",                       "w0 = -1"],
  ["add32 r1, r2",                       "w1 += w2"],
  ["sub r1, 0xffffffff",                 "r1 -= -1"],
  ["sdiv r1, -3",                        "r1 s/= -3"],
  ["smod32 r1, r2",                      "w1 s%= w2"],
  ["arsh r3, 63",                        "r3 s>>= 63"],
  ["neg32 r4",                           "w4 = -w4"],
  ["movsx832 r1, r2",                    "w1 = (s8)w2"],
  ["movsx3264 r1, r2",                   "r1 = (s32)r2"],
  ["be16 r1",                            "r1 = be16 r1"],
  ["le64 r1",                            "r1 = le64 r1"],
  ["swap32 r1",                          "r1 = bswap32 r1"],
  ["ldxb r0, [r1]",                      "r0 = *(u8 *)(r1 +0)"],
  ["ldxdw %r0, [%r10-8]",                "r0 = *(u64 *)(r10 -8)"],
  ["ldxhsx r0, [r1 + 0x10]",             "r0 = *(s16 *)(r1 +16)"],
  ["ldxsw r0, [r1+4]",                   "r0 = *(s32 *)(r1 +4)"],
  ["stw [r10-4], 0x12345678",            "*(u32 *)(r10 -4) = 0x12345678"],
  ["stxh [r1+2], r3",                    "*(u16 *)(r1 +2) = r3"],
  ["lddw r1, 0x1122334455667788",        "r1 = 0x1122334455667788 ll"],
  ["ldabsh 12",                          "r0 = *(u16 *)skb[12]"],
  ["ldindb r2, 3",                       "r0 = *(u8 *)skb[r2 + 3]"],
  ["lock add [r1+8], r2",                "lock *(u64 *)(r1 +8) += r2"],
  ["lock32 fetch_or [r1], r2",           "w2 = atomic_fetch_or((u32 *)(r1 +0), w2)"],
  ["lock xchg [r1], r2",                 "r2 = xchg_64(r1 +0, r2)"],
  ["lock cmpxchg [r1], r2",              "r0 = cmpxchg_64(r1 +0, r0, r2)"],
  ["jeq r1, 0, +0",                      "if r1 == 0 goto pc+0"],
  ["jsgt32 r1, r2, +0 # why",            "if w1 s> w2 goto pc+0"],
  ["jset r1, 0x80000000, +0",            "if r1 & 0x80000000 goto pc+0"],
  ["ja +0",                              "goto pc+0"],
  ["ja32 +0",                            "gotol pc+0"],
  ["call 14 # who",                      "call 14"],
];

test.each(SAME)("%s is %s", (named, kernels) => {
  expect(encodeProgram(insnsOf(`${named}\nexit`))).toEqual(encodeProgram(insnsOf(`${kernels}\nexit`)));
});

test("jumps and calls to labels", () => {
  const insns = insnsOf("jne r1, r2, out\ncall local f\nout: exit\nf:\nmov r0, 1\nexit");
  expect(insns[0]).toMatchObject({ kind: "jump", off: 1 });
  expect(insns[1]).toMatchObject({ kind: "call", target: { kind: "func", name: "f" } });
});

// biome-ignore format: one case per line
test.each([
  { rule: "a register that is missing",   text: "mov 5, r0",           says: "expected a register" },
  { rule: "no comma",                     text: "add r0 5",            says: "expected `,`" },
  { rule: "an offset that is too large",  text: "ldxw r0, [r1+40000]", says: "out of range" },
  { rule: "no bracket",                   text: "stxw r1+4, r2",       says: "expected `[`" },
  { rule: "a load that does not extend",  text: "ldxsdw r0, [r1]",     says: "starts no instruction" },
  { rule: "an unknown atomic operation",  text: "lock sub [r1], r2",   says: "expected an operation" },
  { rule: "no such register",             text: "mov r11, 5",          says: "expected a register" },
])("$rule is told", ({ text, says }) => {
  expect(() => insnsOf(text)).toThrow(says);
});
