import type { Span } from "../../base/span.ts";
import { FuncBuilder } from "../../ir/build.ts";
import type { Func, Block as IrBlock, Value } from "../../ir/ir.ts";
import type { Action, LossCounter } from "../../plan/plan.ts";
import type { ValueField } from "../../plan/value-type.ts";
import type { Block, Expr } from "./ast.ts";
import type { Checked, Variable } from "./checker.ts";
import { comptimeValue } from "./comptime.ts";
import { constantOf, textOf } from "./const-eval.ts";
import type { Env, MapInfo } from "./env.ts";
import { type Frame, newFrame } from "./frame.ts";
import { branchOn } from "./lower-condition.ts";
import { countCut, countLoss, emitEvent } from "./lower-event.ts";
import { lowerExpr } from "./lower-expr.ts";
import { lowerKey } from "./lower-map.ts";
import { addressOf, blockParam, probeRead, probeReadString, zeroBytes } from "./lower-memory.ts";
import { amountValue, convertInt, copyPlace, storeValue } from "./lower-store.ts";
import { warnOfFailure } from "./lower-warnings.ts";
import type { Amount, DirectPlace, EventValue, Lowering, Operand } from "./lowering.ts";
import type { PlanBuilder } from "./plan-builder.ts";
import { typeOfProbe } from "./probe-types.ts";
import type { ProbeVariant } from "./probe-variant.ts";
import { REGISTERS } from "./registers.ts";
import { isScalar, type PointerSpace, sizeOf, type Type, U64 } from "./types.ts";

/** Lowers one program. Callbacks are lowered by the same object with another frame. */
export class Lowerer implements Lowering {
  readonly env: Env;
  readonly variant: ProbeVariant;
  readonly plan: PlanBuilder;
  readonly checked: Checked;
  frame: Frame;
  /** The program first, then its callbacks. */
  readonly funcs: Func[] = [];
  /** Programs on many system calls: 1 + place in the variant's names of the one that happened. */
  syscallIndex: Value | undefined;
  private statementExpr: Expr | undefined;
  /** The expression that is being lowered. */
  private current: Expr | undefined;
  private readonly shared = new Map<string, string>();

  private readonly lowerBlock: (l: Lowerer, block: Block) => void;

  /** `lowerBlock` emits statements; it is handed in because statements hold expressions and expressions hold blocks. */
  constructor(
    env: Env,
    variant: ProbeVariant,
    checked: Checked,
    plan: PlanBuilder,
    lowerBlock: (l: Lowerer, block: Block) => void,
  ) {
    this.lowerBlock = lowerBlock;
    this.env = env;
    this.variant = variant;
    this.checked = checked;
    this.plan = plan;
    const b = new FuncBuilder(variant.program, { type: variant.programType, section: variant.section });
    this.funcs.push(b.func);
    this.frame = newFrame(b);
  }

  get b(): FuncBuilder {
    return this.frame.b;
  }

  get span(): Span | undefined {
    return this.frame.b.span;
  }

  typeOf(expr: Expr): Type {
    return this.checked.types.get(expr) ?? U64;
  }

  operand(expr: Expr): Operand {
    const outer = this.current;
    this.current = expr;
    const operand = lowerExpr(this, expr);
    this.current = outer;
    return operand;
  }

  int(expr: Expr): Value {
    return this.toInt(this.operand(expr), this.typeOf(expr));
  }

  toInt(operand: Operand, type: Type): Value {
    switch (operand.kind) {
      case "int":
        return operand.value;
      case "object":
        return this.b.toInt(operand.value);
      case "none":
        return this.b.const(0);
      case "memory": {
        const place = this.inMemory(operand, type);
        return this.b.load(place.space, 8, place.base, place.off);
      }
      case "text":
        return this.b.const(0);
      default:
        throw new Error(`bug: ${operand.kind} of type ${type.kind} is no number`);
    }
  }

  store(operand: Operand, from: Type, to: DirectPlace, type: Type): void {
    storeValue(this, operand, from, to, type);
  }

  inMemory(operand: Operand, type: Type): DirectPlace {
    if (operand.kind === "memory") {
      const { place } = operand;
      if (!("address" in place) && place.space !== "object") return place;
      const copy = this.temporary("copy", sizeOf(type));
      copyPlace(this, place, copy, sizeOf(type));
      return copy;
    }
    const copy = this.temporary("copy", Math.max(8, sizeOf(type)));
    storeValue(this, operand, type, copy, type);
    return copy;
  }

  temporary(name: string, bytes: number): DirectPlace {
    return this.frame.temporaries.take(name, bytes);
  }

  /** As `temporary`, certainly on the stack: what loops keep between rounds. */
  temporaryOfLoop(bytes: number): DirectPlace {
    return this.frame.temporaries.take("loop", bytes, true);
  }

  address(place: DirectPlace): Value {
    return addressOf(this.b, place);
  }

  copyFrom(space: PointerSpace, to: DirectPlace, bytes: Amount, address: Value): void {
    this.told(readName(space), probeRead(this.b, space, this.address(to), amountValue(this, bytes), address));
  }

  copyRaw(space: PointerSpace, to: Value, bytes: Value, address: Value): void {
    this.told(readName(space), probeRead(this.b, space, to, bytes, address));
  }

  copyString(space: PointerSpace, to: Value, limit: Amount, address: Value, span?: Span): Value {
    const read = probeReadString(this.b, space, to, amountValue(this, limit), address);
    this.told(`${readName(space)}_str`, read, span);
    return read;
  }

  /** With `-k`: says so when a helper fails. */
  private told(call: string, result: Value, span?: Span): void {
    warnOfFailure(this, call, result, span ?? this.current?.span ?? this.span);
  }

  zero(to: DirectPlace, bytes: number): void {
    zeroBytes(this.b, to, bytes);
  }

  emit(values: readonly EventValue[], action: (fields: readonly ValueField[]) => Action, used?: Value): void {
    emitEvent(this, values, action, used);
  }

  countLoss(counter: LossCounter): void {
    countLoss(this, counter);
  }

  countFull(read: Value, room: number): void {
    countCut(this, read, room);
  }

  mapKey(map: MapInfo, keys: readonly Expr[]): DirectPlace {
    return lowerKey(this, map, keys);
  }

  constant(expr: Expr): bigint | undefined {
    return constantOf(expr, this.env);
  }

  replaced(expr: Expr): Expr {
    return this.checked.replaced.get(expr) ?? expr;
  }

  comptime(expr: Expr): bigint | string | undefined {
    return comptimeValue(expr, {
      env: this.env,
      probeType: typeOfProbe(this.variant.kind),
      typeOf: (e) => this.typeOf(e),
    });
  }

  text(expr: Expr): string | undefined {
    return textOf(expr, this.env);
  }

  register(name: string): Value {
    const offset = REGISTERS[this.env.target.arch][name];
    if (offset === undefined) throw new Error(`bug: no register ${name}`);
    return this.b.load("ctx", 8, this.context(), offset);
  }

  context(): Value {
    const { context, b } = this.frame;
    if (context === undefined && b.func.kind === "callback") throw new Error("bug: a loop without its context");
    return context ?? b.ctx();
  }

  atMost(value: Value, max: number): Value {
    const { b } = this;
    const over = b.block();
    const done = b.block("i64");
    b.branchWith("le", 64, value, b.const(max), [done, [value]], [over, []]);
    b.enter(over);
    b.jump(done, b.const(max));
    b.enter(done);
    return blockParam(done);
  }

  probeNames(functions: boolean): readonly string[] {
    return this.variant.names.map((name) => (functions ? name.func : name.probe));
  }

  leave(): void {
    this.frame.leave();
  }

  branch(test: Expr, then: IrBlock, otherwise: IrBlock): void {
    branchOn(this, test, then, otherwise);
  }

  // ---- variables

  /** The value of the variable that a `$name`, or a call of a function with its result, stands for. */
  readVariable(node: object): Operand {
    const variable = this.checked.variables.get(node);
    if (!variable) throw new Error("bug: an unknown variable passed the check");
    const place = this.placeOfVariable(variable);
    const { type } = variable;
    if (!isScalar(type)) return { kind: "memory", place };
    if (type.kind === "pointer" && type.kernelObject)
      return { kind: "object", value: this.b.loadPtr("stack", place.base, place.off) };
    return { kind: "int", value: this.b.load(place.space, 8, place.base, place.off) };
  }

  writeVariable(node: object, operand: Operand, from: Type): void {
    const variable = this.checked.variables.get(node);
    if (!variable) throw new Error("bug: an unknown variable passed the check");
    const place = this.placeOfVariable(variable);
    const { type } = variable;
    if (!isScalar(type)) return storeValue(this, operand, from, place, type);
    const value =
      operand.kind === "object" && type.kind === "pointer" && type.kernelObject
        ? operand.value
        : convertInt(this, this.toInt(operand, from), from, type);
    this.b.store(place.space, 8, place.base, place.off, value);
  }

  /** The variable's memory; a variable that is met first gets it here. */
  placeOfVariable(variable: Variable): DirectPlace {
    const known = this.frame.variables.get(variable);
    if (known) return known;
    const bytes = isScalar(variable.type) ? 8 : Math.max(8, sizeOf(variable.type));
    const slot = this.b.slot(`$${variable.name}`, Math.ceil(bytes / 8) * 8);
    const entry = this.b.func.blocks[0];
    if (!entry) throw new Error("bug: a function without an entry block");
    const place: DirectPlace = { space: "stack", base: this.b.slotAddrInEntry(slot), off: 0 };
    this.frame.variables.set(variable, place);
    return place;
  }

  hasVariable(node: object): boolean {
    return this.checked.variables.has(node);
  }

  /** Gives variables that may be read before they are assigned their zeros. */
  zeroVariables(): void {
    for (const variable of new Set(this.checked.variables.values())) {
      if (!variable.zeroed) continue;
      this.zeroBytesOf(variable);
    }
  }

  /** Sets the variable that a `let` declares, or a function's result, to zero. */
  zeroVariable(node: object): void {
    const variable = this.checked.variables.get(node);
    if (variable) this.zeroBytesOf(variable);
  }

  private zeroBytesOf(variable: Variable): void {
    const place = this.placeOfVariable(variable);
    zeroBytes(this.b, place, isScalar(variable.type) ? 8 : Math.max(8, sizeOf(variable.type)));
  }

  sharedCallback(key: string, make: () => FuncBuilder): string {
    const known = this.shared.get(key);
    if (known !== undefined) return known;
    const name = this.callback(make);
    this.shared.set(key, name);
    return name;
  }

  callback(make: () => FuncBuilder): string {
    const { func } = make();
    func.name = `${this.variant.program}_${this.funcs.length}`;
    func.kind = "callback";
    this.funcs.push(func);
    return func.name;
  }

  // ---- statements

  /** Runs `body` as the lowering of one statement whose expression is `expr`; its temporaries end with it. */
  statement(expr: Expr | undefined, body: () => void): void {
    const outer = this.statementExpr;
    this.statementExpr = expr;
    this.frame.temporaries.within(body);
    this.statementExpr = outer;
  }

  /** As `statement`, for a body that branches away; see Temporaries.untilEnd. */
  branches(body: () => void): () => void {
    const outer = this.statementExpr;
    this.statementExpr = undefined;
    const end = this.frame.temporaries.untilEnd(body);
    this.statementExpr = outer;
    return end;
  }

  /** Whether the expression is a statement by itself, so that nobody looks at its value. */
  isStatement(expr: Expr): boolean {
    return this.statementExpr === expr;
  }

  /** A block's statements. */
  block(block: Block): void {
    this.lowerBlock(this, block);
  }

  /** A block whose last expression is its value. */
  blockValue(block: Block, type: Type): Operand {
    this.block(block);
    if (!block.result || !this.b.reachable) return { kind: "none" };
    const operand = this.operand(block.result);
    return type.kind === "none" ? { kind: "none" } : operand;
  }
}

/** The helper that reads from a space, without "bpf_". */
function readName(space: PointerSpace): string {
  return space === "auto" ? "probe_read" : `probe_read_${space}`;
}
