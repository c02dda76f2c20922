import { expect, test } from "vitest";
import { noAttachment } from "./attachments.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { Fd } from "./fd.ts";
import { LinuxLink } from "./link.ts";

const UPDATE = "bpf 29";
const DETACH = "bpf 34";
const attach = { kind: "xdp", ifindex: 3 } as const;
const make = (kernel: FakeKernel, fds: { links?: number[]; quickLinks?: number[]; undo?: (() => void)[] }) =>
  new LinuxLink(kernel, { ...noAttachment(), ...fds }, attach);

// biome-ignore format: one case per line
test.each([
  { rule: "attached without a link", fds: {},                              remedy: "newer kernel" },
  { rule: "several links",           fds: { links: [7], quickLinks: [8] }, remedy: "one by one" },
])("what is no single link cannot be used as one: $rule", ({ fds, remedy }) => {
  const kernel = new FakeKernel(() => 0);
  const link = make(kernel, fds);
  for (const use of [() => link.info(), () => link.pin("/x"), () => link.update(new Fd(kernel, 3))])
    expect(use).toThrow(
      expect.objectContaining({ code: "linux/no-single-link", remedy: expect.stringContaining(remedy) }),
    );
});

// biome-ignore format: one case per line
test.each([
  { errno: 22, code: "system/EINVAL",  remedy: "same type" },
  { errno: 1,  code: "system/EPERM",   remedy: "not the one" },
  { errno: 67, code: "system/ENOLINK", remedy: "attach the program again" },
])("an update that is refused says why: $code", ({ errno, code, remedy }) => {
  const kernel = new FakeKernel(() => -errno);
  expect(() => make(kernel, { links: [7] }).update(new Fd(kernel, 3), new Fd(kernel, 4))).toThrow(
    expect.objectContaining({ code, remedy: expect.stringContaining(remedy) }),
  );
  expect(kernel.calls).toEqual([UPDATE]);
});

test("it is detached once; links that cannot be are closed", () => {
  const kernel = new FakeKernel(() => -95);
  let undone = 0;
  const link = make(kernel, { links: [7], undo: [() => undone++] });
  link.detach();
  expect([kernel.calls, kernel.closed, undone]).toEqual([[DETACH], [7], 1]);
  expect(() => link.detach()).toThrow(expect.objectContaining({ code: "linux/detached" }));
  expect(() => link.info()).toThrow(expect.objectContaining({ code: "linux/detached" }));
  link.close();
  expect(undone).toBe(1);
});
