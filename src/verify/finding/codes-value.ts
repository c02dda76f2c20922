import type { CodeEntry } from "./code-entry.ts";

/** What is wrong with the use of a value: not written yet, not a pointer, the wrong arithmetic. */
export const VALUE_CODES = {
  "verify/uninit-register": {
    meaning: "a register is read that nothing was written to on some path",
    kernel: [/R\d+ !read_ok/, /R\d+ is not a scalar/, /has never been initialized on this path/],
    fix: "give the variable a value where it is declared, so that every path has one",
    asm: "give {register} a value on every path before it is read",
  },
  "verify/lost-register": {
    meaning: "r1 to r5 are read after a call, which leaves nothing in them",
    kernel: [/R[1-5] !read_ok/, /R[1-5] is not a scalar/, /arg#\d+ pointer type .* must point to/],
    fix: "keep the value in a local variable across the call",
    asm: "keep the value in r6 to r9, or on the stack, across the call: r6 = {register} before it",
  },
  "verify/no-result": {
    meaning: "the program ends without a result in r0",
    kernel: [/R0 !read_ok/],
    fix: "set the result on every path: return 0;",
    asm: "set the result on every path: r0 = 0",
  },
  "verify/pointer-operation": {
    meaning: "arithmetic on a pointer other than adding and subtracting a number",
    kernel: [
      /pointer arithmetic with .* operator prohibited/,
      /bitwise operator .* on pointer prohibited/,
      /pointer (?:[-+*/%|&^]=|<<=|>>=|s>>=|=) pointer prohibited/,
      /pointer .* pointer prohibited/,
    ],
    fix: "compute with a number first, and add it to the pointer last",
  },
  "verify/pointer-subtraction": {
    meaning: "a pointer is subtracted from a number, or from one where that says nothing",
    kernel: [/tried to subtract pointer from scalar/, /subtraction from stack pointer prohibited/],
    fix: "subtract the number from the pointer, or compute the distance from known offsets",
  },
  "verify/pointer-32bit": {
    meaning: "32-bit arithmetic on a pointer, which would cut it in half",
    kernel: [/32-bit pointer arithmetic prohibited/],
    fix: "use 64-bit arithmetic: keep the pointer in a pointer type, and its index in a long",
  },
  "verify/pointer-copy": {
    meaning: "a part of a pointer is copied as if it were a number",
    kernel: [/partial copy of pointer/, /sign-extension part of pointer/],
    fix: "copy all 64 bits; convert through (void *)(long)",
  },
  "verify/fixed-pointer": {
    meaning: "this kind of pointer cannot be moved",
    kernel: [/pointer arithmetic on .* prohibited(?!, null)/],
    fix: "use the pointer as it was given; read the field through its offset instead",
  },
  "verify/null-arithmetic": {
    meaning: "a pointer that may be NULL is moved",
    kernel: [/pointer arithmetic on .*_or_null\S* prohibited, null-check it first/],
    fix: "test it first: if (!{name}) {leave}",
    asm: "test it first: if {name} == 0 goto out",
    missing: "no branch on the way has tested it",
  },
  "verify/unbounded-offset": {
    meaning: "a number without a useful bound is added to a pointer",
    kernel: [
      /math between .* pointer and/,
      /value -?\d+ makes .* pointer be out of bounds/,
      /pointer offset -?\d+ is not allowed/,
      /unbounded min value is not allowed/,
      /mixed signed bounds/,
    ],
    fix: "bound it before it is added: if ({index} >= {count}) {leave}",
    asm: "bound it before it is added: if {index} > N goto out, or {index} &= N",
    missing: "no branch on the way gives it a useful bound",
  },
  "verify/division-by-zero": {
    meaning: "division by the constant 0",
    kernel: [/div by zero/],
    fix: "divide by something else, or test the divisor first",
  },
  "verify/bad-shift": {
    meaning: "a shift by as many bits as the number has, or more",
    kernel: [/invalid shift/],
    fix: "shift by 0 to {bound}",
  },
  "verify/pointer-comparison": {
    meaning: "an unprivileged program compares pointers",
    kernel: [/pointer comparison prohibited/],
    fix: "compare numbers, or load the program with CAP_PERFMON",
  },
  "verify/leak": {
    meaning: "an unprivileged program would let an address out of the kernel",
    kernel: [/leaks addr/, /leaking pointer/],
    fix: "store a number instead, or load the program with CAP_PERFMON",
  },
  "verify/return-pointer": {
    meaning: "the program, a callback or a global function returns an address instead of a number",
    kernel: [
      /R0 leaks addr as return value/,
      /register R0 is not a known value/,
      /R0 not a scalar value/,
      /is not a scalar/,
    ],
    fix: "return a number: return 0;",
    asm: "return a number: r0 = 0",
  },
  "verify/return-range": {
    meaning: "the result is none of those that this program, hook or callback may return",
    kernel: [
      /(?:At program exit|At callback return|At async callback|At async callback return|At .*) the register R\d+ has/,
    ],
    fix: "return {allowed}",
  },
  "verify/modified-pointer": {
    meaning: "a pointer to the context, or another that must not be moved, is used after arithmetic",
    kernel: [
      /dereference of modified .* ptr/,
      /variable .* access var_off/,
      /negative offset .* ptr/,
      /R\d+ must have zero offset/,
    ],
    fix: "read fields of the context by their names, ctx->field, and do not compute with ctx",
    asm: "use the pointer as it was given: read fields as *(u32 *)(r1 +offset), without adding to r1",
  },
  "verify/bad-dereference": {
    meaning: "something is read or written through what is no pointer, or one that cannot be read through",
    kernel: [/invalid mem access '(?!.*_or_null)/],
    fix: "read through a pointer that a lookup, the context or &variable gave; other kernel and user addresses with bpf_probe_read_kernel() or bpf_probe_read_user()",
  },
  "verify/null-dereference": {
    meaning: "something is read or written through a pointer that may be NULL",
    kernel: [/invalid mem access '.*_or_null/],
    fix: "test it first: if (!{name}) {leave}",
    asm: "test it first: if {name} == 0 goto out",
    missing: "no branch on the way has tested it",
  },
} as const satisfies Readonly<Record<`verify/${string}`, CodeEntry>>;
