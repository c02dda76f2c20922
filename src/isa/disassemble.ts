import { unreachable } from "../base/errors.ts";
import { opcodeOf } from "./encode.ts";
import type { CallTarget, ImmRef, Insn, InsnBody, MemSize, Operand, Reg } from "./insn.ts";
import { slotsOf } from "./insn.ts";
import { ALU_SYMBOL, ATOMIC_SYMBOL, JUMP_SYMBOL, SIGNED_TYPE, UNSIGNED_TYPE } from "./text-syntax.ts";

/** "kernel": as the verifier's log and `bpftool prog dump xlated`; "llvm": as `llvm-objdump -d`. */
export type TextStyle = "kernel" | "llvm";

export type TextOptions = Readonly<{
  /** "kernel" when left out. */
  style?: TextStyle;
  /** Names of helpers, such as "bpf_map_lookup_elem" for 1. */
  helperName?: (id: number) => string | undefined;
  /** Own words for what a 64-bit load refers to, such as bpftool's "map[id:7]". */
  reference?: (ref: ImmRef) => string | undefined;
}>;

export type ListingOptions = TextOptions &
  Readonly<{
    /** Slot numbers before each instruction. */
    numbers?: boolean;
    /** Opcodes in parentheses, as the kernel prints them. They tell a 64-bit load from a move, so that " ll" is left out. */
    opcodes?: boolean;
    /** Source lines as comments where they change. */
    lines?: boolean;
  }>;

/**
 * A program as text, one instruction a line; functions that start inside have their name on a line of its own.
 * `assemble` reads it back, unless `reference` gave words of its own.
 */
export function disassemble(insns: readonly Insn[], options: ListingOptions = {}): string {
  let text = "";
  let slot = 0;
  let line = "";
  for (const insn of insns) {
    const { symbol, line: source } = insn.meta ?? {};
    if (symbol !== undefined) text += `${symbol}:\n`;
    if (options.lines && source !== undefined) {
      const comment = `; ${source.text.trim()} @ ${source.file}:${source.line}\n`;
      if (comment !== line) text += comment;
      line = comment;
    }
    const number = options.numbers ? `${String(slot).padStart(4)}: ` : "";
    const opcode = options.opcodes ? `(${opcodeOf(insn).toString(16).padStart(2, "0")}) ` : "";
    const long = options.opcodes || insn.kind !== "loadImm64" ? "" : " ll";
    text += `${number}${opcode}${bodyText(insn, options)}${long}\n`;
    slot += slotsOf(insn);
  }
  return text;
}

/** One instruction as text, without a line end. */
export function formatInsn(insn: InsnBody, options: TextOptions = {}): string {
  return insn.kind === "loadImm64" ? `${bodyText(insn, options)} ll` : bodyText(insn, options);
}

function bodyText(insn: InsnBody, options: TextOptions): string {
  const llvm = options.style === "llvm";
  switch (insn.kind) {
    case "alu":
      return `${reg(insn.dst, insn.bits)} ${ALU_SYMBOL[insn.op]} ${operand(insn.src, insn.bits)}`;
    case "neg":
      return `${reg(insn.dst, insn.bits)} = -${reg(insn.dst, insn.bits)}`;
    case "movsx":
      return `${reg(insn.dst, insn.bits)} = (s${insn.from})${reg(insn.src, insn.bits)}`;
    case "endian":
      return `r${insn.dst} = ${insn.op}${insn.width} r${insn.dst}`;
    case "addrSpaceCast":
      return `r${insn.dst} = addr_space_cast(r${insn.src}, ${insn.toSpace}, ${insn.fromSpace})`;
    case "load": {
      const type = insn.signed && insn.size !== 8 ? SIGNED_TYPE[insn.size] : UNSIGNED_TYPE[insn.size];
      const dst = insn.signed ? `r${insn.dst}` : memoryReg(insn.dst, insn.size, llvm);
      return `${dst} = *(${type} *)(${address(insn.base, insn.off, llvm)})`;
    }
    case "store": {
      const value = insn.src.kind === "imm" ? String(insn.src.imm) : memoryReg(insn.src.reg, insn.size, llvm);
      return `*(${UNSIGNED_TYPE[insn.size]} *)(${address(insn.base, insn.off, llvm)}) = ${value}`;
    }
    case "atomic":
      return llvm ? llvmAtomic(insn) : kernelAtomic(insn);
    case "loadAcquire":
      return `${memoryReg(insn.dst, insn.size, llvm)} = load_acquire(${typedAddress(insn, llvm)})`;
    case "storeRelease":
      return `store_release(${typedAddress(insn, llvm)}, ${memoryReg(insn.src, insn.size, llvm)})`;
    case "loadImm64":
      return `r${insn.dst} = ${immediate64(insn, options)}`;
    case "loadPacket":
      return `r0 = *(${UNSIGNED_TYPE[insn.size]} *)skb[${packetOffset(insn, llvm)}]`;
    case "ja":
      return `${insn.wide ? "gotol" : "goto"} ${offset(insn.off, llvm)}`;
    case "jump":
      return `if ${reg(insn.dst, insn.bits)} ${JUMP_SYMBOL[insn.op]} ${comparand(insn, llvm)} goto ${offset(insn.off, llvm)}`;
    case "mayGoto":
      return `may_goto ${offset(insn.off, llvm)}`;
    case "call":
      return callText(insn.target, options);
    case "exit":
      return "exit";
    default:
      return unreachable(insn);
  }
}

function reg(r: Reg, bits: 32 | 64): string {
  return `${bits === 64 ? "r" : "w"}${r}`;
}

/** LLVM names the 32-bit half where no more than that is moved. */
function memoryReg(r: Reg, size: MemSize, llvm: boolean): string {
  return llvm && size !== 8 ? `w${r}` : `r${r}`;
}

function operand(src: Operand, bits: 32 | 64): string {
  return src.kind === "reg" ? reg(src.reg, bits) : String(src.imm);
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}

function address(base: Reg, off: number, llvm: boolean): string {
  if (llvm) return `r${base} ${off < 0 ? "-" : "+"} ${Math.abs(off)}`;
  return `r${base} ${signed(off)}`;
}

function typedAddress(insn: { size: MemSize; base: Reg; off: number }, llvm: boolean): string {
  return `(${UNSIGNED_TYPE[insn.size]} *)(${address(insn.base, insn.off, llvm)})`;
}

function offset(off: number, llvm: boolean): string {
  return llvm ? signed(off) : `pc${signed(off)}`;
}

function comparand(insn: InsnBody & { kind: "jump" }, llvm: boolean): string {
  if (insn.src.kind === "reg" || llvm) return operand(insn.src, insn.bits);
  return `0x${(insn.src.imm >>> 0).toString(16)}`;
}

function packetOffset(insn: InsnBody & { kind: "loadPacket" }, llvm: boolean): string {
  if (insn.mode === "abs") return String(insn.imm);
  return llvm && insn.imm === 0 ? `r${insn.src}` : `r${insn.src} + ${insn.imm}`;
}

type Atomic = InsnBody & { kind: "atomic" };

function kernelAtomic(insn: Atomic): string {
  const { op, src } = insn;
  const place = typedAddress(insn, false);
  const prefix = insn.size === 8 ? "atomic64" : "atomic";
  if (op === "cmpxchg") return `r0 = ${prefix}_cmpxchg(${place}, r0, r${src})`;
  if (op === "xchg") return `r${src} = ${prefix}_xchg(${place}, r${src})`;
  if (insn.fetch) return `r${src} = ${prefix}_fetch_${op}(${place}, r${src})`;
  return `lock *${place} ${ATOMIC_SYMBOL[op]} r${src}`;
}

function llvmAtomic(insn: Atomic): string {
  const { op, size } = insn;
  const src = memoryReg(insn.src, size, true);
  const plain = address(insn.base, insn.off, true);
  const width = size === 8 ? "_64" : "32_32";
  if (op === "cmpxchg") {
    const old = memoryReg(0, size, true);
    return `${old} = cmpxchg${width}(${plain}, ${old}, ${src})`;
  }
  if (op === "xchg") return `${src} = xchg${width}(${plain}, ${src})`;
  const place = typedAddress(insn, true);
  if (insn.fetch) return `${src} = atomic_fetch_${op}(${place}, ${src})`;
  return `lock *${place} ${ATOMIC_SYMBOL[op]} ${src}`;
}

function immediate64(insn: InsnBody & { kind: "loadImm64" }, options: TextOptions): string {
  if (insn.ref !== undefined) return options.reference?.(insn.ref) ?? referenceText(insn.ref);
  if (options.style === "llvm") return String(BigInt.asIntN(64, insn.imm));
  return `0x${BigInt.asUintN(64, insn.imm).toString(16)}`;
}

function referenceText(ref: ImmRef): string {
  switch (ref.kind) {
    case "map":
      return `map[name:${ref.map}]`;
    case "mapValue":
      return `map[name:${ref.map}][0]${signed(ref.off)}`;
    case "mapFd":
      return `map[fd:${ref.fd}]`;
    case "mapValueFd":
      return `map[fd:${ref.fd}][0]${signed(ref.off)}`;
    case "mapIdx":
      return `map[idx:${ref.index}]`;
    case "mapValueIdx":
      return `map[idx:${ref.index}][0]${signed(ref.off)}`;
    case "btfVar":
      return `ksym[${btfText(ref.btfId, ref.btfFd)}]`;
    case "func":
      return `subprog[${ref.name}]`;
    case "funcOff":
      return `subprog[${signed(ref.off)}]`;
    case "ksym":
      return `ksym[${ref.name}${ref.weak ? ",weak" : ""}]`;
    default:
      return unreachable(ref);
  }
}

function btfText(btfId: number, btfFd: number): string {
  return btfFd === 0 ? `btf:${btfId}` : `btf:${btfId},fd:${btfFd}`;
}

function callText(target: CallTarget, options: TextOptions): string {
  switch (target.kind) {
    case "helper": {
      if (options.style === "llvm") return `call ${target.id}`;
      return `call ${options.helperName?.(target.id) ?? "helper"}#${target.id}`;
    }
    case "local":
      return `call pc${signed(target.off)}`;
    case "func":
      return `call subprog[${target.name}]`;
    case "kfunc":
      return `call ksym[${btfText(target.btfId, target.btfFd)}]`;
    case "ksym":
      return `call ksym[${target.name}${target.weak ? ",weak" : ""}]`;
    case "reg":
      return `callx r${target.reg}`;
    default:
      return unreachable(target);
  }
}
