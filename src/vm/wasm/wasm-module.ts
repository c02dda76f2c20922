import { CONTROL } from "../memory.ts";
import type { Program } from "../program.ts";
import { CodeWriter, TYPE, W } from "./code-writer.ts";
import { type CompiledFunction, compileFunction, IMPORTS, PART_TYPE } from "./compile-function.ts";
import { NO_SURROUNDINGS, type Surroundings } from "./known.ts";
import { COMPILE_LIMITS, type CompileLimits } from "./parts.ts";

/** WebAssembly refuses longer functions in every browser. Source: WebAssembly JS API, section 6, implementation limits. */
const MAX_FUNCTION_BYTES = 7_654_321;

const VERSION = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  export: 7,
  element: 9,
  code: 10,
} as const;

/** Parameters and results of the module's types: BPF functions first, then what the host provides, in order of IMPORT. */
const { i32, i64 } = TYPE;
const TYPES: readonly (readonly [params: readonly number[], results: readonly number[]])[] = [
  [[i64, i64, i64, i64, i64, i32], [i64]],
  [[i32, i32, i32, i32], [i32]], // resolve(low, high, size | write, insn): address
  [[i32, i32], []], // helper(id, insn)
  [[i32], [i32]], // tailCall(insn): whether it was made
  [[i32, i32], []], // fail(why, insn)
  [[i32, i32, i32], [i32]], // packet(offset, size, insn): whether the bytes are there
  [[i32, i32, i32], [i32]], // functionIndex(low, high, insn)
  [[i32, i32], []], // the entry: (ctx, frame)
  [[i64, i64, i64, i64, i64, i32], [i32]], // a part: where to go on
];
const ENTRY_TYPE = PART_TYPE - 1;

/**
 * A module with one function per function of the program, all in the exported table "t", in order, the parts of large
 * ones behind them, and the entry "e". Undefined when one of them is longer than WebAssembly allows.
 */
export function compileModule(
  program: Program,
  limits: CompileLimits = COMPILE_LIMITS,
  around: Surroundings = NO_SURROUNDINGS,
): Uint8Array<ArrayBuffer> | undefined {
  const whole: CompiledFunction[] = [];
  const parts: CompiledFunction[] = [];
  for (const code of program.functions) {
    const compiled = compileFunction(program, code, program.functions.length + parts.length, limits, around);
    whole.push(compiled);
    for (const part of compiled.parts) parts.push(part);
  }
  const functions = [...whole, ...parts];
  if (functions.some(({ body }) => body.length > MAX_FUNCTION_BYTES)) return undefined;
  const count = functions.length;
  const size = functions.reduce((sum, { body }) => sum + body.length + 8, 1024);
  const out = new CodeWriter(size);
  out.append(VERSION);
  section(out, SECTION.type, writeTypes);
  section(out, SECTION.import, writeImports);
  section(out, SECTION.function, (part) => {
    part.u32(count + 1);
    for (let i = 0; i < count; i++) part.u32(i < whole.length ? 0 : PART_TYPE);
    part.u32(ENTRY_TYPE);
  });
  section(out, SECTION.table, (part) => {
    for (const value of [1, TYPE.funcref, 0]) part.u32(value);
    part.u32(count);
  });
  section(out, SECTION.export, (part) => {
    part.u32(2);
    name(part, "t");
    part.u32(1); // a table
    part.u32(0);
    name(part, "e");
    part.u32(0); // a function
    part.u32(IMPORTS + count);
  });
  section(out, SECTION.element, (part) => writeElements(part, count));
  section(out, SECTION.custom, (part) => writeHints(part, functions));
  section(
    out,
    SECTION.code,
    (part) => {
      part.u32(count + 1);
      for (const { body } of functions) part.sized(body);
      part.sized(entryBody(program.stackBytes));
    },
    size,
  );
  return out.bytes();
}

function section(out: CodeWriter, id: number, write: (part: CodeWriter) => void, capacity = 512): void {
  const part = new CodeWriter(capacity);
  write(part);
  out.byte(id);
  out.sized(part.bytes());
}

function name(out: CodeWriter, text: string): void {
  out.sized(new TextEncoder().encode(text));
}

function writeTypes(out: CodeWriter): void {
  out.u32(TYPES.length);
  for (const [params, results] of TYPES) {
    out.byte(0x60);
    out.sized(Uint8Array.from(params));
    out.sized(Uint8Array.from(results));
  }
}

function writeImports(out: CodeWriter): void {
  out.u32(IMPORTS + 1);
  for (let i = 0; i < IMPORTS; i++) {
    name(out, "m");
    name(out, String(i));
    out.byte(0); // a function
    out.u32(i + 1);
  }
  name(out, "m");
  name(out, "memory");
  out.byte(2); // a memory
  out.byte(0);
  out.u32(1);
}

/** Clears the stack, calls the first function with the context, and leaves r0 in the control page. */
function entryBody(stackBytes: number): Uint8Array {
  const out = new CodeWriter(64);
  out.u32(0); // locals
  if (stackBytes > 0) {
    out.get(1);
    out.i32(stackBytes);
    out.byte(W.i32Sub);
    out.i32(0);
    out.i32(stackBytes);
    out.memoryFill();
  }
  out.i32(0);
  out.get(0);
  out.byte(W.i64ExtendI32U);
  for (let i = 0; i < 4; i++) out.i64(0);
  out.get(1);
  out.op(W.call, IMPORTS);
  out.memory(W.i64Store, CONTROL.result);
  out.byte(W.end);
  return out.bytes();
}

function writeElements(out: CodeWriter, count: number): void {
  out.u32(1);
  out.u32(0);
  out.i32(0);
  out.byte(0x0b);
  out.u32(count);
  for (let i = 0; i < count; i++) out.u32(IMPORTS + i);
}

/**
 * Branch hints: engines that know them keep registers free of what only the rare path needs. Others skip the section.
 * Source: WebAssembly branch hinting proposal, section "metadata.code.branch_hint".
 */
function writeHints(out: CodeWriter, functions: readonly CompiledFunction[]): void {
  name(out, "metadata.code.branch_hint");
  const hinted = functions.flatMap(({ unlikely }, i) =>
    unlikely.length > 0 ? [{ index: IMPORTS + i, unlikely }] : [],
  );
  out.u32(hinted.length);
  for (const { index, unlikely } of hinted) {
    out.u32(index);
    out.u32(unlikely.length);
    for (const at of unlikely) {
      out.u32(at);
      out.u32(1);
      out.byte(0); // not likely
    }
  }
}
