import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePacket } from "./encode-packet.ts";
import { ip, ipFromBytes, isWithin, parseIp, prefix, toMapped } from "./ip-address.ts";
import { macFromBytes } from "./mac-address.ts";
import { ETHERTYPE, type Packet, PROTOCOL, packetBytes } from "./packet.ts";
import { parsePacket } from "./parse-packet.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const mac = bytes(6).map((raw) => macFromBytes(raw));
const options = fc.record(
  {
    mss: u16,
    windowScale: fc.integer({ min: 0, max: 14 }),
    sackPermitted: fc.constant(true),
    timestamps: fc.record({ value: u32, echo: u32 }),
    sack: fc.array(fc.tuple(u32, u32), { minLength: 1, maxLength: 1 }),
  },
  { requiredKeys: [] },
);
const transports = fc.oneof(
  fc.record({
    protocol: fc.constant<number>(PROTOCOL.tcp),
    transport: fc.record({
      kind: fc.constant("tcp" as const),
      sourcePort: u16,
      destinationPort: u16,
      seq: u32,
      ack: u32,
      flags: fc.integer({ min: 0, max: 255 }),
      window: u16,
      options,
    }),
  }),
  fc.record({
    protocol: fc.constant<number>(PROTOCOL.udp),
    transport: fc.record({ kind: fc.constant("udp" as const), sourcePort: u16, destinationPort: u16 }),
  }),
  fc.record({
    protocol: fc.constantFrom<number>(PROTOCOL.icmp, PROTOCOL.icmpv6),
    transport: fc.record({
      kind: fc.constant("icmp" as const),
      type: fc.integer({ min: 0, max: 255 }),
      code: fc.integer({ min: 0, max: 255 }),
      rest: u32,
    }),
  }),
);
const packets: fc.Arbitrary<Packet> = fc
  .tuple(
    fc.constantFrom<4 | 6>(4, 6),
    bytes(16),
    bytes(16),
    transports,
    fc.uint8Array({ maxLength: 300 }),
    mac,
    mac,
    fc.option(fc.record({ id: fc.integer({ min: 0, max: 4095 }), priority: fc.integer({ min: 0, max: 7 }) }), {
      nil: undefined,
    }),
    u16,
  )
  .map(([version, source, destination, { protocol, transport }, payload, from, to, vlan, id]) => ({
    link: {
      source: from,
      destination: to,
      type: version === 4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6,
      ...(vlan && { vlan }),
    },
    network: {
      kind: "ip",
      source: ipFromBytes(source, 0, version),
      destination: ipFromBytes(destination, 0, version),
      protocol,
      ttl: 64,
      tos: 0,
      id: version === 4 ? id : 0,
      dontFragment: true,
    },
    transport,
    payload,
  }));

test("a packet that was written is read as it was, and its checksums are right", () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const frame = encodePacket(packet);
      expect(frame.length).toBe(packetBytes(packet));
      expect(parsePacket(frame)).toEqual({ packet });
    }),
  );
});

test("a bit that flips behind the Ethernet header is found by a checksum or a length", () => {
  const inIpv4 = packets.filter(
    ({ network, transport }) =>
      network.kind === "ip" && network.source.version === 4 && transport.kind === "tcp",
  );
  fc.assert(
    fc.property(inIpv4, fc.nat(), fc.integer({ min: 0, max: 7 }), (packet, where, bit) => {
      const frame = encodePacket(packet);
      const start = packet.link.vlan ? 18 : 14;
      const at = start + (where % (frame.length - start));
      frame[at] = (frame[at] as number) ^ (1 << bit);
      expect(parsePacket(frame)?.fault).toBeDefined();
    }),
  );
});

test("any bytes are read without harm", () => {
  const plausible = fc
    .tuple(packets, fc.uint8Array({ maxLength: 60 }), fc.nat(80))
    .map(([packet, noise, at]) => {
      const frame = encodePacket(packet);
      frame.set(noise.subarray(0, Math.max(0, frame.length - at)), Math.min(at, frame.length));
      return frame;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), plausible), (frame) => {
      const parsed = parsePacket(frame);
      if (frame.length < 14) expect(parsed).toBeUndefined();
      else if (parsed) expect(packetBytes(parsed.packet)).toBeLessThanOrEqual(frame.length);
    }),
  );
});

test("addresses are read as they are written", () => {
  fc.assert(
    fc.property(fc.constantFrom<4 | 6>(4, 6), bytes(16), (version, raw) => {
      const address = ipFromBytes(raw, 0, version);
      expect(ip(address.text)).toEqual(address);
    }),
  );
});

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string | undefined }>([
  { rule: "IPv4",                         text: "192.0.2.1",             gives: "192.0.2.1" },
  { rule: "a part above 255",             text: "192.0.2.256",           gives: undefined },
  { rule: "three parts",                  text: "192.0.2",               gives: undefined },
  { rule: "shortened",                    text: "2001:DB8:0:0:0:0:0:1",  gives: "2001:db8::1" },
  { rule: "nothing but zeros",            text: "::",                    gives: "::" },
  { rule: "mapped",                       text: "::ffff:192.0.2.1",      gives: "::ffff:192.0.2.1" },
  { rule: "two gaps",                     text: "1::2::3",               gives: undefined },
  { rule: "nine groups",                  text: "1:2:3:4:5:6:7:8:9",     gives: undefined },
  { rule: "a gap of nothing",             text: "1:2:3:4::5:6:7:8",      gives: undefined },
  { rule: "seven groups",                 text: "1:2:3:4:5:6:7",         gives: undefined },
  { rule: "letters",                      text: "example.org",           gives: undefined },
])("reads an address: $rule", ({ text, gives }) => {
  expect(parseIp(text)?.text).toBe(gives);
});

// biome-ignore format: one case per line
test.each<{ rule: string; address: string; within: string; gives: boolean }>([
  { rule: "whole bytes",      address: "10.1.2.3",    within: "10.0.0.0/8",     gives: true },
  { rule: "outside",          address: "11.1.2.3",    within: "10.0.0.0/8",     gives: false },
  { rule: "odd bits",         address: "172.31.0.1",  within: "172.16.0.0/12",  gives: true },
  { rule: "odd bits outside", address: "172.32.0.1",  within: "172.16.0.0/12",  gives: false },
  { rule: "everything",       address: "8.8.8.8",     within: "0.0.0.0/0",      gives: true },
  { rule: "another version",  address: "::1",         within: "0.0.0.0/0",      gives: false },
  { rule: "IPv6",             address: "fe80::1",     within: "fe80::/10",      gives: true },
])("prefix $rule", ({ address, within, gives }) => {
  expect(isWithin(ip(address), prefix(within))).toBe(gives);
  expect(toMapped(ip(address)).version).toBe(6);
});
