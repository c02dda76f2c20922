import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OutputRecord } from "../base/output-record.ts";
import type { Action, FormatPart, MapPlan, Plan } from "../plan/plan.ts";
import type { ValueType } from "../plan/value-type.ts";
import { compileActions } from "./interpret-plan.ts";
import { ScriptMaps } from "./script-maps.ts";
import { RecordBytes, testContext } from "./test-context.ts";
import { FakeHost, FakeLoaded } from "./test-loaded.ts";
import { FakeMap, words } from "./test-map.ts";

beforeEach(() => vi.stubEnv("TZ", "UTC"));
afterEach(() => vi.unstubAllEnvs());

const u64: ValueType = { kind: "int", size: 8, signed: false };
const tail: ValueType = { kind: "tailString", limit: 64 };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const words3: ValueType = { kind: "array", of: tail, length: 3, stride: 8 };
const percentS: FormatPart[] = [{ kind: "arg", flags: "", conversion: "s" }];
const maps: MapPlan[] = [
  {
    name: "@m",
    map: "m",
    key: { kind: "int", size: 4, signed: false },
    value: { kind: "value", type: u64 },
    perCpu: false,
    printAtEnd: true,
  },
  { name: "@c", map: "c", value: { kind: "count" }, perCpu: true, printAtEnd: true },
];

function run(
  action: Action,
  fill: (r: RecordBytes) => unknown,
  options: { escapeData?: boolean; bare?: boolean; cleared?: string } = {},
) {
  const plan: Plan = {
    programs: [],
    actions: [action],
    maps,
    probeNames: [],
    rings: { events: "e", control: "c", losses: "l" },
    unsafe: [],
  };
  const m = new FakeMap({ type: "hash", valueSize: 8 });
  for (const [key, value] of [
    [1n, 10n],
    [2n, 30n],
    [3n, 20n],
  ] as const)
    m.update(words(4, key), words(8, value));
  const c = new FakeMap({ type: "percpuArray", valueSize: 8 }, 2);
  c.update(words(4, 0n), words(8, 4n, 5n));
  const records: OutputRecord[] = [];
  const host = new FakeHost();
  host.files["/etc/motd"] = "hi \x1b[1m\n";
  const decode = testContext();
  const scriptMaps = new ScriptMaps(maps, new FakeLoaded(plan, { m, c }), decode);
  if (options.cleared !== undefined) scriptMaps.clear(options.cleared);
  const exits: number[] = [];
  const handle = compileActions(plan, {
    decode,
    host: options.bare ? { unixTimeNs: () => 0n } : host,
    maps: scriptMaps,
    emit: (record) => records.push(record),
    exit: (code) => exits.push(code),
    unwind: () => exits.push(-98),
    process: () => exits.push(-97),
    packets: { add: () => exits.push(-95) },
    watches: { add: () => exits.push(-97), remove: () => exits.push(-96) },
    unreadable: () => exits.push(-99),
    escapeData: options.escapeData ?? true,
    maxCatBytes: 5,
  });
  const record = new RecordBytes(48);
  fill(record);
  handle(record.bytes, record.view, record.base, record.length);
  return { records, host, m, c, scriptMaps, exits };
}

const nothing = (): void => {};

// biome-ignore format: one case per line
test.each<{ rule: string; action: Action; fill: (r: RecordBytes) => unknown; gives: OutputRecord }>([
  { rule: "print",            action: { kind: "print", value: { type: u64, offset: 8 } },                    fill: (r) => r.int(8, 8, 5n),            gives: { kind: "value", type: u64, value: 5n } },
  { rule: "one element",      action: { kind: "printMapElement", map: "@m", key: { type: u64, offset: 8 }, value: { type: u64, offset: 16 } }, fill: (r) => r.int(8, 8, 5n).int(16, 8, 6n), gives: { kind: "element", name: "@m", keyType: u64, key: 5n, type: u64, value: 6n } },
  { rule: "a map's one value", action: { kind: "printMap", map: "@m", value: { type: u64, offset: 8 } },    fill: (r) => r.int(8, 8, 5n),            gives: { kind: "map", map: { name: "@m", value: { kind: "value", type: u64 }, entries: [{ value: 5n }] } } },
  { rule: "time",             action: { kind: "time", format: "%H:%M:%S\n" },                               fill: nothing,                           gives: { kind: "time", text: "15:04:05\n" } },
  { rule: "join",             action: { kind: "join", separator: ",", args: { type: words3, offset: 8 }, count: { type: u64, offset: 32 } }, fill: (r) => r.tail(8, utf8("ls")).tail(16, utf8("-\x1b")).int(32, 8, 2n), gives: { kind: "join", text: "ls,-\\x1b" } },
  { rule: "join of too many", action: { kind: "join", separator: " ", args: { type: words3, offset: 8 }, count: { type: u64, offset: 32 } }, fill: (r) => r.tail(8, utf8("a")).int(32, 8, 1n << 60n), gives: { kind: "join", text: "a  " } },
  { rule: "cat",              action: { kind: "cat", format: percentS, args: [{ type: tail, offset: 8 }] },  fill: (r) => r.tail(8, utf8("/etc/motd")), gives: { kind: "cat", text: "hi \\x1b[" } },
  { rule: "system",           action: { kind: "system", format: percentS, args: [{ type: tail, offset: 8 }] }, fill: (r) => r.tail(8, utf8("ls")),    gives: { kind: "system", text: "ran ls\n" } },
  { rule: "errorf",           action: { kind: "errorf", level: "warn", span: { start: 1, end: 2 }, format: percentS, args: [{ type: tail, offset: 8 }] }, fill: (r) => r.tail(8, utf8("bad")), gives: { kind: "message", level: "warn", text: "bad", span: { start: 1, end: 2 } } },
])("$rule", ({ action, fill, gives }) => {
  expect(run(action, fill).records).toEqual([gives]);
});

test("cat reads no more than it may", () => {
  const action: Action = { kind: "cat", format: percentS, args: [{ type: tail, offset: 8 }] };
  const { records } = run(action, (r) => r.tail(8, utf8("/etc/motd")), { escapeData: false });
  expect(records).toEqual([{ kind: "cat", text: "hi \x1b[" }]);
});

test("a shell gets what was traced, not what is shown", () => {
  const action: Action = { kind: "system", format: percentS, args: [{ type: tail, offset: 8 }] };
  expect(run(action, (r) => r.tail(8, Uint8Array.of(0x1b, 0xff))).host.commands).toEqual(["\x1b\udcff"]);
});

test("a command that says nothing outputs nothing", () => {
  const action: Action = { kind: "system", format: [{ kind: "text", text: "true" }], args: [] };
  expect(run(action, nothing).records).toEqual([]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; action: Action; bare?: boolean; text: RegExp }>([
  { rule: "a file that is not there", action: { kind: "cat", format: [{ kind: "text", text: "/none" }], args: [], span: { start: 3, end: 9 } }, text: /failed to open file '\/none'/ },
  { rule: "cat without a machine",    action: { kind: "cat", format: [], args: [] },    bare: true, text: /cat\(\) cannot/ },
  { rule: "system without one",       action: { kind: "system", format: [], args: [] }, bare: true, text: /system\(\) cannot/ },
  { rule: "a map of another plan",    action: { kind: "clearMap", map: "@other" },      text: /bug: the plan has no map @other/ },
])("$rule becomes a failure record", ({ action, bare, text }) => {
  const { records } = run(action, nothing, bare ? { bare } : {});
  expect(records).toEqual([
    { kind: "failure", code: "runtime/action-failed", text: expect.stringMatching(text), ...(action.span && { span: action.span }) },
  ]);
});

test("print(@m, top, div)", () => {
  const action: Action = {
    kind: "printMap",
    map: "@m",
    top: { type: u64, offset: 8 },
    div: { type: u64, offset: 16 },
  };
  const { records } = run(action, (r) => r.int(8, 8, 2n).int(16, 8, 5n));
  expect(records[0]).toMatchObject({
    map: {
      name: "@m",
      entries: [
        { key: 3, value: 4n },
        { key: 2, value: 6n },
      ],
    },
  });
});

test("clear and zero", () => {
  expect([...run({ kind: "clearMap", map: "@m" }, nothing).m.entries()]).toEqual([]);
  expect(
    run({ kind: "zeroMap", map: "@m" }, nothing)
      .scriptMaps.read("@m")
      .entries.map((e) => e.value),
  ).toEqual([0n, 0n, 0n]);
});

test("a zeroed count is shown as 0, a cleared one not at all", () => {
  const { scriptMaps } = run({ kind: "zeroMap", map: "@c" }, nothing);
  expect(scriptMaps.read("@c").entries).toEqual([{ value: 0n }]);
  scriptMaps.clear("@c");
  expect(scriptMaps.read("@c").entries).toEqual([]);
  scriptMaps.zero("@c");
  expect(scriptMaps.read("@c").entries).toEqual([]);
});

test("print of a count without a key shows 0 where nothing was counted; the end of the script leaves it out", () => {
  const { records, scriptMaps } = run({ kind: "printMap", map: "@c" }, nothing, { cleared: "@c" });
  expect(records).toMatchObject([{ kind: "map", map: { name: "@c", entries: [{ value: 0n }] } }]);
  expect(scriptMaps.read("@c").entries).toEqual([]);
});

test("a record that is too short for its action is not read", () => {
  expect(run({ kind: "print", value: { type: u64, offset: 64 } }, nothing).exits).toEqual([-99]);
});
