import type { Expr } from "./ast.ts";
import type { Checker } from "./checker.ts";
import type { MapInfo } from "./env.ts";
import type { Lowering, Operand } from "./lowering.ts";
import type { ProbeKind } from "./probe-variant.ts";
import type { Type } from "./types.ts";

export type CallExpr = Extract<Expr, { kind: "call" }>;
/** A builtin used without parentheses, or with: `pid`, `nsecs(boot)`. */
export type UseExpr = Extract<Expr, { kind: "call" | "identifier" }>;

/**
 * One builtin of the language: its documentation, its check and its lowering in one record. `check` gives the type of
 * the use and reports what is wrong with it; `lower` may rely on what `check` accepted.
 */
export type Builtin = Readonly<{
  name: string;
  /** The form that help and messages show: "str(address [, length])". */
  usage: string;
  doc: string;
  /** How it may be used: as a plain word, with arguments, or both. */
  form: "word" | "call" | "both";
  /** Number of arguments of the call form. */
  arity?: readonly [min: number, max: number];
  /** Probes that have it; absent: all. */
  probes?: readonly ProbeKind[];
  /** Changes the system: refused without --unsafe. */
  unsafe?: true;
  /** Gives a value, but does something as well: as a statement it is no mistake. */
  effect?: true;
  /** Only as the whole of a statement, as the value of a map (`@m = count()`), or anywhere. */
  place?: "statement" | "mapValue";
  /** For place "mapValue": emits `@map[keys] = name(args)`. */
  aggregate?(l: Lowering, map: MapInfo, keys: readonly Expr[] | undefined, args: readonly Expr[]): void;
  check(c: Checker, use: UseExpr, args: readonly Expr[]): Type;
  lower(l: Lowering, use: UseExpr, args: readonly Expr[], type: Type): Operand;
}>;
