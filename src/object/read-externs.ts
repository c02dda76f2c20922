import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec, Variable } from "../abi/map-spec.ts";
import { Alignments } from "../btf/alignment.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { resolve, sizeOf } from "../btf/layout.ts";
import type { BtfId, BtfType } from "../btf/types.ts";
import { SECTION_INDEX } from "../elf/elf.ts";
import type { ElfSymbol } from "../elf/symbols.ts";
import { ObjectError } from "./error.ts";
import type { ExternSpec } from "./object.ts";
import type { OpenObject } from "./open-object.ts";

export const KCONFIG = ".kconfig";
export const KSYMS = ".ksyms";

/** What the object wants of the kernel, and the map of its configuration values if it wants any. */
export type FoundExterns = Readonly<{ externs: readonly ExternSpec[]; kconfig?: MapSpec }>;

type Wanted = Readonly<{ symbol: ElfSymbol; section: string; id: BtfId; type: BtfType }>;

/**
 * Reads symbols that are declared with __kconfig or __ksym. Configuration values are laid out as libbpf does: by
 * falling alignment, then by rising size, then by name. Throws ObjectError.
 */
export function readExterns(open: OpenObject): FoundExterns {
  const { btf } = open;
  if (btf === undefined) return { externs: [] };
  const declared = declarations(btf);
  const wanted: Wanted[] = [];
  const seen = new Set<string>();
  for (const symbol of open.symbols) {
    if (symbol.section !== SECTION_INDEX.undefined || symbol.name === "" || seen.has(symbol.name)) continue;
    const found = declared.get(symbol.name);
    if (found === undefined) continue; // an error where an instruction refers to it
    seen.add(symbol.name);
    wanted.push({ symbol, ...found });
  }
  const fromKernel = wanted.filter((w) => w.section === KSYMS).map(kernelSymbol);
  const values = placeValues(
    btf,
    wanted.filter((w) => w.section === KCONFIG),
  );
  if (values.length === 0) return { externs: fromKernel };
  return { externs: [...values, ...fromKernel], kconfig: kconfigMap(btf, values) };
}

function declarations(btf: BtfBlob): Map<string, Omit<Wanted, "symbol">> {
  const found = new Map<string, Omit<Wanted, "symbol">>();
  for (const section of [KCONFIG, KSYMS]) {
    const [id] = btf.find(section, "section");
    const datasec = id === undefined ? undefined : btf.type(id);
    if (datasec?.kind !== "section") continue;
    for (const { type: at } of datasec.vars) {
      const type = btf.type(at);
      if ((type.kind === "var" || type.kind === "func") && type.linkage === "extern")
        found.set(type.name, { section, id: at, type });
    }
  }
  return found;
}

function kernelSymbol({ symbol, id, type }: Wanted): ExternSpec {
  const { name } = symbol;
  const weak = symbol.binding === "weak";
  if (type.kind === "var") return { kind: "variable", name, weak, type: type.type };
  return { kind: "function", name, weak, type: id };
}

type Value = ExternSpec & { kind: "kconfig" };

function placeValues(btf: BtfBlob, wanted: readonly Wanted[]): Value[] {
  const alignments = new Alignments(btf);
  const sized = wanted.map(({ symbol, type }) => {
    if (type.kind !== "var") throw badExtern(symbol.name, "is a function, which no configuration has");
    return {
      symbol,
      type: type.type,
      size: valueSize(btf, symbol.name, type.type),
      align: alignments.of(type.type),
    };
  });
  const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  sized.sort((a, b) => b.align - a.align || a.size - b.size || byName(a.symbol.name, b.symbol.name));
  let end = 0;
  return sized.map(({ symbol, type, size, align }) => {
    const offset = Math.ceil(end / align) * align;
    end = offset + size;
    return { kind: "kconfig", name: symbol.name, weak: symbol.binding === "weak", type, offset, size };
  });
}

/** Bytes of a type that can hold a configuration value: an integer, bool, tristate or text. */
function valueSize(btf: BtfBlob, name: string, id: BtfId): number {
  const type = resolve(btf, id);
  const isInt = type.kind === "int" && [1, 2, 4, 8].includes(type.bytes);
  const isTristate = type.kind === "enum" && type.name === "libbpf_tristate";
  const element = type.kind === "array" && type.length > 0 ? resolve(btf, type.of) : undefined;
  const isText = element?.kind === "int" && element.bytes === 1 && !element.bool;
  if (!isInt && !isTristate && !isText)
    throw badExtern(name, `has a type that holds no configuration value (${type.kind})`);
  return sizeOf(btf, id);
}

function badExtern(name: string, what: string): ObjectError {
  return new ObjectError("object/bad-extern", `\`${name}\` ${what}`, {
    section: KCONFIG,
    remedy: "declare it as an integer, bool, enum libbpf_tristate or char array",
  });
}

function kconfigMap(btf: BtfBlob, values: readonly Value[]): MapSpec {
  const variables: Variable[] = values.map(({ name, offset, size, type, weak }) => {
    return { name, offset, size, type, linkage: weak ? "weak" : "global" };
  });
  const last = values.at(-1) as Value;
  const [id] = btf.find(KCONFIG, "section");
  return {
    name: KCONFIG,
    type: "array",
    keySize: 4,
    valueSize: last.offset + last.size,
    maxEntries: 1,
    flags: MAP_FLAGS.readOnlyProg | MAP_FLAGS.mmapable,
    ...(id !== undefined && { btfValue: id }),
    readOnly: true,
    section: { kind: "kconfig", variables },
  };
}
