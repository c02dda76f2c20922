import { expect, test } from "vitest";
import { mapElemAttr } from "../abi/attr-map.ts";
import { progTestRunAttr } from "../abi/attr-prog.ts";
import { Report } from "../base/diagnostic.ts";
import { parseC } from "../btf/parse-c.ts";
import { type Answer, FakeKernel } from "./fake-kernel.ts";
import { FtraceRecords } from "./ftrace-records.ts";

const TYPES = `
struct dyn_ftrace { unsigned long ip; unsigned long flags; };
struct ftrace_page { struct ftrace_page *next; struct dyn_ftrace *records; int index; int order; };`;

const [MAP_CREATE, MAP_LOOKUP, PROG_LOAD, TEST_RUN] = [0, 1, 5, 10];
const PAGE = 4096;
const EPERM = 1;
const ENOTSUPP = 524;
const VARIABLE = 0n; // what the program is asked for to read the variable

/** Groups in a kernel's memory: of each, its functions. The first is at 0x1000, records follow from 0x100000 on. */
function memoryOf(groups: readonly (readonly bigint[])[], last = 0n): Map<bigint, Uint8Array> {
  const memory = new Map<bigint, Uint8Array>();
  const place = (at: bigint, words: readonly bigint[]) => {
    const page = new Uint8Array(PAGE);
    page.set(new Uint8Array(BigUint64Array.from(words).buffer));
    memory.set(at, page);
  };
  place(VARIABLE, [groups.length > 0 ? 0x1000n : 0n]);
  groups.forEach((functions, index) => {
    const [at, records] = [0x1000n * BigInt(index + 1), 0x100000n * BigInt(index + 1)];
    const next = index + 1 < groups.length ? at + 0x1000n : last;
    place(at, [next, records, BigInt(functions.length), 0n]);
    for (let first = 0; first < functions.length; first += PAGE / 16)
      place(
        records + BigInt(first * 16),
        functions.slice(first, first + PAGE / 16).flatMap((ip) => [ip, 7n]),
      );
  });
  return memory;
}

type Setting = {
  memory: Map<bigint, Uint8Array>;
  total: number;
  types?: string;
  refused?: number;
  asked?: readonly bigint[];
};

function read({ memory, total, types = TYPES, refused, asked = [] }: Setting) {
  let out: Uint8Array = new Uint8Array(PAGE);
  const sizes: number[] = [];
  const answer: Answer = (_name, [command, attr], kernel) => {
    const bytes = attr as Uint8Array;
    if (command === refused) return command === TEST_RUN ? -ENOTSUPP : -EPERM;
    if (command === MAP_CREATE) return 5;
    if (command === PROG_LOAD) return 6;
    if (command === TEST_RUN) {
      const context = kernel.bytesAt(progTestRunAttr.decode(bytes).ctxIn);
      const [address = 0n, wanted = 0n] = new BigUint64Array(context.slice().buffer);
      sizes.push(Number(wanted));
      const found = memory.get(address);
      out = found ?? out;
      bytes.set(new Uint8Array(Int32Array.of(found === undefined ? -14 : 0).buffer), 4);
      return 0;
    }
    expect(command).toBe(MAP_LOOKUP);
    kernel.bytesAt(mapElemAttr.decode(bytes).value).set(out);
    return 0;
  };
  const kernel = new FakeKernel(answer);
  const btf = parseC(types, new Report());
  if (btf === undefined) throw new Error("the types are no C");
  const records = FtraceRecords.open(kernel, btf, total);
  const places = records?.placesAmong(asked);
  records?.[Symbol.dispose]();
  return { found: places && [...places], sizes, closed: kernel.closed };
}

const many = (count: number, from: bigint) => Array.from({ length: count }, (_, i) => from + BigInt(i * 16));
const GROUPS = [many(600, 0xffffffff81000000n), many(1, 0xffffffffc0000000n), many(256, 0xffffffffc1000000n)];

test("every place is found, no other address is, and each page is read once", () => {
  const asked = GROUPS.flat().flatMap((place) => [place - 1n, place, place + 8n]);
  const { found, sizes, closed } = read({ memory: memoryOf(GROUPS), total: 857, asked });
  expect(found).toEqual(GROUPS.flat());
  expect(sizes).toEqual([8, 0, 0, 0, PAGE, PAGE, PAGE, PAGE, PAGE]);
  expect(closed).toEqual([6, 5]);
});

test("only the pages are read that a search comes by", () => {
  const functions = many(100_000, 0xffffffff81000000n);
  const asked = functions.slice(70_000, 70_003);
  const { found, sizes } = read({ memory: memoryOf([functions]), total: 100_000, asked });
  expect(found).toEqual(asked);
  expect(sizes.filter((bytes) => bytes === PAGE).length).toBeLessThan(12); // of 391
});

const withHole = () => {
  const memory = memoryOf(GROUPS);
  memory.delete(0x101000n);
  return memory;
};
const OTHERS = TYPES.replace("int index", "int size");
const ODD = TYPES.replace("unsigned long flags", "unsigned long flags[2]");

// biome-ignore format: one case per line
test.each<{ rule: string } & Partial<Setting>>([
  { rule: "fewer than the kernel counts",        total: 858 },
  { rule: "more than the kernel counts",         total: 856 },
  { rule: "groups in a ring",                    memory: memoryOf(GROUPS, 0x1000n) },
  { rule: "empty groups in a ring",              memory: memoryOf([[], []], 0x1000n), total: 0 },
  { rule: "what cannot be read",                 memory: withHole() },
  { rule: "no such variable",                    memory: new Map() },
  { rule: "types without a count",               types: OTHERS },
  { rule: "records that do not fill a page",     types: ODD },
  { rule: "no types of that name",               types: "struct other { int a; };" },
  { rule: "a process that may make no map",      refused: MAP_CREATE },
  { rule: "a kernel that refuses the program",   refused: PROG_LOAD },
  { rule: "a kernel that does not run it",       refused: TEST_RUN },
  { rule: "a count beyond all reason",           total: 1 << 21 },
])("nothing is told: $rule", ({ memory = memoryOf(GROUPS), total = 857, ...rest }) => {
  const { found, closed } = read({ memory, total, asked: GROUPS.flat(), ...rest });
  expect(found).toBeUndefined();
  if (rest.refused === PROG_LOAD) expect(closed).toEqual([5]);
  if (rest.refused === TEST_RUN) expect(closed).toEqual([6, 5]);
});
