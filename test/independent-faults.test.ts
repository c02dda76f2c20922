// Programs into which several faults were put: each is found once, in one run, and nothing that follows from them.

import { expect, test } from "vitest";
import { givenFrom } from "../src/cli/verify-command-input.ts";
import { verifySettings } from "../src/cli/verify-command-options.ts";
import type { Finding } from "../src/verify/public.ts";
import { verifyProgram } from "../src/verify/public.ts";

/** Lines of assembly with one fault, at the line marked `<<`. r6 holds the context, r7 is the piece's own. */
type Piece = Readonly<{ code: string; text: string }>;

const LOOKUP = `*(u32 *)(r10 -4) = 1
r2 = r10
r2 += -4
r1 = map[counts] ll
call bpf_map_lookup_elem`;

// biome-ignore format: one piece per entry
const PIECES: readonly Piece[] = [
  { code: "null-dereference", text: `${LOOKUP}
r7 = *(u64 *)(r0 +0) <<
r7 += 1
*(u64 *)(r0 +0) = r7` },
  { code: "packet-bounds", text: `r7 = *(u32 *)(r6 +0)
r1 = *(u8 *)(r7 +4) <<
r2 = *(u8 *)(r7 +9)
r1 += r2` },
  { code: "map-value-bounds", text: `${LOOKUP}
if r0 == 0 goto next
r1 = *(u64 *)(r0 +8) <<
r1 += 1
next:` },
  { code: "stack-bounds", text: `r1 = 7
*(u64 *)(r10 -520) = r1 <<` },
  { code: "argument-type", text: `r1 = map[counts] ll
r2 = 5
call bpf_map_lookup_elem <<
if r0 == 0 goto next
r1 = *(u64 *)(r0 +0)
next:` },
  { code: "helper-not-allowed", text: `r1 = r6
call bpf_skb_vlan_pop <<
r0 += 1` },
  { code: "context-access", text: `r7 = *(u32 *)(r6 +100) <<
r7 += 1` },
  { code: "bad-dereference", text: `call bpf_ktime_get_ns
r7 = *(u64 *)(r0 +0) <<
r7 += 1` },
  { code: "lost-register", text: `r1 = 1
call bpf_ktime_get_ns
r0 += r1 <<` },
  { code: "unbounded-offset", text: `${LOOKUP}
if r0 == 0 goto next
r7 = *(u64 *)(r0 +0)
r0 += r7 <<
r1 = *(u8 *)(r0 +0)
next:` },
  { code: "uninit-register", text: `r7 = r8 <<
r7 += 1` },
  { code: "pointer-operation", text: `r7 = r10
r7 *= 2 <<
r7 += 1` },
  { code: "division-by-zero", text: `r7 = 8
r7 /= 0 <<` },
];

function judge(text: string): readonly Finding[] {
  const settings = verifySettings(["-", "--type", "xdp", "--map", "counts:hash:4:8:64"]);
  if (settings === undefined) throw new Error("help");
  const given = givenFrom("p.asm", new TextEncoder().encode(text), settings);
  if (given.kind !== "object") throw new Error("a script");
  const [program] = given.object.programs;
  if (program === undefined) throw new Error("no program");
  return verifyProgram(program, given.object).findings;
}

type Built = Readonly<{ text: string; wanted: readonly (readonly [string, number])[] }>;

function build(pieces: readonly Piece[]): Built {
  const lines = ["r6 = r1"];
  const wanted: [string, number][] = [];
  for (const [i, { code, text }] of pieces.entries())
    for (const line of text.replaceAll("next", `next${i}`).split("\n")) {
      lines.push(line.replace(" <<", ""));
      if (line.endsWith(" <<")) wanted.push([`verify/${code}`, lines.length]);
    }
  return { text: [...lines, "r0 = 2", "exit"].join("\n"), wanted };
}

test.each(PIECES)("$code alone", (piece) => {
  const { text, wanted } = build([piece]);
  expect(judge(text).map(({ code, line }) => [code, line?.line])).toEqual(wanted);
});

/** Every pair in both orders, and programs of three and four pieces. */
function* mixtures(): Iterable<readonly Piece[]> {
  const at = (i: number) => PIECES[i % PIECES.length] as Piece;
  for (let i = 0; i < PIECES.length; i++)
    for (let j = 0; j < PIECES.length; j++) if (i !== j) yield [at(i), at(j)];
  for (let i = 0; i < PIECES.length; i++)
    for (let step = 1; step <= 3; step++) {
      yield [at(i), at(i + step), at(i + step + 2)];
      yield [at(i), at(i + step), at(i + step + 2), at(i + step + 5)];
    }
}

test("several in one program: each of them, once, and nothing else", () => {
  const wrong: unknown[] = [];
  let count = 0;
  for (const pieces of mixtures()) {
    const { text, wanted } = build(pieces);
    const found = judge(text).map(({ code, line }) => [code, line?.line]);
    count++;
    if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push({ wanted, found });
  }
  expect(count).toBeGreaterThan(200);
  expect(wrong).toEqual([]);
});
