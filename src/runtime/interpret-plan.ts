import { unreachable } from "../base/errors.ts";
import { escapeControls } from "../base/lossless-text.ts";
import type { MapSnapshot, OutputRecord } from "../base/output-record.ts";
import type { Action, Plan } from "../plan/plan.ts";
import { sizeOfValue, type ValueField } from "../plan/value-type.ts";
import type { MissingTables, RecordHandler, SeenArea } from "./backend.ts";
import type { DecodeContext, Decoder } from "./decode-value.ts";
import { compileField, decodeOutput, fieldEnd } from "./decode-value.ts";
import { toBigint } from "./format-number.ts";
import { compileFormat } from "./format-printf.ts";
import type { PacketFiles } from "./packet-files.ts";
import { divide } from "./read-map.ts";
import type { Host } from "./resolver.ts";
import type { ScriptMaps } from "./script-maps.ts";
import { compileStrftime } from "./strftime.ts";
import type { Watches } from "./watches.ts";

/** Where actions take effect. */
export type ActionContext = Readonly<{
  decode: DecodeContext;
  host: Host;
  maps: ScriptMaps;
  emit(record: OutputRecord): void;
  exit(code: number): void;
  watches: Pick<Watches, "add" | "remove">;
  packets: Pick<PacketFiles, "add">;
  /** A program lacks tables for walking a stack. */
  unwind(missing: MissingTables): void;
  /** Names of a process will be asked for, one for this address among them. */
  process(pid: number, address: bigint, area: SeenArea | undefined): void;
  /** An event that no action can read: its index or its length is wrong. */
  unreadable(): void;
  /** See FormatOptions. */
  escapeData: boolean;
  /** Bytes that cat() reads of a file. */
  maxCatBytes: number;
}>;

type Run = (bytes: Uint8Array, view: DataView, base: number, end: number) => void;
type Compiled = Readonly<{ leastBytes: number; run: Run }>;
type Of<K extends Action["kind"]> = Extract<Action, { kind: K }>;

/**
 * Compiles a plan into the handler for its ring buffer: each record's action is found by its index and carried out, in
 * the order of the records. Actions are compiled when their first record comes. What fails becomes a "failure" record.
 */
export function compileActions(plan: Plan, context: ActionContext): RecordHandler {
  const compiled: (Compiled | undefined)[] = new Array<undefined>(plan.actions.length).fill(undefined);
  const find = (index: number): Compiled | undefined => {
    const action = plan.actions[index];
    if (action === undefined) return undefined;
    const made: Compiled = { leastBytes: leastBytes(action), run: compileAction(action, context) };
    compiled[index] = made;
    return made;
  };
  return (bytes, view, at, length) => {
    if (length < 8 || view.getUint32(at + 4, true) !== 0) return context.unreadable();
    const index = view.getUint32(at, true);
    try {
      const action = compiled[index] ?? find(index);
      if (action === undefined || length < action.leastBytes) return context.unreadable();
      action.run(bytes, view, at, at + length);
    } catch (error) {
      const span = plan.actions[index]?.span;
      const text = error instanceof Error ? error.message : String(error);
      const code = error instanceof Error && "code" in error ? String(error.code) : "runtime/action-failed";
      context.emit({ kind: "failure", code, text, ...(span && { span }) });
    }
  };
}

/** Bytes that a record must have for its fixed fields; tails are bounded where they are read. */
function leastBytes(action: Action): number {
  return Math.max(8, ...fieldsOf(action).map(fieldEnd));
}

function fieldsOf(action: Action): readonly ValueField[] {
  switch (action.kind) {
    case "printf":
    case "errorf":
    case "cat":
    case "system":
      return action.args;
    case "print":
      return [action.value];
    case "printMap":
      return [action.top, action.div, action.key, action.value, action.present].filter(
        (field) => field !== undefined,
      );
    case "printMapElement":
      return [action.key, action.value];
    case "exit":
      return action.code === undefined ? [] : [action.code];
    case "join":
      return [action.args, action.count];
    case "unwind":
      return action.fields;
    case "process":
      return [action.process, action.address, ...action.area];
    case "watch":
      return [action.address, action.process];
    case "unwatch":
      return [action.address];
    case "packet":
      return [action.time, action.original, action.data];
    case "clearMap":
    case "zeroMap":
    case "time":
      return [];
    default:
      return unreachable(action);
  }
}

function compileAction(action: Action, context: ActionContext): Run {
  const { emit, maps } = context;
  switch (action.kind) {
    case "printf":
    case "errorf":
      return compileText(action, context);
    case "print":
      return compilePrint(action, context);
    case "printMap":
      return action.value === undefined
        ? compilePrintMap(action, context)
        : compilePrintValue(action, action.value, context);
    case "printMapElement":
      return compileElement(action, context);
    case "clearMap":
      return () => maps.clear(action.map);
    case "zeroMap":
      return () => maps.zero(action.map);
    case "exit": {
      const code = action.code === undefined ? undefined : compileNumber(action.code, context.decode);
      return (bytes, view, base, end) =>
        context.exit(code === undefined ? 0 : Number(BigInt.asIntN(32, code(bytes, view, base, end))));
    }
    case "watch": {
      const address = compileNumber(action.address, context.decode);
      const pid = compileNumber(action.process, context.decode);
      return (bytes, view, base, end) => {
        const at = BigInt.asUintN(64, address(bytes, view, base, end));
        context.watches.add(action.program, at, Number(pid(bytes, view, base, end)), action.stopped);
      };
    }
    case "unwatch": {
      const address = compileNumber(action.address, context.decode);
      return (bytes, view, base, end) =>
        context.watches.remove(BigInt.asUintN(64, address(bytes, view, base, end)));
    }
    case "packet":
      return compilePacket(action, context);
    case "time": {
      const format = compileStrftime(action.format);
      return () => emit({ kind: "time", text: format(context.host.unixTimeNs()) });
    }
    case "join":
      return compileJoin(action, context);
    case "unwind":
      return compileUnwind(action, context);
    case "process":
      return compileProcess(action, context);
    case "cat":
      return compileCat(action, context);
    case "system":
      return compileSystem(action, context);
    default:
      return unreachable(action);
  }
}

type ReadNumber = (bytes: Uint8Array, view: DataView, base: number, end: number) => bigint;

function compileNumber(field: ValueField, context: DecodeContext): ReadNumber {
  const decode = compileField(field, context);
  return (bytes, view, base, end) => toBigint(decode(bytes, view, base, base, end));
}

function compileText(action: Of<"printf"> | Of<"errorf">, context: ActionContext): Run {
  const { emit, escapeData } = context;
  const format = compileFormat(action.format, action.args, context.decode, { escapeData });
  if (action.kind === "printf")
    return (bytes, view, base, end) => emit({ kind: "printf", text: format(bytes, view, base, end) });
  const { level, span, where, shown } = action;
  const place = {
    ...(where !== undefined && { where }),
    ...(shown !== undefined && { shown }),
    ...(span && { span }),
  };
  return (bytes, view, base, end) =>
    emit({ kind: "message", level, text: format(bytes, view, base, end), ...place });
}

function compilePrint(action: Of<"print">, { emit, decode }: ActionContext): Run {
  const { type } = action.value;
  const read: Decoder = compileField(action.value, decode);
  return (bytes, view, base, end) => emit({ kind: "value", type, value: read(bytes, view, base, base, end) });
}

function compilePrintMap(action: Of<"printMap">, { emit, decode, maps }: ActionContext): Run {
  const none: ReadNumber = () => 0n;
  const top = action.top === undefined ? none : compileNumber(action.top, decode);
  const div = action.div === undefined ? none : compileNumber(action.div, decode);
  const { key } = action;
  const keyBytes = key && sizeOfValue(key.type);
  return (bytes, view, base, end) => {
    const only = key && { key: bytes.slice(base + key.offset, base + key.offset + (keyBytes ?? 0)) };
    const limits = { top: Number(top(bytes, view, base, end)), div: div(bytes, view, base, end), ...only };
    emit({ kind: "map", map: withZero(maps.read(action.map, limits)) });
  };
}

/** `print(@n)` of a count or a sum without a key always shows a number, so that a line begun by printf() is ended. */
function withZero(map: MapSnapshot): MapSnapshot {
  const { value, keyType, entries } = map;
  const numbered = value.kind === "count" || value.kind === "sum";
  return numbered && keyType === undefined && entries.length === 0 ? { ...map, entries: [{ value: 0n }] } : map;
}

/** A map without a key as it was when the event was sent. */
function compilePrintValue(action: Of<"printMap">, field: ValueField, context: ActionContext): Run {
  const { emit, decode } = context;
  const read = compileField(field, decode);
  const present = action.present && compileNumber(action.present, decode);
  const div = action.div && compileNumber(action.div, decode);
  const { type } = field;
  return (bytes, view, base, end) => {
    const isThere = present === undefined || present(bytes, view, base, end) !== 0n;
    const value = isThere ? read(bytes, view, base, base, end) : undefined;
    const by = div === undefined ? 1n : div(bytes, view, base, end);
    const shown =
      value !== undefined && type.kind === "int" && by > 1n ? divide(value as number | bigint, by) : value;
    const entries = shown === undefined ? [] : [{ value: shown }];
    emit({ kind: "map", map: { name: action.map, value: { kind: "value", type }, entries } });
  };
}

function compileElement(action: Of<"printMapElement">, { emit, decode }: ActionContext): Run {
  const { map: name, key, value } = action;
  const readKey = compileField(key, decode);
  const readValue = compileField(value, decode);
  return (bytes, view, base, end) =>
    emit({
      kind: "element",
      name,
      keyType: key.type,
      key: readKey(bytes, view, base, base, end),
      type: value.type,
      value: readValue(bytes, view, base, base, end),
    });
}

function compileProcess(
  { process, address, area }: Of<"process">,
  { process: tell, decode }: ActionContext,
): Run {
  const [readProcess, readAddress, ...readArea] = [process, address, ...area].map((field) =>
    compileNumber(field, decode),
  );
  if (!readProcess || !readAddress) throw new Error("bug: a process without its fields");
  return (bytes, view, base, end) => {
    const read = (number: ReadNumber) => BigInt.asUintN(64, number(bytes, view, base, end));
    const [start = 0n, last = 0n, bias = 0n, device = 0n, inode = 0n] = readArea.map(read);
    const seen =
      start < last && inode > 0n ? { start, end: last, offset: start - bias, device, inode } : undefined;
    tell(Number(read(readProcess)), read(readAddress), seen);
  };
}

function compileUnwind({ fields }: Of<"unwind">, { unwind, decode }: ActionContext): Run {
  const none: ReadNumber = () => 0n;
  const [process = none, address = none, device = none, inode = none] = fields.map((field) =>
    compileNumber(field, decode),
  );
  return (bytes, view, base, end) => {
    const read = (number: ReadNumber) => number(bytes, view, base, end);
    const file = { device: read(device), inode: read(inode) };
    unwind({ process: Number(read(process)), address: read(address), file });
  };
}

function compileJoin(action: Of<"join">, { emit, decode, escapeData }: ActionContext): Run {
  const read = compileField(action.args, decode);
  const readCount = compileNumber(action.count, decode);
  return (bytes, view, base, end) => {
    const all = read(bytes, view, base, base, end) as readonly string[];
    const text = all.slice(0, Number(readCount(bytes, view, base, end))).join(action.separator);
    emit({ kind: "join", text: escapeData ? decode.strings.quote(text) : text });
  };
}

function compileCat(action: Of<"cat">, { emit, decode, host, maxCatBytes, escapeData }: ActionContext): Run {
  const format = compileFormat(action.format, action.args, decode, { escapeData: false });
  return (bytes, view, base, end) => {
    if (host.readFile === undefined) throw new Error("cat() cannot read files here");
    const text = decodeOutput(host.readFile(format(bytes, view, base, end), maxCatBytes));
    emit({ kind: "cat", text: escapeData ? escapeControls(text) : text });
  };
}

function compileSystem(action: Of<"system">, { emit, decode, host }: ActionContext): Run {
  const format = compileFormat(action.format, action.args, decode, { escapeData: false });
  return (bytes, view, base, end) => {
    if (host.runCommand === undefined) throw new Error("system() cannot run commands here");
    const text = decodeOutput(host.runCommand(format(bytes, view, base, end)));
    if (text !== "") emit({ kind: "system", text }); // the command's own words, colours and all
  };
}

function compilePacket(action: Of<"packet">, { decode, packets }: ActionContext): Run {
  const time = compileNumber(action.time, decode);
  const original = compileNumber(action.original, decode);
  const data = compileField(action.data, decode);
  return (bytes, view, base, end) => {
    const sinceEpoch = BigInt.asUintN(64, time(bytes, view, base, end)) + decode.resolver.clockOffsetNs("boot");
    const captured = data(bytes, view, base, base, end) as Uint8Array;
    packets.add(action.path, captured, sinceEpoch, Number(original(bytes, view, base, end)));
  };
}
