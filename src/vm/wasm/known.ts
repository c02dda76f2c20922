import { helperByName } from "../../abi/helpers.ts";
import { CONTROL, type Stretch } from "../memory.ts";
import { FACTS } from "../run-facts.ts";
import { type CodeWriter, W } from "./code-writer.ts";
import { limitIndex, registerLocal, type Windows } from "./locals.ts";

/** What compiled code may take for granted of the machine that it is compiled for. */
export type Surroundings = Readonly<{
  /** Whether FACTS are in the control page while a program runs. */
  hasFacts: boolean;
  /** The stretch around an address, where memory is as long as the machine is. */
  lasting(address: bigint): Stretch | undefined;
}>;

export const NO_SURROUNDINGS: Surroundings = { hasFacts: false, lasting: () => undefined };

const LOOKUP = helperByName("bpf_map_lookup_elem")?.id;

/** Reads what the helper would give from the control page; false when it is not there. */
export function emitFact(out: CodeWriter, { hasFacts }: Surroundings, helper: number): boolean {
  const offset = FACTS.get(helper);
  if (!hasFacts || offset === undefined) return false;
  out.i32(0);
  out.memory(W.i64Load, CONTROL.facts + offset);
  out.set(registerLocal(0));
  return true;
}

/** As a program begins, all registers that it reads memory through may lead into its context. */
export function emitContextWindows(out: CodeWriter, windows: Windows): void {
  for (const base of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const)
    for (const [index, local] of windows.of(base)) {
      out.i32(0);
      out.memory(W.i64Load, CONTROL.context + (index === 0 ? 0 : 8));
      out.set(local);
    }
}

/** A register has got the address of a stretch that is known. */
export function emitStretch(out: CodeWriter, window: ReadonlyMap<number, number>, stretch: Stretch): void {
  for (const [index, local] of window) {
    out.i64(index === 0 ? stretch.start : limitIn(stretch, index));
    out.set(local);
  }
}

function limitIn({ size, writable }: Stretch, index: number): number {
  for (const bytes of [1, 2, 4, 8] as const)
    for (const write of [false, true])
      if (limitIndex(bytes, write) === index) return write && !writable ? 0 : Math.max(0, size - bytes + 1);
  throw new Error(`bug: ${index} is no limit`);
}

/** A lookup leaves where r0 leads to, as the search for memory does. */
export function emitReturned(out: CodeWriter, windows: Windows, helper: number): void {
  if (helper !== LOOKUP) return;
  for (const [index, local] of windows.of(0)) {
    out.i32(0);
    out.memory(W.i64Load, CONTROL.window + index * 8);
    out.set(local);
  }
}
