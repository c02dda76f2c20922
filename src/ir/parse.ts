import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { BtfId } from "../btf/types.ts";
import type { AtomicOp, JumpOp, MemSize } from "../isa/insn.ts";
// biome-ignore format: one line of types
import type {
  AddressSpace, BinaryOp, Block, BlockId, Edge, Func, InstBody, Module, Slot, SlotId, TerminatorBody, Value, ValueType,
} from "./ir.ts";
import { ParseCursor } from "./parse-cursor.ts";

// biome-ignore-start format: one list per line
const BINARY_OPS: readonly BinaryOp[] = [
  "add",
  "sub",
  "mul",
  "div",
  "sdiv",
  "mod",
  "smod",
  "or",
  "and",
  "xor",
  "lsh",
  "rsh",
  "arsh",
];
const JUMP_OPS: readonly JumpOp[] = ["eq", "ne", "gt", "ge", "lt", "le", "sgt", "sge", "slt", "sle", "set"];
const ATOMIC_OPS: readonly AtomicOp[] = ["add", "or", "and", "xor", "xchg", "cmpxchg"];
const SPACES: readonly AddressSpace[] = ["stack", "map", "ctx", "packet", "btf", "ringbuf"];
// biome-ignore-end format: end of the lists

/**
 * Reads what `printModule` wrote. Checks the grammar alone: run `checkModule` on the result. Throws SkepError
 * "ir/bad-text".
 */
export function parseModule(text: string): Module {
  const cursor = new ParseCursor(text);
  cursor.expect("source");
  const source = { name: cursor.string(), text: cursor.string() };
  cursor.expect("license");
  const module: Module = { source, funcs: [], maps: [], license: cursor.string() };
  while (cursor.token === "map") module.maps.push(parseMap(cursor));
  while (!cursor.done) module.funcs.push(parseFunc(cursor));
  return module;
}

function parseMap(cursor: ParseCursor): MapSpec {
  cursor.expect("map");
  const json = cursor.jsonLine();
  if (typeof json !== "object" || json === null) cursor.fail("a map is a JSON object");
  return mapFromJson(json as Record<string, unknown>);
}

function mapFromJson(json: Record<string, unknown>): MapSpec {
  const { initial, mapExtra, inner } = json;
  return {
    ...(json as unknown as MapSpec),
    ...(typeof initial === "string" && {
      initial: Uint8Array.from(initial.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    }),
    ...(typeof mapExtra === "string" && { mapExtra: BigInt(mapExtra) }),
    ...(typeof inner === "object" &&
      inner !== null && { inner: mapFromJson(inner as Record<string, unknown>) }),
  };
}

function parseFunc(cursor: ParseCursor): Func {
  const kind = cursor.oneOf(["program", "subprogram", "callback"] as const);
  const func: Func = { name: cursor.string(), kind, params: [], blocks: [], slots: [], types: [] };
  if (kind === "program") {
    const type = cursor.word() as ProgramType;
    const section = cursor.string();
    func.program = { type, section };
    if (cursor.take("sleepable")) func.program.sleepable = true;
    else if (cursor.take("atomic")) func.program.sleepable = false;
  } else {
    func.params = cursor.params();
    for (const { value, type } of func.params) func.types[value] = type;
  }
  const span = cursor.span();
  if (span) func.span = span;
  cursor.expect("{");
  while (cursor.token === "slot") func.slots.push(parseSlot(cursor));
  while (!cursor.take("}")) func.blocks.push(parseBlock(cursor, func.types));
  for (let i = 0; i < func.types.length; i++) func.types[i] ??= "i64"; // numbers that no instruction uses
  return func;
}

function parseSlot(cursor: ParseCursor): Slot {
  cursor.expect("slot");
  const id = cursor.number() as SlotId;
  const name = cursor.string();
  const bytes = cursor.number();
  cursor.expect("align");
  const align = cursor.numberOf([1, 2, 4, 8] as const);
  return { id, name, bytes, align, place: cursor.oneOf(["auto", "stack"] as const) };
}

function parseBlock(cursor: ParseCursor, types: ValueType[]): Block {
  const id = cursor.id("b") as BlockId;
  const params = cursor.params();
  for (const { value, type } of params) types[value] = type;
  cursor.expect(":");
  const insts: Block["insts"] = [];
  for (;;) {
    const terminator = parseTerminator(cursor);
    const inst = terminator ?? parseInst(cursor, types);
    const span = cursor.span();
    if (terminator) return { id, params, insts, terminator: span ? { ...terminator, span } : terminator };
    insts.push(span ? { ...(inst as InstBody), span } : (inst as InstBody));
  }
}

function parseTerminator(cursor: ParseCursor): TerminatorBody | undefined {
  if (cursor.take("jump")) return { kind: "jump", to: parseEdge(cursor) };
  if (cursor.take("return"))
    return /^v\d/.test(cursor.token) ? { kind: "return", value: cursor.value() } : { kind: "return" };
  if (!cursor.take("branch")) return undefined;
  const bits = parseBits(cursor);
  const op = cursor.oneOf(JUMP_OPS);
  const [lhs, rhs] = parsePair(cursor);
  cursor.expect("?");
  const then = parseEdge(cursor);
  cursor.expect(":");
  return { kind: "branch", op, bits, lhs, rhs, then, else: parseEdge(cursor) };
}

function parseEdge(cursor: ParseCursor): Edge {
  const block = cursor.id("b") as BlockId;
  return { block, args: cursor.list(() => cursor.value()) };
}

function parseInst(cursor: ParseCursor, types: ValueType[]): InstBody {
  if (!/^v\d/.test(cursor.token)) return parseBody(cursor, undefined, undefined);
  const result = cursor.value();
  cursor.expect(":");
  const type = cursor.type();
  types[result] = type;
  cursor.expect("=");
  const inst = parseBody(cursor, result, type);
  if (inst.result === undefined) cursor.fail(`${inst.kind} has no result`);
  return inst;
}

/** `result` is undefined where none was written; what cannot do without one fails. */
function parseBody(cursor: ParseCursor, result: Value | undefined, type: ValueType | undefined): InstBody {
  const word = cursor.word();
  switch (word) {
    case "slotStart":
    case "slotEnd":
      return { kind: word, slot: cursor.number() as SlotId };
    case "store":
      return parseStore(cursor);
    case "atomic":
      return parseAtomic(cursor, result);
    case "call":
      return parseCall(cursor, result, type);
    default:
      if (result === undefined || type === undefined) return cursor.fail(`a result is needed for ${word}`);
      return parseValue(cursor, word, result, type);
  }
}

function parseStore(cursor: ParseCursor): InstBody {
  const size = parseSize(cursor);
  const space = cursor.oneOf(SPACES);
  const { base, off } = parseAddress(cursor);
  cursor.expect(",");
  return { kind: "store", size, space, base, off, value: cursor.value() };
}

function parseAtomic(cursor: ParseCursor, result: Value | undefined): InstBody {
  cursor.expect(".");
  const size = cursor.numberOf([32, 64] as const) === 32 ? 4 : 8;
  const op = cursor.oneOf(ATOMIC_OPS);
  const { base, off } = parseAddress(cursor);
  cursor.expect(",");
  const value = cursor.value();
  const expected = cursor.take(",") ? cursor.value() : undefined;
  return {
    ...{ kind: "atomic", op, size, base, off, value },
    ...(expected !== undefined && { expected }),
    ...(result !== undefined && { result }),
  };
}

function parseCall(cursor: ParseCursor, result: Value | undefined, returns: ValueType | undefined): InstBody {
  const kind = cursor.oneOf(["helper", "func", "extern"] as const);
  const target = { kind, name: cursor.string() };
  const args = cursor.list(() => cursor.value());
  if (result === undefined || returns === undefined) return { kind: "call", target, args };
  return { kind: "call", result, returns, target, args };
}

function parseValue(cursor: ParseCursor, word: string, result: Value, type: ValueType): InstBody {
  const bits = type === "i32" ? 32 : 64;
  const op = BINARY_OPS.find((name) => name === word);
  if (op) {
    const [lhs, rhs] = parsePair(cursor);
    return { kind: "binary", op, bits, result, lhs, rhs };
  }
  switch (word) {
    case "const":
      return { kind: "const", result, bits, value: cursor.bigint() };
    case "neg":
      return { kind: "neg", bits, result, value: cursor.value() };
    case "truncate":
    case "toInt":
      return { kind: word, result, value: cursor.value() };
    case "compare": {
      const width = parseBits(cursor);
      const jump = cursor.oneOf(JUMP_OPS);
      const [lhs, rhs] = parsePair(cursor);
      return { kind: "compare", op: jump, bits: width, result, lhs, rhs };
    }
    case "select":
      return parseSelect(cursor, result);
    case "extend": {
      cursor.expect(".");
      const from = cursor.oneOf(["u8", "u16", "u32", "s8", "s16", "s32"] as const);
      const width = Number(from.slice(1)) as 8 | 16 | 32;
      return {
        kind: "extend",
        result,
        from: width,
        to: bits,
        signed: from.startsWith("s"),
        value: cursor.value(),
      };
    }
    case "byteswap": {
      cursor.expect(".");
      return { kind: "byteswap", width: cursor.numberOf([16, 32, 64] as const), result, value: cursor.value() };
    }
    default:
      return parseAddressValue(cursor, word, result, bits);
  }
}

function parseSelect(cursor: ParseCursor, result: Value): InstBody {
  const condition = cursor.value();
  cursor.expect("?");
  const then = cursor.value();
  cursor.expect(":");
  return { kind: "select", result, condition, then, else: cursor.value() };
}

function parseCore(cursor: ParseCursor, result: Value): InstBody {
  cursor.expect(".");
  const what = cursor.oneOf(["offset", "size", "lshift", "rshift", "typeSize"] as const);
  const type = cursor.number() as BtfId;
  cursor.expect(",");
  const access = cursor.string().split(":").map(Number);
  cursor.expect(",");
  return { kind: "core", result, question: { what, type, access }, value: BigInt(cursor.number()) };
}

function parseAddressValue(cursor: ParseCursor, word: string, result: Value, to: 32 | 64): InstBody {
  switch (word) {
    case "core":
      return parseCore(cursor, result);
    case "ctx":
      return { kind: "ctx", result };
    case "slotAddr":
      return { kind: "slotAddr", result, slot: cursor.number() as SlotId };
    case "mapAddr":
      return { kind: "mapAddr", result, map: cursor.string() };
    case "mapValueAddr": {
      const map = cursor.string();
      cursor.expect(",");
      return { kind: "mapValueAddr", result, map, off: cursor.number() };
    }
    case "funcAddr":
      return { kind: "funcAddr", result, func: cursor.string() };
    case "offset": {
      const [base, by] = parsePair(cursor);
      return { kind: "offset", result, base, by };
    }
    case "load": {
      cursor.expect(".");
      const form = cursor.oneOf(["u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"] as const);
      const size = (Number(form.slice(1)) / 8) as MemSize;
      const space: AddressSpace = cursor.oneOf(SPACES);
      return { kind: "load", result, size, signed: form.startsWith("s"), to, space, ...parseAddress(cursor) };
    }
    case "loadPtr": {
      const space: AddressSpace = cursor.oneOf(SPACES);
      return { kind: "loadPtr", result, space, ...parseAddress(cursor) };
    }
    default:
      return cursor.fail(`no instruction is called ${word}`);
  }
}

function parsePair(cursor: ParseCursor): [Value, Value] {
  const first = cursor.value();
  cursor.expect(",");
  return [first, cursor.value()];
}

function parseAddress(cursor: ParseCursor): { base: Value; off: number } {
  const base = cursor.value();
  cursor.expect(",");
  return { base, off: cursor.number() };
}

function parseBits(cursor: ParseCursor): 32 | 64 {
  cursor.expect(".");
  return cursor.numberOf([32, 64] as const);
}

function parseSize(cursor: ParseCursor): MemSize {
  cursor.expect(".");
  return (cursor.numberOf([8, 16, 32, 64] as const) / 8) as MemSize;
}
