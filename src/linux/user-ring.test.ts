import { expect, test } from "vitest";
import type { MapSpec } from "../abi/map-spec.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { Fd } from "./fd.ts";
import { LinuxMap } from "./maps.ts";
import { pageSize } from "./procfs.ts";
import { UserRing } from "./user-ring.ts";

const PAGE = pageSize();
const SPEC: MapSpec = { name: "r", type: "userRingbuf", keySize: 0, valueSize: 0, maxEntries: PAGE, flags: 0 };

/** A ring whose memory the test sees as the kernel does; the data is mapped once here, so records must not wrap. */
function open() {
  const consumer = new ArrayBuffer(PAGE);
  const producer = new ArrayBuffer(PAGE + 2 * PAGE);
  const memory = [consumer, producer];
  const kernel = new FakeKernel((name, _args, k) =>
    name === "mmap" ? k.place(memory.shift() ?? new ArrayBuffer(0)) : 0,
  );
  const ring = new UserRing(kernel, new LinuxMap(kernel, SPEC, new Fd(kernel, 3), 1));
  return {
    kernel,
    ring,
    consumed: new BigUint64Array(consumer, 0, 1),
    produced: new BigUint64Array(producer, 0, 1),
    headers: new Uint32Array(producer, PAGE),
    data: new Uint8Array(producer, PAGE),
  };
}

test("a record is busy until it is submitted", () => {
  const { ring, produced, headers, data } = open();
  const record = ring.reserve(5);
  expect([produced[0], headers[0]]).toEqual([16n, (5 | 0x8000_0000) >>> 0]);
  record?.data.set([1, 2, 3, 4, 5]);
  record?.submit();
  expect(headers[0]).toBe(5);
  expect([...data.subarray(8, 13)]).toEqual([1, 2, 3, 4, 5]);
  ring.reserve(8)?.discard();
  expect(headers[4]).toBe(8 | 0x4000_0000);
  expect(produced[0]).toBe(32n);
});

test("a full ring takes nothing until the program has read", () => {
  const { ring, consumed } = open();
  let written = 0;
  while (ring.write(new Uint8Array(56))) written++;
  expect(written).toBe(PAGE / 64);
  consumed[0] = 64n;
  expect(ring.write(new Uint8Array(56))).toBe(true);
  expect(ring.write(new Uint8Array(56))).toBe(false);
});

test.each([-1, 1.5, PAGE])("a record of %d bytes never fits", (length) => {
  const { ring } = open();
  expect(() => ring.reserve(length)).toThrow(expect.objectContaining({ code: "linux/record-too-large" }));
});

test("it is closed once, and not used afterwards", () => {
  const { ring, kernel } = open();
  ring.close();
  ring.close();
  expect(kernel.calls.filter((c) => c === "munmap")).toHaveLength(2);
  expect(() => ring.write(new Uint8Array(1))).toThrow("closed");
});
