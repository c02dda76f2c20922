import type { ProgramType } from "../abi/attach-spec.ts";
import type { Span } from "../base/span.ts";
import type { AtomicOp, JumpOp, MemSize } from "../isa/insn.ts";
// biome-ignore format: one line of types
import type {
  AddressSpace, BinaryOp, Block, BlockId, BlockParam, CallTarget, CoreQuestion, Edge, Func, Inst, Slot, SlotId, Terminator, Value, ValueType,
} from "./ir.ts";

/**
 * Builds one function, block by block. Instructions go to the current block; after a terminator there is no current
 * block until `enter`, and what is emitted meanwhile is dropped as unreachable.
 */
export class FuncBuilder {
  readonly func: Func;
  /** Source position given to what is emitted next. */
  span: Span | undefined;
  private current: Block | undefined;
  private readonly open = new Set<BlockId>();

  constructor(
    name: string,
    program?: { type: ProgramType; section: string },
    params: readonly ValueType[] = [],
  ) {
    this.func = {
      name,
      kind: program ? "program" : "subprogram",
      params: [],
      blocks: [],
      slots: [],
      types: [],
      ...(program && { program }),
    };
    this.func.params = params.map((type) => ({ value: this.fresh(type), type }));
    this.enter(this.block());
  }

  /** Whether code emitted now can be reached. */
  get reachable(): boolean {
    return this.current !== undefined;
  }

  param(index: number): Value {
    const param = this.func.params[index];
    if (!param) throw new Error(`bug: ${this.func.name} has no parameter ${index}`);
    return param.value;
  }

  typeOf(value: Value): ValueType {
    return this.func.types[value] ?? "i64";
  }

  // ---- blocks

  /** A new block with parameters of these types. It joins the function where it is entered first. */
  block(...types: ValueType[]): Block {
    const id = (this.func.blocks.length + this.open.size) as BlockId;
    this.open.add(id);
    const params: BlockParam[] = types.map((type) => ({ value: this.fresh(type), type }));
    return { id, params, insts: [], terminator: { kind: "return" } };
  }

  /** Makes `block` current. If the block before has no terminator yet, it jumps here (only without parameters). */
  enter(block: Block): void {
    if (this.current) this.jump(block);
    if (this.open.delete(block.id)) this.func.blocks.push(block);
    this.current = block;
  }

  jump(to: Block, ...args: Value[]): void {
    this.terminate({ kind: "jump", to: edge(to, args), span: this.span });
  }

  branch(op: JumpOp, bits: 32 | 64, lhs: Value, rhs: Value, then: Block, otherwise: Block): void {
    this.terminate({
      kind: "branch",
      op,
      bits,
      lhs,
      rhs,
      then: edge(then, []),
      else: edge(otherwise, []),
      span: this.span,
    });
  }

  /** As `branch`, with arguments on the edges. */
  branchWith(
    op: JumpOp,
    bits: 32 | 64,
    lhs: Value,
    rhs: Value,
    then: [Block, Value[]],
    otherwise: [Block, Value[]],
  ): void {
    this.terminate({
      kind: "branch",
      op,
      bits,
      lhs,
      rhs,
      then: edge(...then),
      else: edge(...otherwise),
      span: this.span,
    });
  }

  /** Takes `then` when the integer `value` is not zero. */
  branchIf(value: Value, then: Block, otherwise: Block): void {
    const bits = this.typeOf(value) === "i32" ? 32 : 64;
    this.branch("ne", bits, value, this.const(0n, bits), then, otherwise);
  }

  return(value?: Value): void {
    const { span } = this;
    this.terminate(value === undefined ? { kind: "return", span } : { kind: "return", value, span });
  }

  // ---- values

  const(value: bigint | number, bits: 32 | 64 = 64): Value {
    const result = this.fresh(bits === 32 ? "i32" : "i64");
    return this.emit(
      { kind: "const", result, bits, value: BigInt.asUintN(bits, BigInt(value)), span: this.span },
      result,
    );
  }

  /** What the kernel's types answer: `value` here, and what another kernel's say there. */
  core(question: CoreQuestion, value: number): Value {
    const result = this.fresh("i64");
    return this.emit({ kind: "core", result, question, value: BigInt(value), span: this.span }, result);
  }

  /** A pointer to nothing: the verifier knows it as zero, not as a pointer of some type. */
  null(): Value {
    const result = this.fresh("ptr");
    return this.emit({ kind: "const", result, bits: 64, value: 0n, span: this.span }, result);
  }

  /** Width from the operands, which must agree. */
  binary(op: BinaryOp, lhs: Value, rhs: Value): Value {
    const bits = this.bitsOf(lhs, rhs);
    const result = this.fresh(bits === 32 ? "i32" : "i64");
    return this.emit({ kind: "binary", op, bits, result, lhs, rhs, span: this.span }, result);
  }

  neg(value: Value): Value {
    const result = this.fresh(this.typeOf(value));
    return this.emit({ kind: "neg", bits: this.bitsOf(value, value), result, value, span: this.span }, result);
  }

  compare(op: JumpOp, lhs: Value, rhs: Value): Value {
    const bits = this.bitsOf(lhs, rhs);
    const result = this.fresh("i32");
    return this.emit({ kind: "compare", op, bits, result, lhs, rhs, span: this.span }, result);
  }

  select(condition: Value, then: Value, otherwise: Value): Value {
    const result = this.fresh(this.typeOf(then));
    return this.emit({ kind: "select", result, condition, then, else: otherwise, span: this.span }, result);
  }

  extend(value: Value, from: 8 | 16 | 32, signed: boolean, to: 32 | 64 = 64): Value {
    const result = this.fresh(to === 32 ? "i32" : "i64");
    return this.emit({ kind: "extend", result, from, to, signed, value, span: this.span }, result);
  }

  truncate(value: Value): Value {
    const result = this.fresh("i32");
    return this.emit({ kind: "truncate", result, value, span: this.span }, result);
  }

  byteswap(width: 16 | 32 | 64, value: Value): Value {
    const result = this.fresh(width === 64 ? "i64" : "i32");
    return this.emit({ kind: "byteswap", width, result, value, span: this.span }, result);
  }

  toInt(value: Value): Value {
    const result = this.fresh("i64");
    return this.emit({ kind: "toInt", result, value, span: this.span }, result);
  }

  // ---- addresses

  /** The context; emitted at the head of the entry block, once. */
  ctx(): Value {
    const entry = this.func.blocks[0] ?? this.current;
    if (!entry) throw new Error("bug: a function without an entry block");
    for (const inst of entry.insts) if (inst.kind === "ctx") return inst.result;
    const result = this.fresh("ptr");
    entry.insts.unshift({ kind: "ctx", result });
    return result;
  }

  slot(name: string, bytes: number, options: { align?: Slot["align"]; place?: Slot["place"] } = {}): SlotId {
    const id = this.func.slots.length as SlotId;
    this.func.slots.push({ id, name, bytes, align: options.align ?? 8, place: options.place ?? "auto" });
    return id;
  }

  slotAddr(slot: SlotId): Value {
    const result = this.fresh("ptr");
    return this.emit({ kind: "slotAddr", result, slot, span: this.span }, result);
  }

  /** As `slotAddr`, at the head of the entry block: usable in every block, wherever it is asked for first. */
  slotAddrInEntry(slot: SlotId): Value {
    const result = this.fresh("ptr");
    const insts = this.func.blocks[0]?.insts;
    insts?.splice(insts[0]?.kind === "ctx" ? 1 : 0, 0, { kind: "slotAddr", result, slot }); // the context stays first
    return result;
  }

  slotStart(slot: SlotId): void {
    this.emitVoid({ kind: "slotStart", slot, span: this.span });
  }

  slotEnd(slot: SlotId): void {
    this.emitVoid({ kind: "slotEnd", slot, span: this.span });
  }

  mapAddr(map: string): Value {
    const result = this.fresh("ptr");
    return this.emit({ kind: "mapAddr", result, map, span: this.span }, result);
  }

  mapValueAddr(map: string, off: number): Value {
    const result = this.fresh("ptr");
    return this.emit({ kind: "mapValueAddr", result, map, off, span: this.span }, result);
  }

  funcAddr(func: string): Value {
    const result = this.fresh("ptr");
    return this.emit({ kind: "funcAddr", result, func, span: this.span }, result);
  }

  /** `base + by` for an i64 value; the verifier must be able to bound it. */
  offset(base: Value, by: Value): Value {
    const result = this.fresh("ptr");
    return this.emit({ kind: "offset", result, base, by, span: this.span }, result);
  }

  /** `base + bytes` for a fixed number of bytes. */
  offsetBy(base: Value, bytes: number): Value {
    if (bytes === 0) return base;
    const result = this.fresh("ptr");
    return this.emit({ kind: "offset", result, base, by: this.const(bytes), span: this.span }, result);
  }

  // ---- memory and calls

  load(
    space: AddressSpace,
    size: MemSize,
    base: Value,
    off: number,
    options: { signed?: boolean; to?: 32 | 64 } = {},
  ): Value {
    const to = options.to ?? 64;
    const result = this.fresh(to === 32 ? "i32" : "i64");
    const signed = options.signed ?? false;
    return this.emit({ kind: "load", result, size, signed, to, space, base, off, span: this.span }, result);
  }

  loadPtr(space: AddressSpace, base: Value, off: number): Value {
    const result = this.fresh("ptr");
    return this.emit({ kind: "loadPtr", result, space, base, off, span: this.span }, result);
  }

  store(space: AddressSpace, size: MemSize, base: Value, off: number, value: Value): void {
    this.emitVoid({ kind: "store", size, space, base, off, value, span: this.span });
  }

  atomicAdd(size: 4 | 8, base: Value, off: number, value: Value): void {
    this.emitVoid({ kind: "atomic", op: "add", size, base, off, value, span: this.span });
  }

  /** As `atomicAdd` for any operation; gives the old value. `expected` only for cmpxchg. */
  atomicFetch(op: AtomicOp, size: 4 | 8, base: Value, off: number, value: Value, expected?: Value): Value {
    const result = this.fresh(size === 4 ? "i32" : "i64");
    return this.emit(
      {
        kind: "atomic",
        op,
        size,
        base,
        off,
        value,
        result,
        span: this.span,
        ...(expected !== undefined && { expected }),
      },
      result,
    );
  }

  /** Calls a kernel helper by its name in abi/helpers.ts. */
  helper(name: string, args: readonly Value[], returns: ValueType = "i64"): Value {
    return this.callOf({ kind: "helper", name }, args, returns);
  }

  call(name: string, args: readonly Value[], returns: ValueType = "i64"): Value {
    return this.callOf({ kind: "func", name }, args, returns);
  }

  /** Calls a function of another object, which takes its arguments as they are. */
  external(name: string, args: readonly Value[], returns: ValueType = "i64"): Value {
    return this.callOf({ kind: "extern", name }, args, returns);
  }

  // ---- inside

  private callOf(target: CallTarget, args: readonly Value[], returns: ValueType): Value {
    const result = this.fresh(returns);
    return this.emit({ kind: "call", result, returns, target, args, span: this.span }, result);
  }

  private fresh(type: ValueType): Value {
    return (this.func.types.push(type) - 1) as Value;
  }

  private bitsOf(lhs: Value, rhs: Value): 32 | 64 {
    const bits = this.typeOf(lhs) === "i32" ? 32 : 64;
    if (bits !== (this.typeOf(rhs) === "i32" ? 32 : 64))
      throw new Error(`bug: operands of different width in ${this.func.name}`);
    return bits;
  }

  // Instructions are made with their position: copying them to add it takes four times as long.

  private emit(inst: Inst, result: Value): Value {
    this.current?.insts.push(inst);
    return result;
  }

  private emitVoid(inst: Inst): void {
    this.current?.insts.push(inst);
  }

  private terminate(terminator: Terminator): void {
    if (!this.current) return;
    this.current.terminator = terminator;
    this.current = undefined;
  }
}

function edge(to: Block, args: readonly Value[]): Edge {
  if (to.params.length !== args.length) throw new Error(`bug: block ${to.id} takes ${to.params.length} values`);
  return { block: to.id, args };
}
