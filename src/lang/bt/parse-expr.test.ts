import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import type { Expr } from "./ast.ts";
import { parseOneExpression } from "./parse.ts";
import { printType } from "./print-expr.ts";
import { isType, type TypeSyntax } from "./type-syntax.ts";

/** The tree as nested lists, so that grouping shows. */
function shape(expr: Expr): string {
  const list = (exprs: readonly Expr[]) => exprs.map(shape).join(" ");
  switch (expr.kind) {
    case "integer":
      return `${expr.value}`;
    case "string":
      return JSON.stringify(expr.value);
    case "character":
      return `char:${expr.value}`;
    case "bool":
      return `${expr.value}`;
    case "identifier":
      return expr.name;
    case "variable":
      return `$${expr.name}`;
    case "map":
      return expr.keys ? `@${expr.name}[${expr.keys.map(shape).join(", ")}]` : `@${expr.name}`;
    case "positional":
      return `$${expr.index}`;
    case "positionalCount":
      return "$#";
    case "call":
      return `(call ${expr.name}${expr.args.map((arg) => ` ${shape(arg)}`).join("")})`;
    case "unary":
      return `(${expr.op} ${shape(expr.operand)})`;
    case "update":
      return expr.prefix ? `(${expr.op}_ ${shape(expr.target)})` : `(_${expr.op} ${shape(expr.target)})`;
    case "binary":
      return `(${expr.op} ${shape(expr.left)} ${shape(expr.right)})`;
    case "ternary":
      return `(? ${shape(expr.test)} ${expr.then ? shape(expr.then) : "-"} ${shape(expr.otherwise)})`;
    case "cast":
      return `(cast <${typeText(expr.type)}> ${shape(expr.operand)})`;
    case "sizeof":
    case "typeinfo":
      return `(${expr.kind} ${either(expr.operand)})`;
    case "typeArgument":
      return `<${typeText(expr.type)}>`;
    case "offsetof":
      return `(offsetof ${either(expr.base)} ${expr.path.map((part) => part.name).join(".")})`;
    case "member":
      return `(${expr.arrow ? "->" : "."} ${shape(expr.object)} ${expr.name})`;
    case "tupleField":
      return `(.${expr.index} ${shape(expr.object)})`;
    case "index":
      return `(at ${shape(expr.object)} ${shape(expr.index)})`;
    case "tuple":
      return `(tuple${expr.elements.length > 0 ? ` ${list(expr.elements)}` : ""})`;
    case "record":
      return `(record ${expr.fields.map((field) => `${field.name}=${shape(field.value)}`).join(" ")})`;
    case "blockExpr":
      return `(block ${expr.block.statements.length} ${expr.block.result ? shape(expr.block.result) : "-"})`;
    case "ifExpr":
      return `(if ${shape(expr.test)} ${expr.then.result ? shape(expr.then.result) : "-"} ${
        expr.else.kind === "ifExpr" ? shape(expr.else) : expr.else.result ? shape(expr.else.result) : "-"
      })`;
    case "containerOf":
      return `(containerOf ${shape(expr.pointer)} <${typeText(expr.type)}> ${expr.path.map((part) => part.name).join(".")})`;
    case "inlined":
      return shape(expr.body.result ?? { kind: "bool", value: false, span: expr.span });
    case "comptime":
      return `(comptime ${shape(expr.operand)})`;
  }
}

function either(node: TypeSyntax | Expr): string {
  return isType(node) ? `<${typeText(node)}>` : shape(node);
}

function typeText(type: TypeSyntax): string {
  return type.kind === "typeofType"
    ? `typeof ${either(type.operand)}`
    : printType(type, { block: () => "{}", spelling: () => undefined });
}

function parse(text: string): string {
  const report = new Report();
  const expr = parseOneExpression({ name: "-e", text }, report);
  return expr ? shape(expr) : report.diagnostics.map((d) => d.code).join(" ");
}

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string }>([
  { rule: "products before sums",              text: "1 + 2 * 3",             gives: "(+ 1 (* 2 3))" },
  { rule: "sums group to the left",            text: "1 - 2 - 3",             gives: "(- (- 1 2) 3)" },
  { rule: "quotients group to the left",       text: "8 / 4 % 3 * 2",         gives: "(* (% (/ 8 4) 3) 2)" },
  { rule: "shifts after sums",                 text: "1 << 2 + 3",            gives: "(<< 1 (+ 2 3))" },
  { rule: "comparisons after shifts",          text: "1 < 2 >> 3",            gives: "(< 1 (>> 2 3))" },
  { rule: "equality after order",              text: "1 < 2 == 3 >= 4",       gives: "(== (< 1 2) (>= 3 4))" },
  { rule: "and after equality",                text: "a & b == c",            gives: "(& a (== b c))" },
  { rule: "xor between and and or",            text: "a | b ^ c & d",         gives: "(| a (^ b (& c d)))" },
  { rule: "logic last",                        text: "a || b && c | d",       gives: "(|| a (&& b (| c d)))" },
  { rule: "logic groups to the left",          text: "a || b || c",           gives: "(|| (|| a b) c)" },
  { rule: "ternary after logic",               text: "a || b ? c : d",        gives: "(? (|| a b) c d)" },
  { rule: "ternaries group to the right",      text: "a ? b : c ? d : e",     gives: "(? a b (? c d e))" },
  { rule: "a ternary in the middle",           text: "a ? b ? c : d : e",     gives: "(? a (? b c d) e)" },
  { rule: "the short ternary",                 text: "a ?: b",                gives: "(? a - b)" },
  { rule: "brackets decide",                   text: "(1 + 2) * 3",           gives: "(* (+ 1 2) 3)" },
  { rule: "prefix before binary",              text: "-a + !b * ~c",          gives: "(+ (- a) (* (! b) (~ c)))" },
  { rule: "postfix before prefix",             text: "-$x++",                 gives: "(- (_++ $x))" },
  { rule: "not before equality",               text: "!$x == 0",              gives: "(== (! $x) 0)" },
  { rule: "dereference and product",           text: "a * *b",                gives: "(* a (* b))" },
  { rule: "address and and",                   text: "a & &$b",               gives: "(& a (& $b))" },
  { rule: "minus minus is one operator",       text: "a - --$b",              gives: "(- a (--_ $b))" },
  { rule: "updates of both sides",             text: "$x++ + ++$x",           gives: "(+ (_++ $x) (++_ $x))" },
  { rule: "updates of maps",                   text: "@m[1]--",               gives: "(_-- @m[1])" },
  { rule: "members chain",                     text: "$x.a->b.0.1[2]",        gives: "(at (.1 (.0 (-> (. $x a) b))) 2)" },
  { rule: "dereference after members",         text: "*$x.a",                 gives: "(* (. $x a))" },
  { rule: "keywords as fields",                text: "args.for->let.if",      gives: "(. (-> (. args for) let) if)" },
  { rule: "map keys",                          text: "@m[pid, comm]",         gives: "@m[pid, comm]" },
  { rule: "one key that is a tuple",           text: "@m[(pid, comm)]",       gives: "@m[(tuple pid comm)]" },
  { rule: "the unnamed map",                   text: "@[pid] + @",            gives: "(+ @[pid] @)" },
  { rule: "an index behind a key",             text: "@m[1][2]",              gives: "(at @m[1] 2)" },
  { rule: "calls",                             text: "f() + g(1, h(2),)",     gives: "(+ (call f) (call g 1 (call h 2)))" },
  { rule: "awk's delete",                      text: "delete @m[1]",          gives: "(call delete @m[1])" },
  { rule: "positional parameters",             text: "$1 + $# + str($2)",     gives: "(+ (+ $1 $#) (call str $2))" },
  { rule: "literals",                          text: "f(true, false, 'a', \"s\", 5ms)", gives: "(call f true false char:97 \"s\" 5000000)" },
  { rule: "tuples",                            text: "((), (1,), (1, 2), (1, 2,))", gives: "(tuple (tuple) (tuple 1) (tuple 1 2) (tuple 1 2))" },
  { rule: "records",                           text: "(x = 1, y = (z = 2),)", gives: "(record x=1 y=(record z=2))" },
  { rule: "a comparison is no record",         text: "(x == 1)",              gives: "(== x 1)" },
  { rule: "cast to an integer",                text: "(uint64)x + 1",         gives: "(+ (cast <uint64> x) 1)" },
  { rule: "cast of a member",                  text: "(uint8)$x.y",           gives: "(cast <uint8> (. $x y))" },
  { rule: "cast to a struct pointer",          text: "((struct sock *)arg0)->sk", gives: "(-> (cast <struct sock *> arg0) sk)" },
  { rule: "cast to a pointer to a pointer",    text: "**(int64**)reg(\"sp\")", gives: "(* (* (cast <int64 **> (call reg \"sp\"))))" },
  { rule: "cast to an array",                  text: "(int8[4])5",            gives: "(cast <int8[4]> 5)" },
  { rule: "cast to an array of any length",    text: "(uint8[])$x",           gives: "(cast <uint8[]> $x)" },
  { rule: "cast to an array of pointers",      text: "(int8*[4])5",           gives: "(cast <int8 *[4]> 5)" },
  { rule: "cast to a string",                  text: "(string[16])$x",        gives: "(cast <string[16]> $x)" },
  { rule: "cast in C's words",                 text: "(const unsigned long long)x", gives: "(cast <unsigned long long> x)" },
  { rule: "cast to a union and an enum",       text: "(union u *)(enum e)1",  gives: "(cast <union u *> (cast <enum e> 1))" },
  { rule: "cast to what typeof says",          text: "(typeof($x))10",        gives: "(cast <typeof $x> 10)" },
  { rule: "typeof of a type",                  text: "(typeof(struct a *))10", gives: "(cast <typeof <struct a *>> 10)" },
  { rule: "cast of a negative number",         text: "(int64)-1",             gives: "(cast <int64> (- 1))" },
  { rule: "cast of what a pointer points to",  text: "(int64)*$x",            gives: "(cast <int64> (* $x))" },
  { rule: "an unknown name that must be a type", text: "(foo)$x",             gives: "(cast <foo> $x)" },
  { rule: "an unknown name with a star",       text: "(foo *)$x",             gives: "(cast <foo *> $x)" },
  { rule: "an unknown name that is a value",   text: "(foo) - 1",             gives: "(- foo 1)" },
  { rule: "a typedef by its ending",           text: "(foo_t) - 1",           gives: "(cast <foo_t> (- 1))" },
  { rule: "a product in brackets is no cast",  text: "(a * b)",               gives: "(* a b)" },
  { rule: "an index in brackets is no cast",   text: "(a[1])",                gives: "(at a 1)" },
  { rule: "sizeof of types",                   text: "sizeof(struct s) + sizeof(int8 *) + sizeof(int32[4])", gives: "(+ (+ (sizeof <struct s>) (sizeof <int8 *>)) (sizeof <int32[4]>))" },
  { rule: "sizeof of expressions",             text: "sizeof($x) + sizeof(a * b)", gives: "(+ (sizeof $x) (sizeof (* a b)))" },
  { rule: "offsetof",                          text: "offsetof(struct s, a.b) + offsetof($x, c)", gives: "(+ (offsetof <struct s> a.b) (offsetof $x c))" },
  { rule: "typeinfo and comptime",             text: "comptime typeinfo($b).base_ty == \"str\"", gives: "(== (comptime (. (typeinfo $b) base_ty)) \"str\")" },
  { rule: "comptime is a name too",            text: "comptime + 1",          gives: "(+ comptime 1)" },
  { rule: "a block as a value",                text: "{ $x = 1; $x + 1 }",    gives: "(block 1 (+ $x 1))" },
  { rule: "a block without a value",           text: "{ $x = 1; f(); }",      gives: "(block 2 -)" },
  { rule: "a block as an argument",            text: "f({ g(); 1 }, 2)",      gives: "(call f (block 1 1) 2)" },
  { rule: "if as a value",                     text: "if (a) { 1 } else if b { 2 } else { 3 }", gives: "(if a 1 (if b 2 3))" },
  { rule: "if inside of a block's value",      text: "{ if (a) { 1 } else { 2 } }", gives: "(block 0 (if a 1 2))" },
  { rule: "if with a branch without a value",  text: "{ if (a) { 1 } else { f(); } }", gives: "(block 1 -)" },
  { rule: "a block inside of a block's value", text: "{ { 1 } }",             gives: "(block 0 (block 0 1))" },
])("expressions: $rule", ({ text, gives }) => {
  expect(parse(text)).toBe(gives);
});

// biome-ignore format: one case per line
test.each<{ text: string; gives: string }>([
  { text: "1 +",        gives: "syntax/unexpected-token" },
  { text: "(1",         gives: "syntax/unclosed-bracket" },
  { text: "f(1",        gives: "syntax/unclosed-bracket" },
  { text: "f(1 2)",     gives: "syntax/unclosed-bracket" },
  { text: "$x[1",       gives: "syntax/unclosed-bracket" },
  { text: "@x[]",       gives: "syntax/missing-key" },
  { text: "a ? b",      gives: "syntax/unexpected-token" },
  { text: "a b",        gives: "syntax/unexpected-token" },
  { text: "$x.",        gives: "syntax/unexpected-token" },
  { text: "$x->0",      gives: "syntax/unexpected-token" },
  { text: "$x.99999",   gives: "syntax/number-range" },
  { text: "(x = 1, 2)", gives: "syntax/unexpected-token" },
  { text: "(1 = 2)",    gives: "syntax/assignment-in-condition" },
  { text: "for",        gives: "syntax/unexpected-token" },
  { text: "offsetof(struct s)", gives: "syntax/unexpected-token" },
  { text: "if (a) { 1 }", gives: "syntax/unexpected-token" },
  { text: "",           gives: "syntax/unexpected-token" },
])("no expression: $text", ({ text, gives }) => {
  expect(parse(text)).toBe(gives);
});
