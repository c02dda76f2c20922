import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { reduceStrength } from "./reduce-strength.ts";

// biome-ignore format: one case per line
test.each([
  { op: "mul",  by: 8n,       uses: ["lsh"] },
  { op: "div",  by: 8n,       uses: ["rsh"] },
  { op: "mod",  by: 8n,       uses: ["and"] },
  { op: "sdiv", by: 8n,       uses: ["arsh", "rsh", "add", "arsh"] },
  { op: "smod", by: 8n,       uses: ["arsh", "rsh", "add", "and", "sub"] },
  { op: "div",  by: 10n,      uses: ["div"] },
  { op: "div",  by: 0n,       uses: ["div"] },
  { op: "sdiv", by: 1n << 63n, uses: ["sdiv"] },
])("$op by $by", ({ op, by, uses }) => {
  const body = `v0:i64 = call helper "bpf_ktime_get_ns"()\nv1:i64 = const ${by}\nv2:i64 = ${op} v0, v1\nreturn v2`;
  const ops = runPass(reduceStrength, body).lines.map((line) => / = (\w+) v\d+, v/.exec(line)?.[1]);
  expect(ops.filter(Boolean)).toEqual(uses);
});
