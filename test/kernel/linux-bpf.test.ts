import { expect, test } from "vitest";
import {
  createMap,
  deleteElem,
  lookupBatch,
  lookupElem,
  nextKey,
  updateElem,
} from "../../src/linux/bpf-map.ts";
import { loadProgram, testRun } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";

const SOCKET_FILTER = 1;
const HASH = 1;
const kernel = openKernel();

test("a program is loaded and run", () => {
  const insns = Uint8Array.of(0xb7, 0, 0, 0, 42, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0); // r0 = 42; exit
  const loaded = loadProgram(kernel, { name: "answer", type: SOCKET_FILTER, insns, license: "GPL" });
  if (loaded.kind !== "loaded") throw new Error(loaded.log);
  using fd = loaded.fd;
  expect(testRun(kernel, fd, { data: new Uint8Array(64), repeat: 10 }).returned).toBe(42);
});

test("a refusal carries the verifier's log", () => {
  const insns = Uint8Array.of(0x95, 0, 0, 0, 0, 0, 0, 0); // exit with r0 unset
  const result = loadProgram(kernel, { name: "bad", type: SOCKET_FILTER, insns, license: "GPL" });
  expect(result).toMatchObject({ kind: "refused", errno: 13, log: expect.stringContaining("R0 !read_ok") });
});

test("map entries are written, read, walked and deleted", () => {
  using map = createMap(kernel, { name: "m", type: HASH, keySize: 4, valueSize: 8, maxEntries: 100 });
  for (let i = 0; i < 50; i++) updateElem(kernel, map, Uint8Array.of(i, 0, 0, 0), new Uint8Array(8).fill(i));
  const value = new Uint8Array(8);
  expect(lookupElem(kernel, map, Uint8Array.of(7, 0, 0, 0), value)).toBe(true);
  expect(value).toEqual(new Uint8Array(8).fill(7));
  expect(deleteElem(kernel, map, Uint8Array.of(7, 0, 0, 0))).toBe(true);
  expect(deleteElem(kernel, map, Uint8Array.of(7, 0, 0, 0))).toBe(false);
  const key = new Uint8Array(4);
  let count = 0;
  for (let more = nextKey(kernel, map, undefined, key); more; more = nextKey(kernel, map, key, key)) count++;
  expect(count).toBe(49);
  const batch = {
    keys: new Uint8Array(400),
    values: new Uint8Array(800),
    capacity: 100,
    position: new Uint8Array(4),
  };
  expect(lookupBatch(kernel, map, batch, true)).toEqual({ count: 49, end: true, errno: 0 });
});
