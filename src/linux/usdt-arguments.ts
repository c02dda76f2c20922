import type { UsdtArgument, UsdtProbe } from "../plan/target.ts";
import type { OperandSource } from "../symbols/operand-source.ts";
import type { UsdtProbe as NotedProbe } from "../symbols/usdt.ts";
import { parseUsdtOperand } from "../symbols/usdt-operand.ts";

/** A probe with its operands parsed for `arch`. Those of an unknown form keep their text only. */
export function withOperands(probe: NotedProbe, arch: "x86_64" | "aarch64"): UsdtProbe {
  return { ...probe, args: probe.args.map((text) => parseArgument(text, arch)) };
}

type Source = NonNullable<UsdtArgument["operand"]>["source"];

function parseArgument(text: string, arch: "x86_64" | "aarch64"): UsdtArgument {
  const parsed = parseUsdtOperand(text, arch);
  if (parsed.kind === "unknown" || parsed.operand.float) return { text };
  const { size, signed } = parsed.operand;
  const source = plainSource(parsed.operand.source);
  return source === undefined ? { text } : { text, operand: { size, signed, source } };
}

// Upper halves of registers, 32-bit indexes and absolute addresses are not expressed.
function plainSource(source: OperandSource): Source | undefined {
  switch (source.kind) {
    case "imm":
      return { kind: "immediate", value: source.value };
    case "reg":
      return source.shift === 0 ? { kind: "register", name: source.reg } : undefined;
    case "mem": {
      const { base, index, scale } = source;
      const displacement = Number(source.disp);
      if (base === undefined || source.indexBits !== undefined || !Number.isSafeInteger(displacement))
        return undefined;
      return {
        kind: "memory",
        base,
        displacement,
        ...(index !== undefined && { index }),
        ...(scale !== undefined && { scale }),
      };
    }
  }
}
