import { helperById } from "../../abi/helpers.ts";
import type { Insn } from "../../isa/insn.ts";
import type { Shape } from "./find-subprograms.ts";
import type { SubprogramFacts } from "./prepared.ts";

type Facts = { -readonly [K in keyof SubprogramFacts]: SubprogramFacts[K] };

/** What each function does, itself or through those that it calls. */
export function subprogramFacts(
  insns: readonly Insn[],
  shape: Shape,
  kfuncSleeps: (insn: Insn) => boolean,
): readonly SubprogramFacts[] {
  const facts: Facts[] = shape.subprograms.map(() => ({
    maySleep: false,
    movesPacket: false,
    tailCalls: false,
  }));
  const calls: [caller: number, callee: number][] = [];
  for (const [i, insn] of insns.entries()) {
    const own = facts[shape.subprogramOf[i] ?? 0];
    if (insn.kind !== "call" || own === undefined) continue;
    const callee = shape.targetOf[i] ?? -1;
    if (callee >= 0) calls.push([shape.subprogramOf[i] ?? 0, shape.subprogramOf[callee] ?? 0]);
    const helper = insn.target.kind === "helper" ? helperById(insn.target.id) : undefined;
    own.maySleep ||= helper?.mightSleep === true || kfuncSleeps(insn);
    own.movesPacket ||= helper?.movesPacket === true;
    own.tailCalls ||= helper?.name === "bpf_tail_call";
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const [from, to] of calls) {
      const caller = facts[from];
      const callee = facts[to];
      if (!caller || !callee) continue;
      const grows =
        (callee.maySleep && !caller.maySleep) ||
        (callee.movesPacket && !caller.movesPacket) ||
        (callee.tailCalls && !caller.tailCalls);
      if (!grows) continue;
      changed = true;
      caller.maySleep ||= callee.maySleep;
      caller.movesPacket ||= callee.movesPacket;
      caller.tailCalls ||= callee.tailCalls;
    }
  }
  return facts;
}
