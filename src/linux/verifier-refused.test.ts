import { expect, test } from "vitest";
import { tellingLines, VerifierRefused } from "./verifier-refused.ts";

const LOG = `func#0 @0
0: R1=ctx() R10=fp0
; x = *p; @ a.bt:3
0: (61) r0 = *(u32 *)(r1 +0)          ; R0_w=scalar()
1: (79) r0 = *(u64 *)(r3 +0)
R3 !read_ok
verification time 44 usec
stack depth 0
processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0

`;

test("the last lines that say something are kept, statistics are not", () => {
  const lines = tellingLines(LOG, 3);
  expect(lines).toEqual([
    "0: (61) r0 = *(u32 *)(r1 +0)          ; R0_w=scalar()",
    "1: (79) r0 = *(u64 *)(r3 +0)",
    "R3 !read_ok",
  ]);
  expect(tellingLines("")).toEqual([]);
});

test("the message names the program and ends with the complaint", () => {
  const error = new VerifierRefused("probe_1", "EACCES", LOG);
  expect(error.code).toBe("system/verifier-refused");
  expect(error.message).toMatch(/program probe_1 \(EACCES\)/);
  expect(error.message.endsWith("R3 !read_ok")).toBe(true);
  expect(error.log).toBe(LOG);
});

test("the remedy is the caller's for programs that are not ours, and fits where the kernel keeps no address", () => {
  const remedyOf = (log: string, remedy?: string) =>
    new VerifierRefused("p", "EACCES", log, undefined, remedy).remedy;
  expect(remedyOf(LOG)).toContain("report this");
  expect(remedyOf(LOG, "change it")).toBe("change it");
  const log = "ldimm64 failed to find the address for kernel symbol 'runqueues'.\nprocessed 0 insns";
  expect(remedyOf(log, "change it")).toMatch(/`runqueues`.*CONFIG_KALLSYMS_ALL/);
});
