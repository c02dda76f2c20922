import fc from "fast-check";
import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { readCapture } from "./run-command-capture.ts";

const PACKETS = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6, 7), Uint8Array.of()];

/** A list of numbers of 1, 2 or 4 bytes, and bytes. */
type Piece = readonly [size: 1 | 2 | 4, value: number] | Uint8Array;

function bytesOf(pieces: readonly Piece[], little = true): Uint8Array {
  const out: number[] = [];
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) out.push(...piece);
    else {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, piece[1], little);
      if (piece[0] === 2) view.setUint16(0, piece[1], little);
      out.push(...new Uint8Array(view.buffer, 0, piece[0]));
    }
  }
  return Uint8Array.from(out);
}

function pcap(
  packets: readonly Uint8Array[],
  options: { little?: boolean; magic?: number; cut?: number } = {},
): Uint8Array {
  const head: Piece[] = [
    [4, options.magic ?? 0xa1b2c3d4],
    [2, 2],
    [2, 4],
    [4, 0],
    [4, 0],
    [4, 65535],
    [4, 1],
  ];
  const records = packets.flatMap((packet): Piece[] => [
    [4, 0],
    [4, 0],
    [4, packet.length],
    [4, packet.length + (options.cut ?? 0)],
    packet,
  ]);
  return bytesOf([...head, ...records], options.little ?? true);
}

function block(type: number, body: Uint8Array, little: boolean): Uint8Array {
  const padded = new Uint8Array(Math.ceil(body.length / 4) * 4);
  padded.set(body);
  return bytesOf([[4, type], [4, padded.length + 12], padded, [4, padded.length + 12]], little);
}

function pcapng(packets: readonly Uint8Array[], little = true): Uint8Array {
  const section = bytesOf(
    [
      [4, 0x1a2b3c4d],
      [2, 1],
      [2, 0],
      [4, 0xffffffff],
      [4, 0xffffffff],
    ],
    little,
  );
  const device = bytesOf(
    [
      [2, 113],
      [2, 0],
      [4, 0],
    ],
    little,
  );
  const enhanced = packets.map((packet) =>
    block(6, bytesOf([[4, 0], [4, 0], [4, 0], [4, packet.length], [4, packet.length], packet], little), little),
  );
  const simple = block(3, bytesOf([[4, 2], Uint8Array.of(8, 9)], little), little);
  return bytesOf([block(0x0a0d0d0a, section, little), block(1, device, little), ...enhanced, simple]);
}

// biome-ignore format: one case per line
test.each([
  { rule: "pcap",                        bytes: pcap(PACKETS) },
  { rule: "pcap, the other byte order",  bytes: pcap(PACKETS, { little: false }) },
  { rule: "pcap with nanoseconds",       bytes: pcap(PACKETS, { magic: 0xa1b23c4d }) },
])("$rule", ({ bytes }) => {
  expect(readCapture(bytes, "x")).toEqual({ packets: PACKETS, cut: 0, linkType: 1, truncated: false });
});

test.each([{ little: true }, { little: false }])("pcapng, little end first: $little", ({ little }) => {
  const packets = [...PACKETS, Uint8Array.of(8, 9)];
  expect(readCapture(pcapng(PACKETS, little), "x")).toEqual({
    packets,
    cut: 0,
    linkType: 113,
    truncated: false,
  });
});

test("packets that were cut when captured are counted", () => {
  expect(readCapture(pcap(PACKETS, { cut: 5 }), "x")).toMatchObject({ packets: PACKETS, cut: 3 });
});

test("a file that ends within a packet gives those before", () => {
  const whole = pcap(PACKETS.slice(0, 2));
  expect(readCapture(whole.subarray(0, whole.length - 1), "x")).toMatchObject({
    packets: PACKETS.slice(0, 1),
    truncated: true,
  });
});

test("other bytes are no capture", () => {
  expect(readCapture(Uint8Array.of(1, 2, 3, 4, 5), "x")).toBeUndefined();
  expect(readCapture(Uint8Array.of(), "x")).toBeUndefined();
});

test("damaged captures are refused, and whatever they hold ends soon", () => {
  const seeds = [pcap(PACKETS), pcapng(PACKETS), pcapng(PACKETS, false)];
  const damage = fc.record({
    seed: fc.constantFrom(...seeds),
    length: fc.nat(200),
    changes: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(damage, ({ seed, length, changes }) => {
      const bytes = seed.slice(0, Math.max(4, length));
      for (const [at, value] of changes) if (at >= 4 && at < bytes.length) bytes[at] = value;
      try {
        const capture = readCapture(bytes, "x");
        expect(capture?.packets.length).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof SkepError)) throw error;
        expect(error.code).toBe("run/bad-capture");
      }
    }),
    { numRuns: 2000 },
  );
});
