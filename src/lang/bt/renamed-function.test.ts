import { expect, test } from "vitest";
import { otherNamesOf } from "./renamed-function.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; name: string; others: readonly string[] }>([
  { rule: "an old name leads to the new one",      name: "napi_poll",        others: ["__napi_poll"] },
  { rule: "a new name leads to the old one",       name: "scsi_done",        others: ["scsi_mq_done"] },
  { rule: "of several the nearest in time first",  name: "__alloc_pages_noprof", others: ["__alloc_pages", "__alloc_pages_nodemask"] },
  { rule: "other functions have one name",         name: "vfs_read",         others: [] },
])("$rule: $name", ({ name, others }) => {
  expect(otherNamesOf(name)).toEqual(others);
});
