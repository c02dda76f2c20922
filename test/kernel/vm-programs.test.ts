// The machine against the kernel's JIT: generated programs give the same r0 and leave the same memory behind.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { bindNames } from "../../src/isa/bind-names.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import type { InsnBody } from "../../src/isa/insn.ts";
import { createMap, lookupElem, updateElem } from "../../src/linux/bpf-map.ts";
import { loadProgram, testRun } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { Machine } from "../../src/vm/machine.ts";
import { arbitraryProgram, MEMORY_BYTES } from "../support/arbitrary-program.ts";
import { isOlder } from "./needs.ts";

const SYSCALL_PROGRAM = 31;
const SLEEPABLE = 16;
const kernel = openKernel();
const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
const hasV4 = !isOlder(release, "6.6");
const hasAcquire = !isOlder(release, "6.15");
/** An emulated guest is some hundred times slower. */
const RUNS = process.env["SKEP_GUEST_KERNEL"] === undefined ? 2_200 : 100;

const KEY = new Uint8Array(4);
const SIZE = MEMORY_BYTES + 8;
const MEM: MapSpec = { name: "mem", type: "array", keySize: 4, valueSize: SIZE, maxEntries: 1, flags: 0 };
const before = Uint8Array.from({ length: SIZE }, (_, i) => i * 37 + 11);
const machines = [new Machine(), new Machine({ engine: "interpreter" })];
for (const machine of machines) machine.createMap(MEM);
const map = createMap(kernel, { ...MEM, type: 2 });
afterAll(() => map.close());

/** What the kernel makes of a program; undefined when its verifier refuses it. */
function inKernel(insns: readonly InsnBody[]): Uint8Array | undefined {
  const loaded = loadProgram(kernel, {
    name: "vm",
    type: SYSCALL_PROGRAM,
    insns: encodeProgram(bindNames(insns, { map: () => ({ fd: map.number }) })),
    license: "GPL",
    flags: SLEEPABLE,
  });
  if (loaded.kind === "refused") {
    lastLog = loaded.log.slice(-600);
    return undefined;
  }
  using program = loaded.fd;
  updateElem(kernel, map, KEY, before);
  testRun(kernel, program);
  const after = new Uint8Array(SIZE);
  lookupElem(kernel, map, KEY, after);
  return after;
}
let lastLog = "";

function usesV4(insns: readonly InsnBody[]): boolean {
  return insns.some((insn) => {
    if (insn.kind === "movsx" || (insn.kind === "load" && insn.signed)) return true;
    if (insn.kind === "alu") return insn.op === "sdiv" || insn.op === "smod";
    return insn.kind === "endian" && insn.op === "bswap";
  });
}

test("generated programs compute what the kernel's JIT computes", { timeout: 300_000 }, () => {
  let ran = 0;
  let refused = 0;
  fc.assert(
    fc.property(arbitraryProgram({ acquire: hasAcquire, calls: true, maxParts: 8, memory: "map" }), (insns) => {
      if (!hasV4 && usesV4(insns)) return;
      const expected = inKernel(insns);
      if (expected === undefined) {
        refused++;
        return;
      }
      ran++;
      for (const machine of machines) {
        machine.load({ name: "p", insns });
        machine.map("mem").update(KEY, before);
        machine.run("p");
        expect(machine.map("mem").lookup(KEY)?.join()).toBe(expected.join());
      }
    }),
    { numRuns: RUNS },
  );
  if (refused > RUNS / 20) throw new Error(`${refused} programs were refused; the last: ${lastLog}`);
  expect(ran).toBeGreaterThan(hasV4 ? RUNS * 0.92 : 10);
});
