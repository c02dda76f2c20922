import fc from "fast-check";
import { expect, test } from "vitest";
import { explainLog, renderLogExplanation } from "./explain-log.ts";

// The same refusal as kernels and loaders of different ages print it. Texts are those of the kernel's own messages.

const NEW = `0: R1=ctx() R10=fp0
; __u64 *value = bpf_map_lookup_elem(&counts, &key); @ b.c:7
4: (18) r1 = 0xffff8882abf77800       ; R1=map_ptr(map=counts,ks=4,vs=8)
6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)
; *value += 1; @ b.c:8
7: (79) r1 = *(u64 *)(r0 +0)
R0 invalid mem access 'map_value_or_null'
processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
`;

const OLD = `0: (62) *(u32 *)(r10 -4) = 1
1: (bf) r2 = r10
2: (07) r2 += -4
3: (18) r1 = 0xffff8802ab
5: (85) call bpf_map_lookup_elem#1
6: (79) r1 = *(u64 *)(r0 +0)
 R0=map_value_or_null(id=0,off=0,ks=4,vs=8,imm=0) R10=fp0
R0 invalid mem access 'map_value_or_null'
`;

const prefixed = (prefix: string) => NEW.replace(/^(?=.)/gm, prefix);

test.each([
  { rule: "as it is", log: NEW },
  { rule: "of Linux 4.x", log: OLD },
  {
    rule: "libbpf",
    log: `libbpf: prog 'bad': -- BEGIN PROG LOAD LOG --\n${NEW}-- END PROG LOAD LOG --\nlibbpf: prog 'bad': failed to load: -13\n`,
  },
  { rule: "every line from libbpf", log: prefixed("libbpf: ") },
  { rule: "cilium/ebpf, with %+v", log: `program bad: load program: permission denied:\n${prefixed("\t")}` },
  {
    rule: "cilium/ebpf, one line",
    log: "field Bad: program bad: load program: permission denied: R0 invalid mem access 'map_value_or_null' (12 line(s) omitted)",
  },
  {
    rule: "Aya's debug print",
    log: `Error: the BPF_PROG_LOAD syscall failed. Verifier output: ${NEW.replaceAll("\n", "\\n")}`,
  },
  { rule: "bpftrace", log: `Kernel error log: \n${NEW}\nERROR: Error loading BPF program for tracepoint:x:y.` },
  { rule: "dmesg and journal", log: prefixed("[  12.345678] ") },
  { rule: "colours and CRLF", log: NEW.replaceAll("\n", "\x1b[0m\r\n") },
  { rule: "quoted in a mail", log: prefixed("> ") },
])("a log $rule", ({ log }) => {
  const [found, ...more] = explainLog(log);
  expect(more).toEqual([]);
  expect(found?.code).toBe("verify/null-dereference");
  expect(found?.complaint).toContain("R0 invalid mem access 'map_value_or_null'");
});

test("the history of the register, and a fix in the program's own names", () => {
  const [found] = explainLog(NEW);
  expect(found && renderLogExplanation(found)).toBe(
    `b.c:8: error[verify/null-dereference]: something is read or written through a pointer that may be NULL
kernel: R0 invalid mem access 'map_value_or_null'
    7 | __u64 *value = bpf_map_lookup_elem(&counts, &key);
      |       6: call bpf_map_lookup_elem#1   r0: a value of map \`counts\` of 8 bytes or NULL
    8 | *value += 1;
      |       7: r1 = *(u64 *)(r0 +0)         <- here r0: a value of map \`counts\` of 8 bytes or NULL
help: test it first: if (!value) return 0;`,
  );
});

test("a branch that was followed late goes on from where it left", () => {
  const log = `0: (61) r2 = *(u32 *)(r1 +12)         ; R2=scalar(umax=4294967295)
1: (15) if r2 == 0x0 goto pc+3        ; R2=scalar(umin=1,umax=4294967295)
2: (b7) r3 = 0                        ; R3=0
3: (95) exit
from 1 to 5: R1=ctx() R2=0 R10=fp0
5: (bf) r0 = r3
R3 !read_ok
`;
  const [found] = explainLog(log);
  expect(found?.code).toBe("verify/uninit-register");
  expect(found?.slot).toBe(5);
});

// biome-ignore format: one complaint per line
test.each([
  ["math between map_value pointer and register with unbounded min value is not allowed", "verify/unbounded-offset"],
  ["invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)", "verify/packet-bounds"],
  ["R1 type=inv expected=map_ptr", "verify/argument-type"],
  ["R1 type=scalar expected=map_value", "verify/argument-type"],
  ["R1 invalid mem access 'inv'", "verify/bad-dereference"],
  ["R1 invalid mem access 'scalar'", "verify/bad-dereference"],
  ["back-edge from insn 7 to 3", "verify/back-edge"],
  ["infinite loop detected at insn 4", "verify/infinite-loop"],
  ["BPF program is too large. Processed 1000001 insn", "verify/too-complex"],
  ["unknown func bpf_redirect#23", "verify/helper-not-allowed"],
  ["helper call is not allowed in probe", "verify/helper-not-allowed"],
  ["program of this type cannot use helper bpf_redirect#23", "verify/helper-not-allowed"],
  ["cannot call GPL-restricted function from non-GPL compatible program", "verify/gpl-only"],
  ["Unreleased reference id=2 alloc_insn=3", "verify/reference-leak"],
  ["combined stack size of 2 calls is 608. Too large", "verify/stack-depth"],
  ["invalid stack type R2 off=0 access_size=8", "verify/stack-bounds"],
  ["R2 unbounded memory access, use 'var &= const' or 'if (var < const)'", "verify/unbounded-size"],
  ["R2 min value is negative, either use unsigned or 'var &= const'", "verify/negative-size"],
  ["invalid func unknown#195896080", "verify/missing-field"],
  ["unreachable insn 3", "verify/unreachable"],
])("`%s`", (complaint, code) => {
  const log = `0: R1=ctx() R10=fp0\n0: (85) call bpf_redirect#23\n${complaint}\nprocessed 1 insns (limit 1000000)\n`;
  expect(explainLog(log)[0]?.code).toBe(code);
});

test("words that are not known are said to be so", () => {
  const [found] = explainLog("0: (95) exit\nthe moon is in the wrong phase\nprocessed 1 insns\n");
  expect(found).toMatchObject({ complaint: "the moon is in the wrong phase", slot: 0 });
  expect(found?.code).toBeUndefined();
});

test.each([
  "",
  "hello\n",
  "Reason:\nCausal path:\n",
  "\\n".repeat(5000),
  "R".repeat(100_000),
  "(((((".repeat(20_000),
])("no log: nothing, in bounded time", (text) => {
  expect(explainLog(text)).toEqual([]);
});

const PIECES = fc.constantFrom(
  ...NEW.split("\n"),
  ...OLD.split("\n"),
  "from 6 to 4: R0=0 R10=fp0",
  "from 9 to 9: R0=map_value(",
  "R0 invalid mem access 'map_value_or_null'",
  "99: (ff) nonsense ; R0=",
  "; @ :0",
  "R3=scalar(umax=,smin=-)",
  "program x: load program: a: b",
  "\\n0: (95) exit\\n",
);

test("any mixture of a log's pieces, whole or cut, is explained or not, and nothing is thrown", () => {
  const lines = fc.array(
    fc.oneof(
      PIECES,
      fc.string(),
      fc.tuple(PIECES, fc.nat(30)).map(([line, n]) => line.slice(n)),
    ),
  );
  fc.assert(
    fc.property(lines, (parts) => {
      for (const found of explainLog(parts.join("\n"))) expect(renderLogExplanation(found)).not.toBe("");
    }),
  );
});
