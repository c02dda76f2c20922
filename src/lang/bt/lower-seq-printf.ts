import type { Value } from "../../ir/ir.ts";
import type { FormatPart } from "../../plan/plan.ts";
import type { Expr } from "./ast.ts";
import type { Checker } from "./checker.ts";
import { storeConstant } from "./lower-memory.ts";
import type { Lowering, Operand } from "./lowering.ts";
import { parseFormat } from "./printf-format.ts";
import type { ProbeVariant } from "./probe-variant.ts";
import { isScalar, sizeOf } from "./types.ts";

// What a pinned iterator prints is the text of its file: the kernel formats it. Source of what it understands:
// bpf_bprintf_prepare() in kernel/bpf/helpers.c, v6.12.

const CONVERSIONS: ReadonlySet<string> = new Set(["d", "i", "u", "x", "X", "s", "p", "c"]);
const MOST_VALUES = 12;
const LONGEST_FORMAT = 250; // on the stack, beside the strings

/** Whether the program is an iterator that others read. */
export function isPinned({ kind, own }: Pick<ProbeVariant, "kind" | "own">): boolean {
  return kind === "iter" && own !== undefined;
}

/** The `struct seq_file *` that an iterator's program writes to. */
export function seqFile(l: Lowering): Value {
  const meta = l.variant.args?.field("meta");
  const record =
    meta?.type.kind === "pointer" && meta.type.to.kind === "struct" ? meta.type.to.composite : undefined;
  const seq = record?.field("seq");
  if (!meta || !seq) throw new Error("bug: an iterator without its output");
  return l.b.loadPtr("btf", l.b.loadPtr("ctx", l.context(), meta.offset), seq.offset);
}

/** What the kernel's own printf cannot do is reported. */
export function checkSeqPrintf(c: Checker, use: Expr, name: string, args: readonly Expr[]): void {
  const [format, ...values] = args;
  const text = format && c.text(format);
  const parsed = text === undefined ? undefined : parseFormat(text);
  const refuse = (message: string, help: string) => void c.fail("format/pinned", use.span, message, help);
  if (name !== "printf")
    return refuse(`${name}() does not work in a pinned iterator`, "the file's text is what printf() writes");
  if (parsed?.ok !== true || text === undefined) return;
  if (values.length > MOST_VALUES)
    return refuse(
      `a pinned iterator prints at most ${MOST_VALUES} values at once`,
      "split it into two printf()",
    );
  if (text.length > LONGEST_FORMAT) return refuse("the format is too long", "split it into two printf()");
  for (const part of parsed.parts) {
    if (part.kind !== "arg") continue;
    if (!CONVERSIONS.has(part.conversion) || part.precision !== undefined || part.width === "*")
      return refuse(
        `the kernel, which formats a pinned iterator's text, has no %${part.conversion} with these options`,
        "use %d, %u, %x, %s, %p or %c, with a plain width",
      );
  }
}

export function lowerSeqPrintf(l: Lowering, parts: readonly FormatPart[], values: readonly Expr[]): Operand {
  const { b } = l;
  const text = new TextEncoder().encode(`${parts.map(kernelText).join("")}\0`);
  const format = l.temporary("format", Math.ceil(text.length / 8) * 8);
  storeConstant(b, text, format);
  const data = l.temporary("values", Math.max(8, values.length * 8));
  for (const [index, value] of values.entries())
    b.store("stack", 8, data.base, data.off + index * 8, argument(l, value));
  const bytes = b.const(values.length * 8);
  b.helper("bpf_seq_printf", [seqFile(l), l.address(format), b.const(text.length), l.address(data), bytes]);
  return { kind: "none" };
}

/** A number, or the address of a text. */
function argument(l: Lowering, expr: Expr): Value {
  const type = l.typeOf(expr);
  if (isScalar(type)) return l.toInt(l.operand(expr), type);
  const copy = l.temporary("text", Math.ceil(sizeOf(type) / 8) * 8);
  const text = l.text(expr);
  l.store(text === undefined ? l.operand(expr) : { kind: "text", text }, type, copy, type);
  return l.b.toInt(l.address(copy));
}

function kernelText(part: FormatPart): string {
  if (part.kind === "text") return part.text.replaceAll("%", "%%");
  const { flags, width = "", conversion } = part;
  const modifier = "diuxX".includes(conversion) ? "ll" : "";
  return `%${flags.replaceAll(/[#']/g, "")}${width}${modifier}${conversion === "p" ? "px" : conversion}`;
}
