import { helperByName } from "../abi/helpers.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { checkInput } from "../base/check-input.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import type { Insn } from "../isa/insn.ts";
import { checkTarget, OBJECT_SPEC } from "./check-object.ts";
import { missingRelocation, patchInsn } from "./core-patch.ts";
import { coreRelocation } from "./core-relocation.ts";
import { CoreRelocator } from "./core-relocator.ts";
import { loadableBtf } from "./loadable-btf.ts";
import type { FunctionInfo, ObjectSpec, ProgramSpec } from "./object.ts";
import { inSection } from "./open-object.ts";
import { fillKconfig } from "./relocate-kconfig.ts";
import { findSymbols, type KernelSymbol } from "./relocate-symbols.ts";
import type { RelocationTarget } from "./relocation-target.ts";

/** What an object became for one kernel, beside its instructions, configuration values and BTF. */
export type Relocation = Readonly<{
  /** Kernel symbols by name. Instructions still refer to them by name; weak ones that the kernel lacks are not here. */
  symbols: ReadonlyMap<string, KernelSymbol>;
  /** Instructions that read what the kernel lacks, and so must not be reached. */
  missing: readonly Readonly<{ program: string; insnIndex: number; what: string }>[];
}>;

/** An object that is bound to one kernel. */
export type Relocated = ObjectSpec & Readonly<{ relocated: Relocation }>;

export function isRelocated(object: ObjectSpec): object is Relocated {
  return OBJECT_SPEC.accepts(object) && "relocated" in object;
}

/**
 * Fits an object to a kernel, as libbpf does: fields and types where that kernel has them, values of its configuration,
 * its symbols. Programs that are not loaded stay as they are. Pure. Throws ObjectError.
 */
export function relocate(object: ObjectSpec, target: RelocationTarget): Relocated {
  checkInput("relocate: the object", object, OBJECT_SPEC);
  checkTarget(target);
  const { btf: bytes } = object;
  const btf = bytes && inSection(".BTF", () => parseBtf(bytes));
  return inSection(".BTF", () => new Relocator(object, btf, target).run());
}

/** A program that is not to be loaded by itself is loaded all the same where a map holds it. */
function isLoaded(program: ProgramSpec, maps: readonly MapSpec[]): boolean {
  if (program.autoload !== false) return true;
  return maps.some(
    ({ type, slots, structOps }) =>
      (type === "progArray" && slots?.some(({ name }) => name === program.name)) ||
      structOps?.programs.some((member) => member.program === program.name),
  );
}

const PROBE_READ_KERNEL_SINCE = (5 << 16) | (5 << 8);

/** Older kernels have one helper for both kinds of memory. */
const OLD_HELPERS: readonly (readonly [string, string])[] = [
  ["probe_read_kernel", "probe_read"],
  ["probe_read_user", "probe_read"],
  ["probe_read_kernel_str", "probe_read_str"],
  ["probe_read_user_str", "probe_read_str"],
];

class Relocator {
  readonly #object: ObjectSpec;
  readonly #btf: BtfBlob | undefined;
  readonly #target: RelocationTarget;
  readonly #core: CoreRelocator | undefined;
  readonly #oldHelpers: ReadonlyMap<number, number>;
  readonly #missing: { program: string; insnIndex: number; what: string }[] = [];

  constructor(object: ObjectSpec, btf: BtfBlob | undefined, target: RelocationTarget) {
    this.#object = object;
    this.#btf = btf;
    this.#target = target;
    this.#core = btf && new CoreRelocator(btf, target);
    const isOld = target.kernelVersion < PROBE_READ_KERNEL_SINCE;
    const id = (name: string) => helperByName(name)?.id ?? 0;
    this.#oldHelpers = new Map(isOld ? OLD_HELPERS.map(([from, to]) => [id(from), id(to)]) : []);
  }

  run(): Relocated {
    const { externs = [], btf: bytes, maps, programs } = this.#object;
    const btf = this.#btf;
    const symbols = btf && externs.length > 0 ? findSymbols(externs, btf, this.#target) : new Map();
    const fitted = maps.map((map) => this.#map(map));
    const relocated = programs.map((program) => (isLoaded(program, maps) ? this.#program(program) : program));
    return {
      ...this.#object,
      programs: relocated,
      maps: fitted,
      ...(btf && bytes && { btf: loadableBtf(this.#object, btf, bytes, this.#target.kernelVersion) }),
      relocated: { symbols, missing: this.#missing },
    };
  }

  #map(map: MapSpec): MapSpec {
    const btf = this.#btf;
    if (btf === undefined) return map;
    if (map.section?.kind !== "kconfig") return map;
    return fillKconfig(map, this.#object.externs ?? [], btf, this.#target);
  }

  #program(program: ProgramSpec): ProgramSpec {
    if (
      !program.insns.some((insn) => coreRelocation(insn) !== undefined || this.#oldHelper(insn) !== undefined)
    )
      return program;
    const insns: Insn[] = [];
    const starts = new Map(program.functions.map((info) => [info.insnIndex, info]));
    const functions: FunctionInfo[] = [];
    for (const [index, insn] of program.insns.entries()) {
      const info = starts.get(index);
      if (info) functions.push({ ...info, insnIndex: insns.length });
      for (const patched of this.#insn(insn)) {
        const missing = missingRelocation(patched);
        if (missing) this.#missing.push({ program: program.name, insnIndex: insns.length, what: missing.what });
        insns.push(patched);
      }
    }
    return { ...program, insns, functions };
  }

  #insn(insn: Insn): readonly Insn[] {
    const reloc = coreRelocation(insn);
    if (reloc !== undefined) {
      if (this.#core === undefined) throw new Error("bug: a relocation without BTF");
      return patchInsn(insn, this.#core.resolve(reloc));
    }
    const id = this.#oldHelper(insn);
    return id === undefined
      ? [insn]
      : [{ kind: "call", target: { kind: "helper", id }, meta: insn.meta ?? {} }];
  }

  #oldHelper(insn: Insn): number | undefined {
    if (insn.kind !== "call" || insn.target.kind !== "helper") return undefined;
    return this.#oldHelpers.get(insn.target.id);
  }
}
