import type { ProgramType } from "../../src/abi/attach-spec.ts";
import { findMember, findStruct } from "../../src/btf/lookup.ts";
import { Dice } from "./verify-dice.ts";
import { TYPES_OF_PROGRAMS } from "./verify-maps.ts";
import { mutate } from "./verify-mutate.ts";
import { type Attachment, Code, type GeneratedProgram, imm, KERNEL_BTF, reg } from "./verify-programs.ts";
import { snippets } from "./verify-snippets.ts";
import { OFFSETS } from "./verify-snippets-kernel.ts";

// biome-ignore format: weights
const TYPES: readonly ProgramType[] = [
  "socketFilter", "xdp", "xdp", "schedCls", "schedCls", "rawTracepoint", "rawTracepoint", "tracepoint", "kprobe", "cgroupSkb",
  "tracing", "tracing", "perfEvent", "syscall", "sockOps", "cgroupSockAddr", "cgroupSock", "skLookup", "lwtXmit", "skSkb",
];

for (const name of ["pid", "real_parent", "mm"]) {
  const task = KERNEL_BTF && findStruct(KERNEL_BTF, "task_struct");
  const member = task === undefined || !KERNEL_BTF ? undefined : findMember(KERNEL_BTF, task, name);
  if (member) OFFSETS[name] = member.bitOffset / 8;
}

/** Where a program of the type is attached, if it must be told. */
export function attachmentOf(type: ProgramType): Attachment {
  switch (type) {
    case "tracing": {
      const btfId = KERNEL_BTF?.find("btf_trace_sched_switch", "typedef")[0];
      return { attachType: "traceRawTp", attachTo: "sched_switch", ...(btfId !== undefined && { btfId }) };
    }
    case "cgroupSockAddr":
      return { attachType: "cgroupInet4Connect" };
    case "cgroupSock":
      return { attachType: "cgroupInetSockCreate" };
    case "skLookup":
      return { attachType: "skLookup" };
    default:
      return {};
  }
}

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
  code.exit(dice.once(12) ? dice.below(4) : 1 - dice.below(2));
  const finished = code.finish();
  let { insns } = finished;
  const what: string[] = [];
  for (let i = dice.below(3); i > 0; i--) {
    const mutated = mutate(insns, dice);
    insns = mutated.insns;
    what.push(mutated.what);
  }
  const { entry, local, global: plain, globals } = TYPES_OF_PROGRAMS;
  const functions = finished.starts.map(({ insnIndex, global }, i) => ({
    name: i === 0 ? "entry" : `function${i}`,
    insnIndex,
    btfId: i === 0 ? entry : !global ? local : global === "plain" ? plain : globals[global],
    linkage: i === 0 || global ? ("global" as const) : ("static" as const),
  }));
  return { type, insns, functions, what: what.join(", ") || "as generated" };
}
