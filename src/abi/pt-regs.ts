const X86 = "r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss".split(" ");
const ARM = [...Array.from({ length: 31 }, (_, i) => `r${i}`), "sp", "pc", "pstate"];

/**
 * Offsets in bytes of the registers in `struct pt_regs`.
 * Sources: arch/x86/include/asm/ptrace.h, arch/arm64/include/uapi/asm/ptrace.h, v6.12.
 */
export const PT_REGS: Readonly<Record<"x86_64" | "aarch64", ReadonlyMap<string, number>>> = {
  x86_64: new Map(X86.map((name, index) => [name, index * 8])),
  aarch64: new Map(ARM.map((name, index) => [name, index * 8])),
};
