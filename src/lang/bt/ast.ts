import type { Span } from "../../base/span.ts";
import type { ProbeType } from "./probe-types.ts";
import type { CDefinition, TypeSyntax } from "./type-syntax.ts";

/** A whole script. `items` keep their order in the source; comments are kept aside for the formatter. */
export type Script = Readonly<{
  kind: "script";
  items: readonly TopLevel[];
  comments: readonly Comment[];
  span: Span;
}>;

/** `text` holds the marks (`//`, `/*`, `#!`) too. */
export type Comment = Readonly<{ kind: "line" | "block" | "shebang"; text: string; span: Span }>;

export type TopLevel =
  | Config
  | Import
  | Preprocessor
  | CDefinition
  | CText
  | Macro
  | Subprogram
  | MapDeclaration
  | Probe;

/** `config = { name = value; … }`; names as written: `BPFTRACE_STACK_MODE`, `STACK_MODE` and `stack_mode` are one. */
export type Config = Readonly<{ kind: "config"; entries: readonly ConfigEntry[]; span: Span }>;
export type ConfigEntry = Readonly<{ name: string; nameSpan: Span; value: ConfigValue; span: Span }>;
export type ConfigValue = Readonly<
  | { kind: "word"; value: string; span: Span }
  | { kind: "string"; value: string; span: Span }
  | { kind: "integer"; value: bigint; span: Span }
  | { kind: "bool"; value: boolean; span: Span }
>;

/** `import "path";`, at the top level or inside a block. */
export type Import = Readonly<{ kind: "import"; path: string; pathSpan: Span; span: Span }>;

/**
 * A `#` line, continuation lines joined. `conditional` covers if ifdef ifndef elif else endif; which items such lines
 * switch off is for `activeItems` to say. `value` of a define is set when it has no parameters and its body is an
 * expression.
 */
export type Preprocessor = Readonly<
  | { kind: "include"; path: string; system: boolean; span: Span }
  | {
      kind: "define";
      name: string;
      nameSpan: Span;
      params?: readonly string[];
      body: string;
      value?: Expr;
      span: Span;
    }
  | { kind: "undef"; name: string; span: Span }
  | { kind: "conditional"; directive: ConditionalDirective; body: string; span: Span }
  | { kind: "otherDirective"; directive: string; body: string; span: Span } // pragma, error, warning, line
>;
/** What may stand inside a block. */
export type HashLine = Exclude<Preprocessor, { kind: "include" }>;
export type ConditionalDirective =
  | "if"
  | "ifdef"
  | "ifndef"
  | "elif"
  | "elifdef"
  | "elifndef"
  | "else"
  | "endif";

/** Definitions in C with `#` lines among their fields, as they are written; the preprocessor of C reads them. */
export type CText = Readonly<{ kind: "cText"; text: string; span: Span }>;

/** `macro name($a, b, @c) { … }`. A body may end in an expression: `body.result`. */
export type Macro = Readonly<{
  kind: "macro";
  /** Made of a `#define` with parameters: its body sees all that the caller sees. */
  textual?: true;
  name: string;
  nameSpan: Span;
  params: readonly MacroParam[];
  body: Block;
  span: Span;
}>;
/** Names are without `$` and `@`. */
export type MacroParam = Readonly<{ kind: "variable" | "map" | "expression"; name: string; span: Span }>;

/** `fn name($a : type, …) : type { … }`. */
export type Subprogram = Readonly<{
  kind: "subprogram";
  name: string;
  nameSpan: Span;
  params: readonly SubprogramParam[];
  returns: TypeSyntax;
  body: Block;
  span: Span;
}>;
export type SubprogramParam = Readonly<{ name: string; type: TypeSyntax; span: Span }>;

/** `let @name = hash(10);`. `name` is without `@`. */
export type MapDeclaration = Readonly<{
  kind: "mapDeclaration";
  name: string;
  nameSpan: Span;
  mapType: string;
  mapTypeSpan: Span;
  args: readonly Expr[];
  span: Span;
}>;

export type Probe = Readonly<{
  kind: "probe";
  attachPoints: readonly AttachPoint[]; // at least one
  predicate?: Expr;
  body: Block;
  /** Not counted among the script's probes: the compiler's own. */
  silent?: true;
  span: Span;
}>;

/**
 * One `type:part:part`. `type` is undefined when no probe type has the written name; `parts` hold what follows the
 * first colon. `label` is the optional `name=` before it.
 */
export type AttachPoint = Readonly<{
  kind: "attachPoint";
  label?: string;
  written: string; // the probe type as the source has it
  writtenSpan: Span;
  type?: ProbeType;
  parts: readonly AttachPart[];
  span: Span;
}>;

/**
 * `text` is without quotes and without a numeric `+offset`, which only the last part can have. Where positional
 * parameters occur, `pieces` is set: literal text and parameter numbers in order; `expandPart` puts values in.
 */
export type AttachPart = Readonly<{
  text: string;
  quoted: boolean;
  pieces?: readonly (string | number)[];
  offset?: bigint;
  span: Span;
}>;

/**
 * `result`: the last expression without a semicolon; set only where a block's value is used (`blockExpr`, macros). `lines`:
 * it, or a block inside of it, holds `#` lines; whether it has a result is then for `activeItems` to find, where it is
 * "valued".
 */
export type Block = Readonly<{
  kind: "block";
  statements: readonly Statement[];
  result?: Expr;
  lines?: "valued" | "plain";
  span: Span;
}>;

export type AssignOp = "=" | "+=" | "-=" | "*=" | "/=" | "%=" | "&=" | "|=" | "^=" | "<<=" | ">>=";

export type Statement =
  | Block
  | Import
  | IfStatement
  | Readonly<{ kind: "expression"; expr: Expr; span: Span }>
  /** `$x = …`, `@m[k] += …`; the checker refuses targets that cannot be written. */
  | Readonly<{ kind: "assign"; target: Expr; op: AssignOp; opSpan: Span; value: Expr; span: Span }>
  /** `let $x : type = value;` */
  | Readonly<{ kind: "let"; name: string; nameSpan: Span; type?: TypeSyntax; value?: Expr; span: Span }>
  /** `_ = value;` */
  | Readonly<{ kind: "discard"; value: Expr; span: Span }>
  | Readonly<{ kind: "while"; test: Expr; body: Block; span: Span }>
  | Readonly<{ kind: "unroll"; count: Expr; body: Block; span: Span }>
  /** `for ($v : @map)`, `for ($i : 0..10)` */
  | Readonly<{ kind: "for"; name: string; nameSpan: Span; over: Expr | Range; body: Block; span: Span }>
  /** A `#` line inside a block, and a statement before one that nothing closes: `activeItems` takes both out. */
  | Readonly<{ kind: "hashLine"; line: HashLine; span: Span }>
  | Readonly<{ kind: "openEnd"; statement: Statement; span: Span }>
  | Readonly<{ kind: "break"; span: Span }>
  | Readonly<{ kind: "continue"; span: Span }>
  | Readonly<{ kind: "return"; value?: Expr; span: Span }>;

export type IfStatement = Readonly<{
  kind: "if";
  test: Expr;
  then: Block;
  else?: Block | IfStatement;
  span: Span;
}>;
/** `start..end`: the end is not included. */
export type Range = Readonly<{ kind: "range"; start: Expr; end: Expr; span: Span }>;

export type UnaryOp = "!" | "~" | "-" | "+" | "*" | "&";
export type BinaryOp =
  | "||"
  | "&&"
  | "|"
  | "^"
  | "&"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

/** `parens`: the source has brackets of its own around it, which count in `span`; only printing asks for that. */
export type Expr = Readonly<{ parens?: true }> &
  /** Unsigned 64 bits; `1e6` and durations (`5ms`, in nanoseconds) are computed already. */
  (
    | Readonly<{ kind: "integer"; value: bigint; suffix: string; text: string; span: Span }>
    /** `bytes` are exact, escapes resolved, without a final NUL; `value` is the same as text, U+FFFD where not UTF-8. */
    | Readonly<{ kind: "string"; value: string; bytes: Uint8Array; span: Span }>
    | Readonly<{ kind: "character"; value: bigint; span: Span }>
    | Readonly<{ kind: "bool"; value: boolean; span: Span }>
    /** A builtin (`pid`, `arg0`, `args`), an enum member, a define or a macro without arguments. */
    | Readonly<{ kind: "identifier"; name: string; span: Span }>
    /** `$name`, without `$`. */
    | Readonly<{ kind: "variable"; name: string; span: Span }>
    /** `@name`, without `@`; the name may be empty. `@m[a, b]` has two keys, `@m[(a, b)]` one. */
    | Readonly<{ kind: "map"; name: string; keys?: readonly Expr[]; span: Span }>
    /** `$1`; 0 is the program's name. */
    | Readonly<{ kind: "positional"; index: number; span: Span }>
    /** `$#` */
    | Readonly<{ kind: "positionalCount"; span: Span }>
    | Readonly<{ kind: "call"; name: string; nameSpan: Span; args: readonly Expr[]; span: Span }>
    | Readonly<{ kind: "unary"; op: UnaryOp; operand: Expr; span: Span }>
    | Readonly<{ kind: "update"; op: "++" | "--"; prefix: boolean; target: Expr; span: Span }>
    | Readonly<{ kind: "binary"; op: BinaryOp; opSpan: Span; left: Expr; right: Expr; span: Span }>
    /** Without `then` it is `test ?: otherwise`. */
    | Readonly<{ kind: "ternary"; test: Expr; then?: Expr; otherwise: Expr; span: Span }>
    | Readonly<{ kind: "cast"; type: TypeSyntax; operand: Expr; span: Span }>
    /** Kinds of types end in "Type", so `isType` of type-syntax.ts tells the two apart. */
    | Readonly<{ kind: "sizeof"; operand: TypeSyntax | Expr; span: Span }>
    | Readonly<{ kind: "typeinfo"; operand: TypeSyntax | Expr; span: Span }>
    /** A type among the arguments of a call, which only C macros take. */
    | Readonly<{ kind: "typeArgument"; type: TypeSyntax; span: Span }>
    | Readonly<{ kind: "offsetof"; base: TypeSyntax | Expr; path: readonly NamePart[]; span: Span }>
    /** `container_of(pointer, struct name, field)` */
    | Readonly<{ kind: "containerOf"; pointer: Expr; type: TypeSyntax; path: readonly NamePart[]; span: Span }>
    /** `a.b` and `a->b` mean the same; `arrow` only remembers the spelling. */
    | Readonly<{ kind: "member"; object: Expr; name: string; nameSpan: Span; arrow: boolean; span: Span }>
    /** `$t.0` */
    | Readonly<{ kind: "tupleField"; object: Expr; index: number; indexSpan: Span; span: Span }>
    | Readonly<{ kind: "index"; object: Expr; index: Expr; span: Span }>
    | Readonly<{ kind: "tuple"; elements: readonly Expr[]; span: Span }>
    /** `(x = 1, y = 2)` */
    | Readonly<{ kind: "record"; fields: readonly RecordField[]; span: Span }>
    | Readonly<{ kind: "blockExpr"; block: Block; span: Span }>
    | IfExpr
    | Readonly<{ kind: "comptime"; operand: Expr; span: Span }>
    /** A call of the script's own function, with the function's body: what `expandMacros` makes of it. */
    | Inlined
  );

export type IfExpr = Readonly<{ kind: "ifExpr"; test: Expr; then: Block; else: Block | IfExpr; span: Span }>;
export type Inlined = Readonly<{
  kind: "inlined";
  name: string;
  params: readonly InlinedParam[];
  body: Block;
  returns: TypeSyntax;
  span: Span;
}>;
export type InlinedParam = Readonly<{
  kind: "parameter";
  name: string;
  type: TypeSyntax;
  value: Expr;
  span: Span;
}>;
export type NamePart = Readonly<{ name: string; span: Span }>;
export type RecordField = Readonly<{ name: string; nameSpan: Span; value: Expr; span: Span }>;
