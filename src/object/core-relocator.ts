import type { Btf } from "../btf/types.ts";
import { type Candidate, findCandidates } from "./core-candidates.ts";
import { matchSpec } from "./core-match.ts";
import type { CoreResult } from "./core-patch.ts";
import type { CoreRelocation } from "./core-relocation.ts";
import { type CoreSpec, describeSpec, parseSpec } from "./core-spec.ts";
import { type CoreValue, coreValue } from "./core-value.ts";
import { ObjectError } from "./error.ts";
import type { RelocationTarget } from "./relocation-target.ts";

/** Answers the relocations of one object for one kernel, each question once. */
export class CoreRelocator {
  readonly #local: Btf;
  readonly #target: RelocationTarget;
  readonly #candidates = new Map<number, Candidate[]>();
  readonly #results = new Map<string, CoreResult>();

  constructor(local: Btf, target: RelocationTarget) {
    this.#local = local;
    this.#target = target;
  }

  /** Throws ObjectError when the object is damaged, or when the kernel's types give different answers. */
  resolve(reloc: CoreRelocation): CoreResult {
    const key = `${reloc.what} ${reloc.type} ${reloc.access}`;
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = this.#compute(reloc);
    this.#results.set(key, result);
    return result;
  }

  #compute(reloc: CoreRelocation): CoreResult {
    const spec = parseSpec(this.#local, reloc);
    const what = describeSpec(spec);
    const local = coreValue(reloc.what, spec);
    if (reloc.what === "typeIdLocal") return { what, local, target: local };
    if (this.#local.nameOf(reloc.type) === "")
      throw new ObjectError(
        "object/bad-core",
        `a relocation refers to an unnamed type, and names tell which one it is`,
        {
          section: ".BTF.ext",
          remedy: "give the type a name",
        },
      );
    return { what, local, target: this.#find(reloc, spec, what) };
  }

  #find(reloc: CoreRelocation, spec: CoreSpec, what: string): CoreValue {
    const candidates = this.#candidatesOf(reloc);
    const left: Candidate[] = [];
    let first: { spec: CoreSpec; value: CoreValue } | undefined;
    for (const candidate of candidates) {
      const found = matchSpec(reloc.what, spec, candidate.btf, candidate.id);
      if (found === undefined) continue;
      const value = coreValue(reloc.what, found);
      if (first === undefined) first = { spec: found, value };
      else if (first.spec.bitOffset !== found.bitOffset || first.value.value !== value.value)
        throw ambiguous(what, first.value, value);
      left.push(candidate);
    }
    // What was found once tells which type is meant; later relocations of the same local type look only there.
    if (left.length > 0) this.#candidates.set(reloc.type, left);
    return first?.value ?? coreValue(reloc.what, undefined);
  }

  #candidatesOf(reloc: CoreRelocation): readonly Candidate[] {
    const known = this.#candidates.get(reloc.type);
    if (known !== undefined) return known;
    if (this.#target.kernelBtf() === undefined)
      throw new ObjectError(
        "object/no-kernel-btf",
        "the object is to be fitted to the kernel's types, and they are not known",
        {
          remedy: "use a kernel built with CONFIG_DEBUG_INFO_BTF, or give a file with its BTF",
        },
      );
    const found = findCandidates(this.#target, this.#local, reloc.type);
    this.#candidates.set(reloc.type, found);
    return found;
  }
}

function ambiguous(what: string, one: CoreValue, other: CoreValue): ObjectError {
  const values = `${one.value} and ${other.value}`;
  return new ObjectError(
    "object/ambiguous-core",
    `the kernel has several types of that name: ${what} is ${values}`,
    {
      remedy: "declare more of the type's members, so that only one of the kernel's types fits",
    },
  );
}
