import { expect, test } from "vitest";
import { tooOldForMap, tooOldForProgram } from "./too-old.ts";

const version = (major: number, minor: number) => (major << 16) + (minor << 8);

// biome-ignore format: one case per line
test.each([
  { rule: "the type is too new",        says: tooOldForProgram(version(6, 1), "netfilter", "netfilter"),              since: "6.4" },
  { rule: "the place is too new",       says: tooOldForProgram(version(6, 1), "cgroupSockAddr", "cgroupUnixConnect"), since: "6.7" },
  { rule: "the map's type is too new",  says: tooOldForMap(version(6, 1), 33),                                        since: "6.9" },
])("$rule, and since when it is there is said", ({ says, since }) => {
  expect(says).toContain(`need Linux ${since} or later, and this is 6.1`);
});

test("what is there is not too new, nor what nobody knows", () => {
  expect(tooOldForProgram(version(6, 4), "netfilter", "netfilter")).toBeUndefined();
  expect(tooOldForProgram(version(6, 1), "xdp", undefined)).toBeUndefined();
  expect(tooOldForMap(version(6, 1), 999)).toBeUndefined();
});
