import { unreachable } from "./errors.ts";
import { escapeControls, hexByte } from "./lossless-text.ts";
import type { EnumValue, Shape, StackFrame, Value } from "./shown-value.ts";
import { hasFieldNames } from "./shown-value.ts";

const identity = (text: string): string => text;

/**
 * A value in bpftrace's notation: `(1, abc)`, `[1,2,3]`, `{ .a = 1, .b = 2 }`, stacks as indented lines after a newline.
 * `quote` is applied to text that came from the traced system, not to the notation.
 */
export function valueText(
  shape: Shape,
  value: Value,
  quote: (text: string) => string = escapeControls,
): string {
  switch (shape.kind) {
    case "none":
      return "null";
    case "int":
    case "bool":
      return String(value);
    case "pointer":
      return `0x${(value as bigint).toString(16)}`;
    case "enum":
      return enumText(value as EnumValue);
    case "buffer":
    case "tailBuffer":
      return bytesText(value as Uint8Array);
    case "array":
      return `[${(value as readonly Value[]).map((item) => valueText(shape.of, item, quote)).join(",")}]`;
    case "tuple":
    case "struct":
      return fieldsText(shape, value, quote);
    case "stack":
      return stackText(shape.mode, shape.user, value as readonly StackFrame[], quote);
    case "string":
    case "tailString":
    case "ksym":
    case "usym":
    case "inet":
    case "mac":
    case "timestamp":
    case "cgroupPath":
    case "username":
    case "strerror":
    case "probe":
      return quote(value as string);
    default:
      return unreachable(shape);
  }
}

/** As `valueText`, with every character as it came: for machine formats that do their own escaping. */
export function valueTextRaw(shape: Shape, value: Value): string {
  return valueText(shape, value, identity);
}

/** A map's key inside its brackets: as `valueText`, a tuple without its parentheses, stacks less indented. */
export function keyText(shape: Shape, key: Value, quote: (text: string) => string = escapeControls): string {
  if (shape.kind !== "tuple" || hasFieldNames(shape)) return keyPartText(shape, key, quote);
  const items = key as readonly Value[];
  return shape.fields.map((field, i) => keyPartText(field.type, items[i] ?? null, quote)).join(", ");
}

/** One value of a map's key: as `valueText`, with the frames of a stack indented by four columns, not eight. */
export function keyPartText(shape: Shape, value: Value, quote: (text: string) => string): string {
  if (shape.kind !== "stack") return valueText(shape, value, quote);
  return stackText(shape.mode, shape.user, value as readonly StackFrame[], quote, "    ");
}

/** The member's name, or the number where it has none. */
export function enumText(value: EnumValue): string {
  return value.name ?? String(value.value);
}

/** Printable ASCII as it is, other bytes as \xNN. */
export function bytesText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 32 && byte <= 126 ? String.fromCharCode(byte) : hexByte(byte);
  return text;
}

type Fields = Extract<Shape, { kind: "tuple" | "struct" }>;

function fieldsText(shape: Fields, value: Value, quote: (text: string) => string): string {
  if (!hasFieldNames(shape)) {
    const items = value as readonly Value[];
    return `(${shape.fields.map((field, i) => valueText(field.type, items[i] ?? null, quote)).join(", ")})`;
  }
  if (shape.fields.length === 0) return "{}";
  const items = value as { readonly [field: string]: Value };
  const parts = shape.fields.map((field, i) => {
    const name = fieldName(field.name, i);
    return `.${name} = ${valueText(field.type, items[name] ?? null, quote)}`;
  });
  return `{ ${parts.join(", ")} }`;
}

/** What a field is called in the object that holds it; unnamed struct members go by their position. */
export function fieldName(name: string | undefined, index: number): string {
  return name ?? String(index);
}

/** Frames as lines, each indented, after a newline: what bpftrace prints for kstack and ustack in its modes. */
export function stackText(
  mode: "bpftrace" | "perf" | "raw" | "build_id",
  user: boolean,
  frames: readonly StackFrame[],
  quote: (text: string) => string = escapeControls,
  indent = "        ",
): string {
  let text = "\n";
  for (const frame of frames) {
    const hex = frame.address.toString(16);
    const symbol = frame.symbol === undefined ? undefined : quote(frame.symbol);
    const place = symbol === undefined || frame.isInlined ? symbol : `${symbol}+${frame.offset ?? 0n}`;
    const label = frame.isInlined ? " [inlined]" : "";
    const module = user ? ` (${frame.module === undefined ? "[unknown]" : quote(frame.module)})` : "";
    if (mode === "build_id") text += `${indent}${placeInFile(frame) ?? hex}\n`;
    else if (mode === "raw") text += frame.isInlined ? "" : `${indent}${hex}\n`;
    else if (mode === "perf") text += `\t${hex} ${place ?? `0x${hex}`}${label}${module}\n`;
    else text += `${indent}${place ?? `0x${hex}`}${lineText(frame, quote)}${label}\n`;
  }
  return text;
}

/** A frame by the build id of its file and the byte there: what tells it on another machine. */
function placeInFile({ buildId, fileOffset }: StackFrame): string | undefined {
  return buildId === undefined ? undefined : `${buildId} + 0x${(fileOffset ?? 0n).toString(16)}`;
}

function lineText({ file, line }: StackFrame, quote: (text: string) => string): string {
  return file === undefined ? "" : `@${quote(file)}${line === undefined ? "" : `:${line}`}`;
}
