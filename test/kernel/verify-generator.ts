import type { ProgramType } from "../../src/abi/attach-spec.ts";
import { Dice } from "./verify-dice.ts";
import { mutate } from "./verify-mutate.ts";
import { Code, type GeneratedProgram, imm, reg } from "./verify-programs.ts";
import { snippets } from "./verify-snippets.ts";
import { testTypes } from "./verify-types.ts";

// biome-ignore format: weights
const TYPES: readonly ProgramType[] = [
  "socketFilter", "xdp", "xdp", "schedCls", "schedCls", "rawTracepoint", "rawTracepoint", "tracepoint", "kprobe", "cgroupSkb",
];

export const TYPES_OF_PROGRAMS = testTypes();

/** The program of a seed. Two in three are damaged in one or two places. */
export function generate(seed: number): GeneratedProgram {
  const dice = new Dice(seed);
  const type = dice.pick(TYPES);
  const code = new Code(dice, type);
  code.mov(6, reg(1));
  code.mov(7, imm(dice.below(100)));
  code.mov(8, imm(dice.below(100)));
  code.mov(9, imm(0));
  snippets(code, 0);
  code.exit(type === "cgroupSkb" ? 1 : dice.below(3));
  const finished = code.finish();
  let { insns } = finished;
  const what: string[] = [];
  for (let i = dice.below(3); i > 0; i--) {
    const mutated = mutate(insns, dice);
    insns = mutated.insns;
    what.push(mutated.what);
  }
  const functions = finished.starts.map((insnIndex, i) => ({
    name: i === 0 ? "entry" : `local${i}`,
    insnIndex,
    btfId: i === 0 ? TYPES_OF_PROGRAMS.entry : TYPES_OF_PROGRAMS.local,
    linkage: i === 0 ? ("global" as const) : ("static" as const),
  }));
  return { type, insns, functions, what: what.join(", ") || "as generated" };
}
