import { resolveId } from "../btf/layout.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { haveCompatibleShape } from "./core-compatible.ts";
import { essentialName } from "./core-spec.ts";
import { ObjectError } from "./error.ts";
import type { ExternSpec } from "./object.ts";
import type { RelocationTarget } from "./relocation-target.ts";

/** What a kernel symbol is on one kernel. A type id without `module` is one of the kernel's own BTF. */
export type KernelSymbol = Readonly<
  { kind: "typed"; btfId: BtfId; module?: string } | { kind: "address"; address: bigint }
>;

type Wanted = Exclude<ExternSpec, { kind: "kconfig" }>;

/** Finds the kernel symbols that an object refers to. Weak ones may be missing. Throws ObjectError. */
export function findSymbols(
  externs: readonly ExternSpec[],
  btf: Btf,
  target: RelocationTarget,
): ReadonlyMap<string, KernelSymbol> {
  const found = new Map<string, KernelSymbol>();
  for (const extern of externs) {
    if (extern.kind === "kconfig") continue;
    const symbol = findSymbol(extern, btf, target);
    if (symbol !== undefined) found.set(extern.name, symbol);
    else if (!extern.weak) throw missing(extern);
  }
  return found;
}

function findSymbol(extern: Wanted, btf: Btf, target: RelocationTarget): KernelSymbol | undefined {
  if (extern.kind === "variable") {
    const type = resolveId(btf, extern.type as BtfId);
    if (type === 0) {
      const address = target.kernelSymbol(extern.name);
      return address === undefined ? undefined : { kind: "address", address };
    }
    return findTyped(extern, "var", extern.name, target, (kernel, id) => {
      const variable = kernel.type(id);
      return (
        variable.kind === "var" && haveCompatibleShape(btf, type, kernel, resolveId(kernel, variable.type))
      );
    });
  }
  const func = btf.type(extern.type as BtfId);
  if (func.kind !== "func") throw new Error(`bug: ${extern.name} is no function`);
  return findTyped(extern, "func", essentialName(extern.name), target, (kernel, id) => {
    const other = kernel.type(id);
    return other.kind === "func" && haveCompatibleShape(btf, func.proto, kernel, other.proto);
  });
}

function findTyped(
  extern: Wanted,
  kind: "var" | "func",
  name: string,
  target: RelocationTarget,
  fits: (kernel: Btf, id: BtfId) => boolean,
): KernelSymbol | undefined {
  const kernel = target.kernelBtf();
  const inKernel = kernel?.find(name, kind)[0];
  if (kernel !== undefined && inKernel !== undefined)
    return accept(extern, fits(kernel, inKernel), { kind: "typed", btfId: inKernel });
  for (const { name: module, btf } of target.moduleBtfs?.() ?? []) {
    const id = btf.find(name, kind)[0];
    if (id !== undefined) return accept(extern, fits(btf, id), { kind: "typed", btfId: id, module });
  }
  return undefined;
}

/** A weak function of another prototype counts as missing, so that programs can declare several versions. */
function accept(extern: Wanted, fits: boolean, symbol: KernelSymbol): KernelSymbol | undefined {
  if (fits) return symbol;
  if (extern.weak && extern.kind === "function") return undefined;
  throw new ObjectError(
    "object/ksym-type",
    `\`${extern.name}\` has another type in this kernel than in the object`,
    {
      section: ".ksyms",
      remedy: "declare it as the kernel does: `skep btf dump --format c`",
    },
  );
}

function missing(extern: Wanted): ObjectError {
  const what = extern.kind === "function" ? "function for programs" : "variable";
  return new ObjectError("object/unknown-ksym", `this kernel has no ${what} called \`${extern.name}\``, {
    section: ".ksyms",
    remedy: "run on a kernel that has it, or declare it __weak and test its address before it is used",
  });
}
