import type { BtfBuilder } from "../btf/encode.ts";
import type { BtfId } from "../btf/types.ts";
import type { Func, ValueType } from "../ir/ir.ts";

/** Adds the function's BTF type and gives its id. Programs are `int name(unsigned long long *ctx)`: the kernel
 * wants to know the size of what a global function's pointer points to. Subprograms are static. */
export function addFunctionType(builder: BtfBuilder, func: Func): BtfId {
  const params =
    func.kind === "program"
      ? [{ name: "ctx", type: builder.addPointer(builder.addInt(8, false)) }]
      : func.params.map(({ type }, i) => ({ name: `arg${i + 1}`, type: typeId(builder, type) }));
  const returns = func.kind === "program" ? builder.addInt(4, true) : typeId(builder, returnType(func));
  const proto = builder.add({ kind: "funcProto", returns, params, variadic: false });
  const linkage = func.kind === "program" ? "global" : "static";
  return builder.add({ kind: "func", name: identifier(func.name), proto, linkage });
}

function typeId(builder: BtfBuilder, type: ValueType): BtfId {
  if (type === "ptr") return builder.addPointer(0 as BtfId);
  return builder.addInt(type === "i32" ? 4 : 8, false);
}

function returnType(func: Func): ValueType {
  for (const { terminator } of func.blocks)
    if (terminator.kind === "return" && terminator.value !== undefined)
      return func.types[terminator.value] ?? "i64";
  return "i64";
}

/** A C identifier, as the kernel wants it of BTF functions. */
function identifier(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}
