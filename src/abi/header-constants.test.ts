import { expect, test } from "vitest";
import { headerConstants } from "./header-constants.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; name: string; value: bigint }>([
  { rule: "the first of a row",                  name: "ICMP_ECHOREPLY",      value: 0n },
  { rule: "a number behind a gap",               name: "ICMP_ECHO",           value: 8n },
  { rule: "counted from the row's first",        name: "ICMPV6_ECHO_REPLY",   value: 129n },
  { rule: "the last of a long row",              name: "CAP_CHECKPOINT_RESTORE", value: 40n },
  { rule: "bits, one after the other",           name: "TCPHDR_ACK",          value: 16n },
  { rule: "bits from a higher one on",           name: "TASK_DEAD",           value: 0x80n },
  { rule: "a mask",                              name: "FUTEX_CMD_MASK",      value: -385n },
  { rule: "a name of another table's header",    name: "AF_INET6",            value: 10n },
])("$rule: $name", ({ name, value }) => {
  expect(headerConstants("x86_64").get(name)).toBe(value);
});
