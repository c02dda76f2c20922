import fc from "fast-check";
import { expect, test } from "vitest";
import {
  DNS_CODE,
  DNS_TYPE,
  type DnsMessage,
  decodeDns,
  dnsQuery,
  encodeDns,
  isDnsName,
} from "./dns-message.ts";
import { ip } from "./ip-address.ts";

const names = fc
  .array(fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/), { minLength: 1, maxLength: 5 })
  .map((labels) => labels.join("."));
const records = fc.oneof(
  fc.record({
    name: names,
    type: fc.constant<number>(DNS_TYPE.a),
    ttlSeconds: fc.nat(),
    data: fc.constant(ip("192.0.2.7")),
  }),
  fc.record({
    name: names,
    type: fc.constant<number>(DNS_TYPE.aaaa),
    ttlSeconds: fc.nat(),
    data: fc.constant(ip("2001:db8::7")),
  }),
  fc.record({ name: names, type: fc.constant<number>(DNS_TYPE.cname), ttlSeconds: fc.nat(), data: names }),
  fc.record({
    name: names,
    type: fc.constant<number>(DNS_TYPE.txt),
    ttlSeconds: fc.nat(),
    data: fc.uint8Array({ maxLength: 40 }),
  }),
);
const messages: fc.Arbitrary<DnsMessage> = fc.record({
  id: fc.integer({ min: 0, max: 0xffff }),
  isResponse: fc.boolean(),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  code: fc.constantFrom(...Object.values(DNS_CODE)),
  questions: fc.array(fc.record({ name: names, type: fc.integer({ min: 1, max: 255 }) }), { maxLength: 3 }),
  answers: fc.array(records, { maxLength: 6 }),
});

test("a message that was written is read as it was", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(decodeDns(encodeDns(message))).toEqual(message);
    }),
  );
});

test("any bytes are read without harm, also references in circles", () => {
  const broken = fc.tuple(messages, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([message, at, byte]) => {
    const bytes = encodeDns(message);
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 100 })), (bytes) => {
      expect(() => decodeDns(bytes)).not.toThrow();
    }),
  );
  expect(
    decodeDns(Uint8Array.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1])),
  ).toBeUndefined();
});

test("a query is laid out as RFC 1035 says", () => {
  const hex = [...encodeDns(dnsQuery(0x1234, "a.org", DNS_TYPE.a))].map((byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  expect(hex.join(" ")).toBe("12 34 01 00 00 01 00 00 00 00 00 00 01 61 03 6f 72 67 00 00 01 00 01");
});

test.each([
  { rule: "a usual one", name: "www.example.org", gives: true },
  { rule: "an empty label", name: "www..org", gives: false },
  { rule: "a label of 64", name: `${"a".repeat(64)}.org`, gives: false },
  { rule: "254 characters", name: `${"a.".repeat(126)}ab`, gives: false },
])("name: $rule", ({ name, gives }) => {
  expect(isDnsName(name)).toBe(gives);
});
