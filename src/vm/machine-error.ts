import { SkepError } from "../base/errors.ts";

/** What a running program, or one that is being loaded, did wrong. */
export type MachineErrorCode =
  | "vm/bad-access"
  | "vm/bad-call"
  | "vm/bad-map"
  | "vm/bad-program"
  | "vm/call-depth"
  | "vm/no-helper"
  | "vm/no-memory"
  | "vm/no-such-map"
  | "vm/no-such-program"
  | "vm/read-only"
  | "vm/step-limit"
  | "vm/too-long"
  | "vm/unsupported";

/** Where in which program. */
export type Place = Readonly<{
  program: string;
  /** Position in the program's list of instructions. */
  insnIndex: number;
}>;

const REMEDIES: Readonly<Record<MachineErrorCode, string>> = {
  "vm/bad-access":
    "check the pointer before it is used: for NULL, against the end of the packet, or bound the index",
  "vm/bad-call": "call only through addresses of this program's own functions",
  "vm/bad-map": "give the map the sizes and flags that its type allows",
  "vm/bad-program": "rebuild the program; it would be refused by every kernel",
  "vm/call-depth": "flatten the calls: at most 8 functions may be active at once, with 512 bytes of stack each",
  "vm/no-helper": "use a helper that this machine has, or register the missing one with `helpers`",
  "vm/no-memory": "make maps smaller or raise `memoryBytes`",
  "vm/no-such-map": "declare the map in the object, or create it before the program is loaded",
  "vm/no-such-program": "load the program first, or correct its name",
  "vm/read-only": "write to a map that is not read-only, or copy the data to the stack first",
  "vm/step-limit": "give the loop a bound that it reaches, or raise `maxSteps`",
  "vm/too-long": "split the program with tail calls; at most 1,000,000 instructions are accepted",
  "vm/unsupported": "avoid the instruction that the message names; this machine does not have it",
};

/** The machine stopped a program, or refused to load it. */
export class MachineError extends SkepError {
  readonly place: Place | undefined;
  /** The address in question, for bad accesses. */
  readonly address: bigint | undefined;

  constructor(code: MachineErrorCode, message: string, where: { place?: Place; address?: bigint } = {}) {
    const { place } = where;
    super(place ? `${place.program}, instruction ${place.insnIndex}: ${message}` : message, {
      code,
      remedy: REMEDIES[code],
    });
    this.name = "MachineError";
    this.place = place;
    this.address = where.address;
  }
}
