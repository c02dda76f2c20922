import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

const AS_NEEDED = 1; // BPF_F_NO_PREALLOC

// biome-ignore format: one case per line
test.each<{ rule: string; source: string; cpus: number; flags: number; type?: string }>([
  { rule: "small values are there from the start",           source: "BEGIN { @[pid] = count(); }",                        cpus: 64,  flags: 0 },
  { rule: "histograms per CPU too: the kernel hands out few at a time", source: "BEGIN { @[pid] = hist(1); }",             cpus: 4,   flags: 0 },
  { rule: "where that would take much memory, in one place for all", source: "BEGIN { @[pid] = hist(1); }",                cpus: 64,  flags: 0, type: "hash" },
  { rule: "not where that would, too",                       source: "BEGIN { @[pid] = hist(1, 5); }",                     cpus: 64,  flags: AS_NEEDED, type: "percpuHash" },
  { rule: "nor where the script asks for CPUs of their own", source: "let @ = percpuhash(4096); BEGIN { @[pid] = hist(1); }", cpus: 64, flags: AS_NEEDED, type: "percpuHash" },
  { rule: "nor where a script wants very many",              source: "config = { max_map_keys = 1000000 } BEGIN { @[pid] = hist(1); }", cpus: 4, flags: AS_NEEDED },
  { rule: "large values in one place are made as needed",    source: "BEGIN { @[pid] = kstr(curtask, 200); }",               cpus: 4,   flags: AS_NEEDED },
])("$rule", ({ source, cpus, flags, type }) => {
  const { compiled } = compile({ name: "-e", text: source }, { ...fakeTarget(), cpus }, { args: ["x"] });
  const map = compiled?.object.maps.find(({ name }) => name === "AT_");
  expect(map?.flags).toBe(flags);
  if (type !== undefined) expect(map?.type).toBe(type);
});
