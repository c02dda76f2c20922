import { helperById } from "../../abi/helpers.ts";
import { unreachable } from "../../base/errors.ts";
import type { InsnBody, Reg } from "../../isa/insn.ts";
import { MAX_MAY_GOTOS } from "../activation.ts";
import { CONTROL, FRAME_BYTES, LAST_FRAME, STACK_MASK } from "../memory.ts";
import { calleeId, type FunctionCode, functionOf, type Program } from "../program.ts";
import { CodeWriter, TYPE, W } from "./code-writer.ts";
import { emitAlu, emitCondition, emitEndian, emitMovsx, emitNeg } from "./emit-alu.ts";
import { emitCast } from "./emit-cast.ts";
import { type BlockEmitter, emitDispatch, emitStructured } from "./emit-flow.ts";
import { emitCopies, emitSteps, type LoopParts } from "./emit-loop.ts";
import { emitMemory, type MemoryParts } from "./emit-memory.ts";
import { type BlockList, type FlowGraph, flowGraph } from "./flow-graph.ts";
import { emitContextWindows, emitFact, emitReturned, emitStretch, type Surroundings } from "./known.ts";
import { type Access, declareLocals, LOCAL, planWindows, registerLocal, type Windows } from "./locals.ts";
import { type LoopPlan, planLoop } from "./loop-plan.ts";
import { type CompileLimits, driverBody, partsOf, savedRegister } from "./parts.ts";

/** Numbers of the functions that the host provides, in the order of wasm-module.ts. */
export const IMPORT = { resolve: 0, helper: 1, tailCall: 2, fail: 3, packet: 4, functionIndex: 5 } as const;
export const IMPORTS = 6;
/** Number of the type of parts of functions, in the order of wasm-module.ts. */
export const PART_TYPE = 8;

/** What `fail` is called for. */
export const FAIL = { steps: 0, frame: 1, depth: 2 } as const;

const BPF_TAIL_CALL = 12;
const TAIL_CALL_FAILED = -2;

/** A function: its locals and instructions, without their length, and where the conditions stand that rarely hold. */
export type CompiledFunction = Readonly<{
  body: Uint8Array;
  unlikely: readonly number[];
  /** Of a large one, which this one calls one after the other. */
  parts: readonly CompiledFunction[];
}>;

/** `firstPart`: the place in the table that its first part gets. */
export function compileFunction(
  program: Program,
  code: FunctionCode,
  firstPart: number,
  limits: CompileLimits,
  around: Surroundings,
): CompiledFunction {
  if (code.end - code.start > limits.functionInsns)
    return compileParts(program, code, firstPart, limits, around);
  const graph = flowGraph(program, code);
  const structured = new FunctionCompiler(program, code, graph, "whole", around);
  structured.planLoops(graph);
  if (structured.run((out, emitter) => emitStructured(out, graph, emitter))) return structured.result();
  if (graph.count > limits.graphBlocks) return compileParts(program, code, firstPart, limits, around);
  return compileDispatch(program, code, graph, "whole", around);
}

function compileParts(
  program: Program,
  code: FunctionCode,
  firstPart: number,
  limits: CompileLimits,
  around: Surroundings,
): CompiledFunction {
  const parts = partsOf(program, code, limits).map((blocks) => {
    const start = blocks.first[0] as number;
    const end = (blocks.last[blocks.count - 1] as number) + 1;
    return compileDispatch(program, { name: code.name, start, end }, blocks, "part", around);
  });
  return { body: driverBody(firstPart, PART_TYPE, MAX_MAY_GOTOS), unlikely: [], parts };
}

function compileDispatch(
  program: Program,
  code: FunctionCode,
  blocks: BlockList,
  kind: "whole" | "part",
  around: Surroundings,
): CompiledFunction {
  const compiler = new FunctionCompiler(program, code, blocks, kind, around);
  compiler.run((out, emitter) => {
    emitDispatch(out, blocks, emitter, { label: LOCAL.label });
    return true;
  });
  return compiler.result();
}

class FunctionCompiler {
  readonly out: CodeWriter;
  readonly #program: Program;
  readonly #blocks: BlockList;
  readonly #kind: "whole" | "part";
  readonly #windows: Windows;
  readonly #around: Surroundings;
  /** Whether a run begins here. */
  readonly #isEntry: boolean;
  readonly #unlikely: number[] = [];

  readonly #memory: MemoryParts;
  readonly #plans = new Map<number, LoopPlan>();
  readonly #firstStep: number;

  constructor(
    program: Program,
    code: FunctionCode,
    blocks: BlockList,
    kind: "whole" | "part",
    around: Surroundings,
  ) {
    this.#around = around;
    this.#isEntry = kind === "whole" && code.start === 0;
    this.out = new CodeWriter((code.end - code.start) * 24 + 1024);
    this.#program = program;
    this.#blocks = blocks;
    this.#kind = kind;
    this.#windows = planWindows(program, code);
    this.#firstStep = this.#windows.nextLocal;
    this.#memory = {
      out: this.out,
      windows: this.#windows,
      rarely: (type) => this.#rarely(type),
      failFrame: (at) => this.#fail(FAIL.frame, at),
      resolve: (access, at) => this.#resolve(access, at),
    };
  }

  /** Whether `emit` could write it. */
  run(emit: (out: CodeWriter, emitter: BlockEmitter) => boolean): boolean {
    const { out } = this;
    const steps = Math.max(0, ...[...this.#plans.values()].map(({ groups }) => groups?.length ?? 0));
    declareLocals(out, this.#windows.count + steps);
    this.#prologue();
    const emitter: BlockEmitter = {
      block: (block) => this.#block(block),
      hasLoop: (block) => this.#plans.has(block),
      beforeLoop: (block) => this.#useLoop(block, emitSteps),
      loop: (block, depth) => this.#useLoop(block, (plan, parts) => emitCopies(plan, parts, depth)),
      leave: (place) => this.#leave(place),
    };
    if (!emit(out, emitter)) return false;
    out.byte(W.end);
    return true;
  }

  result(): CompiledFunction {
    return { body: this.out.bytes(), unlikely: this.#unlikely, parts: [] };
  }

  /** An `if` that is rarely entered. */
  #rarely(type: number): void {
    this.#unlikely.push(this.out.length);
    this.out.op(W.if, type);
  }

  #prologue(): void {
    const { out } = this;
    out.i32(0);
    out.get(LOCAL.frameStart); // r10 still
    out.memory(W.i32Store, CONTROL.frame);
    out.get(LOCAL.frameStart);
    out.byte(W.i64ExtendI32U);
    out.set(LOCAL.r10);
    out.get(LOCAL.frameStart);
    out.i32(FRAME_BYTES);
    out.byte(W.i32Sub);
    out.set(LOCAL.frameStart);
    this.#loadFuel();
    this.#readControl(CONTROL.epoch);
    out.set(LOCAL.epoch);
    if (this.#isEntry) emitContextWindows(out, this.#windows);
    if (this.#kind === "part") return this.#takeOver();
    out.i32(MAX_MAY_GOTOS);
    out.set(LOCAL.mayGotos);
  }

  /** Goes on where another part ended: r1 … r5 are parameters. */
  #takeOver(): void {
    for (const reg of [0, 6, 7, 8, 9] as const) {
      this.#readControl(savedRegister(reg), W.i64Load);
      this.out.set(registerLocal(reg));
    }
    this.#readControl(CONTROL.savedMayGotos);
    this.out.set(LOCAL.mayGotos);
    this.#readControl(CONTROL.label);
    this.out.set(LOCAL.label);
  }

  /** Hands over to another part. */
  #leave(place: number): void {
    const { out } = this;
    for (const reg of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const) {
      out.i32(0);
      out.get(registerLocal(reg));
      out.memory(W.i64Store, savedRegister(reg));
    }
    out.i32(0);
    out.get(LOCAL.mayGotos);
    out.memory(W.i32Store, CONTROL.savedMayGotos);
    this.#saveFuel();
    out.i32(place);
    out.byte(W.return);
  }

  #block(block: number): void {
    const first = this.#blocks.first[block] as number;
    const last = this.#blocks.last[block] as number;
    this.#charge(first, last - first + 1);
    for (let i = first; i <= last; i++) this.#insn(this.#program.insns[i] as InsnBody, i);
  }

  /** Loops of one block, to which nothing else jumps back. */
  planLoops({ count, taken, next, backEdges, first, last }: FlowGraph): void {
    for (let block = 0; block < count; block++) {
      if (taken[block] !== block || next[block] === block || backEdges[block] !== 1) continue;
      const plan = planLoop(this.#program, first[block] as number, last[block] as number);
      if (plan) this.#plans.set(block, plan);
    }
  }

  #useLoop(block: number, use: (plan: LoopPlan, parts: LoopParts) => void): void {
    const plan = this.#plans.get(block);
    if (plan === undefined) return;
    const first = this.#blocks.first[block] as number;
    const last = this.#blocks.last[block] as number;
    use(plan, {
      out: this.out,
      windows: this.#windows,
      firstStep: this.#firstStep,
      cost: last - first + 1,
      charge: () => this.#charge(first, last - first + 1),
      body: (checked) => {
        for (let i = first; i <= last; i++) this.#insn(this.#program.insns[i] as InsnBody, i, checked);
      },
    });
  }

  #charge(insnIndex: number, cost: number): void {
    const { out } = this;
    out.get(LOCAL.fuel);
    out.i32(cost);
    out.byte(W.i32Sub);
    out.tee(LOCAL.fuel);
    out.i32(0);
    out.byte(W.i32LtS);
    this.#failIf(FAIL.steps, insnIndex);
  }

  /** Ends the run with an error when the number on the stack is not 0. */
  #failIf(why: number, insnIndex: number): void {
    const { out } = this;
    this.#rarely(TYPE.none);
    this.#fail(why, insnIndex);
    out.byte(W.end);
  }

  #fail(why: number, insnIndex: number): void {
    const { out } = this;
    out.i32(why);
    out.i32(insnIndex);
    out.op(W.call, IMPORT.fail);
    out.byte(W.unreachable);
  }

  #insn(insn: InsnBody, at: number, checked = true): void {
    const { out } = this;
    switch (insn.kind) {
      case "alu":
        return emitAlu(out, insn);
      case "neg":
        return emitNeg(out, insn);
      case "movsx":
        return emitMovsx(out, insn);
      case "endian":
        return emitEndian(out, insn);
      case "loadImm64":
        out.i64Big(insn.imm);
        out.set(registerLocal(insn.dst));
        return this.#knowStretch(insn.dst, insn.imm);
      case "load":
      case "loadAcquire":
      case "store":
      case "storeRelease":
      case "atomic":
        return emitMemory(this.#memory, insn, at, checked);
      case "loadPacket":
        return this.#loadPacket(insn, at);
      case "jump":
        return emitCondition(out, insn);
      case "mayGoto":
        return this.#mayGoto();
      case "call":
        return this.#call(insn, at);
      case "exit":
        return this.#return(() => out.get(registerLocal(0)));
      case "ja":
        return;
      case "addrSpaceCast":
        return emitCast(out, insn, this.#program.arena);
      default:
        return unreachable(insn);
    }
  }

  #resolve({ size, write }: Access, at: number): void {
    const { out } = this;
    out.get(LOCAL.target);
    out.byte(W.i32WrapI64);
    out.get(LOCAL.target);
    out.i64(32);
    out.byte(W.i64ShrU);
    out.byte(W.i32WrapI64);
    out.i32(size | (write ? 16 : 0));
    out.i32(at);
    out.op(W.call, IMPORT.resolve);
  }

  #loadPacket(insn: InsnBody & { kind: "loadPacket" }, at: number): void {
    const { out } = this;
    out.i32(insn.imm);
    if (insn.mode === "ind") {
      out.get(registerLocal(insn.src));
      out.byte(W.i32WrapI64);
      out.byte(W.i32Add);
    }
    out.i32(insn.size);
    out.i32(at);
    out.op(W.call, IMPORT.packet);
    out.byte(W.i32Eqz);
    out.op(W.if, TYPE.none);
    this.#return(() => out.i64(0));
    out.byte(W.end);
    this.#readControl(CONTROL.result, W.i64Load);
    out.set(registerLocal(0));
  }

  // ---- control

  #mayGoto(): void {
    const { out } = this;
    out.get(LOCAL.mayGotos);
    out.byte(W.i32Eqz);
    out.tee(LOCAL.at); // 1 when none is left
    out.get(LOCAL.mayGotos);
    out.i32(1);
    out.byte(W.i32Sub);
    out.get(LOCAL.at);
    out.byte(W.i32Add);
    out.set(LOCAL.mayGotos);
  }

  #call(insn: InsnBody & { kind: "call" }, at: number): void {
    const { target } = insn;
    const callee = calleeId(target);
    if (callee !== undefined) return callee === BPF_TAIL_CALL ? this.#tailCall(at) : this.#helper(callee, at);
    const { out } = this;
    if (target.kind === "reg") {
      out.get(registerLocal(target.reg));
      out.byte(W.i32WrapI64);
      out.get(registerLocal(target.reg));
      out.i64(32);
      out.byte(W.i64ShrU);
      out.byte(W.i32WrapI64);
      out.i32(at);
      out.op(W.call, IMPORT.functionIndex);
      out.set(LOCAL.at);
    }
    out.get(LOCAL.frameStart);
    out.i32(STACK_MASK);
    out.byte(W.i32And);
    out.i32(LAST_FRAME);
    out.byte(W.i32LeU);
    this.#failIf(FAIL.depth, at);
    this.#saveFuel();
    for (let reg = 0; reg < 5; reg++) out.get(reg); // r1 … r5
    out.get(LOCAL.frameStart);
    if (target.kind === "reg") {
      out.get(LOCAL.at);
      out.op(W.callIndirect, 0);
      out.u32(0);
    } else {
      const callee = functionOf(this.#program, this.#program.targets[at] as number);
      out.op(W.call, IMPORTS + this.#program.functions.indexOf(callee));
    }
    out.set(registerLocal(0));
    out.i32(0);
    out.get(LOCAL.r10);
    out.byte(W.i32WrapI64);
    out.memory(W.i32Store, CONTROL.frame);
    this.#afterCall();
  }

  #knowStretch(dst: Reg, address: bigint): void {
    const stretch = this.#around.lasting(BigInt.asUintN(64, address));
    if (stretch) emitStretch(this.out, this.#windows.of(dst), stretch);
  }

  #helper(id: number, at: number): void {
    const { out } = this;
    if (emitFact(out, this.#around, id)) return;
    this.#pushArguments(id);
    this.#saveFuel();
    out.i32(id);
    out.i32(at);
    out.op(W.call, IMPORT.helper);
    this.#readControl(CONTROL.result, W.i64Load);
    out.set(registerLocal(0));
    this.#afterCall();
    emitReturned(out, this.#windows, id);
  }

  #tailCall(at: number): void {
    const { out } = this;
    this.#pushArguments(BPF_TAIL_CALL);
    this.#saveFuel();
    out.i32(at);
    out.op(W.call, IMPORT.tailCall);
    out.op(W.if, TYPE.none);
    this.#end(() => this.#readControl(CONTROL.result, W.i64Load));
    out.byte(W.end);
    out.i64(TAIL_CALL_FAILED);
    out.set(registerLocal(0));
  }

  /** Puts the registers that a helper looks at where it finds them. */
  #pushArguments(id: number): void {
    const { out } = this;
    const known = helperById(id);
    const isPrint = known?.name.includes("print") === true;
    const count = known !== undefined && !isPrint ? known.args.length : (argsOf(this.#program, id) ?? 5);
    for (let reg = 0; reg < count; reg++) {
      out.i32(0);
      out.get(reg);
      out.memory(W.i64Store, CONTROL.args + reg * 8);
    }
  }

  /** What was true of memory and fuel before a call need not be true after it. */
  #afterCall(): void {
    const { out } = this;
    this.#loadFuel();
    if (this.#windows.count === 0) return;
    this.#readControl(CONTROL.epoch);
    out.get(LOCAL.epoch);
    out.byte(W.i32Ne);
    this.#rarely(TYPE.none);
    this.#readControl(CONTROL.epoch);
    out.set(LOCAL.epoch);
    for (const limit of this.#windows.limits) {
      out.i64(0);
      out.set(limit);
    }
    out.byte(W.end);
  }

  #return(push: () => void): void {
    this.#saveFuel();
    this.#end(push);
  }

  /** Leaves the function with the r0 that `push` pushes. */
  #end(push: () => void): void {
    const { out } = this;
    if (this.#kind === "part") {
      out.i32(0);
      push();
      out.memory(W.i64Store, savedRegister(0));
      out.i32(-1);
    } else push();
    out.byte(W.return);
  }

  #readControl(offset: number, load: number = W.i32Load): void {
    this.out.i32(0);
    this.out.memory(load, offset);
  }

  #loadFuel(): void {
    this.#readControl(CONTROL.fuel);
    this.out.set(LOCAL.fuel);
  }

  #saveFuel(): void {
    const { out } = this;
    out.i32(0);
    out.get(LOCAL.fuel);
    out.memory(W.i32Store, CONTROL.fuel);
  }
}

function argsOf(program: Program, id: number): number | undefined {
  const callee = program.callees.get(id);
  return callee && "args" in callee ? callee.args : undefined;
}
