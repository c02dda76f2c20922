import { describe, expect, test, vi } from "vitest";
import type { OutputRecord } from "../base/output-record.ts";
import type { Action, Plan, ProgramPlan } from "../plan/plan.ts";
import type { ValueType } from "../plan/value-type.ts";
import type { SessionOptions } from "./script-session.ts";
import { ScriptSession } from "./script-session.ts";
import { fakeResolver } from "./test-context.ts";
import { FakeHost, FakeLoaded } from "./test-loaded.ts";
import { FakeMap, words } from "./test-map.ts";

const u64: ValueType = { kind: "int", size: 8, signed: false };
const field = (offset: number, type: ValueType = u64) => ({ type, offset });
const manual = { attach: { kind: "manual" }, probe: "BEGIN" } as const;
const tracepoint = (name: string, cookie?: number) => ({
  attach: { kind: "tracepoint", category: "sched", name } as const,
  probe: `tracepoint:sched:${name}`,
  ...(cookie !== undefined && { cookie }),
});

const PRINTF = 0;
const EXIT = 1;
const SAY_END = 2;
const actions: Action[] = [
  {
    kind: "printf",
    format: [
      { kind: "text", text: "n=" },
      { kind: "arg", flags: "", conversion: "d" },
      { kind: "text", text: "\n" },
    ],
    args: [field(8)],
  },
  { kind: "exit", code: field(8) },
  { kind: "printf", format: [{ kind: "text", text: "end\n" }], args: [] },
];
const programs: ProgramPlan[] = [
  { program: "begin", phase: "begin", points: [manual] },
  { program: "trace", phase: "trace", points: [tracepoint("a", 0), tracepoint("b")] },
  { program: "end", phase: "end", points: [manual] },
];
const plan: Plan = {
  programs,
  actions,
  maps: [],
  probeNames: [],
  rings: { events: "events", control: "control", losses: "losses" },
  unsafe: [],
};

function setUp(
  options: Partial<SessionOptions> = {},
  usedPlan: Plan = plan,
  maps: Record<string, FakeMap> = {},
) {
  const loaded = new FakeLoaded(usedPlan, maps);
  const records: OutputRecord[] = [];
  const host = new FakeHost();
  const session = new ScriptSession(loaded, usedPlan, {
    resolver: fakeResolver,
    host,
    onRecord: (record) => records.push(record),
    ...options,
  });
  const texts = (): string[] => records.flatMap((record) => (record.kind === "printf" ? [record.text] : []));
  return { loaded, records, host, session, texts };
}

test("runs BEGIN, attaches everything, says so, then what BEGIN says", () => {
  const { loaded, records, session } = setUp({ onReady: () => loaded.log.push("ready") });
  loaded.programs["begin"] = () => loaded.send(PRINTF, 7n);
  session.start();
  expect(loaded.log).toEqual(["open ring", "run begin", "attach trace cookie 0", "attach trace", "ready"]);
  expect(records).toEqual([
    { kind: "attached", probes: 4 },
    { kind: "printf", text: "n=7\n" },
  ]);
});

test("stops in order: detach, what is left, END, maps, losses", () => {
  const { loaded, records, session } = setUp();
  loaded.programs["end"] = () => loaded.send(SAY_END);
  session.start();
  loaded.log.length = 0;
  loaded.send(PRINTF, 1n);
  loaded.lose({ events: 3n });
  session.stop();
  session.stop();
  expect(loaded.log).toEqual(["detach", "run end", "close ring"]);
  expect(records.slice(1)).toEqual([
    { kind: "printf", text: "n=1\n" },
    { kind: "printf", text: "end\n" },
    { kind: "end" },
    {
      kind: "lost",
      losses: { events: 3n, mapFull: 0n, stacks: 0n, truncatedStrings: 0n, unread: 0n, unnamed: 0n },
    },
  ]);
});

test("close gives back the ring and the programs, once", () => {
  const { loaded, session } = setUp();
  {
    using used = session;
    used.start();
    loaded.log.length = 0;
  }
  session.close();
  expect(loaded.log).toEqual(["close ring", "close"]);
});

test("a probe that cannot be attached undoes all and throws", () => {
  const { loaded, session } = setUp();
  loaded.broken.add(JSON.stringify(tracepoint("b").attach));
  expect(() => session.start()).toThrow(/cannot attach/);
  expect(loaded.log.at(-1)).toBe("detach");
});

test("missing probes can be skipped", () => {
  const { loaded, session } = setUp({ missingProbes: "skip" });
  loaded.broken.add(JSON.stringify(tracepoint("b").attach));
  const { probes, failures } = session.start();
  expect(probes).toBe(3);
  expect(failures.map(({ attach }) => attach)).toEqual([tracepoint("b").attach]);
});

describe("exit()", () => {
  test("drops the events behind it, asks to be stopped, and END still speaks", () => {
    const onExit = vi.fn(() => session.stop());
    const { loaded, session, texts } = setUp({ onExit });
    loaded.programs["end"] = () => loaded.send(SAY_END);
    session.start();
    for (const [action, value] of [
      [PRINTF, 1n],
      [EXIT, 3n],
      [PRINTF, 2n],
      [EXIT, 4n],
    ] as const)
      loaded.send(action, value);
    loaded.deliver();
    expect(onExit.mock.calls).toEqual([[3]]);
    expect(session.exitCode).toBe(3);
    expect(texts()).toEqual(["n=1\n", "end\n"]);
  });
  test("in BEGIN is told when start is done", () => {
    const { loaded, session } = setUp({ onExit: () => loaded.log.push("exit") });
    loaded.programs["begin"] = () => loaded.send(EXIT, 0n);
    session.start();
    expect(loaded.log.slice(-2)).toEqual(["attach trace", "exit"]);
  });
  test("codes are signed 32-bit numbers, and 0 without an argument", () => {
    const { loaded, session } = setUp();
    session.start();
    loaded.send(EXIT, (1n << 64n) - 1n);
    loaded.deliver();
    expect(session.exitCode).toBe(-1);
    const bare = setUp({}, { ...plan, actions: [{ kind: "exit" }] });
    bare.session.start();
    bare.loaded.send(0);
    bare.loaded.deliver();
    expect(bare.session.exitCode).toBe(0);
  });
  test("in END changes nothing any more", () => {
    const { loaded, session, texts } = setUp();
    loaded.programs["end"] = () => {
      loaded.send(EXIT, 9n);
      loaded.send(SAY_END);
    };
    session.start();
    session.stop();
    expect(session.exitCode).toBeUndefined();
    expect(texts()).toEqual(["end\n"]);
  });
});

describe("records that cannot be read", () => {
  test.each([
    { rule: "an action that does not exist", bytes: words(8, 99n) },
    { rule: "an index beyond 32 bits", bytes: words(8, 1n << 32n) },
    { rule: "a record without an index", bytes: words(4, 0n) },
    { rule: "a record shorter than its fields", bytes: words(8, 0n) },
  ])("$rule is counted as unread", ({ bytes }) => {
    const { loaded, session } = setUp();
    session.start();
    loaded.sendBytes(bytes);
    loaded.deliver();
    expect(session.losses.unread).toBe(1n);
  });
});

test("losses are told at most once a second while tracing runs, and only what is new", () => {
  const { loaded, host, records, session } = setUp();
  session.start();
  const lost = (): bigint[] =>
    records.flatMap((record) => (record.kind === "lost" ? [record.losses.events] : []));
  const burst = (): void => {
    loaded.send(PRINTF, 1n);
    loaded.deliver();
  };
  loaded.lose({ events: 2n });
  burst();
  expect(lost()).toEqual([]);
  host.nowNs += 1_000_000_000n;
  burst();
  burst();
  expect(lost()).toEqual([2n]);
  loaded.lose({ events: 5n });
  session.stop();
  expect(lost()).toEqual([2n, 3n]);
  expect(session.losses.events).toBe(5n);
});

describe("maps at the end", () => {
  const one = { type: "array", valueSize: 8 } as const;
  const count = (name: string, printAtEnd = true) =>
    ({ name, map: name, value: { kind: "count" }, perCpu: false, printAtEnd }) as const;
  const withMaps: Plan = { ...plan, maps: [count("@b"), count("@"), count("@hidden", false), count("@empty")] };
  const filled = (): Record<string, FakeMap> => {
    const maps: Record<string, FakeMap> = {};
    for (const name of ["@b", "@", "@hidden", "@empty"]) maps[name] = new FakeMap(one);
    for (const name of ["@b", "@", "@hidden"]) maps[name]?.update(words(4, 0n), words(8, 5n));
    return maps;
  };
  const shown = (records: OutputRecord[]): string[] =>
    records.flatMap((record) => (record.kind === "map" ? [record.map.name] : []));

  test("those that hold something are shown by name", () => {
    const { session, records } = setUp({}, withMaps, filled());
    session.start();
    session.stop();
    expect(shown(records)).toEqual(["@", "@b"]);
  });
  test("none, when not wanted", () => {
    const { session, records } = setUp({ printMapsAtEnd: false }, withMaps, filled());
    session.start();
    session.stop();
    expect(shown(records)).toEqual([]);
  });
  test("readMap reads any of them meanwhile", () => {
    const { session } = setUp({}, withMaps, filled());
    session.start();
    expect(session.mapNames).toContain("@hidden");
    expect(session.readMap("@hidden").entries).toEqual([{ value: 5n }]);
    expect(() => session.readMap("@none")).toThrow(/bug/);
  });
});

describe("records()", () => {
  test("gives every record in order and ends when the session stops", async () => {
    const { loaded, session } = setUp();
    const records = session.records();
    session.start();
    loaded.send(PRINTF, 1n);
    loaded.send(PRINTF, 2n);
    loaded.deliver();
    session.stop();
    const kinds: string[] = [];
    for await (const record of records) kinds.push(record.kind);
    expect(kinds).toEqual(["attached", "printf", "printf", "end"]);
  });
  test("leaves the ring alone while the consumer is slow, and loses nothing", async () => {
    const { loaded, session, records } = setUp();
    const consumer = session.records();
    session.start();
    const total = 70_000;
    for (let i = 0; i < total; i++) loaded.send(SAY_END);
    loaded.deliver();
    await Promise.resolve();
    expect(loaded.isReading).toBe(false);
    loaded.send(PRINTF, 1n);
    loaded.deliver();
    expect(records).toHaveLength(total + 1);
    for (let i = 0; i < total - 8_000; i++) await consumer.next();
    expect(loaded.isReading).toBe(true);
    session.stop();
    let last: OutputRecord | undefined;
    let seen = 0;
    for await (const record of consumer) {
      seen++;
      if (record.kind === "printf") last = record;
    }
    expect(last).toEqual({ kind: "printf", text: "n=1\n" });
    expect(seen).toBe(8_000 + 1 + 2);
  });
  test("stopping while paused reads what waits in the kernel", async () => {
    const { loaded, session, texts } = setUp();
    session.records();
    session.start();
    for (let i = 0; i < 66_000; i++) loaded.send(SAY_END);
    loaded.deliver();
    await Promise.resolve();
    loaded.send(PRINTF, 5n);
    session.stop();
    expect(texts().at(-1)).toBe("n=5\n");
  });
  test("breaking out keeps the session going", async () => {
    const { loaded, session, texts } = setUp();
    const records = session.records();
    session.start();
    for await (const record of records) {
      expect(record.kind).toBe("attached");
      break;
    }
    loaded.send(PRINTF, 1n);
    loaded.deliver();
    expect(texts()).toEqual(["n=1\n"]);
  });
});

test("a sink that throws is reported as such, and reading goes on", () => {
  const onError = vi.fn();
  const { loaded, session } = setUp({
    onError,
    onRecord: (record) => {
      if (record.kind === "printf") throw new Error("EPIPE");
    },
  });
  session.start();
  loaded.send(PRINTF, 1n);
  loaded.deliver();
  expect(onError.mock.calls.map(([error]) => String(error))).toEqual(["Error: EPIPE"]);
});

test("stopping from within a record is a bug that says so", () => {
  const onError = vi.fn();
  const { loaded, session } = setUp({ onError, onRecord: (r) => r.kind === "printf" && session.stop() });
  session.start();
  loaded.send(PRINTF, 1n);
  loaded.deliver();
  expect(String(onError.mock.calls[0]?.[0])).toMatch(/bug: a session cannot be stopped/);
});
