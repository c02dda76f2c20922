import type { BtfBuilder } from "../btf/encode.ts";
import { resolve } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";

const MOST_DEPTH = 16; // of pointers and prototypes in a parameter

/** A function that the kernel lends to programs: its FUNC in the kernel's BTF. */
export type KernelFunction = Readonly<{ btf: Btf; type: BtfId }>;

/**
 * Declares functions of the kernel as clang does for `extern … __ksym`: by their prototype and in the section `.ksyms`.
 * What pointers lead to keeps its name and loses what is in it. Gives the FUNC of each in the object's types.
 */
export function declareKernelFunctions(
  functions: ReadonlyMap<string, KernelFunction>,
  builder: BtfBuilder,
): ReadonlyMap<string, BtfId> {
  const declared = new Map<string, BtfId>();
  for (const [name, { btf, type }] of functions) {
    const func = btf.type(type);
    if (func.kind !== "func") throw new Error(`bug: ${name} is no function`);
    const proto = copyType(btf, func.proto, builder, MOST_DEPTH);
    declared.set(name, builder.add({ kind: "func", name, proto, linkage: "extern" }));
  }
  const vars = [...declared.values()].map((type) => ({ type, offset: 0, size: 0 }));
  if (vars.length > 0) builder.add({ kind: "section", name: ".ksyms", bytes: 0, vars });
  return declared;
}

function copyType(btf: Btf, id: BtfId, builder: BtfBuilder, depth: number): BtfId {
  const type = resolve(btf, id);
  if (type.kind === "void" || depth === 0) return 0 as BtfId;
  const copy = (inner: BtfId) => copyType(btf, inner, builder, depth - 1);
  return builder.add(copied(type, copy));
}

function copied(type: BtfType, copy: (id: BtfId) => BtfId): BtfType {
  switch (type.kind) {
    case "pointer":
      return { kind: "pointer", to: copy(type.to) };
    case "funcProto":
      return {
        ...type,
        returns: copy(type.returns),
        params: type.params.map((param) => ({ ...param, type: copy(param.type) })),
      };
    case "struct":
    case "union":
    case "enum":
      return { ...type, members: [] };
    case "array":
      return { ...type, of: copy(type.of), index: copy(type.index) };
    default:
      return type;
  }
}
