import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { SourceText, Span } from "../base/span.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import type { AtomicOp, JumpOp, MemSize } from "../isa/insn.ts";

declare const valueBrand: unique symbol;
declare const blockBrand: unique symbol;
declare const slotBrand: unique symbol;

/** An SSA value: defined once, by an instruction or as a block parameter. Unique within its function. */
export type Value = number & { readonly [valueBrand]: true };
export type BlockId = number & { readonly [blockBrand]: true };
export type SlotId = number & { readonly [slotBrand]: true };

/** `i32` values live in 32 bits (upper half undefined); `ptr` is a 64-bit address that the verifier tracks. */
export type ValueType = "i32" | "i64" | "ptr";

/** Where an address points; loads and stores state it, so that passes and the verifier's rules can be checked. */
export type AddressSpace =
  | "stack" // a slot of this function
  | "map" // a map value (from a lookup that was compared with null, or `mapValueAddr`)
  | "ctx" // the program's context
  | "packet" // between data and data_end, after a comparison
  | "btf" // a typed kernel object: direct loads; faults read as zero
  | "ringbuf"; // a reserved record

// biome-ignore format: one line per group
export type BinaryOp =
  | "add" | "sub" | "mul" | "div" | "sdiv" | "mod" | "smod"
  | "or" | "and" | "xor" | "lsh" | "rsh" | "arsh";

/**
 * What is asked of the kernel's types. "offset" and "size" of a field in bytes ("offset": of the bytes that hold a
 * bit-field); "lshift" and "rshift" bring a bit-field, loaded into 64 bits, to the top and back down; "typeSize": of
 * the type itself. `type` is its id in the module's `types`, `access` the way to the field: 0, then members by number.
 */
export type CoreQuestion = Readonly<{
  what: "offset" | "size" | "lshift" | "rshift" | "typeSize";
  type: BtfId;
  access: readonly number[];
}>;

/**
 * Instructions. Every `result` is a new Value; all kinds have the property, so that asking for it takes no switch. `bits` is the width that both operands and the result have.
 * There are no operations narrower than 32 bits: narrow types exist in loads, stores and `extend` alone.
 */
// biome-ignore format: one variant per line
export type InstBody = Readonly<
  | { kind: "const"; result: Value; bits: 32 | 64; value: bigint } // value in unsigned form: 0 <= value < 2^bits; a ptr only for 0
  /** A number that the kernel's types tell: `value` as this machine's say; objects are fitted to others. An i64. */
  | { kind: "core"; result: Value; question: CoreQuestion; value: bigint }
  | { kind: "binary"; op: BinaryOp; bits: 32 | 64; result: Value; lhs: Value; rhs: Value }
  | { kind: "neg"; bits: 32 | 64; result: Value; value: Value }
  | { kind: "compare"; op: JumpOp; bits: 32 | 64; result: Value; lhs: Value; rhs: Value } // 0 or 1 as i32 ("set": (lhs & rhs) != 0)
  | { kind: "select"; result: Value; condition: Value; then: Value; else: Value } // condition: i32, nonzero takes `then`
  | { kind: "extend"; result: Value; from: 8 | 16 | 32; to: 32 | 64; signed: boolean; value: Value }
  | { kind: "truncate"; result: Value; value: Value } // i64 -> i32
  | { kind: "byteswap"; width: 16 | 32 | 64; result: Value; value: Value } // result: i32 for 16 and 32 (zero-extended), i64 for 64
  | { kind: "toInt"; result: Value; value: Value } // ptr -> i64, no code
  | { kind: "ctx"; result: Value } // the program's context pointer (entry block only)
  | { kind: "slotAddr"; result: Value; slot: SlotId } // address of a stack slot
  | { kind: "mapAddr"; result: Value; map: string } // the map itself, as helpers take it
  | { kind: "mapValueAddr"; result: Value; map: string; off: number } // into the first value of an array map
  | { kind: "funcAddr"; result: Value; func: string } // a callback
  | { kind: "offset"; result: Value; base: Value; by: Value } // ptr + i64
  | { kind: "load"; result: Value; size: MemSize; signed: boolean; to: 32 | 64; space: AddressSpace; base: Value; off: number }
  | { kind: "loadPtr"; result: Value; space: AddressSpace; base: Value; off: number } // a pointer read from ctx or a btf object: stays a pointer
  | { kind: "store"; result?: never; size: MemSize; space: AddressSpace; base: Value; off: number; value: Value }
  | { kind: "atomic"; op: AtomicOp; size: 4 | 8; base: Value; off: number; value: Value; expected?: Value; result?: Value } // result: old value
  | { kind: "call"; result?: Value; returns?: ValueType; target: CallTarget; args: readonly Value[] }
  | { kind: "slotStart"; result?: never; slot: SlotId } // the slot's bytes are undefined from here …
  | { kind: "slotEnd"; result?: never; slot: SlotId } // … to here; slots whose lives do not meet share bytes
>;
export type Inst = InstBody & Readonly<{ span?: Span | undefined }>;

/** What is called: a helper of the kernel, a function of the module, or one that the object is linked with later. */
export type CallTarget = Readonly<{ kind: "helper" | "func" | "extern"; name: string }>;

/** A jump target with the values for the target's parameters, in order. */
export type Edge = Readonly<{ block: BlockId; args: readonly Value[] }>;

export type TerminatorBody = Readonly<
  | { kind: "jump"; to: Edge }
  | { kind: "branch"; op: JumpOp; bits: 32 | 64; lhs: Value; rhs: Value; then: Edge; else: Edge }
  | { kind: "return"; value?: Value } // no value: 0
>;
export type Terminator = TerminatorBody & Readonly<{ span?: Span | undefined }>;

export type BlockParam = Readonly<{ value: Value; type: ValueType }>;

/** A basic block. Passes replace `insts` and `terminator`; the first block of a function is its entry. */
export type Block = {
  id: BlockId;
  params: BlockParam[];
  insts: Inst[];
  terminator: Terminator;
};

/**
 * Bytes in the frame. `place`: "auto" lets codegen choose the stack or, where the frame would pass 512 bytes, the
 * per-CPU scratch map; "stack" must stay on the stack.
 */
export type Slot = Readonly<{
  id: SlotId;
  name: string;
  bytes: number;
  align: 1 | 2 | 4 | 8;
  place: "auto" | "stack";
}>;

/** A program entry, a subprogram or a callback. Entry programs take no parameters: their context is the `ctx` instruction. */
export type Func = {
  name: string;
  kind: "program" | "subprogram" | "callback";
  params: BlockParam[]; // at most 5; subprograms and callbacks only
  blocks: Block[];
  slots: Slot[];
  /** Types of all values, indexed by Value. */
  types: ValueType[];
  span?: Span;
  /** Programs only. */
  program?: { type: ProgramType; section: string; sleepable?: boolean };
};

/** What a front end hands over: functions and the maps that they name. */
export type Module = {
  source: SourceText;
  funcs: Func[];
  maps: MapSpec[];
  license: string;
  /** The kernel's types, where instructions ask for them. */
  types?: Btf;
  /** Functions of other objects that are called, with the bytes of stack that each and what it calls take at most. */
  externs?: ReadonlyMap<string, number>;
  /** Those of them that the kernel lends to programs: their FUNC in its types. */
  kernelFunctions?: ReadonlyMap<string, Readonly<{ btf: Btf; type: BtfId }>>;
};
