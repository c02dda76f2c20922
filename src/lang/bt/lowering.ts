import type { Span } from "../../base/span.ts";
import type { FuncBuilder } from "../../ir/build.ts";
import type { Block, Value } from "../../ir/ir.ts";
import type { Action, LossCounter } from "../../plan/plan.ts";
import type { ValueField } from "../../plan/value-type.ts";
import type { Expr } from "./ast.ts";
import type { Env, MapInfo } from "./env.ts";
import type { CoreOffset } from "./kernel-field.ts";
import type { PlanBuilder } from "./plan-builder.ts";
import type { ProbeVariant } from "./probe-variant.ts";
import type { PointerSpace, Type } from "./types.ts";

/** Memory that loads and stores reach directly ("btf": loads only, from an object that is certainly there). */
export type DirectPlace = Readonly<{ space: "stack" | "map" | "ctx" | "btf"; base: Value; off: number }>;

/**
 * Where a value lies. "object": behind a pointer that the verifier follows by BTF (loads are direct, a null pointer
 * reads as zero). `core` is added to `off` (see kernel-field.ts). "kernel", "user" and "auto" addresses are plain numbers: a helper copies from them.
 */
export type Place =
  | DirectPlace
  | Readonly<{ space: "object"; base: Value; off: number; core?: CoreOffset }>
  | Readonly<{ space: PointerSpace; address: Value; off: number; core?: CoreOffset }>;

/** A number of bytes: at most `max`; exactly `max` unless `value` holds it. A `value` is bounded by `max` already. */
export type Amount = Readonly<{ max: number; value?: Value }>;

/** What an expression gives. Which kind it is follows from its type and form. */
export type Operand = Readonly<
  | { kind: "none" }
  | { kind: "int"; value: Value } // i64, extended by the type's sign
  | { kind: "object"; value: Value } // a pointer that the verifier follows, possibly null
  | { kind: "memory"; place: Place } // bytes as the type lays them out
  | { kind: "text"; text: string } // a string literal
  /**
   * Text behind an address; `limit` counts the NUL. `whole`: the script set no limit, so what is cut is lost. `span`: what
   * asked for it.
   */
  | { kind: "cstring"; space: PointerSpace; address: Value; limit: Amount; whole?: boolean; span?: Span }
  | { kind: "bytes"; space: PointerSpace; address: Value; length: Amount } // buf()
  | { kind: "fields"; fields: readonly { type: Type; operand: Operand }[] } // a tuple, not in memory yet
  | { kind: "write"; write(to: DirectPlace): void } // writes all bytes of the type
>;

/** One value that an event carries. */
export type EventValue = Readonly<{ type: Type; operand: Operand; name?: string }>;

/** What builtins and the lowering of statements use to emit code for one program. */
export interface Lowering {
  readonly env: Env;
  readonly variant: ProbeVariant;
  readonly b: FuncBuilder;
  readonly plan: PlanBuilder;

  typeOf(expr: Expr): Type;
  operand(expr: Expr): Operand;
  /** An expression as a 64-bit number: integers, pointers and everything that is one number underneath. */
  int(expr: Expr): Value;
  /** As `int`, for a value that was computed already. */
  toInt(operand: Operand, type: Type): Value;
  /** Writes a value at `to`, `sizeOf(type)` bytes with zeros behind strings; `from` is the value's own type. */
  store(operand: Operand, from: Type, to: DirectPlace, type: Type): void;
  /** The value's bytes in memory that code and helpers can read; copies when they are elsewhere. */
  inMemory(operand: Operand, type: Type): DirectPlace;

  /** Bytes of the frame that live until the end of the statement. */
  temporary(name: string, bytes: number): DirectPlace;
  /** The address of a place, for helpers. */
  address(place: DirectPlace): Value;
  /** Copies `bytes` bytes with a helper; what cannot be read is zero. */
  copyFrom(space: PointerSpace, to: DirectPlace, bytes: Amount, address: Value): void;
  /** Copies a NUL-terminated string; gives its length with the NUL, or a negative error number. */
  copyString(space: PointerSpace, to: Value, limit: Amount, address: Value, span?: Span): Value;
  /** As `copyFrom`, to an address that was computed. */
  copyRaw(space: PointerSpace, to: Value, bytes: Value, address: Value): void;
  zero(to: DirectPlace, bytes: number): void;

  /**
   * Sends an event whose fields are `values`; `action` makes the plan's entry from where they lie. `used`: how many of
   * the texts are sent, when they are many.
   */
  emit(values: readonly EventValue[], action: (fields: readonly ValueField[]) => Action, used?: Value): void;
  /** Counts a loss (Plan.rings.losses) by name. */
  countLoss(counter: LossCounter): void;
  /** Counts a text that filled all the room there is: it was probably cut. */
  countFull(read: Value, room: number): void;

  /** The key of a map access as memory, laid out as the map's key type. */
  mapKey(map: MapInfo, keys: readonly Expr[]): DirectPlace;
  constant(expr: Expr): bigint | undefined;
  /** What stands for an expression that is shorthand, else the expression itself. */
  replaced(expr: Expr): Expr;
  comptime(expr: Expr): bigint | string | undefined;
  /** Whether the expression is a statement by itself, so that nobody looks at its value. */
  isStatement(expr: Expr): boolean;
  /** Goes to one block where the condition holds, to the other where it does not. */
  branch(test: Expr, then: Block, otherwise: Block): void;
  /** Writes a variable of the script that is an argument. */
  writeVariable(node: object, operand: Operand, from: Type): void;
  text(expr: Expr): string | undefined;
  /** A register of the probed program: uprobes, USDT and perf events have them in the context. */
  register(name: string): Value;
  /** `value`, or `max` where it is larger (unsigned), so that the verifier knows a bound. */
  atMost(value: Value, max: number): Value;
  /** The names of this program's attach points (or of the functions they are on), in their order. */
  probeNames(functions: boolean): readonly string[];
  /** What `exit()` and `return` do: leave the program. */
  leave(): void;
  readonly span: Span | undefined;
  /** The program's context, also inside a loop's callback. */
  context(): Value;
  readonly syscallIndex: Value | undefined;
  /** Adds a callback that needs nothing of the program; gives its name. */
  callback(make: () => FuncBuilder): string;
  /** As `callback`, made once for the program: `key` tells it from others. */
  sharedCallback(key: string, make: () => FuncBuilder): string;
}
