import type { MapSpec } from "../abi/map-spec.ts";
import { unreachable } from "../base/errors.ts";
import type { Span } from "../base/span.ts";
import type {
  Block,
  BlockParam,
  Edge,
  Func,
  InstBody,
  Module,
  TerminatorBody,
  Value,
  ValueType,
} from "./ir.ts";

/** The module as text that `parseModule` reads back: one line per instruction, the same text on every machine. */
export function printModule(module: Module): string {
  const lines = [
    `source ${JSON.stringify(module.source.name)} ${JSON.stringify(module.source.text)}`,
    `license ${JSON.stringify(module.license)}`,
    ...module.maps.map((map) => `map ${JSON.stringify(mapToJson(map))}`),
  ];
  for (const func of module.funcs) lines.push("", printFunc(func));
  return `${lines.join("\n")}\n`;
}

export function printFunc(func: Func): string {
  const lines = [`${funcHead(func)}${at(func.span)} {`];
  for (const slot of func.slots)
    lines.push(
      `  slot ${slot.id} ${JSON.stringify(slot.name)} ${slot.bytes} align ${slot.align} ${slot.place}`,
    );
  for (const block of func.blocks) lines.push(...blockLines(block, func.types));
  lines.push("}");
  return lines.join("\n");
}

/** One instruction without its source position. */
function printInst(inst: InstBody, types: readonly ValueType[]): string {
  const result = inst.result;
  const text = bodyText(inst);
  return result === undefined ? text : `v${result}:${types[result] ?? "i64"} = ${text}`;
}

function printTerminator(terminator: TerminatorBody): string {
  switch (terminator.kind) {
    case "jump":
      return `jump ${edgeText(terminator.to)}`;
    case "branch": {
      const { bits, op, lhs, rhs } = terminator;
      return `branch.${bits} ${op} v${lhs}, v${rhs} ? ${edgeText(terminator.then)} : ${edgeText(terminator.else)}`;
    }
    case "return":
      return terminator.value === undefined ? "return" : `return v${terminator.value}`;
    default:
      return unreachable(terminator);
  }
}

/** `initial` and `mapExtra` have no form in JSON: hexadecimal digits and decimal text stand for them. */
function mapToJson(map: MapSpec): Record<string, unknown> {
  return {
    ...map,
    ...(map.initial && {
      initial: Array.from(map.initial, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    }),
    ...(map.mapExtra !== undefined && { mapExtra: String(map.mapExtra) }),
    ...(map.inner && { inner: mapToJson(map.inner) }),
  };
}

function funcHead(func: Func): string {
  const name = JSON.stringify(func.name);
  if (!func.program) return `${func.kind} ${name} (${paramList(func.params)})`;
  const { type, section, sleepable } = func.program;
  const flag = sleepable === undefined ? "" : sleepable ? " sleepable" : " atomic";
  return `program ${name} ${type} ${JSON.stringify(section)}${flag}`;
}

function blockLines(block: Block, types: readonly ValueType[]): string[] {
  const params = block.params.length > 0 ? `(${paramList(block.params)})` : "";
  return [
    `b${block.id}${params}:`,
    ...block.insts.map((inst) => `  ${printInst(inst, types)}${at(inst.span)}`),
    `  ${printTerminator(block.terminator)}${at(block.terminator.span)}`,
  ];
}

function bodyText(inst: InstBody): string {
  switch (inst.kind) {
    case "const":
      return `const ${inst.value}`;
    case "binary":
      return `${inst.op} v${inst.lhs}, v${inst.rhs}`;
    case "neg":
    case "truncate":
    case "toInt":
      return `${inst.kind} v${inst.value}`;
    case "compare":
      return `compare.${inst.bits} ${inst.op} v${inst.lhs}, v${inst.rhs}`;
    case "select":
      return `select v${inst.condition} ? v${inst.then} : v${inst.else}`;
    case "extend":
      return `extend.${inst.signed ? "s" : "u"}${inst.from} v${inst.value}`;
    case "byteswap":
      return `byteswap.${inst.width} v${inst.value}`;
    case "core":
      return `core.${inst.question.what} ${inst.question.type}, ${JSON.stringify(inst.question.access.join(":"))}, ${inst.value}`;
    case "ctx":
      return "ctx";
    case "slotAddr":
    case "slotStart":
    case "slotEnd":
      return `${inst.kind} ${inst.slot}`;
    case "mapAddr":
      return `mapAddr ${JSON.stringify(inst.map)}`;
    case "mapValueAddr":
      return `mapValueAddr ${JSON.stringify(inst.map)}, ${inst.off}`;
    case "funcAddr":
      return `funcAddr ${JSON.stringify(inst.func)}`;
    case "offset":
      return `offset v${inst.base}, v${inst.by}`;
    case "load":
      return `load.${inst.signed ? "s" : "u"}${inst.size * 8} ${inst.space} v${inst.base}, ${inst.off}`;
    case "loadPtr":
      return `loadPtr ${inst.space} v${inst.base}, ${inst.off}`;
    case "store":
      return `store.${inst.size * 8} ${inst.space} v${inst.base}, ${inst.off}, v${inst.value}`;
    case "atomic": {
      const expected = inst.expected === undefined ? "" : `, v${inst.expected}`;
      return `atomic.${inst.size * 8} ${inst.op} v${inst.base}, ${inst.off}, v${inst.value}${expected}`;
    }
    case "call":
      return `call ${inst.target.kind} ${JSON.stringify(inst.target.name)}(${valueList(inst.args)})`;
    default:
      return unreachable(inst);
  }
}

function edgeText(edge: Edge): string {
  return edge.args.length > 0 ? `b${edge.block}(${valueList(edge.args)})` : `b${edge.block}`;
}

function paramList(params: readonly BlockParam[]): string {
  return params.map(({ value, type }) => `v${value}:${type}`).join(", ");
}

function valueList(values: readonly Value[]): string {
  return values.map((value) => `v${value}`).join(", ");
}

function at(span: Span | undefined): string {
  return span ? ` @${span.start}..${span.end}` : "";
}
