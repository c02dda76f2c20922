import { bigOf, putWord, type Word } from "./word.ts";

/** Bytes of struct pt_regs and offsets of its members. Source: arch/x86/include/asm/ptrace.h, v6.12. */
export const PT_REGS_BYTES = 168;
// biome-ignore format: as dense as can be read
export const PT_REGS = {
  r15: 0, r14: 8, r13: 16, r12: 24, bp: 32, bx: 40, r11: 48, r10: 56, r9: 64, r8: 72, ax: 80, cx: 88, dx: 96, si: 104,
  di: 112, orig_ax: 120, ip: 128, cs: 136, flags: 144, sp: 152, ss: 160,
} as const;
export type Register = keyof typeof PT_REGS;

/** Arguments of functions, in order: the System V ABI. */
const FUNCTION_ARGS: readonly Register[] = ["di", "si", "dx", "cx", "r8", "r9"];
/** Arguments of system calls. */
const SYSCALL_ARGS: readonly Register[] = ["di", "si", "dx", "r10", "r8", "r9"];

const KERNEL_CS = 0x10;
const USER_CS = 0x33;
const USER_SS = 0x2b;
const FLAGS = 0x246; // interrupts on, zero and parity flag

export type RegisterFile = Readonly<{ [name in Register]?: Word }>;

/** Registers as a program's context. */
export class Registers {
  readonly bytes = new Uint8Array(PT_REGS_BYTES);
  readonly #view = new DataView(this.bytes.buffer);

  /** At the first instruction of a function; arguments behind the sixth lie on the stack, which is not kept. */
  atEntry(ip: Word, sp: Word, args: readonly Word[], mode: "kernel" | "user"): Uint8Array {
    this.#begin(ip, sp, mode);
    for (let i = 0; i < args.length && i < FUNCTION_ARGS.length; i++)
      putWord(this.#view, PT_REGS[FUNCTION_ARGS[i] as Register], args[i]);
    return this.bytes;
  }

  atReturn(ip: Word, sp: Word, result: Word, mode: "kernel" | "user"): Uint8Array {
    this.#begin(ip, sp, mode);
    putWord(this.#view, PT_REGS.ax, result);
    return this.bytes;
  }

  /** As the kernel keeps them on its stack while a system call runs. */
  atSyscall(number: number, args: readonly Word[], ip: Word, sp: Word, result: Word): Uint8Array {
    this.#begin(ip, sp, "user");
    for (let i = 0; i < args.length && i < SYSCALL_ARGS.length; i++)
      putWord(this.#view, PT_REGS[SYSCALL_ARGS[i] as Register], args[i]);
    putWord(this.#view, PT_REGS.orig_ax, number);
    putWord(this.#view, PT_REGS.ax, result);
    putWord(this.#view, PT_REGS.cx, ip); // clobbered by the syscall instruction
    putWord(this.#view, PT_REGS.r11, FLAGS);
    return this.bytes;
  }

  /** Any registers. */
  with(file: RegisterFile, mode: "kernel" | "user"): Uint8Array {
    this.#begin(file.ip ?? 0, file.sp ?? 0, mode);
    for (const [name, value] of Object.entries(file)) putWord(this.#view, PT_REGS[name as Register], value);
    return this.bytes;
  }

  get(name: Register): bigint {
    return this.#view.getBigUint64(PT_REGS[name], true);
  }

  #begin(ip: Word, sp: Word, mode: "kernel" | "user"): void {
    this.bytes.fill(0);
    putWord(this.#view, PT_REGS.ip, ip);
    putWord(this.#view, PT_REGS.sp, sp);
    putWord(this.#view, PT_REGS.bp, bigOf(sp) === 0n ? 0n : bigOf(sp) + 64n);
    putWord(this.#view, PT_REGS.cs, mode === "kernel" ? KERNEL_CS : USER_CS);
    putWord(this.#view, PT_REGS.ss, mode === "kernel" ? 0x18 : USER_SS);
    putWord(this.#view, PT_REGS.flags, FLAGS);
  }
}
