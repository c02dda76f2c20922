import { expect, test } from "vitest";
import { parseAddress } from "./ip-address.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "IPv4",              text: "10.1.2.255",              hex: "0a0102ff" },
  { rule: "IPv6, in full",     text: "1:2:3:4:5:6:7:abcd",      hex: "0001000200030004000500060007abcd" },
  { rule: "a gap",             text: "fd00::1",                 hex: "fd000000000000000000000000000001" },
  { rule: "a gap at the end",  text: "fd00:1::",                hex: "fd000001000000000000000000000000" },
  { rule: "nothing but a gap", text: "::",                      hex: "00000000000000000000000000000000" },
  { rule: "IPv4 inside",       text: "::ffff:192.0.2.1",        hex: "00000000000000000000ffffc0000201" },
  { rule: "a zone",            text: "fe80::2%eth0",            hex: "fe800000000000000000000000000002" },
])("$rule: $text", ({ text, hex }) => {
  expect([...parseAddress(text)].map((b) => b.toString(16).padStart(2, "0")).join("")).toBe(hex);
});
