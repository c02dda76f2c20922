import { checkInput, OBJECT } from "../base/check-input.ts";
import type { Insn } from "../isa/insn.ts";
import type { CoreValue } from "./core-value.ts";
import { canResize } from "./core-value.ts";
import { ObjectError } from "./error.ts";

/**
 * Helper that no kernel has: an instruction that reads what the kernel lacks becomes a call of it. It is harmless where
 * the program never gets there. The number is libbpf's: "bad relo" to a reader of hexadecimal digits.
 */
export const BAD_RELOCATION = 195896080;

/** An instruction that must not be reached, and why, for explanations. */
export type MissingRelocation = Readonly<{ kind: "missing"; what: string }>;

/** The reason why an instruction was made unreachable, or undefined when it was not. */
export function missingRelocation(insn: Insn): MissingRelocation | undefined {
  if (!OBJECT.accepts(insn)) checkInput("the instruction", insn, OBJECT);
  const reloc = insn.meta?.reloc;
  return typeof reloc === "object" && reloc !== null && "kind" in reloc && reloc.kind === "missing"
    ? (reloc as MissingRelocation)
    : undefined;
}

/** `what` names the thing that is relocated: "struct task_struct.pid". */
export type CoreResult = Readonly<{ what: string; local: CoreValue; target: CoreValue }>;

/** The instruction for the target's types; a 64-bit load that is poisoned becomes two. Throws ObjectError. */
export function patchInsn(insn: Insn, result: CoreResult): readonly Insn[] {
  const { local, target, what } = result;
  if (target.value === "missing") return poison(insn, `the kernel has no ${what}`);
  if (local.value === "missing") throw new Error("bug: the object's own types lack what it refers to");
  const { value } = target;
  const expected = local.isCertain ? local.value : undefined;
  const { meta: { reloc: _, ...meta } = {}, ...body } = insn;
  switch (body.kind) {
    case "alu":
      if (body.src.kind !== "imm") break;
      check(result, expected, BigInt.asUintN(64, BigInt(body.src.imm)));
      return [{ ...body, src: { kind: "imm", imm: Number(BigInt.asIntN(32, value)) }, meta }];
    case "load":
    case "store":
    case "atomic":
    case "loadAcquire":
    case "storeRelease": {
      check(result, expected, BigInt.asUintN(64, BigInt(body.off)));
      if (value > 0x7fffn)
        throw bad(what, `it lies ${value} bytes into its struct, and an instruction reaches 32767`);
      const size = newSize(body.size, result);
      if (size === "unsafe")
        return poison(insn, `${what} has another size or signedness in the kernel, and is not read as either`);
      return [{ ...body, size, off: Number(value), meta } as Insn];
    }
    case "loadImm64":
      if (body.ref !== undefined) break;
      check(result, expected, BigInt.asUintN(64, body.imm));
      return [{ ...body, imm: value, meta }];
    default:
      break;
  }
  throw bad(what, `an instruction of kind ${body.kind} cannot be relocated`);
}

function check({ what }: CoreResult, expected: bigint | undefined, found: bigint): void {
  if (expected === undefined || expected === found) return;
  throw bad(what, `its instruction holds ${found}, and the object's own types say ${expected}`);
}

/** Bytes to move when the field's size differs between object and kernel. */
function newSize(size: number, { what, local, target }: CoreResult): number | "unsafe" {
  const [from, to] = [local.field, target.field];
  if (from?.bytes === to?.bytes) return size;
  if (from === undefined || to === undefined || !canResize(from.type, to.type)) return "unsafe";
  if (size !== from.bytes)
    throw bad(what, `${size} bytes of it are read where the object's own types say ${from.bytes}`);
  if (to.bytes !== 1 && to.bytes !== 2 && to.bytes !== 4 && to.bytes !== 8)
    throw bad(what, `it has ${to.bytes} bytes in the kernel, which no instruction moves`);
  return to.bytes;
}

function poison(insn: Insn, what: string): readonly Insn[] {
  const reloc: MissingRelocation = { kind: "missing", what };
  const call = { kind: "call", target: { kind: "helper", id: BAD_RELOCATION } } as const;
  const first: Insn = { ...call, meta: { ...insn.meta, reloc } };
  if (insn.kind !== "loadImm64") return [first];
  const { symbol: _, ...meta } = first.meta ?? {};
  return [first, { ...call, meta }];
}

function bad(what: string, why: string): ObjectError {
  return new ObjectError("object/bad-core", `cannot relocate ${what}: ${why}`, {
    remedy: "read it with bpf_core_read(), and compile the object anew with clang 12 or later",
  });
}
