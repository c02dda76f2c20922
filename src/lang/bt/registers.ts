type Arch = "x86_64" | "aarch64";

const X86 = "r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss".split(" ");
const ARM = [...Array.from({ length: 31 }, (_, i) => `r${i}`), "sp", "pc", "pstate"];

/**
 * Offsets in bytes of the registers in the context of kprobe and perf_event programs, which are also those of the
 * kernel's `struct pt_regs`. Sources: arch/x86/include/asm/ptrace.h, arch/arm64/include/uapi/asm/ptrace.h, v6.12.
 */
export const REGISTERS: Readonly<Record<Arch, Readonly<Record<string, number>>>> = {
  x86_64: Object.fromEntries(X86.map((name, index) => [name, index * 8])),
  aarch64: {
    ...Object.fromEntries(ARM.map((name, index) => [name, index * 8])),
    ...Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`x${i}`, i * 8])),
    orig_x0: 272,
    syscallno: 280,
  },
};

/** Registers of the first arguments of a function in the C calling convention. */
export const ARGUMENT_REGISTERS: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ["di", "si", "dx", "cx", "r8", "r9"],
  aarch64: ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"],
};

/** Registers of a system call's six arguments. */
export const SYSCALL_REGISTERS: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ["di", "si", "dx", "r10", "r8", "r9"],
  aarch64: ["orig_x0", "r1", "r2", "r3", "r4", "r5"],
};

export const RETURN_REGISTER: Readonly<Record<Arch, string>> = { x86_64: "ax", aarch64: "r0" };
export const STACK_REGISTER: Readonly<Record<Arch, string>> = { x86_64: "sp", aarch64: "sp" };
export const INSTRUCTION_REGISTER: Readonly<Record<Arch, string>> = { x86_64: "ip", aarch64: "pc" };

/** Bytes between the stack pointer at a function's entry and its first argument on the stack. */
export const STACK_ARGUMENTS_OFFSET: Readonly<Record<Arch, number>> = { x86_64: 8, aarch64: 0 };
