import { FuncBuilder } from "../../../ir/build.ts";
import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { blockParam, copyBytes, zeroBytes } from "../lower-memory.ts";
import { tellOfProcess } from "../lower-process.ts";
import { canUnwind, walkUserStack } from "../lower-unwind.ts";
import type { DirectPlace, Lowering } from "../lowering.ts";
import { hasMoreStacks, MAX_FRAMES, MORE_STACKS_MAP, STACKS_MAP } from "../plan-builder.ts";
import type { StackMode, Type } from "../types.ts";
import { saidOfFeature } from "../unstable.ts";

const BPF_F_USER_STACK = 1 << 8; // include/uapi/linux/bpf.h, v6.12
const BPF_ANY = 0;
const HASH_START = 0xcbf29ce484222325n; // FNV-1a, over frames instead of bytes
const HASH_STEP = 0x100000001b3n;
type StackType = Extract<Type, { kind: "stack" }>;

const MODES: readonly StackMode[] = ["bpftrace", "perf", "raw", "build_id"];

function stackBuiltin(name: "kstack" | "ustack" | "dw_ustack", user: boolean): Builtin {
  const always = name === "dw_ustack";
  return {
    name,
    usage: `${name}([mode, ] [frames])`,
    doc: `The ${user ? "user" : "kernel"} stack as text; modes are bpftrace, perf${user ? ", raw and build_id" : " and raw"}, frames at most ${MAX_FRAMES}.${always ? " Always by call frame information, where ustack may be told not to." : user ? " Programs without frame pointers are walked by their call frame information (x86-64, Linux 5.17); config user_stacks = frame_pointers leaves that out." : ""}`,
    form: "both",
    arity: [0, 2],
    check(c, use, args) {
      const said = always ? saidOfFeature("dwarfStacks", c.env) : undefined;
      if (said?.forbidden) return c.fail(said.code, use.span, said.message, said.help);
      if (said) c.warn(said.code, use.span, said.message, said.help);
      return checkStack(c, args, user);
    },
    lower(l, _use, _args, type) {
      if (type.kind !== "stack") throw new Error("bug: a stack without its type");
      l.plan.useStacks();
      return { kind: "write", write: (to) => writeStack(l, to, type, always) };
    },
  };
}

function checkStack(c: Checker, args: readonly Expr[], user: boolean): Type {
  const usual = c.env.settings.stackMode;
  let mode: StackMode = usual === "build_id" && !user ? "raw" : usual; // the kernel's code has no files
  let limit = MAX_FRAMES;
  for (const [index, arg] of args.entries()) {
    const isMode = (m: StackMode) => arg.kind === "identifier" && m === arg.name && (user || m !== "build_id");
    const word = MODES.find(isMode);
    const frames = c.constant(arg);
    if (word && index === 0) mode = word;
    else if (frames !== undefined && frames >= 1n && frames <= BigInt(MAX_FRAMES) && index === args.length - 1)
      limit = Number(frames);
    else
      c.fail(
        "type/stack",
        arg.span,
        `a stack takes a mode (bpftrace, perf${user ? ", raw or build_id" : " or raw"}), a number of frames, or both`,
        `write for example \`${user ? "ustack" : "kstack"}(perf, 10)\`; frames are 1 to ${MAX_FRAMES}`,
      );
  }
  return { kind: "stack", user, mode, limit };
}

/**
 * Takes the stack, stores its frames under their hash (once) and writes hash, number of frames and process. `always`:
 * by call frame information whatever the settings say.
 */
function writeStack(l: Lowering, to: DirectPlace, type: StackType, always: boolean): void {
  const { b } = l;
  const frames = l.temporary("frames", FRAMES_ROOM * 8);
  zeroBytes(b, frames, FRAMES_ROOM * 8);
  const walks = type.user && canUnwind(l, always);
  if (type.user && !walks && type.mode !== "raw") tellOfProcess(l, b.const(0));
  const count = walks ? walkedFrames(l, frames, type) : kernelFrames(l, frames, type);
  const some = b.block();
  const none = b.block();
  const done = b.block();
  b.branch("sgt", 64, count, b.const(0), some, none);
  b.enter(none);
  zeroBytes(b, to, 16);
  b.jump(done);
  b.enter(some);
  const hash = hashFrames(l, frames, count, type.limit);
  b.store(to.space, 8, to.base, to.off, hash);
  b.store(to.space, 4, to.base, to.off + 8, count);
  const pid = type.user ? b.binary("rsh", b.helper("bpf_get_current_pid_tgid", []), b.const(32)) : b.const(0);
  b.store(to.space, 4, to.base, to.off + 12, pid);
  remember(l, hash, frames);
  b.jump(done);
  b.enter(done);
}

/** The frames as the kernel finds them: user stacks by frame pointers. Their number, or an error number. */
function kernelFrames(l: Lowering, frames: DirectPlace, { limit, user }: StackType): Value {
  const { b } = l;
  const flags = b.const(user ? BPF_F_USER_STACK : 0);
  const bytes = b.helper("bpf_get_stack", [l.context(), l.address(frames), b.const(limit * 8), flags]);
  return b.binary("arsh", bytes, b.const(3));
}

/** The frames by call frame information; where it does not lead to the outermost one, the longer of both ways. */
function walkedFrames(l: Lowering, frames: DirectPlace, type: StackType): Value {
  const { b } = l;
  const { count, ended } = walkUserStack(l, frames, type.limit);
  const [cut, longer] = [b.block(), b.block()];
  const done = b.block("i64");
  b.branchWith("ne", 64, ended, b.const(0), [done, [count]], [cut, []]);
  b.enter(cut);
  const other = l.temporary("others", MAX_FRAMES * 8);
  zeroBytes(b, other, MAX_FRAMES * 8);
  const found = kernelFrames(l, other, type);
  b.branchWith("sgt", 64, found, count, [longer, []], [done, [count]]);
  b.enter(longer);
  copyBytes(b, other, frames, MAX_FRAMES * 8);
  b.jump(done, found);
  b.enter(done);
  return blockParam(done);
}

/** Frames hashed between two looks at the number of frames: fewer looks are fewer paths for the verifier to follow. */
const CHUNK = 16;
const FRAMES_ROOM = Math.ceil(MAX_FRAMES / CHUNK) * CHUNK;

/** A hash over the frames; the last chunk takes in the zeros behind them, which are always there. */
function hashFrames(l: Lowering, frames: DirectPlace, count: Value, limit: number): Value {
  const { b } = l;
  if (limit > CHUNK && l.env.target.has("bpfLoop")) return hashInLoop(l, frames, count);
  let hash = b.const(HASH_START);
  const done = b.block("i64");
  for (let start = 0; start < limit; start += CHUNK) {
    const more = b.block();
    if (start > 0) {
      b.branchWith("gt", 64, count, b.const(start), [more, []], [done, [hash]]);
      b.enter(more);
    }
    hash = hashChunk(b, hash, { ...frames, off: frames.off + start * 8 }, Math.min(CHUNK, limit - start));
  }
  b.jump(done, hash);
  b.enter(done);
  return blockParam(done);
}

function hashChunk(b: FuncBuilder, start: Value, frames: DirectPlace, frameCount: number): Value {
  let hash = start;
  for (let at = 0; at < frameCount; at++) {
    const frame = b.load("stack", 8, frames.base, frames.off + at * 8);
    hash = b.binary("mul", b.binary("xor", hash, frame), b.const(HASH_STEP));
  }
  return b.binary("xor", hash, b.binary("rsh", hash, b.const(29)));
}

/** The kernel goes through the chunks, so that the verifier follows one of them instead of all numbers of them. */
function hashInLoop(l: Lowering, frames: DirectPlace, count: Value): Value {
  const { b } = l;
  const hash = l.temporary("hash", 8);
  const captures = l.temporary("captures", 16);
  b.store("stack", 8, hash.base, 0, b.const(HASH_START));
  b.store("stack", 8, captures.base, 0, l.address(frames));
  b.store("stack", 8, captures.base, 8, l.address(hash));
  const chunks = b.binary("rsh", b.binary("add", count, b.const(CHUNK - 1)), b.const(Math.log2(CHUNK)));
  const callback = b.funcAddr(l.sharedCallback("hash frames", hashCallback));
  b.helper("bpf_loop", [chunks, callback, captures.base, b.const(0)]);
  return b.load("stack", 8, hash.base, 0);
}

function hashCallback(): FuncBuilder {
  const b = new FuncBuilder("", undefined, ["i64", "ptr"]);
  const [inside, stop] = [b.block(), b.block()];
  b.branch("lt", 64, b.param(0), b.const(FRAMES_ROOM / CHUNK), inside, stop);
  b.enter(stop);
  b.return(b.const(1));
  b.enter(inside);
  const at = b.binary("lsh", b.param(0), b.const(Math.log2(CHUNK * 8)));
  const frames = b.offset(b.loadPtr("stack", b.param(1), 0), at);
  const to = b.loadPtr("stack", b.param(1), 8);
  const hash = hashChunk(b, b.load("stack", 8, to, 0), { space: "stack", base: frames, off: 0 }, CHUNK);
  b.store("stack", 8, to, 0, hash);
  b.return(b.const(0));
  return b;
}

/** Stores the frames by their hash where they are not known: in the first map, and once that is full in the second. */
function remember(l: Lowering, hash: Value, frames: DirectPlace): void {
  const { b } = l;
  const key = l.temporary("hash", 8);
  b.store("stack", 8, key.base, 0, hash);
  const done = b.block();
  const maps = hasMoreStacks(l.env) ? [STACKS_MAP, MORE_STACKS_MAP] : [STACKS_MAP];
  for (const map of maps) {
    const known = b.helper("bpf_map_lookup_elem", [b.mapAddr(map), l.address(key)], "ptr");
    const unknown = b.block();
    b.branch("eq", 64, known, b.const(0), unknown, done);
    b.enter(unknown);
  }
  for (const map of maps) {
    const failed = b.block();
    const update = [b.mapAddr(map), l.address(key), l.address(frames), b.const(BPF_ANY)];
    b.branch("ne", 64, b.helper("bpf_map_update_elem", update), b.const(0), failed, done);
    b.enter(failed);
  }
  l.countLoss("stacks");
  b.jump(done);
  b.enter(done);
}

export const stackBuiltins: readonly Builtin[] = [
  stackBuiltin("kstack", false),
  stackBuiltin("ustack", true),
  stackBuiltin("dw_ustack", true),
];
