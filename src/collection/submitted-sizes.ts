import { helperByName } from "../abi/helpers.ts";
import type { Insn, Reg } from "../isa/insn.ts";
import type { ObjectSpec } from "../object/object.ts";

/** What a register is known to hold. */
type Known = Readonly<{ kind: "number"; value: number } | { kind: "map"; map: string }>;

/** Where a helper that submits records takes the map and the size. */
type Submits = Readonly<{ map: Reg; size: Reg }>;

const SUBMITS: readonly (readonly [helper: string, where: Submits])[] = [
  ["ringbuf_output", { map: 1, size: 3 }],
  ["ringbuf_reserve", { map: 1, size: 2 }],
  ["perf_event_output", { map: 2, size: 5 }],
  ["skb_output", { map: 2, size: 5 }],
  ["xdp_output", { map: 2, size: 5 }],
];

/**
 * Bytes of the records that an object's programs put into each buffer, where the code says it in so many words: a size
 * that is computed is not found. By the buffers' names.
 */
export function submittedSizes({ programs }: ObjectSpec): ReadonlyMap<string, ReadonlySet<number>> {
  const helpers = new Map(SUBMITS.map(([name, where]) => [helperByName(name)?.id ?? -1, where]));
  const found = new Map<string, Set<number>>();
  for (const { insns } of programs) {
    const registers = new Map<Reg, Known>();
    for (const insn of insns) {
      const where =
        insn.kind === "call" && insn.target.kind === "helper" ? helpers.get(insn.target.id) : undefined;
      const map = where && registers.get(where.map);
      const size = where && registers.get(where.size);
      if (map?.kind === "map" && size?.kind === "number")
        found.set(map.map, (found.get(map.map) ?? new Set()).add(size.value));
      step(registers, insn);
    }
  }
  return found;
}

function step(registers: Map<Reg, Known>, insn: Insn): void {
  switch (insn.kind) {
    case "alu": {
      const value: Known | undefined =
        insn.src.kind === "imm" ? { kind: "number", value: insn.src.imm } : registers.get(insn.src.reg);
      if (insn.op === "mov" && value !== undefined) registers.set(insn.dst, value);
      else registers.delete(insn.dst);
      return;
    }
    case "loadImm64":
      if (insn.ref?.kind === "map") registers.set(insn.dst, { kind: "map", map: insn.ref.map });
      else registers.delete(insn.dst);
      return;
    case "call":
      for (const reg of [0, 1, 2, 3, 4, 5] as const) registers.delete(reg);
      return;
    case "ja":
    case "exit":
      registers.clear(); // what follows is reached from elsewhere
      return;
    default:
      if ("dst" in insn && insn.kind !== "jump") registers.delete(insn.dst);
  }
}
