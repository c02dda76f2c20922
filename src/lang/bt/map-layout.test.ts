import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

const AS_NEEDED = 1; // BPF_F_NO_PREALLOC

// biome-ignore format: one case per line
test.each([
  { rule: "small values are there from the start",           source: "BEGIN { @[pid] = count(); }",                        cpus: 64,  flags: 0 },
  { rule: "histograms per CPU too: the kernel hands out few at a time", source: "BEGIN { @[pid] = hist(1); }",             cpus: 4,   flags: 0 },
  { rule: "not where they would take much of the memory",    source: "BEGIN { @[pid] = hist(1); }",                        cpus: 64,  flags: AS_NEEDED },
  { rule: "nor where a script wants very many",              source: "config = { max_map_keys = 1000000 } BEGIN { @[pid] = hist(1); }", cpus: 4, flags: AS_NEEDED },
  { rule: "large values in one place are made as needed",    source: "BEGIN { @[pid] = kstr(curtask, 200); }",               cpus: 4,   flags: AS_NEEDED },
])("$rule", ({ source, cpus, flags }) => {
  const { compiled } = compile({ name: "-e", text: source }, { ...fakeTarget(), cpus }, { args: ["x"] });
  expect(compiled?.object.maps.find(({ name }) => name === "AT_")?.flags).toBe(flags);
});
