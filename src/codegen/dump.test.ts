import { expect, test } from "vitest";
import { compileModule } from "../../test/support/differential.ts";
import { parseModule } from "../ir/parse.ts";
import { printObject } from "./dump.ts";

test("an object is shown with its maps, helpers' names and source lines", () => {
  const module = parseModule(`source "count.bt" "pid = tid;\\nreturn pid;\\n"
license "GPL"
map {"name":"total","type":"array","keySize":4,"valueSize":8,"maxEntries":1,"flags":0}
program "count" rawTracepoint "raw_tp/sys_enter" {
b0:
  v0:i64 = call helper "bpf_get_current_pid_tgid"() @0..3
  v1:ptr = mapValueAddr "total", 0 @11..12
  atomic.64 add v1, 0, v0 @11..12
  return v0 @11..12
}`);
  expect(printObject(compileModule(module, 3))).toBe(`map total: array, key 4 bytes, value 8 bytes, 1 entries

program count (rawTracepoint) at raw_tp/sys_enter: 5 slots
count:
; pid = tid; @ count.bt:1
   0: call bpf_get_current_pid_tgid#14
; return pid; @ count.bt:2
   1: r5 = value of map total + 0 ll
   3: lock *(u64 *)(r5 +0) += r0
   4: exit
`);
});
