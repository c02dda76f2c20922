import { execFileSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { assemble } from "../../src/isa/assemble.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { ObjectSpec, ProgramSpec } from "../../src/object/object.ts";
import { createTextWriter } from "../../src/output/text.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { LOSS_COUNTERS } from "../../src/plan/plan.ts";
import type { ValueType } from "../../src/plan/value-type.ts";
import type { Resolver } from "../../src/runtime/resolver.ts";
import { ScriptSession } from "../../src/runtime/script-session.ts";
import { expectGone } from "./linux-lab.ts";
import { needs } from "./needs.ts";

// A script's object and plan written by hand: what the runtime makes of a real kernel's events and maps.

const backend = openLinux();
afterAll(() => {
  backend[Symbol.dispose]();
  expectGone("skep_s_");
});

const HELPERS: Readonly<Record<string, number>> = {
  bpf_map_lookup_elem: 1,
  bpf_map_update_elem: 2,
  bpf_get_current_pid_tgid: 14,
  bpf_get_current_comm: 16,
  bpf_ringbuf_reserve: 131,
  bpf_ringbuf_submit: 132,
};

function program(name: string, text: string): ProgramSpec {
  const { insns, report } = assemble({ name, text }, { helperId: (helper) => HELPERS[helper] });
  expect(report.diagnostics).toEqual([]);
  const section = "raw_tp/sys_enter";
  return { name, type: "rawTracepoint", section, insns: insns as Insn[], functions: [] };
}

const event = (action: number, size: number, body: string): string => `
  r1 = map[events]
  r2 = ${size}
  r3 = 0
  call bpf_ringbuf_reserve
  if r0 == 0 goto no_room_${action}
  r6 = r0
  r1 = ${action}
  *(u64 *)(r6 + 0) = r1
  ${body}
  r1 = r6
  r2 = 0
  call bpf_ringbuf_submit
no_room_${action}:
`;

const put = (key: number, value: number): string => `
  r1 = ${key}
  *(u32 *)(r10 - 4) = r1
  r1 = ${value}
  *(u64 *)(r10 - 16) = r1
  r1 = map[table]
  r2 = r10
  r2 += -4
  r3 = r10
  r3 += -16
  r4 = 0
  call bpf_map_update_elem
`;

const begin = program(
  "skep_s_begin",
  `
  ${event(
    0,
    48,
    `
  call bpf_get_current_pid_tgid
  r0 >>= 32
  *(u64 *)(r6 + 8) = r0
  r1 = r6
  r1 += 16
  r2 = 16
  call bpf_get_current_comm
  r1 = 40
  *(u32 *)(r6 + 32) = r1
  r1 = 3
  *(u32 *)(r6 + 36) = r1
  r1 = 0x631b61 ll
  *(u64 *)(r6 + 40) = r1`,
  )}
  ${put(9, 11)}
  ${put(8, 12)}
  r1 = 0
  *(u32 *)(r10 - 4) = r1
  r1 = map[count]
  r2 = r10
  r2 += -4
  call bpf_map_lookup_elem
  if r0 == 0 goto none
  r1 = *(u64 *)(r0 + 0)
  r1 += 3
  *(u64 *)(r0 + 0) = r1
none:
  ${event(1, 16, "r1 = 7\n  *(u64 *)(r6 + 8) = r1")}
  ${event(2, 8, "")}
  r0 = 0
  exit
`,
);
const end = program("skep_s_end", `${event(3, 8, "")}\n  r0 = 0\n  exit\n`);

const one = { keySize: 4, maxEntries: 1, flags: 0 };
const maps: MapSpec[] = [
  { name: "events", type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 65_536, flags: 0 },
  { ...one, name: "control", type: "array", valueSize: 24, flags: 1 << 10 },
  { ...one, name: "losses", type: "percpuArray", valueSize: LOSS_COUNTERS.length * 8 },
  { ...one, name: "count", type: "percpuArray", valueSize: 8 },
  { ...one, name: "table", type: "hash", valueSize: 8, maxEntries: 16 },
];
const object: ObjectSpec = { programs: [begin, end], maps, license: "GPL" };

const u64: ValueType = { kind: "int", size: 8, signed: false };
const u32: ValueType = { kind: "int", size: 4, signed: false };
const arg = (conversion: string) => ({ kind: "arg", flags: "", conversion }) as const;
const text = (value: string) => ({ kind: "text", text: value }) as const;
const manual = { attach: { kind: "manual" }, probe: "BEGIN" } as const;
const plan: Plan = {
  programs: [
    { program: begin.name, phase: "begin", points: [manual] },
    { program: end.name, phase: "end", points: [manual] },
  ],
  actions: [
    {
      kind: "printf",
      format: [arg("d"), text(" "), arg("s"), text(" "), arg("s"), text("\n")],
      args: [
        { type: u64, offset: 8 },
        { type: { kind: "string", size: 16 }, offset: 16 },
        { type: { kind: "tailString", limit: 64 }, offset: 32 },
      ],
    },
    { kind: "exit", code: { type: u64, offset: 8 } },
    { kind: "printf", format: [text("never\n")], args: [] },
    { kind: "zeroMap", map: "@table" },
  ],
  maps: [
    {
      name: "@table",
      map: "table",
      key: u32,
      value: { kind: "value", type: u64 },
      perCpu: false,
      printAtEnd: true,
    },
    { name: "@count", map: "count", value: { kind: "count" }, perCpu: true, printAtEnd: true },
  ],
  probeNames: [],
  rings: { events: "events", control: "control", losses: "losses" },
  unsafe: [],
};
const resolver: Resolver = {
  kernelSymbol: () => undefined,
  userSymbol: () => undefined,
  cgroupPath: () => undefined,
  userName: () => undefined,
  errorText: () => undefined,
  clockOffsetNs: () => 0n,
};

test("a script's events and maps from BEGIN to the end", (context) => {
  needs(context, "ringbuf");
  let output = "";
  const writer = createTextWriter({ write: (piece) => (output += piece) });
  const exits: number[] = [];
  using session = new ScriptSession(backend.load(object), plan, {
    resolver,
    host: { unixTimeNs: () => BigInt(Date.now()) * 1_000_000n },
    onRecord: (record) => writer.write(record),
    onIdle: () => writer.flush(),
    onExit: (code) => exits.push(code),
  });
  session.start();
  expect(exits).toEqual([7]);
  expect(session.readMap("@table").entries).toEqual([
    { key: 9, value: 11n },
    { key: 8, value: 12n },
  ]);
  session.stop();
  const comm = execFileSync("cat", [`/proc/${process.pid}/comm`], { encoding: "utf8" }).trim();
  const lines = output.split("\n");
  expect(lines[1]).toBe(`${process.pid} ${comm} a\\x1bc`);
  expect(lines.filter((_, i) => i !== 1)).toEqual([
    "Attached 2 probes",
    "",
    "",
    "@count: 3",
    "@table[8]: 0",
    "@table[9]: 0",
    "",
  ]);
  expect(session.losses.unread).toBe(0n);
});
