import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { globMatcher } from "../../base/glob.ts";
import { parseBtf } from "../../btf/decode.ts";
import { BtfBuilder } from "../../btf/encode.ts";
import { compile } from "../../pipeline.ts";
import type { BpfFunction, Feature } from "../../plan/target.ts";

// Functions of BPF programs that are loaded. What runs is in test/kernel/bpf-functions.test.ts.

const b = new BtfBuilder();
const int = b.addInt(4, true);
const proto = b.add({
  kind: "funcProto",
  returns: int,
  params: [{ name: "length", type: int }],
  variadic: false,
});
const check = b.add({ kind: "func", name: "check", proto, linkage: "global" });
const btf = parseBtf(b.finish());
const LOADED: readonly BpfFunction[] = [
  { program: 7, name: "check", btf, id: check, type: "xdp" },
  { program: 9, name: "check", btf, id: check, type: "schedCls" },
  { program: 12, name: "check", btf, id: check, type: "tracing", traces: true },
];

function compiled(source: string, lacks: readonly Feature[] = []) {
  const bpfFunctions = (name: string, ids: string) =>
    LOADED.filter((fn) => globMatcher(name)(fn.name) && globMatcher(ids)(String(fn.program)));
  return compile({ name: "-e", text: source }, { ...fakeTarget({ lacks }), bpfFunctions });
}

// biome-ignore format: one case per line
test.each([
  { source: "fentry:bpf:check { @ = args.length; }",   probes: ["fentry:bpf:7:check", "fentry:bpf:9:check"] },
  { source: "fentry:bpf:12:check { @ = args.length; }", probes: ["fentry:bpf:12:check"] },
  { source: "fexit:bpf:9:check { @ = retval; }",       probes: ["fexit:bpf:9:check"] },
  { source: "fr:bpf:7:* { @ = retval; }",              probes: ["fexit:bpf:7:check"] },
  { source: "f:bpf:ch* { @[probe] = count(); }",       probes: ["fentry:bpf:7:check", "fentry:bpf:9:check"] },
  { source: "fentry:bpf:*:check { @ = args.length; }", probes: ["fentry:bpf:7:check", "fentry:bpf:9:check"] },
])("$source", ({ source, probes }) => {
  const { compiled: done, report } = compiled(source);
  const points = done?.plan.programs.flatMap((program) => program.points) ?? [];
  expect(points.map(({ probe }) => probe), JSON.stringify(report.diagnostics)).toEqual(probes);
  expect(points[0]?.attach).toMatchObject({ function: "check", program: expect.any(Number) });
});

// biome-ignore format: one case per line
test.each<{ source: string; lacks?: Feature[]; code: string; help?: RegExp }>([
  { source: "fentry:bpf:chekc { @ = 1; }",            code: "probe/not-found",   help: /there are `check`/ },
  { source: "fentry:bpf:8:check { @ = 1; }",          code: "probe/not-found",   help: /loaded with BTF/ },
  { source: "fentry:bpf:7:check:more { @ = 1; }",     code: "probe/parts" },
  { source: "fentry:bpf:7: { @ = 1; }",               code: "probe/parts" },
  { source: "fentry:bpf:check { @ = 1; }",            code: "probe/unsupported", lacks: ["fentry"] },
])("$source: $code", ({ source, lacks = [], code, help = /./ }) => {
  const { diagnostics } = compiled(source, lacks).report;
  expect(diagnostics).toMatchObject([{ code, help: expect.stringMatching(help) }]);
});
