import type { Value } from "../ir/ir.ts";
import type { Rewriting } from "./rewrite.ts";

/**
 * Number of low bits outside of which the value is certainly 0; its type's width when nothing is known. Only what the
 * kernel's verifier works out as well, so that what is left out on this ground is not missed there.
 */
export function knownWidth(context: Rewriting, value: Value): number {
  const full = context.func.types[value] === "i32" ? 32 : 64;
  const def = context.def(value);
  switch (def?.kind) {
    case "const":
      return def.value === 0n ? 0 : def.value.toString(2).length;
    case "compare":
      return 1;
    case "load":
      return def.signed ? full : Math.min(full, def.size * 8);
    case "extend":
      return def.signed ? full : Math.min(full, def.from);
    case "byteswap":
      return Math.min(full, def.width);
    case "binary": {
      const by = context.constantOf(def.rhs);
      if (by === undefined) return full;
      if (def.op === "and") return Math.min(full, by.toString(2).length);
      if (def.op === "rsh") return full - Number(by & BigInt(def.bits - 1));
      return full;
    }
    default:
      return full;
  }
}
