import type { CodeEntry } from "./code-entry.ts";

/** What is wrong with a program's shape: its instructions, jumps, functions and size. */
export const FLOW_CODES = {
  "verify/bad-instruction": {
    meaning: "an instruction is not one that this kernel knows, or a field that must be 0 is not",
    kernel: [
      /unknown opcode/,
      /uses? reserved fields/,
      /invalid BPF_LD_IMM|invalid bpf_ld_imm64|unrecognized bpf_ld_imm64/i,
      /R\d+ is invalid/,
      /atomic opcode|invalid atomic operand size/,
      /BPF_(?:LDX|STX|ST|ALU|ALU64|JA|JMP|EXIT|CALL|NEG|END|MOV|LD)\b.*(?:reserved|invalid)/,
      /unknown class/,
      /addr_space_cast insn can only/,
    ],
    fix: "build the program for this kernel's instruction set: clang -mcpu=v3 for kernels before 6.6",
  },
  "verify/frame-pointer-write": {
    meaning: "r10, the frame pointer, is written to",
    kernel: [/frame pointer is read only/],
    fix: "copy it first and change the copy: r2 = r10; r2 += {amount}",
  },
  "verify/unreachable": {
    meaning: "no path leads to an instruction",
    kernel: [/unreachable insn/, /number of funcs in func_info doesn't match/],
    fix: "remove the instruction, or the jump that always skips it",
  },
  "verify/jump-range": {
    meaning: "a jump leads out of its function, or into the middle of a 64-bit load",
    kernel: [
      /jump out of range/,
      /jump into the middle of ldimm64/,
      /invalid destination/,
      /call to invalid destination/,
    ],
    fix: "jump to an instruction of the same function",
  },
  "verify/fall-through": {
    meaning: "a function does not end with exit or a jump",
    kernel: [/last insn is not an exit or jmp/],
    fix: "end the function with `r0 = 0; exit`",
  },
  "verify/too-long": {
    meaning: "the program has more instructions than this kernel takes",
    kernel: [/too many instructions/i],
    fix: "split the program with tail calls, or move repeated code into functions that are not inlined",
    bt: "split the script: do less in one probe",
  },
  "verify/too-many-functions": {
    meaning: "the program has more functions than this kernel takes",
    kernel: [/too many subprograms/],
    fix: "let the compiler merge functions into their callers (static __always_inline), or split the program with tail calls",
    asm: "merge functions, or split the program with tail calls",
  },
  "verify/back-edge": {
    meaning: "a loop, which kernels before 5.3 and unprivileged programs must not have",
    kernel: [/back-edge from insn/],
    fix: "write the rounds out (#pragma unroll), or load the program as root on Linux 5.3 or later",
    asm: "write the rounds out one after the other, or load the program as root on Linux 5.3 or later",
    bt: "run the script as root on Linux 5.3 or later, or write the rounds out: unroll(8) { … }",
  },
  "verify/infinite-loop": {
    meaning: "a loop comes back with nothing changed: it would never end",
    kernel: [/infinite loop detected/, /BPF program is too large\. Processed/],
    fix: "let the loop's condition test something that each round changes: for (int i = 0; i < {bound}; i++)",
    asm: "let the jump back test something that each round changes: r9 += 1; if r9 < N goto loop",
    bt: "let each round change what the condition tests: while ($i < 10) { $i++; … }; or leave the loop with `break`",
  },
  "verify/too-complex": {
    meaning: "following every path takes more steps than this kernel allows",
    kernel: [/BPF program is too large|sequence of \d+ jumps is too complex/],
    fix: "give loops smaller bounds, move their bodies into bpf_loop() or a global function, or split the program with a tail call",
    bt: "let the loop make fewer rounds, or do less in each; from Linux 5.17 on, the rounds of a script's loop are not followed one by one",
  },
  "verify/call-depth": {
    meaning: "more functions are active at once than this kernel allows",
    kernel: [/call stack of \d+ frames is too deep/],
    fix: "let the compiler merge small functions into their callers (static __always_inline); if one calls itself, write a loop",
    asm: "merge the innermost functions into their callers; if one calls itself, write a loop",
  },
  "verify/recursion": {
    meaning: "a function calls itself",
    kernel: [/recursive call/, /recursion/],
    fix: "turn the recursion into a loop with a bound",
  },
  "verify/stack-depth": {
    meaning: "the frames of functions that call each other need more than 512 bytes together",
    kernel: [/combined stack size of/, /stack depth/],
    fix: "move large variables to a per-CPU array map, or merge functions (__always_inline) so that they share a frame",
    asm: "use less stack in the functions of this chain; large data can be in a per-CPU array map",
  },
  "verify/tail-call-stack": {
    meaning: "a function that is called with much stack in use makes a tail call",
    kernel: [
      /tail_calls are not allowed when call stack/,
      /tail_call is only allowed|tail_call in subprog|cannot tail call within/,
    ],
    fix: "make the tail call in the main function, or use less than 256 bytes of stack in the functions that lead to it",
  },
  "verify/feature-missing": {
    meaning: "this kernel is older than a feature that the program uses",
    kernel: [/not supported/, /program type.*unsupported/],
    fix: "require Linux {since} or later, or do without: {feature}",
    bt: "run it on Linux {since} or later, or leave out what needs it: this line",
  },
  "verify/privilege": {
    meaning: "only privileged programs may do this",
    kernel: [/for !root|is allowed for root|loading\/calling other bpf|allowed for CAP/],
    fix: "load the program as root, or with CAP_BPF and CAP_PERFMON",
    bt: "run the script as root, or with CAP_BPF and CAP_PERFMON",
  },
  "verify/attach-target": {
    meaning:
      "the program's target does not exist in the kernel, or is not of the kind that its type attaches to",
    kernel: [/attach_btf_id|must provide btf_id|Invalid.*BTF type id|attach type|attach to unsupported member/],
    fix: "name a target that exists: SEC(\"tp_btf/sched_switch\"); `skep list 'tp_btf:*'` lists them",
    bt: "name a target that exists: `skep list` shows them",
  },
  "verify/no-kernel-types": {
    meaning: "the check needs the kernel's types (BTF), and there are none",
    kernel: [/btf_vmlinux is malformed|in-kernel BTF is malformed|kernel btf/],
    fix: "give the kernel's types: --btf vmlinux.btf, a copy of /sys/kernel/btf/vmlinux of a machine that runs it",
    bt: "give the kernel's types: --btf vmlinux.btf, a copy of /sys/kernel/btf/vmlinux of a machine that runs it",
  },
  "verify/packet-instruction": {
    meaning:
      "the old instructions that load from a packet are not for this program, or r6 does not hold its context",
    kernel: [/BPF_LD_\[ABS\|IND\]/, /R6 != pointer to skb/],
    fix: "read through data and data_end of the context, or use bpf_skb_load_bytes()",
  },
} as const satisfies Readonly<Record<`verify/${string}`, CodeEntry>>;
