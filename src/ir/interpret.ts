import { unreachable } from "../base/errors.ts";
import { byteSwap, evalAlu, evalAtomic, evalJump, evalLoad, evalNeg, signExtend } from "../isa/eval.ts";
import { blockIndex } from "./cfg.ts";
import type { BlockParam, Edge, Func, InstBody, Module, TerminatorBody, Value, ValueType } from "./ir.ts";
import type { Memory } from "./memory.ts";

const UNDEFINED_BYTE = 0xa5;
const MOST_DEPTH = 8;

/** The world that a program runs in. Values are 64 bits wide and unsigned. */
export type World = Readonly<{
  memory: Memory;
  ctx: bigint;
  /** Address of the map itself, as helpers take it. */
  mapAddress(map: string): bigint;
  /** Address of an array map's first value. */
  mapValue(map: string): bigint;
  helper(
    name: string,
    args: readonly bigint[],
    run: (callback: bigint, args: readonly bigint[]) => bigint,
  ): bigint;
  /** Instructions that may run before it counts as an endless loop. */
  maxSteps?: number;
}>;

/**
 * Runs a function of the module: the reference for what the IR means, written for clarity, not speed. Bytes of a slot
 * that were never written read as 0xa5. Throws for whatever a well-formed program cannot do.
 */
export function interpret(module: Module, name: string, world: World, args: readonly bigint[] = []): bigint {
  return new Machine(module, world).call(name, args);
}

class Machine {
  private readonly module: Module;
  private readonly world: World;
  private steps: number;
  private depth = 0;

  constructor(module: Module, world: World) {
    this.module = module;
    this.world = world;
    this.steps = world.maxSteps ?? 1_000_000;
  }

  call(name: string, args: readonly bigint[]): bigint {
    const func = this.module.funcs.find((f) => f.name === name);
    if (!func) throw new Error(`bug: there is no function ${name}`);
    if (++this.depth > MOST_DEPTH) throw new Error(`bug: more than ${MOST_DEPTH} frames`);
    const result = new Frame(func, this.world, this).run(args);
    this.depth--;
    return result;
  }

  tick(): void {
    if (--this.steps < 0) throw new Error("bug: the program does not end");
  }

  callHelper(name: string, args: readonly bigint[]): bigint {
    return this.world.helper(name, args, (callback, values) => this.call(this.funcAt(callback), values));
  }

  /** Function addresses lie below all memory. */
  funcAddress(name: string): bigint {
    return BigInt(this.module.funcs.findIndex((f) => f.name === name) + 1);
  }

  private funcAt(address: bigint): string {
    const func = this.module.funcs[Number(address) - 1];
    if (!func) throw new Error(`bug: no function at ${address}`);
    return func.name;
  }
}

class Frame {
  private readonly func: Func;
  private readonly world: World;
  private readonly machine: Machine;
  private readonly values: bigint[] = [];
  private readonly slots: bigint[];

  constructor(func: Func, world: World, machine: Machine) {
    this.func = func;
    this.world = world;
    this.machine = machine;
    this.slots = func.slots.map((slot) => world.memory.allocate(slot.bytes, UNDEFINED_BYTE));
  }

  run(args: readonly bigint[]): bigint {
    const { blocks } = this.func;
    this.bind(this.func.params, args);
    const indexOf = blockIndex(blocks);
    for (let block = blocks[0]; block; ) {
      for (const inst of block.insts) {
        this.machine.tick();
        const value = this.evaluate(inst);
        const result = inst.result;
        if (result !== undefined) this.values[result] = cut(this.func.types[result], value);
      }
      this.machine.tick();
      const end = block.terminator;
      if (end.kind === "return") return end.value === undefined ? 0n : this.get(end.value);
      const edge = end.kind === "jump" ? end.to : this.choose(end);
      block = blocks[indexOf[edge.block] as number];
      const values = edge.args.map((arg) => this.get(arg));
      if (block) this.bind(block.params, values);
    }
    throw new Error(`bug: ${this.func.name} jumps to a block that does not exist`);
  }

  private bind(params: readonly BlockParam[], values: readonly bigint[]): void {
    for (let i = 0; i < params.length; i++) {
      const { value, type } = params[i] as BlockParam;
      this.values[value] = cut(type, values[i] ?? 0n);
    }
  }

  private choose(end: TerminatorBody & { kind: "branch" }): Edge {
    return evalJump(end.op, end.bits, this.get(end.lhs), this.get(end.rhs)) ? end.then : end.else;
  }

  private get(value: Value): bigint {
    const known = this.values[value];
    if (known === undefined) throw new Error(`bug: v${value} of ${this.func.name} is read before it is set`);
    return known;
  }

  /** Runs one instruction; its result, or 0 for those that have none. The caller cuts it to the result's width. */
  private evaluate(inst: InstBody): bigint {
    switch (inst.kind) {
      case "const":
      case "core":
        return inst.value;
      case "binary":
        return evalAlu(inst.op, inst.bits, this.get(inst.lhs), this.get(inst.rhs));
      case "neg":
        return evalNeg(inst.bits, this.get(inst.value));
      case "compare":
        return evalJump(inst.op, inst.bits, this.get(inst.lhs), this.get(inst.rhs)) ? 1n : 0n;
      case "select":
        return this.get(inst.condition) !== 0n ? this.get(inst.then) : this.get(inst.else);
      case "extend":
        if (inst.signed) return signExtend(this.get(inst.value), inst.from);
        return BigInt.asUintN(inst.from, this.get(inst.value));
      case "truncate":
      case "toInt":
        return this.get(inst.value);
      case "byteswap":
        return byteSwap(inst.width, this.get(inst.value));
      case "ctx":
        return this.world.ctx;
      case "slotAddr":
        return this.slots[inst.slot] as bigint;
      case "mapAddr":
        return this.world.mapAddress(inst.map);
      case "mapValueAddr":
        return this.world.mapValue(inst.map) + BigInt(inst.off);
      case "funcAddr":
        return this.machine.funcAddress(inst.func);
      case "offset":
        return evalAlu("add", 64, this.get(inst.base), this.get(inst.by));
      default:
        return this.touch(inst);
    }
  }

  private touch(inst: TouchingInst): bigint {
    const { memory } = this.world;
    switch (inst.kind) {
      case "slotStart": {
        const bytes = this.func.slots[inst.slot]?.bytes ?? 0;
        memory.bytes(this.slots[inst.slot] as bigint, bytes).fill(UNDEFINED_BYTE);
        return 0n;
      }
      case "slotEnd":
        return 0n;
      case "load":
        return evalLoad(inst.size, inst.signed, memory.load(this.address(inst), inst.size));
      case "loadPtr":
        return memory.load(this.address(inst), 8);
      case "store":
        memory.store(this.address(inst), inst.size, this.get(inst.value));
        return 0n;
      case "atomic": {
        const address = this.address(inst);
        const old = memory.load(address, inst.size);
        const expected = inst.expected === undefined ? 0n : this.get(inst.expected);
        const { stored, fetched } = evalAtomic(inst.op, inst.size, old, this.get(inst.value), expected);
        memory.store(address, inst.size, stored);
        return fetched;
      }
      case "call": {
        const args = inst.args.map((arg) => this.get(arg));
        const { kind, name } = inst.target;
        if (kind === "extern") throw new Error(`bug: ${name} is in another object`);
        return kind === "helper" ? this.machine.callHelper(name, args) : this.machine.call(name, args);
      }
      default:
        return unreachable(inst);
    }
  }

  private address(inst: { base: Value; off: number }): bigint {
    return BigInt.asUintN(64, this.get(inst.base) + BigInt(inst.off));
  }
}

/** Instructions that read or change something beyond values. */
type TouchingInst = Extract<
  InstBody,
  { kind: "slotStart" | "slotEnd" | "load" | "loadPtr" | "store" | "atomic" | "call" }
>;

function cut(type: ValueType | undefined, value: bigint): bigint {
  return BigInt.asUintN(type === "i32" ? 32 : 64, value);
}
