import fc from "fast-check";
import { expect, test } from "vitest";
import type { Insn } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";
import type { DraftCode } from "./draft.ts";
import { DraftWriter } from "./draft.ts";
import { fixBranches } from "./fix-branches.ts";

type Jump = Readonly<{ from: number; to: number; kind: "ja" | "jump" | "set" }>;

/** `length` numbered instructions with jumps between some of them. */
function codeWith(length: number, jumps: readonly Jump[]): DraftCode {
  const writer = new DraftWriter();
  const labels = new Map(jumps.map(({ to }) => [to, writer.newLabel()]));
  const at = new Map(jumps.map((jump) => [jump.from, jump]));
  for (let i = 0; i < length; i++) {
    const label = labels.get(i);
    if (label !== undefined) writer.placeLabel(label);
    const jump = at.get(i);
    if (jump) {
      const to = labels.get(jump.to) as number;
      if (jump.kind === "ja") writer.putJump({ kind: "ja", off: 0, wide: false }, to);
      else
        writer.putJump(
          {
            kind: "jump",
            op: jump.kind === "set" ? "set" : "eq",
            bits: 64,
            dst: 1,
            src: { kind: "imm", imm: 7 },
            off: 0,
          },
          to,
        );
    }
    writer.put({ kind: "loadImm64", dst: 0, imm: BigInt(i) });
  }
  writer.put({ kind: "exit" });
  return writer.code;
}

/** The numbers that are loaded when every conditional jump with a true condition is taken, up to `limit` of them. */
function trace(insns: readonly Insn[], r1: bigint, limit: number): bigint[] {
  const indexOf = new Map<number, number>();
  const slots: number[] = [];
  let slot = 0;
  for (const insn of insns) {
    indexOf.set(slot, slots.push(slot) - 1);
    slot += slotsOf(insn);
  }
  const seen: bigint[] = [];
  for (let pc = 0, steps = 0; steps < 500_000 && seen.length < limit; steps++) {
    const insn = insns[pc] as Insn;
    if (insn.kind === "exit") break;
    if (insn.kind === "loadImm64") seen.push(insn.imm);
    const taken =
      insn.kind === "ja" ||
      (insn.kind === "jump" &&
        (insn.op === "set" ? (r1 & 7n) !== 0n : insn.op === "eq" ? r1 === 7n : r1 !== 7n));
    if (taken && (insn.kind === "ja" || insn.kind === "jump")) {
      if (insn.kind === "jump" || !insn.wide) expect(Math.abs(insn.off)).toBeLessThanOrEqual(0x8000);
      pc = indexOf.get((slots[pc] as number) + 1 + insn.off) as number;
      expect(pc).toBeDefined();
    } else pc++;
  }
  return seen;
}

/** The same without a machine: jumps name their targets. */
function expectedTrace(length: number, jumps: readonly Jump[], r1: bigint, limit: number): bigint[] {
  const at = new Map(jumps.map((jump) => [jump.from, jump]));
  const seen: bigint[] = [];
  for (let i = 0; i < length && seen.length < limit; ) {
    const jump = at.get(i);
    if (jump && (jump.kind === "ja" || (jump.kind === "set" ? (r1 & 7n) !== 0n : r1 === 7n))) i = jump.to;
    else seen.push(BigInt(i++));
    if (jump?.to === jump?.from && jump) break;
  }
  return seen;
}

const arbitraryCode = fc.record({
  length: fc.integer({ min: 1, max: 60_000 }),
  raw: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("ja", "jump", "set")), { maxLength: 12 }),
});

test.each([3, 4] as const)("cpu v%i: every jump arrives where its label stands", (cpu) => {
  fc.assert(
    fc.property(arbitraryCode, fc.constantFrom(0n, 7n, 8n, 9n), ({ length, raw }, r1) => {
      // Forward jumps only, so that every run ends; backward ones have their own test.
      const jumps = raw
        .map(([a, b, kind]) => ({ from: a % length, to: b % length, kind }) as Jump)
        .filter(({ from, to }) => from < to)
        .filter(({ from }, i, all) => all.findIndex((other) => other.from === from) === i);
      const insns = fixBranches(codeWith(length, jumps), cpu);
      expect(trace(insns, r1, 200_000)).toEqual(expectedTrace(length, jumps, r1, 200_000));
    }),
    { numRuns: 40 },
  );
});

test.each([3, 4] as const)("cpu v%i: a loop of 100,000 slots closes", (cpu) => {
  const jumps: Jump[] = [{ from: 49_999, to: 3, kind: "jump" }];
  const insns = fixBranches(codeWith(50_000, jumps), cpu);
  const seen = trace(insns, 7n, 60_000);
  expect(seen.slice(49_998, 50_001)).toEqual([49_998n, 3n, 4n]);
});

test("short code keeps its jumps as they are", () => {
  const insns = fixBranches(codeWith(3, [{ from: 0, to: 2, kind: "jump" }]), 3);
  expect(insns.map((insn) => insn.kind)).toEqual(["jump", "loadImm64", "loadImm64", "loadImm64", "exit"]);
  expect(insns[0]).toMatchObject({ off: 4 });
});
