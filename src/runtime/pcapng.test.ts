import { expect, test } from "vitest";
import { pcapngHead, pcapngPacket } from "./pcapng.ts";

/** The blocks of a file: their types, and whether both lengths of each are right. */
function blocks(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const types: number[] = [];
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at + 4, true);
    expect(length % 4).toBe(0);
    expect(view.getUint32(at + length - 4, true)).toBe(length);
    types.push(view.getUint32(at, true));
    at += length;
  }
  return types;
}

test("a file is a section, an interface and packets", () => {
  const parts = [pcapngHead(), pcapngPacket(Uint8Array.of(0x45, 1, 2), 5_000_000_001n, 60)];
  const file = Uint8Array.from(parts.flatMap((part) => [...part]));
  expect(blocks(file)).toEqual([0x0a0d0d0a, 1, 6]);
});

test("a packet has its time, both lengths and its bytes, padded", () => {
  const packet = pcapngPacket(Uint8Array.of(0x45, 1, 2), (7n << 32n) + 9n, 60);
  const view = new DataView(packet.buffer);
  expect([12, 16, 20, 24].map((at) => view.getUint32(at, true))).toEqual([7, 9, 3, 60]);
  expect([...packet.subarray(28, 32)]).toEqual([0x45, 1, 2, 0]);
});
