import type { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Block, Expr } from "./ast.ts";
import { checkExpr } from "./check-expr.ts";
import { checkFormat } from "./check-format.ts";
import type { OpenFunction } from "./check-inlined.ts";
import { assignVariable, checkStatement, numberOf } from "./check-statement.ts";
import type { Checked, Checker, Variable } from "./checker.ts";
import { comptimeValue } from "./comptime.ts";
import { constantOf, textOf } from "./const-eval.ts";
import type { Env, MapFacts, MapInfo } from "./env.ts";
import { factsOf, isKnownAs } from "./env.ts";
import { isKnown, keyTypeOf } from "./map-types.ts";
import { typeOfProbe } from "./probe-types.ts";
import type { ProbeVariant } from "./probe-variant.ts";
import { Scopes } from "./scopes.ts";
import type { Type } from "./types.ts";
import { I64, isAggregate, isScalar, NONE, typeName } from "./types.ts";
import { unify } from "./unify.ts";

const MAX_ROUNDS = 8;

/**
 * What a look at a program is for. "open": to learn types; what is not known yet may become known. "closing": what is
 * unknown still is numbers. "final": types are settled.
 */
export type Stage = "open" | "closing" | "final";

type Fault = Readonly<{
  severity: "error" | "warn";
  code: string;
  span: Span;
  message: string;
  help: string;
  /** The variable or map that nothing was ever stored in. */
  unset?: string;
}>;

/** Checks one program's predicate and body. */
export class BodyChecker implements Checker {
  readonly env: Env;
  readonly variant: ProbeVariant;
  private readonly stage: Stage;
  /** Whether something was read of which nothing is known yet. */
  sawUnknown = false;
  readonly types = new Map<Expr, Type>();
  readonly variables = new Map<object, Variable>();
  readonly scopes: Scopes;
  private readonly replacements = new Map<Expr, Expr>();
  /** Expressions that are statements: their values go nowhere. */
  readonly statements = new Set<Expr>();
  /** Expressions that are assigned to maps as they are. */
  readonly mapValues = new Set<Expr>();
  /** Defines whose values are being checked. */
  readonly expanding = new Set<string>();
  private faults: Fault[] = [];
  /** Variables and maps that values of no type were assigned to: what is told of the values is enough. */
  readonly failed = new Set<string>();
  /** What was known of the program's maps when it was first looked at. */
  private readonly began = new Map<MapInfo, MapFacts>();
  /** Whether types were made up for variables of which nothing is known. */
  private madeUp = false;
  /** The function of the script's own whose body is being checked. */
  openFunction: OpenFunction | undefined;
  /** Whether the code that is being checked can run: not so in `if (0) { … }`. */
  reachable = true;
  private loops = 0;
  /** What the last look found, if another would find the same as long as the maps stay as they are. */
  private settled: Checked | undefined;
  /** Whether something asked if this is the last look at the program: the last one may find something else then. */
  private askedFinal = false;

  /** `earlier`: an earlier check of the same program, whose variables are taken on where the maps are still the same. */
  constructor(env: Env, variant: ProbeVariant, stage: Stage, earlier?: BodyChecker) {
    this.env = env;
    this.variant = variant;
    this.stage = stage;
    this.scopes = earlier?.isCurrent() && !earlier.madeUp ? earlier.scopes : new Scopes();
  }

  /**
   * Goes round until the variables' types are settled. Before the last check not even that once something was learned
   * of maps: the program is checked anew then.
   */
  run(): Checked | undefined {
    let confirmed = false;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.scopes.settled();
      const learned = this.once();
      if (learned && this.stage !== "final") return undefined;
      if (this.scopes.grew && this.scopes.settled() !== before) continue;
      confirmed = !learned;
      break;
    }
    if (this.stage === "open") this.sawUnknown ||= this.scopes.hasUnknown();
    else this.madeUp = this.scopes.settleUnknown();
    if (!confirmed || this.madeUp) this.once(); // else it would find the same again
    const checked = { types: this.types, variables: this.variables, replaced: this.replacements };
    if (confirmed && !this.madeUp && !this.askedFinal) this.settled = checked;
    return checked;
  }

  /** What a last look at the program would find, if that is known without one. */
  foreseen(): Checked | undefined {
    return this.settled !== undefined && this.isCurrent() ? this.settled : undefined;
  }

  /** Whether there are errors that do not follow from assignments to these. */
  hasErrors(failed: ReadonlySet<string>): boolean {
    return this.faults.some(({ severity, unset }) => severity === "error" && !failed.has(unset ?? ""));
  }

  /** Reports what the last look at the program found, but not what follows from assignments that failed. */
  tell(report: Report, failed: ReadonlySet<string>): void {
    for (const { severity, code, span, message, help, unset } of this.faults)
      if (!failed.has(unset ?? "")) report[severity](code, span, readable(message), readable(help));
  }

  /** Whether the program's maps are as they were when it was first looked at: it would find the same again. */
  isCurrent(): boolean {
    for (const [map, before] of this.began) if (!isKnownAs(map, before)) return false;
    return true;
  }

  /** Looks at the whole program; whether that changed what is known of maps. */
  private once(): boolean {
    const touched = new Map<MapInfo, MapFacts>();
    this.env.touched = touched;
    this.env.touchedAgain.clear();
    this.faults = [];
    this.askedFinal = false;
    this.failed.clear();
    this.types.clear();
    this.variables.clear();
    this.statements.clear();
    this.mapValues.clear();
    this.scopes.restart();
    const { predicate, body } = this.variant.probe;
    if (predicate) this.condition(predicate);
    this.block(body);
    this.env.touched = undefined;
    let learned = false;
    for (const [map, before] of touched) {
      const isNew = this.isLearnedWhole(map, before);
      if (!this.began.has(map)) this.began.set(map, isNew ? factsOf(map) : before);
      learned ||= !isNew && !isKnownAs(map, before);
    }
    return learned;
  }

  /**
   * Whether a map of which nothing was known was named in one place: what that taught cannot have changed what any other
   * place found, so another look would find the same.
   */
  private isLearnedWhole(map: MapInfo, before: MapFacts): boolean {
    const wasNew = before.keyed === undefined && before.value === undefined && before.key === undefined;
    return wasNew && map.value !== undefined && !this.env.touchedAgain.has(map);
  }

  // ---- Checker

  isFinal(): boolean {
    this.askedFinal = true;
    return this.stage === "final";
  }

  get unknownValue(): Type {
    if (this.stage !== "open") return I64;
    this.sawUnknown = true;
    return NONE;
  }

  expr(expr: Expr): Type {
    const known = this.types.get(expr);
    if (known) return known;
    const type = checkExpr(this, expr);
    this.types.set(expr, type);
    return type;
  }

  fail(code: string, span: Span, message: string, help: string): Type {
    this.faults.push({ severity: "error", code, span, message, help });
    return NONE;
  }

  warn(code: string, span: Span, message: string, help: string): void {
    this.faults.push({ severity: "warn", code, span, message, help });
  }

  constant(expr: Expr): bigint | undefined {
    return constantOf(expr, this.env);
  }

  comptime(expr: Expr): bigint | string | undefined {
    return comptimeValue(expr, {
      env: this.env,
      probeType: typeOfProbe(this.variant.kind),
      typeOf: (e) => this.expr(e),
    });
  }

  text(expr: Expr): string | undefined {
    return textOf(expr, this.env);
  }

  mapArgument(expr: Expr | undefined, usage: string, span: Span): MapInfo | undefined {
    if (expr?.kind !== "map" || expr.keys !== undefined) {
      this.fail(
        "type/not-a-map",
        expr?.span ?? span,
        `\`${usage}\` takes a map`,
        mapMeant(expr, usage, (name) => this.env.maps.has(name)),
      );
      return undefined;
    }
    return this.env.map(expr.name);
  }

  holdsValues(map: MapInfo, span: Span): boolean {
    if (map.value !== undefined || !this.isFinal()) return true;
    const others = [...this.env.maps.values()].filter((m) => m.value !== undefined).map((m) => `@${m.name}`);
    this.unset(`@${map.name}`, {
      code: "name/map",
      span,
      message: `nothing is ever stored in \`@${map.name}\``,
      help: didYouMean(`@${map.name}`, others) ?? `store something first: \`@${map.name} = …\``,
    });
    return false;
  }

  integer(expr: Expr, what: string): Type {
    const type = this.expr(expr);
    if (isScalar(type) || isAggregate(type)) return type;
    if (type.kind !== "none")
      this.fail(
        "type/not-a-number",
        expr.span,
        `${what} must be a number, but this is ${typeName(type)}`,
        "use a number or a pointer here",
      );
    return I64;
  }

  mapKey(map: MapInfo, keys: readonly Expr[], span: Span): void {
    if (keys.length === 0) {
      if (map.keyed === true)
        this.fail(
          "map/key",
          span,
          `\`@${map.name}\` needs a key: elsewhere it has one`,
          `write \`@${map.name}[…]\``,
        );
      map.keyed ??= false;
      return;
    }
    if (map.keyed === false)
      this.fail(
        "map/key",
        span,
        `\`@${map.name}\` has no key elsewhere`,
        "give one of the two maps another name",
      );
    map.keyed ??= true;
    const types = keys.map((key) => keyTypeOf(this.keyPart(key)));
    const type: Type =
      types.length === 1 && types[0] ? types[0] : { kind: "tuple", fields: types.map((t) => ({ type: t })) };
    if (!types.every(isKnown)) return;
    const both = map.key ? unify(map.key, type) : type;
    if (both) {
      map.key = both;
      map.keySpan ??= span;
      return;
    }
    this.fail(
      "map/key-type",
      span,
      `the key of \`@${map.name}\` is ${typeName(type)} here and ${typeName(map.key ?? NONE)} elsewhere`,
      "use keys of one type for a map",
    );
  }

  private keyPart(key: Expr): Type {
    const type = this.expr(key);
    if (isAggregate(type)) return I64;
    if (type.kind === "void" || type.kind === "args")
      return this.fail(
        "map/key-type",
        key.span,
        `${typeName(type)} cannot be a key`,
        "use a number, a string or a tuple",
      );
    return type;
  }

  format(use: Expr, args: readonly Expr[], at: number): void {
    checkFormat(this, use, args, at);
  }

  // ---- variables

  variable(name: string, node: Expr): Variable | undefined {
    const found = this.scopes.findToRead(name);
    if (found) this.variables.set(node, found);
    return found;
  }

  declare(
    name: string,
    span: Span,
    type: Type,
    node: object,
    options: Pick<Variable, "zeroed" | "declared">,
  ): void {
    this.variables.set(node, this.scopes.declare(name, span, type, options));
  }

  /** The type of a value that is kept somewhere: an aggregate counts as its number. */
  value(expr: Expr): Type {
    const type = this.expr(expr);
    return isAggregate(type) ? numberOf(this, type, expr.span) : type;
  }

  assign(variable: Extract<Expr, { kind: "variable" }>, type: Type, span: Span): void {
    assignVariable(this, variable, type, span);
  }

  replace(expr: Expr, make: () => Expr): Expr {
    const known = this.replacements.get(expr) ?? make();
    this.replacements.set(expr, known);
    return known;
  }

  // ---- statements

  get inLoop(): boolean {
    return this.loops > 0;
  }

  block(block: Block): void {
    this.scopes.enter();
    for (const statement of block.statements) checkStatement(this, statement);
    if (block.result) this.expr(block.result);
    this.scopes.leave();
  }

  /** Checks the body of a function of the script's own. */
  inFunction(open: OpenFunction, body: Block): void {
    const outer = { open: this.openFunction, loops: this.loops };
    this.openFunction = open;
    this.loops = 0;
    this.block(body);
    this.openFunction = outer.open;
    this.loops = outer.loops;
  }

  /** Checks a branch; `runs`: whether it can be reached. */
  branch(runs: boolean, check: () => void): void {
    const outer = this.reachable;
    this.reachable &&= runs;
    check();
    this.reachable = outer;
  }

  loop(body: Block): void {
    this.loops++;
    this.block(body);
    this.loops--;
  }

  condition(expr: Expr): void {
    const type = this.expr(expr);
    if (isScalar(type) || isAggregate(type) || type.kind === "string" || type.kind === "none") return;
    if (expr.kind === "record") {
      const message = "`=` makes a record here, it compares nothing";
      this.fail("syntax/assignment-in-condition", expr.span, message, "write `==` to compare");
      return;
    }
    this.fail(
      "type/condition",
      expr.span,
      `a condition must be a number, but this is ${typeName(type)}`,
      "compare it with something",
    );
  }

  /** A bare word that is compared with a text was meant as one, as a shell reads it. */
  meantText(word: Expr): void {
    if (word.kind !== "identifier") return;
    const help = `write \`"${word.name}"\` if you mean the text`;
    this.faults = this.faults.map((fault) =>
      fault.code === "name/unknown" && fault.span.start === word.span.start ? { ...fault, help } : fault,
    );
  }

  unknownVariable(expr: Extract<Expr, { kind: "variable" }>): Type {
    const inMacro = expr.name.includes("#");
    const near = inMacro
      ? `a macro or function sees nothing of its caller: add \`$${expr.name}\` to its parameters, or assign it first`
      : didYouMean(`$${expr.name}`, this.scopes.names());
    return this.unset(`$${expr.name}`, {
      code: "name/variable",
      span: expr.span,
      message: `\`$${expr.name}\` is read but never assigned before`,
      help: near ?? (/^[A-Z_]{2,}$/.test(expr.name) ? OF_THE_SHELL : `assign it first: \`$${expr.name} = …\``),
    });
  }

  private unset(unset: string, fault: Omit<Fault, "severity" | "unset">): Type {
    this.faults.push({ severity: "error", ...fault, unset });
    return NONE;
  }
}

const OF_THE_SHELL =
  "if the shell should put it in: single quotes keep it from that; give it as an argument and write `$1`";

/** A text without the numbers that variables of macros have behind their names. */
function readable(text: string): string {
  return text.replace(/(\$\w+)#\d+/g, "$1");
}

/** What to write where a map was wanted. */
function mapMeant(expr: Expr | undefined, usage: string, isMap: (name: string) => boolean): string {
  if (expr?.kind === "identifier" && isMap(expr.name)) return `maps begin with \`@\`: write \`@${expr.name}\``;
  if (expr?.kind === "integer" && usage.startsWith("for"))
    return `for numbers write a range: \`0..${expr.value}\``;
  if (expr?.kind === "map") return `leave the key out: \`@${expr.name}\``;
  return "give a map without a key, such as `@counts`";
}
