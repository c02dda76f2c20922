import { unreachable } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { CallTarget, ImmRef, Insn } from "./insn.ts";
import { slotsOf } from "./insn.ts";
import { EncodeError } from "./isa-error.ts";

/** Where a map is found: a file descriptor, or a position in the load command's `fd_array`. */
export type MapPlace = Readonly<{ fd: number } | { index: number }>;

/** A typed kernel symbol in BTF; `btfFd`: 0 for vmlinux, else what the load command knows the module's BTF by. */
export type BtfPlace = Readonly<{ btfId: number; btfFd: number }>;

/** What names stand for on the machine that will run the program. Each may answer undefined: not known. */
export type Names = Readonly<{
  map?: (name: string) => MapPlace | undefined;
  /** Slot of a function's first instruction; asked before the symbols of the program itself. */
  func?: (name: string) => number | undefined;
  /** A kernel variable: its BTF id, or its address where it has no type. */
  ksym?: (name: string) => BtfPlace | Readonly<{ address: bigint }> | undefined;
  kfunc?: (name: string) => BtfPlace | undefined;
}>;

/**
 * Helper id that stands for a weak kernel function which the kernel does not have: the program guards the call by a
 * test of the symbol's address, so the verifier never reaches it, and would refuse it if it did.
 */
export const MISSING_KFUNC = 0x7fffffff;

/**
 * The same program with every name replaced by its number. Functions are found by `meta.symbol`, first match; offsets
 * count slots, so the list must be the whole program. A weak kernel symbol that is not known becomes address 0.
 * Throws EncodeError for any other name that is not known.
 */
export function bindNames(insns: readonly Insn[], names: Names): readonly Insn[] {
  if (!insns.some(hasName)) return insns;
  const symbols = symbolSlots(insns);
  let slot = 0;
  return insns.map((insn, index) => {
    const bound = hasName(insn) ? bindInsn(insn, { names, symbols, index, slot }) : insn;
    slot += slotsOf(insn);
    return bound;
  });
}

function bindInsn(insn: Insn, scope: Scope): Insn {
  if (insn.kind === "call") return { ...insn, target: bindTarget(insn.target, scope) };
  if (insn.kind === "loadImm64" && insn.ref !== undefined) return bindLoad(insn, insn.ref, scope);
  return insn;
}

/** Whether the instruction refers to something by a name, so that it has no bytes yet. */
export function hasName(insn: Insn): boolean {
  const kind = insn.kind === "call" ? insn.target.kind : insn.kind === "loadImm64" ? insn.ref?.kind : undefined;
  return kind === "map" || kind === "mapValue" || kind === "func" || kind === "ksym";
}

type Scope = Readonly<{ names: Names; symbols: ReadonlyMap<string, number>; index: number; slot: number }>;

function symbolSlots(insns: readonly Insn[]): Map<string, number> {
  const slots = new Map<string, number>();
  let slot = 0;
  for (const insn of insns) {
    const symbol = insn.meta?.symbol;
    if (symbol !== undefined && !slots.has(symbol)) slots.set(symbol, slot);
    slot += slotsOf(insn);
  }
  return slots;
}

type LoadImm64 = Insn & { kind: "loadImm64" };

function bindLoad(insn: LoadImm64, ref: ImmRef, scope: Scope): Insn {
  switch (ref.kind) {
    case "map": {
      const place = mapPlace(ref.map, scope);
      return {
        ...insn,
        ref: "fd" in place ? { kind: "mapFd", fd: place.fd } : { kind: "mapIdx", index: place.index },
      };
    }
    case "mapValue": {
      const { off } = ref;
      const place = mapPlace(ref.map, scope);
      return {
        ...insn,
        ref:
          "fd" in place
            ? { kind: "mapValueFd", fd: place.fd, off }
            : { kind: "mapValueIdx", index: place.index, off },
      };
    }
    case "func":
      return { ...insn, ref: { kind: "funcOff", off: functionOffset(ref.name, scope) } };
    case "ksym":
      return bindKernelSymbol(insn, ref.name, ref.weak, scope);
    case "mapFd":
    case "mapValueFd":
    case "mapIdx":
    case "mapValueIdx":
    case "btfVar":
    case "funcOff":
      return insn;
    default:
      return unreachable(ref);
  }
}

function mapPlace(name: string, scope: Scope): MapPlace {
  const place = scope.names.map?.(name);
  if (place === undefined) throw unknownName(scope, "map", name, "create the map first, or correct the name");
  return place;
}

/** Slots from the one after the instruction's first slot; so the kernel counts for calls and 64-bit loads alike. */
function functionOffset(name: string, scope: Scope): number {
  const target = scope.names.func?.(name) ?? scope.symbols.get(name);
  if (target === undefined) {
    const hint = didYouMean(name, scope.symbols.keys());
    throw unknownName(
      scope,
      "function",
      name,
      hint ?? "define the function in this program, or link its object",
    );
  }
  return target - scope.slot - 1;
}

function bindKernelSymbol(insn: LoadImm64, name: string, weak: boolean, scope: Scope): Insn {
  const found = scope.names.ksym?.(name) ?? scope.names.kfunc?.(name);
  const { ref: _, ...plain } = insn;
  if (found === undefined) {
    if (weak) return { ...plain, imm: 0n };
    throw unknownName(
      scope,
      "kernel symbol",
      name,
      "declare it weak and test its address, or run on a kernel that has it",
    );
  }
  if ("address" in found) return { ...plain, imm: found.address };
  return { ...insn, ref: { kind: "btfVar", btfId: found.btfId, btfFd: found.btfFd } };
}

function bindTarget(target: CallTarget, scope: Scope): CallTarget {
  switch (target.kind) {
    case "func":
      return { kind: "local", off: functionOffset(target.name, scope) };
    case "ksym": {
      const found = scope.names.kfunc?.(target.name);
      if (found !== undefined) return { kind: "kfunc", ...found };
      if (target.weak) return { kind: "helper", id: MISSING_KFUNC };
      throw unknownName(
        scope,
        "kernel function",
        target.name,
        "run on a kernel that has it, or declare it weak and test it",
      );
    }
    case "helper":
    case "local":
    case "kfunc":
    case "reg":
      return target;
    default:
      return unreachable(target);
  }
}

function unknownName(scope: Scope, what: string, name: string, remedy: string): EncodeError {
  return new EncodeError(scope.index, `${what} \`${name}\` is not known`, { code: "isa/unbound-name", remedy });
}
