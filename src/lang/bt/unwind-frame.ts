import { UNWIND_RULE as RULE } from "../../base/unwind-rule.ts";
import { FuncBuilder } from "../../ir/build.ts";
import type { Block, Value } from "../../ir/ir.ts";
import { UNWIND_CHUNK, UNWIND_REGION } from "../../plan/unwind-tables.ts";
import { blockParam } from "./lower-memory.ts";
import { MAX_FRAMES, UNWIND_FILES_MAP, UNWIND_REGIONS_MAP, UNWIND_SEEN_MAP } from "./plan-builder.ts";
import { STATE, WalkState } from "./unwind-state.ts";

const SEARCH_STEPS = 24; // halvings: more chunks than a file of 4 GiB could have
const ENOENT = -2n;

/**
 * What the kernel leaves on the stack of a signal's handler, from where the handler returns to: offsets of registers in
 * `struct rt_sigframe` behind its first word. Source: arch/x86/include/asm/sigframe.h and uapi/asm/sigcontext.h, v6.12.
 */
const SIGNAL_FRAME = { bp: 120, sp: 160, ip: 168 } as const;

type Callbacks = Readonly<{ region?: string; search: string }>;

/** Callback of bpf_loop: notes one frame and goes on to its caller; see `STATE` for what it works on. */
export function frameCallback(callbacks: Callbacks): FuncBuilder {
  const step = new FrameStep(callbacks);
  step.write();
  return step.b;
}

class FrameStep {
  readonly b = new FuncBuilder("", undefined, ["i64", "ptr"]);
  readonly #callbacks: Callbacks;
  readonly #state: WalkState;
  readonly #stop: Block;
  readonly #byPointer: Block;

  constructor(callbacks: Callbacks) {
    this.#callbacks = callbacks;
    this.#state = new WalkState(this.b, this.b.param(1));
    this.#stop = this.b.block();
    this.#byPointer = this.b.block();
  }

  write(): void {
    const { b } = this;
    const state = this.#state;
    const index = b.param(0);
    const some = b.block();
    const fits = b.block();
    b.branchIf(state.get("ip"), some, this.#stop);
    b.enter(this.#stop);
    b.return(b.const(1));
    b.enter(some);
    b.branch("lt", 64, index, b.const(MAX_FRAMES), fits, this.#stop);
    b.enter(fits);
    const pc = b.binary("sub", state.get("ip"), state.get("called"));
    const isKnown = this.#region(pc);
    const at = b.binary("lsh", index, b.const(3));
    b.store("stack", 8, b.offset(state.pointer("frames"), at), 0, state.get("ip"));
    state.set("count", b.binary("add", index, b.const(1)));
    const inFile = b.block();
    b.branchIf(isKnown, inFile, this.#byPointer);
    b.enter(inFile);
    this.#follow(this.#rule(pc), pc);
    b.enter(this.#byPointer);
    this.#followPointer();
  }

  /** Finds the region of `pc`, unless it is the last one: 1 when a file is mapped there, else 0. */
  #region(pc: Value): Value {
    const { b } = this;
    const state = this.#state;
    const [above, find, known, trie] = [b.block(), b.block(), b.block(), b.block()];
    const found = b.block("i64");
    b.branch("ge", 64, pc, state.get("low"), above, find);
    b.enter(above);
    b.branch("lt", 64, pc, state.get("high"), known, find);
    b.enter(find);
    if (this.#callbacks.region !== undefined) this.#areaOf(pc, this.#callbacks.region, known, trie);
    else b.jump(trie);
    b.enter(trie);
    this.#fromTrie(pc, known);
    b.jump(found, b.const(0));
    b.enter(known);
    b.jump(found, b.binary("or", state.get("file"), state.get("file", 8)));
    b.enter(found);
    return blockParam(found);
  }

  /** Asks the kernel; goes to `known`, to `unknown` where it cannot say, or stops where there is no code. */
  #areaOf(pc: Value, region: string, known: Block, unknown: Block): void {
    const { b } = this;
    const state = this.#state;
    const [failed, some] = [b.block(), b.block()];
    const task = b.helper("bpf_get_current_task_btf", [], "ptr");
    const result = b.helper("bpf_find_vma", [task, pc, b.funcAddr(region), state.base, b.const(0)]);
    b.branch("eq", 64, result, b.const(0), some, failed);
    b.enter(failed);
    b.branch("eq", 64, b.extend(result, 32, true), b.const(ENOENT), this.#stop, unknown);
    b.enter(some);
    const code = b.block();
    b.branch("lt", 64, pc, state.get("high"), code, this.#stop);
    b.enter(code);
    this.#noteRegion(known);
  }

  /** Keeps where the region is, for names of a process that has ended. */
  #noteRegion(done: Block): void {
    const { b } = this;
    const state = this.#state;
    const [some, fresh] = [b.block(), b.block()];
    state.set("key", state.get("process"));
    state.set("key", state.get("low"), 8);
    const seen = b.helper("bpf_map_lookup_elem", [b.mapAddr(UNWIND_SEEN_MAP), state.address("key")], "ptr");
    b.branch("ne", 64, seen, b.const(0), some, fresh);
    b.enter(some);
    b.branch("eq", 64, b.load("map", 8, seen, 0), state.get("high"), done, fresh);
    b.enter(fresh);
    const value = b.offsetBy(state.base, STATE.high);
    b.helper("bpf_map_update_elem", [b.mapAddr(UNWIND_SEEN_MAP), state.address("key"), value, b.const(0)]);
    b.jump(done);
  }

  /** Looks into what user space told of the process; what it did not tell is noted. */
  #fromTrie(pc: Value, known: Block): void {
    const { b } = this;
    const state = this.#state;
    const [copy, lost] = [b.block(), b.block()];
    const bits = UNWIND_REGION.keyBytes * 8 - 32;
    b.store("stack", 4, state.base, STATE.key, b.const(bits));
    b.store(
      "stack",
      4,
      state.base,
      STATE.key + 4,
      b.extend(b.byteswap(32, b.truncate(state.get("process"))), 32, false),
    );
    state.set("key", b.byteswap(64, pc), 8);
    const region = b.helper(
      "bpf_map_lookup_elem",
      [b.mapAddr(UNWIND_REGIONS_MAP), state.address("key")],
      "ptr",
    );
    b.branch("ne", 64, region, b.const(0), copy, lost);
    b.enter(copy);
    for (let at = 0; at < UNWIND_REGION.valueBytes; at += 8) state.set("low", b.load("map", 8, region, at), at);
    b.jump(known);
    b.enter(lost);
    this.#note(pc, b.const(0), b.const(0));
  }

  #note(pc: Value, device: Value, inode: Value): void {
    const state = this.#state;
    state.set("missing", pc);
    state.set("missingFile", device);
    state.set("missingFile", inode, 8);
  }

  /** The rule for `pc`; goes on by frame pointers where the file has none. */
  #rule(pc: Value): Value {
    const { b } = this;
    const state = this.#state;
    const [none, some, near, chunked, row] = [b.block(), b.block(), b.block(), b.block(), b.block()];
    const table = b.helper("bpf_map_lookup_elem", [b.mapAddr(UNWIND_FILES_MAP), state.address("file")], "ptr");
    b.branch("ne", 64, table, b.const(0), some, none);
    b.enter(none);
    this.#note(pc, state.get("file"), state.get("file", 8));
    b.jump(this.#byPointer);
    b.enter(some);
    b.store("stack", 8, state.base, STATE.table, table);
    const target = b.binary("sub", pc, state.get("bias"));
    b.branch("gt", 64, target, b.const(0xffff_fffen), this.#byPointer, near);
    b.enter(near);
    state.set("target", target);
    const head = this.#chunk(b.const(0));
    const chunks = b.load("map", 4, head, 0);
    b.branchIf(chunks, chunked, this.#byPointer);
    b.enter(chunked);
    state.put("first", 1);
    state.set("last", chunks);
    b.helper("bpf_loop", [b.const(SEARCH_STEPS), b.funcAddr(this.#callbacks.search), state.base, b.const(0)]);
    const chunk = this.#chunk(state.get("first"));
    b.jump(row);
    b.enter(row);
    return this.#rowIn(chunk, state.get("target"));
  }

  #chunk(index: Value): Value {
    const { b } = this;
    const state = this.#state;
    const some = b.block();
    state.set("key", index);
    const chunk = b.helper("bpf_map_lookup_elem", [state.pointer("table"), state.address("key")], "ptr");
    b.branch("ne", 64, chunk, b.const(0), some, this.#byPointer);
    b.enter(some);
    return chunk;
  }

  /** The rule of the last row in the chunk that is not behind `target`, found without branches. */
  #rowIn(chunk: Value, target: Value): Value {
    const { b } = this;
    const { rows, rowBytes } = UNWIND_CHUNK;
    let at = b.const(0);
    for (let step = rows / 2; step >= 1; step /= 2) {
      const start = b.load("map", 4, b.offset(chunk, at), step * rowBytes);
      const before = b.binary("sub", b.binary("sub", start, target), b.const(1)); // negative: not behind it
      const isBefore = b.binary("rsh", before, b.const(63));
      at = b.binary("add", at, b.binary("lsh", isBefore, b.const(Math.log2(step * rowBytes))));
    }
    return b.load("map", 4, b.offset(chunk, at), 4);
  }

  #follow(rule: Value, pc: Value): void {
    const { b } = this;
    const state = this.#state;
    const kind = b.binary("and", rule, b.const(7));
    const amount = b.binary("and", b.binary("rsh", rule, b.const(3)), b.const(0xffff));
    const words = b.binary("lsh", amount, b.const(3));
    const saved = b.binary("rsh", rule, b.const(19));
    const end = b.block("i64", "i64"); // CFA, and where the caller's rbp lies
    const isKind = (wanted: number, write: () => void) => {
      const [then, next] = [b.block(), b.block()];
      b.branch("eq", 64, kind, b.const(wanted), then, next);
      b.enter(then);
      write();
      b.enter(next);
    };
    isKind(RULE.stackPointer, () => b.jump(end, b.binary("add", state.get("sp"), words), saved));
    isKind(RULE.framePointer, () => b.jump(end, b.binary("add", state.get("bp"), words), saved));
    isKind(RULE.linkage, () => {
      const inStub = b.binary("and", pc, b.const(15));
      const isPushed = b.binary(
        "rsh",
        b.binary("sub", b.binary("sub", amount, b.const(1)), inStub),
        b.const(63),
      );
      const pushed = b.binary("add", b.const(8), b.binary("lsh", isPushed, b.const(3)));
      b.jump(end, b.binary("add", state.get("sp"), pushed), b.const(0));
    });
    isKind(RULE.realigned, () => {
      const frame = state.get("bp");
      this.#read("word", b.binary("sub", frame, words));
      const cfa = state.get("word");
      this.#read("bp", frame);
      b.jump(end, cfa, b.const(0));
    });
    isKind(RULE.signal, () => {
      const frame = state.get("sp");
      for (const name of ["ip", "bp", "sp"] as const)
        this.#read(name, b.binary("add", frame, b.const(SIGNAL_FRAME[name])));
      state.put("called", 0);
      b.return(b.const(0));
    });
    isKind(RULE.outermost, () => {
      state.set("ended", state.get("ip"));
      b.return(b.const(1));
    });
    b.jump(this.#byPointer);
    b.enter(end);
    this.#toCaller(blockParam(end), end.params[1]?.value ?? saved);
  }

  #toCaller(cfa: Value, saved: Value): void {
    const { b } = this;
    const state = this.#state;
    const [grows, restore, done] = [b.block(), b.block(), b.block()];
    b.branch("gt", 64, cfa, state.get("sp"), grows, this.#stop);
    b.enter(grows);
    this.#read("ip", b.binary("sub", cfa, b.const(8)));
    state.set("sp", cfa);
    state.put("called", 1);
    b.branchIf(saved, restore, done);
    b.enter(restore);
    this.#read("bp", b.binary("sub", cfa, b.binary("lsh", saved, b.const(3))));
    b.jump(done);
    b.enter(done);
    b.return(b.const(0));
  }

  /** The caller by rbp, as code keeps it that was made so, and most code that is made at run time. */
  #followPointer(): void {
    const { b } = this;
    const state = this.#state;
    const above = b.block();
    const frame = state.get("bp");
    b.branch("ge", 64, frame, state.get("sp"), above, this.#stop);
    b.enter(above);
    this.#read("ip", b.binary("add", frame, b.const(8)));
    this.#read("bp", frame);
    state.set("sp", b.binary("add", frame, b.const(16)));
    state.put("called", 1);
    b.return(b.const(0));
  }

  /** Reads a word of the user's stack; the walk ends where it cannot be read. */
  #read(into: "ip" | "sp" | "bp" | "word", address: Value): void {
    const { b } = this;
    const read = b.block();
    const result = b.helper("bpf_probe_read_user", [this.#state.address(into), b.const(8), address]);
    b.branch("eq", 64, result, b.const(0), read, this.#stop);
    b.enter(read);
  }
}
