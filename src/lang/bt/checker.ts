import type { Span } from "../../base/span.ts";
import type { Expr } from "./ast.ts";
import type { Env, MapInfo } from "./env.ts";
import type { ProbeVariant } from "./probe-variant.ts";
import type { Type } from "./types.ts";
import type { Wide } from "./written-types.ts";

/** A scratch variable. `zeroed`: something may read it before it is assigned, so it starts as zero. */
export type Variable = {
  name: string;
  type: Type;
  span: Span;
  zeroed: boolean;
  id: number;
  declared: boolean;
  /** What it holds has a type of 64 bits that the script wrote. */
  wide?: Wide | undefined;
};

/** What checking one program found out; lowering reads it. */
export type Checked = Readonly<{
  types: ReadonlyMap<Expr, Type>;
  /** The variable that a `$name`, an assignment target or a loop head stands for. */
  variables: ReadonlyMap<object, Variable>;
  /** What stands for expressions that are shorthand for others, such as `args` where it is printed. */
  replaced: ReadonlyMap<Expr, Expr>;
}>;

/** What a builtin's check can ask for. Reports nothing twice: earlier rounds of type inference are silent. */
export interface Checker {
  readonly env: Env;
  readonly variant: ProbeVariant;
  /** Whether the code around here can run; `fail()` looks at it. */
  readonly reachable: boolean;
  /** Whether types are settled, so that what is reported is final. To be asked only where it makes a difference. */
  isFinal(): boolean;
  /** Checks an expression and gives its type. */
  expr(expr: Expr): Type;
  /** Reports an error at a span and gives a type to go on with. */
  fail(code: string, span: Span, message: string, help: string): Type;
  /** Variables (`$x`) and maps (`@x`) that something was assigned to whose type could not be told. */
  readonly failed: Set<string>;
  warn(code: string, span: Span, message: string, help: string): void;
  /** The expression's constant value, or undefined. */
  constant(expr: Expr): bigint | undefined;
  /** The value of an expression that is known while compiling, types included: see comptime.ts. */
  comptime(expr: Expr): bigint | string | undefined;
  /** The text of a string literal, or of a positional parameter that stands for one. */
  text(expr: Expr): string | undefined;
  /** The map that an argument such as `@m` names, without keys; reports when it is none. */
  mapArgument(expr: Expr | undefined, usage: string, span: Span): MapInfo | undefined;
  /** Whether the map holds anything anywhere in the script; reports when it does not. */
  holdsValues(map: MapInfo, span: Span): boolean;
  /** What a map holds of which nothing is known so far: nothing yet, or numbers once nothing more can be learned. */
  readonly unknownValue: Type;
  /** Checks what is asked by `if`: a number or a text. */
  condition(expr: Expr): void;
  /** Checks that an integer (or pointer) is given. */
  integer(expr: Expr, what: string): Type;
  /** Notes that the map holds keys of this type, and widens the map's key. */
  mapKey(map: MapInfo, keys: readonly Expr[], span: Span): void;
  /** Notes that the variable takes a value of this type. */
  assign(variable: Extract<Expr, { kind: "variable" }>, type: Type, span: Span): void;
  /** What stands for an expression that is shorthand: made once, and the same ever after. */
  replace(expr: Expr, make: () => Expr): Expr;
  /** Checks a printf-like format with its arguments from `args[at]` on. */
  format(use: Expr, args: readonly Expr[], at: number): void;
}
