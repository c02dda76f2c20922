import { unreachable } from "../../base/errors.ts";
import type { Span } from "../../base/span.ts";
import { type PrintContext, printExpr, printType } from "./print-expr.ts";
import type { CDefinition, CEnum, CField, CRecord, TypeSyntax } from "./type-syntax.ts";

/** What printing a C definition needs: expressions, and the comments that stand before or behind a place. */
export type CPrintContext = PrintContext &
  Readonly<{ commentsBefore(span: Span, indent: string): string[]; trailing(node: { span: Span }): string }>;

/** A C definition as source, with its final semicolon. */
export function printCDefinition(definition: CDefinition, context: CPrintContext): string {
  switch (definition.kind) {
    case "cRecord":
      return `${printRecord(definition, context, "")};`;
    case "cEnum":
      return `${printEnum(definition, context, "")};`;
    case "cTypedef":
      return `typedef ${printDeclaration(definition.type, definition.name, context, "")};`;
    default:
      return unreachable(definition);
  }
}

function printRecord(record: CRecord, context: CPrintContext, indent: string): string {
  const head = record.name === undefined ? record.tag : `${record.tag} ${record.name}`;
  if (record.fields === undefined) return head;
  const lines: string[] = [];
  for (const field of record.fields) {
    lines.push(...context.commentsBefore(field.span, `${indent}  `));
    lines.push(`${indent}  ${printField(field, context, `${indent}  `)};${context.trailing(field)}`);
  }
  const attributes = printAttributes(record, context);
  return [`${head} {`, ...lines, `${indent}}${attributes}`].join("\n");
}

function printField(field: CField, context: CPrintContext, indent: string): string {
  const declaration = printDeclaration(field.type, field.name ?? "", context, indent);
  const bits = field.bits ? ` : ${printExpr(field.bits, context)}` : "";
  return declaration + bits + printAttributes(field, context);
}

function printAttributes(node: CRecord | CField, context: PrintContext): string {
  const words: string[] = [];
  if (node.packed) words.push("packed");
  if (node.aligned) words.push(`aligned(${printExpr(node.aligned, context)})`);
  return words.length === 0 ? "" : ` __attribute__((${words.join(", ")}))`;
}

function printEnum(definition: CEnum, context: CPrintContext, indent: string): string {
  const head = definition.name === undefined ? "enum" : `enum ${definition.name}`;
  if (definition.members === undefined) return head;
  const lines: string[] = [];
  for (const member of definition.members) {
    lines.push(...context.commentsBefore(member.span, `${indent}  `));
    const value = member.value ? ` = ${printExpr(member.value, context)}` : "";
    lines.push(`${indent}  ${member.name}${value},${context.trailing(member)}`);
  }
  const packed = definition.packed ? " __attribute__((packed))" : "";
  return [`${head} {`, ...lines, `${indent}}${packed}`].join("\n");
}

/** `type name` as C writes it: around the name, from the inside out. */
function printDeclaration(type: TypeSyntax, name: string, context: CPrintContext, indent: string): string {
  switch (type.kind) {
    case "pointerType": {
      const needsBrackets = type.to.kind === "arrayType" || type.to.kind === "functionType";
      return printDeclaration(type.to, needsBrackets ? `(*${name})` : `*${name}`, context, indent);
    }
    case "arrayType": {
      const length = type.length ? printExpr(type.length, context) : "";
      return printDeclaration(type.of, `${name}[${length}]`, context, indent);
    }
    case "functionType":
      return `void ${name}()`;
    case "inlineType": {
      const { definition } = type;
      const body =
        definition.kind === "cEnum"
          ? printEnum(definition, context, indent)
          : printRecord(definition, context, indent);
      return name === "" ? body : `${body} ${name}`;
    }
    default:
      return name === "" ? printType(type, context) : `${printType(type, context)} ${name}`;
  }
}
