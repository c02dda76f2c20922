import { FuncBuilder } from "../../ir/build.ts";
import type { Value } from "../../ir/ir.ts";
import { blockParam } from "./lower-memory.ts";
import type { DirectPlace, Lowering } from "./lowering.ts";

/** Whether the text of at most `size` bytes at `text` holds `wanted`, which is not empty: an i64 of 0 or 1. */
export function containsText(l: Lowering, text: DirectPlace, size: number, wanted: Uint8Array): Value {
  const { b } = l;
  return b.extend(b.compare("ne", findText(l, text, size, wanted), b.const(0)), 32, false);
}

/**
 * Where the text of at most `size` bytes at `text` first holds `wanted`, which is not empty: 1 for its first byte, 0 for
 * nowhere. The kernel goes through the places itself where it can, so that the verifier looks at one of them and not at
 * all.
 */
export function findText(l: Lowering, text: DirectPlace, size: number, wanted: Uint8Array): Value {
  const places = Math.max(0, size - wanted.length);
  if (places === 0) return l.b.const(0);
  if (!l.env.target.has("bpfLoop")) return searchInLoop(l, text, places, wanted);
  const { b } = l;
  const found = l.temporary("found", 8);
  const captures = l.temporary("captures", 16);
  b.store("stack", 8, found.base, 0, b.const(0));
  b.store("stack", 8, captures.base, 0, l.address(text));
  b.store("stack", 8, captures.base, 8, l.address(found));
  const name = l.callback(() => atOnePlace(places, wanted));
  b.helper("bpf_loop", [b.const(places), b.funcAddr(name), captures.base, b.const(0)]);
  return b.load("stack", 8, found.base, 0);
}

/** The callback for one place: goes on unless the text ends there or the wanted one begins. */
function atOnePlace(places: number, wanted: Uint8Array): FuncBuilder {
  const b = new FuncBuilder("", undefined, ["i64", "ptr"]);
  const at = b.param(0);
  const text = b.loadPtr("stack", b.param(1), 0);
  const stop = b.block();
  const next = b.block();
  const inside = b.block();
  b.branch("lt", 64, at, b.const(places), inside, stop);
  b.enter(stop);
  b.return(b.const(1));
  b.enter(next);
  b.return(b.const(0));
  b.enter(inside);
  const here = b.offset(text, at);
  for (const [index, byte] of wanted.entries()) {
    const got = b.load("stack", 1, here, index);
    const more = b.block();
    if (index === 0) {
      const some = b.block();
      b.branch("ne", 64, got, b.const(0), some, stop);
      b.enter(some);
    }
    b.branch("eq", 64, got, b.const(byte), more, next);
    b.enter(more);
  }
  b.store("stack", 8, b.loadPtr("stack", b.param(1), 8), 0, b.binary("add", at, b.const(1)));
  b.return(b.const(1));
  return b;
}

/** For kernels before 5.17: a loop that looks at all places, without branches that the verifier would have to follow. */
function searchInLoop(l: Lowering, text: DirectPlace, places: number, wanted: Uint8Array): Value {
  const { b } = l;
  const head = b.block("i64", "i64");
  const body = b.block();
  const done = b.block("i64");
  b.jump(head, b.const(0), b.const(0));
  b.enter(head);
  const at = blockParam(head);
  const before = head.params[1]?.value ?? at;
  b.branchWith("lt", 64, at, b.const(places), [body, []], [done, [before]]);
  b.enter(body);
  const here = b.offset(text.base, at);
  let difference: Value | undefined;
  for (const [index, byte] of wanted.entries()) {
    const differs = b.binary("xor", b.load(text.space, 1, here, text.off + index), b.const(byte));
    difference = difference === undefined ? differs : b.binary("or", difference, differs);
  }
  const all = difference ?? b.const(0); // 0 to 255; minus one is negative only where nothing differs
  const same = b.binary("rsh", b.binary("sub", all, b.const(1)), b.const(63));
  const first = b.extend(b.compare("eq", before, b.const(0)), 32, false);
  const next = b.binary("add", at, b.const(1));
  const found = b.binary("mul", b.binary("and", same, first), next);
  b.jump(head, next, b.binary("or", before, found));
  b.enter(done);
  return blockParam(done);
}
