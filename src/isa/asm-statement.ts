import { assignment } from "./asm-assignment.ts";
import type { AsmCursor } from "./asm-cursor.ts";
import { jumpTarget, type Statement } from "./asm-jump-target.ts";
import { tryMnemonic } from "./asm-mnemonic.ts";
import {
  atomicPlace,
  immediate,
  integerIn,
  memoryRegister,
  operand,
  register,
  tryInteger,
  tryRegister,
  unsignedPlace,
  wideRegister,
} from "./asm-operand.ts";
import { tryReference } from "./asm-reference.ts";
import { longestFirst, type SymbolTable, symbolOf } from "./asm-symbol.ts";
import type { AtomicOp, CallTarget, InsnBody, JumpOp } from "./insn.ts";
import { ATOMIC_SYMBOL, JUMP_SYMBOL } from "./text-syntax.ts";

/** A call by bare name, which only the whole program and the list of helpers can resolve. */
export type ResolveCall = (name: string, number: number | undefined, start: number, end: number) => CallTarget;

export type StatementContext = Readonly<{
  /** The opcode that stood before the text, as in the kernel's logs. */
  opcode: number | undefined;
  resolveCall: ResolveCall;
}>;

/** Reads one instruction and expects nothing after it. Throws AsmSyntaxError. */
export function parseStatement(cursor: AsmCursor, context: StatementContext): Statement {
  const statement = statementHere(cursor, context);
  cursor.match(/#.*/y); // a comment
  if (!cursor.atEnd)
    cursor.fail(
      `unexpected ${cursor.found()} after the instruction`,
      "put one instruction on a line; comments start with `;`",
    );
  return statement;
}

function statementHere(cursor: AsmCursor, context: StatementContext): Statement {
  if (cursor.eat("exit")) return { insn: { kind: "exit" } };
  if (cursor.eat("goto")) return { insn: { kind: "ja", off: 0, wide: false }, target: jumpTarget(cursor) };
  if (cursor.eat("gotol")) return { insn: { kind: "ja", off: 0, wide: true }, target: jumpTarget(cursor) };
  if (cursor.eat("may_goto")) return { insn: { kind: "mayGoto", off: 0 }, target: jumpTarget(cursor) };
  if (cursor.eat("if")) return conditional(cursor);
  if (cursor.eat("callx"))
    return { insn: { kind: "call", target: { kind: "reg", reg: wideRegister(cursor) } } };
  if (cursor.eat("call")) return { insn: { kind: "call", target: callTarget(cursor, context) } };
  if (cursor.match(/lock[ \t]+(?=\*)/y)) return { insn: lockedOperation(cursor) };
  if (cursor.eat("store_release")) return { insn: storeRelease(cursor) };
  if (cursor.eat("*")) return { insn: store(cursor) };
  const named = tryMnemonic(cursor);
  if (named !== undefined) return named;
  const dst = tryRegister(cursor);
  if (dst !== undefined) return { insn: assignment(cursor, dst, context.opcode) };
  return cursor.fail(
    `${cursor.found()} starts no instruction`,
    "an instruction looks like `r1 = r2`, `r1 = *(u64 *)(r2 +8)`, `if r1 == 0 goto label`, `call bpf_ktime_get_ns` or `exit`",
  );
}

const CONDITIONS: SymbolTable<JumpOp> = longestFirst(JUMP_SYMBOL);

function conditional(cursor: AsmCursor): Statement {
  const { reg: dst, bits } = register(cursor);
  const op =
    symbolOf(cursor, CONDITIONS) ??
    cursor.fail(`expected a comparison, found ${cursor.found()}`, "use == != > >= < <= s> s>= s< s<= or &");
  const src = operand(cursor, bits, bits === 32 ? "wraps" : "hexWraps");
  cursor.expect("goto", "write `goto` and where to");
  return { insn: { kind: "jump", op, bits, dst, src, off: 0 }, target: jumpTarget(cursor) };
}

function callTarget(cursor: AsmCursor, context: StatementContext): CallTarget {
  if (cursor.match(/pc(?=\s*[+-])/y)) {
    const off = integerIn(cursor, "call offset", -0x80000000, 0x7fffffff);
    cursor.match(/#[\w.$@-]+/y); // bpftool adds the name
    return { kind: "local", off };
  }
  cursor.match(/local[ \t]+(?=[A-Za-z_])/y);
  const start = cursor.position;
  const ref = tryReference(cursor);
  if (ref !== undefined) {
    if (ref.kind === "func" || ref.kind === "ksym") return ref;
    if (ref.kind === "btfVar") return { kind: "kfunc", btfId: ref.btfId, btfFd: ref.btfFd };
    if (ref.kind === "funcOff") return { kind: "local", off: ref.off };
    cursor.fail("a map cannot be called", "name a helper, a function or a kernel function", start);
  }
  if (tryInteger(cursor) !== undefined) {
    cursor.rewind(start);
    return { kind: "helper", id: integerIn(cursor, "helper number", -0x80000000, 0x7fffffff) };
  }
  const name = cursor.match(/[A-Za-z_.$@][\w.$@-]*/y);
  if (name === undefined)
    cursor.fail(
      `expected what to call, found ${cursor.found()}`,
      "write a helper's name or number, or a function's label",
    );
  const end = start + name[0].length;
  const number = cursor.eat("#") ? integerIn(cursor, "helper number", -0x80000000, 0x7fffffff) : undefined;
  return context.resolveCall(name[0], number, start, end);
}

const LOCKED: SymbolTable<AtomicOp> = longestFirst(ATOMIC_SYMBOL);

function lockedOperation(cursor: AsmCursor): InsnBody {
  cursor.expect("*", "write `lock *(u64 *)(r1 +0) += r2`");
  const { size, base, off } = atomicPlace(cursor);
  const op =
    symbolOf(cursor, LOCKED) ??
    cursor.fail(`expected an operation, found ${cursor.found()}`, "use += |= &= or ^=");
  const src = memoryRegister(cursor, register(cursor), size);
  return { kind: "atomic", op, fetch: false, size, base, off, src };
}

function storeRelease(cursor: AsmCursor): InsnBody {
  cursor.expect("(", "write `store_release((u64 *)(r1 +0), r2)`");
  const { size, base, off } = unsignedPlace(cursor);
  cursor.expect(",", "then the register to store");
  const src = memoryRegister(cursor, register(cursor), size);
  cursor.expect(")", "close the parenthesis");
  return { kind: "storeRelease", size, base, off, src };
}

function store(cursor: AsmCursor): InsnBody {
  const { size, base, off } = unsignedPlace(cursor);
  cursor.expect("=", "write the value to store after `=`");
  const number = tryInteger(cursor);
  if (number !== undefined) {
    const imm = immediate(cursor, number, size === 8 ? "signed" : "wraps");
    return { kind: "store", size, base, off, src: { kind: "imm", imm } };
  }
  return {
    kind: "store",
    size,
    base,
    off,
    src: { kind: "reg", reg: memoryRegister(cursor, register(cursor), size) },
  };
}
