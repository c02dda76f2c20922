import { didYouMean, nearest } from "../../base/suggest.ts";
import type { Expr } from "./ast.ts";
import { constantOf } from "./const-eval.ts";
import type { Env } from "./env.ts";
import { toldType } from "./integer-types.ts";
import type { TypeSyntax } from "./type-syntax.ts";
import { isType } from "./type-syntax.ts";
import type { PointerSpace, Type } from "./types.ts";
import { BOOL, VOID } from "./types.ts";

type Int = readonly [1 | 2 | 4 | 8, boolean];

/** Integer types by name: size and whether signed. */
// biome-ignore format: one row per size
const INTS: Readonly<Record<string, Int>> = {
  uint8: [1, false], uint16: [2, false], uint32: [4, false], uint64: [8, false],
  int8: [1, true], int16: [2, true], int32: [4, true], int64: [8, true],
  uint8_t: [1, false], uint16_t: [2, false], uint32_t: [4, false], uint64_t: [8, false],
  int8_t: [1, true], int16_t: [2, true], int32_t: [4, true], int64_t: [8, true],
  u8: [1, false], u16: [2, false], u32: [4, false], u64: [8, false],
  s8: [1, true], s16: [2, true], s32: [4, true], s64: [8, true],
  __u8: [1, false], __u16: [2, false], __u32: [4, false], __u64: [8, false],
  __s8: [1, true], __s16: [2, true], __s32: [4, true], __s64: [8, true],
  char: [1, true], "signed char": [1, true], "unsigned char": [1, false],
  short: [2, true], "unsigned short": [2, false], int: [4, true], "unsigned int": [4, false], unsigned: [4, false],
  long: [8, true], "unsigned long": [8, false], "long long": [8, true], "unsigned long long": [8, false],
  size_t: [8, false], ssize_t: [8, true], uintptr_t: [8, false], pid_t: [4, true], __be16: [2, false], __be32: [4, false],
};

/** Types as a program may declare them that stand for themselves. */
const NAMED: Readonly<Record<string, Type>> = {
  bool: BOOL,
  void: VOID,
  string: { kind: "string", size: 0 },
  inet: { kind: "inet" },
  mac: { kind: "mac" },
  ksym: { kind: "ksym" },
  usym: { kind: "usym" },
  username: { kind: "username" },
  count_t: { kind: "count" },
  sum_t: { kind: "sum", signed: true },
  usum_t: { kind: "sum", signed: false },
  min_t: { kind: "min", signed: true },
  umin_t: { kind: "min", signed: false },
  max_t: { kind: "max", signed: true },
  umax_t: { kind: "max", signed: false },
  avg_t: { kind: "avg", signed: true },
  uavg_t: { kind: "avg", signed: false },
  stats_t: { kind: "stats", signed: true },
  ustats_t: { kind: "stats", signed: false },
  hist_t: { kind: "hist", bits: 0 },
};

/** The type that `syntax` names. Reports an unknown name and gives undefined. `typeOf` types an expression. */
export function resolveType(
  syntax: TypeSyntax,
  env: Env,
  typeOf: (expr: Expr) => Type,
  space: PointerSpace = "kernel",
): Type | undefined {
  const inner = (s: TypeSyntax) => resolveType(s, env, typeOf, space);
  switch (syntax.kind) {
    case "namedType":
      return named(syntax.name) ?? scriptOrKernel(syntax, syntax.name, env);
    case "sizedType": {
      const size = Number(constantOf(syntax.size, env) ?? 0n);
      if (size < 1 || size > 65_536) {
        env.report.error(
          "type/size",
          syntax.span,
          "the size must be a constant from 1 to 65536",
          "write for example `string[64]`",
        );
        return undefined;
      }
      return syntax.name === "inet" ? { kind: "inet" } : { kind: syntax.name, size };
    }
    case "recordType":
      return record(syntax, env, space);
    case "pointerType": {
      const to = inner(syntax.to);
      return to && { kind: "pointer", to, space };
    }
    case "arrayType": {
      const of = inner(syntax.of);
      const length = syntax.length ? Number(constantOf(syntax.length, env) ?? 0n) : 0;
      return of && { kind: "array", of, length };
    }
    case "typeofType":
      return isType(syntax.operand) ? inner(syntax.operand) : toldType(typeOf(syntax.operand));
    case "inlineType":
    case "functionType":
      return VOID;
  }
}

function named(name: string): Type | undefined {
  const int = Object.hasOwn(INTS, name) ? INTS[name] : undefined;
  if (int) return { kind: "int", size: int[0], signed: int[1] };
  return Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
}

function scriptOrKernel(
  syntax: Extract<TypeSyntax, { kind: "namedType" }>,
  name: string,
  env: Env,
): Type | undefined {
  const found =
    env.scriptTypes.get(name) ??
    env.headers?.type("typedef", name, "user") ??
    env.userType("typedef", name) ??
    env.btf?.typedef(name) ??
    env.headers?.type("typedef", name, "system") ??
    env.headers?.type("struct", name, "user") ??
    env.userType("struct", name) ??
    env.btf?.struct(name);
  if (found) return found;
  const help = didYouMean(name, [...Object.keys(INTS), ...Object.keys(NAMED), ...env.scriptTypes.keys()]);
  env.report.error(
    "type/unknown",
    syntax.span,
    `there is no type \`${name}\``,
    help ??
      (env.btf ? "types are uint8 … int64, bool, string, struct NAME, or a typedef of the kernel" : noBtf()),
  );
  return undefined;
}

function record(
  syntax: Extract<TypeSyntax, { kind: "recordType" }>,
  env: Env,
  space: PointerSpace,
): Type | undefined {
  const full = `${syntax.tag} ${syntax.name}`;
  const own = env.scriptTypes.get(full) ?? env.headers?.type(syntax.tag, syntax.name, "user");
  if (own) return own;
  const found =
    env.userType(syntax.tag, syntax.name) ??
    (syntax.tag === "enum" ? env.btf?.enum(syntax.name) : env.btf?.struct(syntax.name, syntax.tag, space)) ??
    env.headers?.type(syntax.tag, syntax.name, "system");
  if (found) return found;
  const near = env.btf ? nearTypes(syntax, env) : undefined;
  env.report.error(
    "type/unknown",
    syntax.span,
    `there is no \`${full}\` on this kernel`,
    near ?? (env.btf ? define(full) : noBtf()),
  );
  return undefined;
}

function nearTypes(syntax: Extract<TypeSyntax, { kind: "recordType" }>, env: Env): string | undefined {
  const names = [...(env.btf?.names(syntax.tag) ?? [])];
  const longer = `${syntax.name}_struct`; // as the kernel calls task_struct, mm_struct, files_struct …
  const near = names.includes(longer) ? [longer] : nearest(syntax.name, names);
  if (near.length === 0) return undefined;
  return `did you mean ${near.map((name) => `\`${syntax.tag} ${name}\``).join(" or ")}?`;
}

function define(full: string): string {
  return `define it in the script: \`${full} { … };\`, or list the kernel's with \`skep list '${full.split(" ")[0]} *'\``;
}

function noBtf(): string {
  return "this kernel has no BTF (CONFIG_DEBUG_INFO_BTF, since Linux 4.18): define the type in the script";
}
