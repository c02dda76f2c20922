import { expect, test } from "vitest";
import { progLoadAttr } from "../abi/attr-prog.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { Features } from "./features.ts";

const linux = (major: number, minor: number) => (major << 16) | (minor << 8);

/** Refuses every program, with `log`. */
function refusing(log: string) {
  return new FakeKernel((_name, args, kernel) => {
    if (args[0] !== 5) return 8; // a map
    const { logSize, logBuf } = progLoadAttr.decode(args[1] as Uint8Array);
    if (logSize > 0) kernel.bytesAt(logBuf).set(new TextEncoder().encode(log));
    return -22;
  });
}

test("a new enough version is believed", () => {
  const features = new Features(
    () => {
      throw new Error("the kernel is asked");
    },
    linux(6, 12),
  );
  expect(features.has("ktimeTai")).toBe(true);
  expect(features.has("rawTracepointCookie")).toBe(true);
});

// biome-ignore format: one case per line
test.each([
  { rule: "refused for its arguments: it is there",    log: "R1 type=ctx expected=fp",            has: true },
  { rule: "an unknown number",                         log: "invalid func unknown#181",           has: false },
  { rule: "an unknown name, in newer words",           log: "unknown func bpf_loop#181",          has: false },
  { rule: "not for this kind of program",              log: "program of this type cannot use helper bpf_loop#181", has: false },
  { rule: "no log, so no answer",                      log: "",                                   has: false },
])("an older kernel is asked about a helper: $rule", ({ log, has }) => {
  expect(new Features(() => refusing(log), linux(5, 10)).has("bpfLoop")).toBe(has);
});

test("each feature is asked about once", () => {
  const kernel = refusing("unknown func");
  const features = new Features(() => kernel, linux(5, 10));
  features.has("bpfLoop");
  const { length } = kernel.calls;
  features.has("bpfLoop");
  expect(kernel.calls).toHaveLength(length);
});

test("what cannot be asked about is left to the version", () => {
  const kernel = refusing("");
  expect(new Features(() => kernel, linux(5, 16)).has("commPadded")).toBe(false);
  expect(kernel.calls).toEqual([]);
});

test("a program that loads shows an instruction, and a map a way to allocate", () => {
  const accepting = new FakeKernel(() => 8);
  const features = new Features(() => accepting, linux(5, 10));
  expect(features.has("atomicFetch")).toBe(true);
  expect(features.has("noPreallocTracing")).toBe(true);
  expect(accepting.closed).toEqual([8, 8, 8]);
  const old = new Features(
    () => refusing("perf_event programs can only use preallocated hash map"),
    linux(5, 10),
  );
  expect(old.has("noPreallocTracing")).toBe(false);
});

// biome-ignore format: one case per line
test.each([
  { rule: "the list of functions is read, so links are known", errno: -14, has: true },
  { rule: "built without them",                                errno: -95, has: false },
  { rule: "a kernel that has no such links",                   errno: -22, has: false },
  { rule: "not for this process",                              errno: -1,  has: false },
])("one link for many functions: $rule", ({ errno, has }) => {
  const LINK_CREATE = 28;
  const kernel = new FakeKernel((_name, args) => (args[0] === LINK_CREATE ? errno : 8));
  expect(new Features(() => kernel, linux(6, 12)).has("kprobeMulti")).toBe(has);
  expect(kernel.closed).toEqual([8]);
});
