import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { AttachSpec, ProgramType } from "../../src/abi/attach-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { readIteratorText } from "../../src/linux/iterator.ts";
import type { FeatureName } from "./features.ts";
import { expectGone, programs } from "./linux-lab.ts";
import { readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// Programs that may sleep: each reads this process's memory, page faults and all, which others cannot.

const NAME = "skep_sl_prog";
const backend = openLinux();
const { kernel, target } = backend;
const SECRET = 0x1122334455667788n;
const memory = new BigUint64Array(512).fill(SECRET); // large enough to stay where it is
const address = kernel.addressOf(new Uint8Array(memory.buffer));
const libc = target.resolveBinary("libc") ?? "";
const folder = mkdtempSync(join(tmpdir(), "skep-sleep-"));

afterAll(() => {
  expect(memory[0]).toBe(SECRET); // nobody may take it for unused before
  backend[Symbol.dispose]();
  rmSync(folder, { recursive: true });
  expectGone(NAME);
});

/** Copies the secret from this process's memory, in this process alone, and returns `result` there. */
const readsMemory = (result: number) => `
  call bpf_get_current_pid_tgid
  r0 >>= 32
  if r0 != ${process.pid} goto other
  r1 = r10
  r1 += -8
  r2 = 8
  r3 = ${address} ll
  call bpf_copy_from_user
  r2 = *(u64 *)(r10 - 8)
  r1 = map[counts][0]+0 ll
  *(u64 *)(r1 + 0) = r2
  r0 = ${result}
  exit
  other: r0 = 0
  exit`;

const getpriority = () => target.userFunctions(libc, "getpriority")[0]?.offset ?? 0;
const makeFile = (): string => {
  try {
    writeFileSync(join(folder, "new"), "");
    rmSync(join(folder, "new"));
    return "made";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  }
};

type Row = Readonly<{
  section: string;
  type: ProgramType;
  needed: FeatureName;
  result: number;
  attach: () => AttachSpec;
  act: () => unknown;
  gives: unknown;
}>;

// biome-ignore format: one case per line
const ROWS: readonly Row[] = [
  { section: "lsm.s/inode_create",     type: "lsm",     needed: "lsm",    result: -1, attach: () => ({ kind: "lsm", hook: "inode_create" }),   act: makeFile,                  gives: "EPERM" },
  { section: "uprobe.s",              type: "kprobe",  needed: "uprobe", result: 0,  attach: () => ({ kind: "uprobe", path: libc, offset: getpriority(), return: false, pid: process.pid }), act: () => getPriority(), gives: getPriority() },
  { section: "uretprobe.s",           type: "kprobe",  needed: "uprobe", result: 0,  attach: () => ({ kind: "uprobe", path: libc, offset: getpriority(), return: true, pid: process.pid }),  act: () => getPriority(), gives: getPriority() },
  { section: "uprobe.multi.s",        type: "kprobe",  needed: "uprobe-multi", result: 0, attach: () => ({ kind: "uprobeMulti", path: libc, offsets: [getpriority()], return: false, pid: process.pid }), act: () => getPriority(), gives: getPriority() },
];

test.for(ROWS)("$section sleeps", ({ section, type, needed, result, attach, act, gives }, t) => {
  needs(t, needed);
  const before = act();
  using loaded = backend.load(programs(NAME, [{ type, section, text: readsMemory(result), sleepable: true }]));
  {
    using _link = loaded.link(NAME, attach());
    expect(act()).toBe(gives);
    expect(readCounts(loaded.map("counts"))[0]).toBe(SECRET);
  }
  expect(act()).toBe(before);
});

test.for(["fentry", "fexit"] as const)("%s.s sleeps where the kernel allows it", (kind, t) => {
  needs(t, "fentry-sleepable");
  const section = `${kind}.s/bpf_fentry_test1`;
  using loaded = backend.load(
    programs(NAME, [{ type: "tracing", section, text: readsMemory(0), sleepable: true }]),
  );
  using _link = loaded.link(NAME, { kind, function: "bpf_fentry_test1" });
  loaded.program(NAME).testRun();
  expect(readCounts(loaded.map("counts"))[0]).toBe(SECRET);
});

test("iter.s/task sleeps", (t) => {
  needs(t, "iter");
  using loaded = backend.load(
    programs(NAME, [{ type: "tracing", section: "iter.s/task", text: readsMemory(0), sleepable: true }]),
  );
  using link = loaded.link(NAME, { kind: "iter", target: "task" });
  expect(readIteratorText(kernel, link)).toBe("");
  expect(readCounts(loaded.map("counts"))[0]).toBe(SECRET);
});

test("what may not sleep there is refused", (t) => {
  needs(t, "iter");
  const object = programs(NAME, [{ type: "tracing", section: "iter/task", text: readsMemory(0) }]);
  expect(() => backend.load(object)).toThrow(expect.objectContaining({ code: "system/verifier-refused" }));
});
