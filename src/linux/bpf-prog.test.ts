import { expect, test } from "vitest";
import { progLoadAttr } from "../abi/attr-prog.ts";
import { kernelName, loadProgram } from "./bpf-prog.ts";
import { FakeKernel } from "./fake-kernel.ts";

const EXIT = Uint8Array.of(0x95, 0, 0, 0, 0, 0, 0, 0);
const LOAD = { name: "x", type: 1, insns: EXIT, license: "GPL" };
const attrOf = (args: readonly unknown[]) => progLoadAttr.decode(args[1] as Uint8Array);

/** Refuses with `errno`, and writes `log` where there is room for it. */
function refusing(errno: number, log: string) {
  const sizes: number[] = [];
  const kernel = new FakeKernel((_name, args, k) => {
    const { logSize, logBuf } = attrOf(args);
    sizes.push(logSize);
    if (logSize === 0) return -errno;
    const bytes = new TextEncoder().encode(log);
    if (bytes.length >= logSize) return -28; // ENOSPC
    k.bytesAt(logBuf).set(bytes);
    return -errno;
  });
  return { kernel, sizes };
}

test("no log is asked for when the program is accepted", () => {
  const sizes: number[] = [];
  const kernel = new FakeKernel((_name, args) => {
    sizes.push(attrOf(args).logSize);
    return 7;
  });
  expect(loadProgram(kernel, LOAD)).toMatchObject({ kind: "loaded", log: "" });
  expect(sizes).toEqual([0]);
});

test("a refusal is asked again, for its log", () => {
  const { kernel, sizes } = refusing(13, "R0 !read_ok");
  expect(loadProgram(kernel, LOAD)).toEqual({ kind: "refused", errno: 13, log: "R0 !read_ok" });
  expect(sizes).toEqual([0, 65536]);
});

test("the buffer grows until the log fits", () => {
  const log = "x".repeat(1_000_000);
  const { kernel, sizes } = refusing(22, log);
  expect(loadProgram(kernel, LOAD)).toEqual({ kind: "refused", errno: 22, log });
  expect(sizes).toEqual([0, 65536, 524288, 4194304]);
});

test("a log that never fits ends the attempts", () => {
  const { kernel, sizes } = refusing(22, "x".repeat(20_000_000));
  expect(loadProgram(kernel, LOAD)).toMatchObject({ kind: "refused", errno: 28 });
  expect(sizes.at(-1)).toBe((1 << 24) - 1);
});

test("without permission there is no second attempt", () => {
  const { kernel, sizes } = refusing(1, "");
  expect(loadProgram(kernel, LOAD)).toEqual({ kind: "refused", errno: 1, log: "" });
  expect(sizes).toEqual([0]);
});

test("a signal during verification is no refusal", () => {
  let attempts = 0;
  const kernel = new FakeKernel((name) => (name === "bpf" && ++attempts < 4 ? -11 : 9));
  expect(loadProgram(kernel, LOAD).kind).toBe("loaded");
  const again = ["bpf 5", "bpf 5", "bpf 5"];
  expect(kernel.calls).toEqual(["bpf 5", "rt_sigprocmask", ...again, "rt_sigprocmask"]);
});

// biome-ignore format: one case per line
test.each([
  { rule: "short names stay",      name: "opensnoop_1.x",         gives: "opensnoop_1.x" },
  { rule: "long names are cut",    name: "tracepoint_syscalls_a", gives: "tracepoint_sysc" },
  { rule: "others become _",       name: "kprobe:vfs*",           gives: "kprobe_vfs_" },
])("names for the kernel: $rule", ({ name, gives }) => {
  expect(kernelName(name)).toBe(gives);
});
