import { expect, test } from "vitest";
import { explainLog, renderLogExplanation } from "./explain-log.ts";

// Linux 7.3 writes a report behind its complaint; the layout is that of its own messages.

const COMPLAINT = `0: R1=ctx() R10=fp0
0: (bf) r0 = r6
R6 !read_ok
`;
const REPORT = `
Verification failed: Register Type Safety: Unreadable register

Reason:
  R6 has never been initialized on this path, so the verifier cannot use it as an input.

At:
  insn 0
        | ^-- error: R6 is not readable
  Instruction context:
  >>> 0 | (bf) r0 = r6
      1 | (95) exit

Causal path:
  no retained diagnostic events on this path

Suggestion:
  Initialize R6 on every path before this instruction.

`;
const END =
  "processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n";

test("the complaint gives the code, the report the kernel's own reason", () => {
  const [found, ...more] = explainLog(COMPLAINT + REPORT + END);
  expect(more).toEqual([]);
  expect(found && renderLogExplanation(found)).toBe(
    `instruction 0: error[verify/uninit-register]: a register is read that nothing was written to on some path
kernel: R6 !read_ok
        R6 has never been initialized on this path, so the verifier cannot use it as an input.
      |       0: r0 = r6   <- here
help: give r6 a value on every path before it is read`,
  );
});

test.each([
  { rule: "without what comes before it", text: REPORT + END },
  { rule: "without its end", text: REPORT.slice(0, REPORT.indexOf("Causal path")) },
  { rule: "from the reason on", text: REPORT.slice(REPORT.indexOf("Reason:")) },
  { rule: "with a prefix", text: REPORT.replace(/^(?=.)/gm, "libbpf: ") },
])("a report $rule", ({ text }) => {
  const [found] = explainLog(text);
  expect([found?.code, found?.reason]).toEqual([
    "verify/uninit-register",
    "R6 has never been initialized on this path, so the verifier cannot use it as an input.",
  ]);
});

test("where the words are not known here, the kernel's suggestion is the help", () => {
  const text = REPORT.replace(/R6 has never .*/, "The moon is in the wrong phase.").replace(
    "Unreadable register",
    "Wrong phase",
  );
  const [found] = explainLog(text);
  expect(found?.code).toBeUndefined();
  expect(found).toMatchObject({
    complaint: "Register Type Safety: Wrong phase",
    reason: "The moon is in the wrong phase.",
    fix: "Initialize R6 on every path before this instruction.",
    slot: 0,
  });
});

test("what a report quotes is no complaint, and the next program's log begins after it", () => {
  const next = "libbpf: prog 'b': -- BEGIN PROG LOAD LOG --\n0: R1=ctx() R10=fp0\n0: (95) exit\nR0 !read_ok\n";
  const found = explainLog(
    `libbpf: prog 'a': -- BEGIN PROG LOAD LOG --\n${COMPLAINT}${REPORT}${END}${next}${END}`,
  );
  expect(found.map(({ program, code }) => [program, code])).toEqual([
    ["a", "verify/uninit-register"],
    ["b", "verify/no-result"],
  ]);
});

// What people quote without the log around it, with the quotes that text programs make of them.
// biome-ignore format: one complaint per line
test.each([
  ["R1 type=scalar expected=map_value", "verify/argument-type"],
  ["invalid mem access ‘scalar’", "verify/bad-dereference"],
  ["R0 invalid mem access ‘map_value_or_null’", "verify/null-dereference"],
  ["back-edge from insn 12 to 4", "verify/back-edge"],
  ["BPF program is too large. Processed 1000001 insn", "verify/too-complex"],
  ["BPF program is too large", "verify/too-complex"],
  ["invalid access to packet", "verify/packet-bounds"],
  ["cannot pass map_value to helper", "verify/argument-type"],
  ["helper call is not allowed in probe", "verify/helper-not-allowed"],
])("`%s`, alone", (line, code) => {
  expect(explainLog(line).map((found) => found.code)).toEqual([code]);
});
