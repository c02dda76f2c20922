import type { MapSpec } from "../abi/map-spec.ts";
import type { Span } from "../base/span.ts";
import type { Func, Value } from "../ir/ir.ts";
import type { Addresses } from "./addresses.ts";
import { fitsOff } from "./addresses.ts";
import type { Constant, MInst, MKind, Src, VReg } from "./machine.ts";
import { asImm32, constantIndex, constantSrc, machineInst, NONE } from "./machine.ts";

/** Numbers of helpers by name; undefined for names that do not exist. */
export type HelperIds = (name: string) => number | undefined;

export type SelectOptions = Readonly<{ helperId: HelperIds; maps: readonly MapSpec[]; cpuVersion: 3 | 4 }>;

/** An address as loads and stores take it. */
export type Address = Readonly<{ base: Src; off: number }>;

/** What is known while one function's instructions are chosen. */
export class Selection {
  readonly func: Func;
  readonly options: SelectOptions;
  readonly insts: MInst[] = [];
  readonly constants: Constant[] = [];
  /** Operand for each IR value. */
  readonly src: Int32Array;
  readonly zeroUpper: Uint8Array;
  /** Undefined for functions without offsets. */
  readonly addresses: Addresses | undefined;
  span: Span | undefined;
  vregCount = 0;
  /** Map value addresses that are in a register in this block since the last call. */
  private readonly loaded = new Map<string, VReg>();

  constructor(func: Func, options: SelectOptions, zeroUpper: Uint8Array, addresses: Addresses | undefined) {
    this.func = func;
    this.options = options;
    this.zeroUpper = zeroUpper;
    this.addresses = addresses;
    this.src = new Int32Array(func.types.length).fill(NONE);
  }

  fresh(): VReg {
    return this.vregCount++;
  }

  /** The VReg that will hold `value`. */
  define(value: Value): VReg {
    const vreg = this.vregCount++;
    this.src[value] = vreg;
    return vreg;
  }

  /** Lets `value` be another name for what `other` is. */
  alias(value: Value, other: Value): void {
    this.src[value] = this.any(other);
  }

  /** Appends an instruction; what only some kinds have is to be set on it. */
  push(kind: MKind, def: VReg, a: Src, b: Src): MInst {
    const inst = machineInst(kind, def, a, b, this.span);
    this.insts.push(inst);
    return inst;
  }

  constant(constant: Constant): Src {
    return constantSrc(this.constants.push(constant) - 1);
  }

  int(value: bigint): Src {
    return this.constant({ kind: "int", value });
  }

  constantOf(src: Src): Constant | undefined {
    return src < NONE ? this.constants[constantIndex(src)] : undefined;
  }

  /** The value as an operand of any kind. */
  any(value: Value): Src {
    const src = this.src[value] as Src;
    if (src === NONE) throw new Error(`bug: v${value} of ${this.func.name} has no register`);
    return src;
  }

  /** The value in a register. */
  reg(value: Value): VReg {
    return this.inRegister(this.any(value));
  }

  inRegister(src: Src): VReg {
    if (src >= 0) return src;
    const def = this.fresh();
    this.push("mov", def, src, NONE);
    return def;
  }

  /** The value in a register or, where the instruction can hold it, as an immediate. */
  regOrImm(value: Value, bits: 32 | 64): Src {
    const src = this.any(value);
    const constant = this.constantOf(src);
    if (constant?.kind === "int" && (bits === 32 || asImm32(constant.value) !== undefined)) return src;
    return this.inRegister(src);
  }

  /** The i32 or wider value with a zero upper half, as the verifier and callees see 64 bits. */
  wide(value: Value): Src {
    const src = this.any(value);
    if (src < 0 || this.func.types[value] !== "i32" || this.zeroUpper[value] === 1) return src;
    const def = this.fresh();
    this.push("zext", def, src, NONE);
    return def;
  }

  /** Where `value + off` points, fixed offsets folded. */
  address(value: Value, off: number): Address {
    const { addresses } = this;
    let base = value;
    let total = off;
    if (addresses !== undefined && addresses.root[value] !== value) {
      const folded = (addresses.off[value] as number) + off;
      if (fitsOff(folded)) {
        base = addresses.root[value] as Value;
        total = folded;
      }
    }
    const src = this.any(base);
    const constant = this.constantOf(src);
    if (constant?.kind === "slot") return { base: src, off: total };
    if (constant?.kind === "ref" && constant.ref.kind === "mapValue") {
      const inMap = constant.ref.off + total;
      if (fitsOff(inMap)) return { base: this.mapValue(constant.ref.map), off: inMap };
    }
    const inRegister = this.inRegister(src);
    if (fitsOff(total)) return { base: inRegister, off: total };
    const def = this.fresh();
    this.push("alu", def, inRegister, this.int(BigInt(total))).op = "add";
    return { base: def, off: 0 };
  }

  /** Forgets what registers hold: at the start of a block, and where a call clobbers most of them. */
  forget(): void {
    if (this.loaded.size > 0) this.loaded.clear();
  }

  private mapValue(map: string): VReg {
    const known = this.loaded.get(map);
    if (known !== undefined) return known;
    const def = this.inRegister(this.constant({ kind: "ref", ref: { kind: "mapValue", map, off: 0 } }));
    this.loaded.set(map, def);
    return def;
  }
}
