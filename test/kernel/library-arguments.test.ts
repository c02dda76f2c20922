import { afterAll, expect, test } from "vitest";
import type { AttachSpec } from "../../src/abi/attach-spec.ts";
import { SkepError } from "../../src/base/errors.ts";
import { Collection } from "../../src/collection/collection.ts";
import { openPinned } from "../../src/collection/open-map.ts";
import { openLinux } from "../../src/linux/backend.ts";
import * as linux from "../../src/linux/public.ts";
import * as object from "../../src/object/public.ts";
import { compile, load } from "../../src/pipeline.ts";
import { trace } from "../../src/trace.ts";
import { libraryObject } from "./library-lab.ts";
import { needs } from "./needs.ts";

// Whatever a caller of the library gives in the place of what is asked for: an error of ours that says what to give, and
// the kernel is not asked.

const file = libraryObject("values");
const backend = openLinux();
afterAll(() => backend[Symbol.dispose]());

const WRONG: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  true: true,
  "a negative number": -1,
  "a fraction": 1.5,
  "no number": Number.NaN,
  endless: Number.POSITIVE_INFINITY,
  "more than 53 bits": 2 ** 60,
  "a negative bigint": -1n,
  "more than 64 bits": 1n << 70n,
  "an empty text": "",
  "a text": "text",
  "a symbol": Symbol("s"),
  "an empty list": [],
  "a list": ["text", 1],
  "an object without fields": {},
  "an object of other fields": { x: 1, kind: "nothing", pid: "1" },
  "an object of a field with a wrong value": { fd: -1, id: "7", pinned: 1 },
  bytes: new Uint8Array(3),
  "another array": new Float64Array(2),
  "a function": () => 1,
  "the name of a method": "toString",
};
const TEXTS = ["a text", "an empty text", "the name of a method"];
const OBJECTS = [
  "an object without fields",
  "an object of other fields",
  "an object of a field with a wrong value",
];
const LISTS = ["an empty list", "a list"];
const NONE = ["undefined"];

type Call = (wrong: never) => unknown;
/** `fits`: of the values above those that the call takes, or whose refusal is another's to test. */
type Case = Readonly<{ rule: string; call: Call; fits?: readonly string[] }>;

const read = () => Collection.read(file).set({ targ_pid: process.pid });
const c = read().load({ backend });
afterAll(() => c.close());
const { kernel } = backend;
const counts = c.map("counts");
const drop = c.program("drop");
const rawMap = linux.openMap(kernel, { id: counts.id });
const rawProgram = linux.openProgram(kernel, { id: drop.id });
const link = c.program("on_getcwd").attach();
afterAll(() => {
  rawMap[Symbol.dispose]();
  rawProgram[Symbol.dispose]();
});

// biome-ignore format: one case per line
const COLLECTION: readonly Case[] = [
  { rule: "Collection.read", call: (x) => Collection.read(x) },
  { rule: "read: options", call: (x) => Collection.read(file, x), fits: [...NONE, "an object without fields"] },
  { rule: "read: name", call: (x) => Collection.read(file, { name: x }), fits: [...NONE, ...TEXTS] },
  { rule: "set", call: (x) => read().set(x), fits: ["an object without fields"] },
  { rule: "set: a number", call: (x) => read().set({ targ_pid: x }), fits: NONE },
  { rule: "set: a text", call: (x) => read().set({ label: x }), fits: [...NONE, ...TEXTS] },
  { rule: "set: a struct", call: (x) => read().set({ origin: x }), fits: NONE },
  { rule: "maps", call: (x) => read().maps(x), fits: ["an object without fields"] },
  { rule: "maps: settings", call: (x) => read().maps({ counts: x }), fits: [...NONE, "an object without fields"] },
  { rule: "maps: maxEntries", call: (x) => read().maps({ counts: { maxEntries: x } }), fits: NONE },
  { rule: "maps: flags", call: (x) => read().maps({ counts: { flags: x } }), fits: NONE },
  { rule: "maps: pin", call: (x) => read().maps({ counts: { pin: x } }), fits: [...NONE, "a text", "the name of a method"] },
  { rule: "maps: use", call: (x) => read().maps({ counts: { use: x } }), fits: NONE },
  { rule: "maps: inner", call: (x) => read().maps({ outer: { inner: x } }), fits: [...NONE, "an object without fields"] },
  { rule: "maps: inner.maxEntries", call: (x) => read().maps({ outer: { inner: { maxEntries: x } } }), fits: NONE },
  { rule: "maps: create", call: (x) => read().maps({ counts: { create: x } }), fits: [...NONE, "true"] },
  { rule: "maps: members", call: (x) => read().maps({ counts: { members: x } }), fits: [...NONE] },
  { rule: "programs", call: (x) => read().programs(x), fits: ["an object without fields"] },
  { rule: "programs: settings", call: (x) => read().programs({ drop: x }), fits: [...NONE, "true", "an object without fields"] },
  { rule: "programs: load", call: (x) => read().programs({ drop: { load: x } }), fits: [...NONE, "true"] },
  { rule: "programs: autoAttach", call: (x) => read().programs({ drop: { autoAttach: x } }), fits: [...NONE, "true"] },
  { rule: "programs: attach", call: (x) => read().programs({ drop: { attach: x } }).load({ backend }), fits: NONE },
  { rule: "only", call: (x) => read().only(x) },
  { rule: "records", call: (x) => read().records(x), fits: ["an object without fields"] },
  { rule: "records: a struct", call: (x) => read().records({ points: x }), fits: NONE },
  { rule: "pinning", call: (x) => read().pinning(x), fits: ["a text", "the name of a method"] },
  { rule: "relocate", call: (x) => read().relocate(x), fits: NONE },
  { rule: "load: options", call: (x) => read().load(x), fits: [...NONE, "an object without fields"] },
  { rule: "load: backend", call: (x) => read().load({ backend: x }), fits: NONE },
  { rule: "load: logLevel", call: (x) => read().load({ backend, logLevel: x }), fits: NONE },
  { rule: "load: onNote", call: (x) => read().load({ backend, onNote: x }), fits: [...NONE, "a function"] },
  { rule: "load: onVerifierLog", call: (x) => read().load({ backend, onVerifierLog: x }), fits: [...NONE, "a function"] },
  { rule: "openPinned", call: (x) => openPinned(x) },
  { rule: "openPinned: options", call: (x) => openPinned({ id: counts.id }, x), fits: [...NONE, "an object without fields"] },
];

// biome-ignore format: one case per line
const LOADED: readonly Case[] = [
  { rule: "map", call: (x) => c.map(x) },
  { rule: "program", call: (x) => c.program(x) },
  { rule: "maps[…]", call: (x) => (c.maps as Record<string, unknown>)[x], fits: ["a symbol", "the name of a method"] },
  { rule: "globals[…] =", call: (x) => { c.globals["seen"] = x; } },
  { rule: "events", call: (x) => c.events(x) },
  { rule: "events: options", call: (x) => c.events("events", x), fits: [...NONE, "an object without fields"] },
  { rule: "events: type", call: (x) => c.events("events", { type: x }), fits: NONE },
  { rule: "events: signal", call: (x) => c.events("events", { signal: x }), fits: NONE },
  { rule: "events: lost", call: (x) => c.events("events", { lost: x }), fits: NONE },
  { rule: "events: perfBufferBytes", call: (x) => c.events("points", { perfBufferBytes: x }), fits: NONE },
  { rule: "events.read", call: (x) => c.events("events").read(x), fits: [...NONE, "more than 53 bits"] },
  { rule: "events.batches", call: (x) => c.events("events").batches(x).next(), fits: [...NONE, "more than 53 bits"] },
  { rule: "attach: place", call: (x) => drop.attach(x), fits: [...NONE, "an object without fields"] },
  { rule: "attach: options", call: (x) => drop.attach({ kind: "xdp", ifindex: 0x7fff_ffff }, x), fits: [] },
  { rule: "attach: cookie", call: (x) => c.program("on_getcwd").attach({ cookie: x }), fits: NONE },
  { rule: "attach: pid", call: (x) => c.program("on_getcwd").attach({ pid: x }), fits: NONE },
  { rule: "attach: interface", call: (x) => drop.attach({ kind: "xdp", interface: x }) },
  { rule: "attach: ifindex", call: (x) => drop.attach({ kind: "xdp", ifindex: x }) },
  { rule: "attach: mode", call: (x) => drop.attach({ kind: "xdp", ifindex: 0x7fff_ffff, mode: x }) },
  { rule: "attach: netns", call: (x) => drop.attach({ kind: "xdp", ifindex: 0x7fff_ffff, netns: x }) },
  { rule: "points", call: (x) => drop.points(x) },
  { rule: "program.pin", call: (x) => drop.pin(x) },
  { rule: "testRun", call: (x) => drop.testRun(x) },
  { rule: "testRun: data", call: (x) => drop.testRun({ data: x }) },
  { rule: "testRun: context", call: (x) => drop.testRun({ data: new Uint8Array(64), context: x }), fits: [...NONE, "an object without fields"] },
  { rule: "testRun: repeat", call: (x) => drop.testRun({ data: new Uint8Array(64), repeat: x }), fits: NONE },
  { rule: "testRun: dataOutBytes", call: (x) => drop.testRun({ data: new Uint8Array(64), dataOutBytes: x }), fits: NONE },
  { rule: "testRun: flags", call: (x) => drop.testRun({ data: new Uint8Array(64), flags: x }), fits: NONE },
  { rule: "testRun: cpu", call: (x) => drop.testRun({ data: new Uint8Array(64), cpu: x }), fits: NONE },
  { rule: "text", call: (x) => c.program("list_maps").text(x), fits: [...NONE, "an object without fields"] },
  { rule: "lines", call: (x) => c.program("list_maps").lines(x).next(), fits: [...NONE, "an object without fields"] },
  { rule: "link.update", call: (x) => link.update(x) },
  { rule: "link.update: expected", call: (x) => link.update(c.program("on_getcwd"), x) },
  { rule: "link.pin", call: (x) => link.pin(x) },
];

// biome-ignore format: one case per line
const MAPS: readonly Case[] = [
  { rule: "lookup", call: (x) => counts.lookup(x) },
  { rule: "lookup: options", call: (x) => counts.lookup(1, x), fits: [...NONE, "an object without fields"] },
  { rule: "lookup: lock", call: (x) => counts.lookup(1, { lock: x }), fits: [...NONE, "true"] },
  { rule: "has", call: (x) => counts.has(x) },
  { rule: "update: key", call: (x) => counts.update(x, 1n) },
  { rule: "update: value", call: (x) => counts.update(1, x), fits: ["more than 53 bits"] },
  { rule: "update: options", call: (x) => counts.update(1, 1n, x), fits: [...NONE, "an object without fields"] },
  { rule: "update: mode", call: (x) => counts.update(1, 1n, { mode: x }), fits: NONE },
  { rule: "update: lock", call: (x) => counts.update(1, 1n, { lock: x }), fits: [...NONE, "true"] },
  { rule: "delete", call: (x) => counts.delete(x) },
  { rule: "take", call: (x) => counts.take(x) },
  { rule: "updateMany", call: (x) => counts.updateMany(x), fits: ["an empty list"] },
  { rule: "updateMany: an entry", call: (x) => counts.updateMany([x]) },
  { rule: "updateMany: options", call: (x) => counts.updateMany([[1, 1n]], x), fits: [...NONE, "an object without fields"] },
  { rule: "deleteMany", call: (x) => counts.deleteMany(x), fits: ["an empty list", "bytes", "another array"] },
  { rule: "fill: value", call: (x) => c.map("per_cpu").fill(1, x) },
  { rule: "per CPU: value", call: (x) => c.map("per_cpu").update(1, x) },
  { rule: "push", call: (x) => c.map("line").push(x) },
  { rule: "push: options", call: (x) => c.map("line").push({ x: 1, y: 2 }, x), fits: [...NONE, "an object without fields"] },
  { rule: "add", call: (x) => c.map("perhaps").add(x) },
  { rule: "mayHold", call: (x) => c.map("perhaps").mayHold(x) },
  { rule: "a prefix", call: (x) => c.map("routes").update(x, 1) },
  { rule: "storage: owner", call: (x) => c.map("notes").lookup(x) },
  { rule: "a program array", call: (x) => c.map("calls").update(1, x) },
  { rule: "a map of maps", call: (x) => c.map("outer").update(1, x) },
  { rule: "create", call: (x) => c.map("outer").create(x), fits: [...NONE, "an object without fields"] },
  { rule: "create: maxEntries", call: (x) => c.map("outer").create({ maxEntries: x }), fits: NONE },
  { rule: "write", call: (x) => c.map("orders").write(x) },
  { rule: "register", call: (x) => counts.register(x) },
  { rule: "mmap.get", call: (x) => { using m = c.map("corners").mmap(); return m.get(x); } },
  { rule: "mmap.set: index", call: (x) => { using m = c.map("corners").mmap(); m.set(x, { x: 1, y: 1 }); } },
  { rule: "mmap.set: value", call: (x) => { using m = c.map("corners").mmap(); m.set(0, x); } },
  { rule: "map.pin", call: (x) => counts.pin(x) },
];

// biome-ignore format: one case per line
const LINUX: readonly Case[] = [
  { rule: "openLinux", call: (x) => linux.openLinux(x), fits: [...NONE, "an object without fields"] },
  { rule: "openLinux: without", call: (x) => linux.openLinux({ without: x }), fits: [...NONE, "an empty list"] },
  { rule: "backend.load", call: (x) => backend.load(x) },
  { rule: "backend.load: options", call: (x) => backend.load(read().object, { logLevel: x }), fits: NONE },
  { rule: "enableRunTimeStats", call: (x) => linux.enableRunTimeStats(x) },
  { rule: "loadProgram: kernel", call: (x) => linux.loadProgram(x, { name: "p", type: 1, insns: new Uint8Array(16), license: "" }) },
  { rule: "loadProgram", call: (x) => linux.loadProgram(kernel, x) },
  { rule: "loadProgram: insns", call: (x) => linux.loadProgram(kernel, { name: "p", type: 1, insns: x, license: "" }), fits: ["bytes"] },
  { rule: "loadProgram: type", call: (x) => linux.loadProgram(kernel, { name: "p", type: x, insns: new Uint8Array(16), license: "" }) },
  { rule: "testRun", call: (x) => linux.testRun(kernel, x) },
  { rule: "testRun: run", call: (x) => linux.testRun(kernel, drop.fd, x) },
  { rule: "missingCapabilities", call: (x) => linux.missingCapabilities(linux.readPermissions(), x), fits: ["an empty list"] },
  { rule: "missingCapabilities: permissions", call: (x) => linux.missingCapabilities(x, []), fits: OBJECTS },
  { rule: "findBinary", call: (x) => linux.findBinary(x), fits: ["a text", "the name of a method"] },
  { rule: "findBinary: where", call: (x) => linux.findBinary("sh", x), fits: [...NONE, "an object without fields"] },
  { rule: "readIterator", call: (x) => [...linux.readIterator(kernel, x)] },
  { rule: "readIteratorText", call: (x) => linux.readIteratorText(kernel, x) },
  { rule: "streamIterator", call: (x) => linux.streamIterator(kernel, x) },
  { rule: "kernelFunctions", call: (x) => linux.kernelFunctions(x, "vfs_read\n", () => backend.target.kallsyms()), fits: TEXTS },
  { rule: "describeLink", call: (x) => linux.describeLink(kernel, x) },
  { rule: "addClsact", call: (x) => linux.addClsact(kernel, x) },
  { rule: "removeClsact", call: (x) => linux.removeClsact(kernel, x) },
  { rule: "addFilter: hook", call: (x) => linux.addFilter(kernel, x, { programFd: 0, name: "n" }) },
  { rule: "addFilter", call: (x) => linux.addFilter(kernel, { ifindex: 0x7fff_ffff, direction: "ingress" }, x) },
  { rule: "removeFilter", call: (x) => linux.removeFilter(kernel, { ifindex: 0x7fff_ffff, direction: "ingress" }, x) },
  { rule: "listFilters", call: (x) => linux.listFilters(kernel, x) },
  { rule: "listInterfaces", call: (x) => linux.listInterfaces(x) },
  { rule: "setXdp", call: (x) => linux.setXdp(kernel, x) },
  { rule: "setXdp: ifindex", call: (x) => linux.setXdp(kernel, { ifindex: x, programFd: -1 }) },
  { rule: "setXdp: programFd", call: (x) => linux.setXdp(kernel, { ifindex: 0x7fff_ffff, programFd: x }), fits: ["a negative number"] },
  { rule: "inNetns", call: (x) => linux.inNetns(kernel, x, () => 1), fits: NONE },
  { rule: "inNetns: work", call: (x) => linux.inNetns(kernel, undefined, x), fits: ["a function"] },
  { rule: "linkInfoOf", call: (x) => linux.linkInfoOf(kernel, x) },
  { rule: "mapInfoOf", call: (x) => linux.mapInfoOf(kernel, x) },
  { rule: "programInfo: kernel", call: (x) => linux.programInfo(x, drop.fd) },
  { rule: "objectIds", call: (x) => [...linux.objectIds(kernel, x)] },
  { rule: "openObject", call: (x) => linux.openObject(kernel, "prog", x) },
  { rule: "programMapIds", call: (x) => linux.programMapIds(kernel, x) },
  { rule: "readBtf", call: (x) => linux.readBtf(kernel, x) },
  { rule: "heldProgram", call: (x) => linux.heldProgram(kernel, x, new Uint8Array(4)) },
  { rule: "innerMap", call: (x) => linux.innerMap(kernel, x, new Uint8Array(4)) },
  { rule: "mapOf", call: (x) => linux.mapOf(kernel, x) },
  { rule: "openMap", call: (x) => linux.openMap(kernel, x) },
  { rule: "openMap: kernel", call: (x) => linux.openMap(x, { id: 1 }) },
  { rule: "openProgram", call: (x) => linux.openProgram(kernel, x) },
  { rule: "openLink", call: (x) => linux.openLink(kernel, x) },
  { rule: "putObject", call: (x) => linux.putObject(rawMap, new Uint8Array(4), x) },
  { rule: "pinObject", call: (x) => linux.pinObject(kernel, drop.fd, x) },
  { rule: "queryPerfFd", call: (x) => linux.queryPerfFd(kernel, x, 0) },
  { rule: "queryPrograms", call: (x) => linux.queryPrograms(kernel, x, "tcxIngress") },
  { rule: "queryPrograms: type", call: (x) => linux.queryPrograms(kernel, 1, x) },
  { rule: "startHeld", call: (x) => linux.startHeld(x), fits: [] },
  { rule: "UserRing", call: (x) => new linux.UserRing(kernel, x) },
  { rule: "LinuxMap.lookup", call: (x) => rawMap.lookup(x) },
  { rule: "LinuxMap.update", call: (x) => rawMap.update(new Uint8Array(4), x) },
  { rule: "LinuxMap.updateAll", call: (x) => rawMap.updateAll(x, new Uint8Array(8)) },
  { rule: "LinuxMap.deleteAll", call: (x) => rawMap.deleteAll(x) },
  { rule: "LinuxMap.nextKey", call: (x) => rawMap.nextKey(x), fits: NONE },
  { rule: "LinuxMap.pin", call: (x) => rawMap.pin(x) },
  { rule: "LinuxProgram.testRun", call: (x) => rawProgram.testRun({ data: x }) },
  { rule: "LinuxLoaded.link", call: (x) => backend.load(read().only("drop").object).link("drop", x) },
];

// biome-ignore format: one case per line
const OBJECT: readonly Case[] = [
  { rule: "fromElf", call: (x) => object.fromElf(x) },
  { rule: "fromElf: options", call: (x) => object.fromElf(object.toElf(read().object), x), fits: [...NONE, "an object without fields"] },
  { rule: "toElf", call: (x) => object.toElf(x) },
  { rule: "link", call: (x) => object.link(x), fits: ["an empty list"] },
  { rule: "linkFiles", call: (x) => object.linkFiles(x), fits: ["an empty list"] },
  { rule: "relocate", call: (x) => object.relocate(x, backend.target) },
  { rule: "relocate: target", call: (x) => object.relocate(read().object, x) },
  { rule: "explainMissing", call: (x) => object.explainMissing(x, "log") },
  { rule: "parseKconfig", call: (x) => object.parseKconfig(x), fits: TEXTS },
  { rule: "coreRelocation", call: (x) => object.coreRelocation(x), fits: OBJECTS },
  { rule: "missingRelocation", call: (x) => object.missingRelocation(x), fits: OBJECTS },
  { rule: "compile", call: (x) => compile(x, backend.target) },
  { rule: "compile: target", call: (x) => compile({ name: "s", text: "BEGIN {}" }, x), fits: OBJECTS },
  { rule: "load", call: (x) => load(x, backend, {} as never), fits: [] },
  { rule: "trace", call: (x) => trace(x), fits: TEXTS },
  { rule: "trace: options", call: (x) => trace("BEGIN { exit(); }", x), fits: [...NONE, "an object without fields"] },
  { rule: "trace: pid", call: (x) => trace("BEGIN { exit(); }", { pid: x }), fits: NONE },
  { rule: "trace: args", call: (x) => trace("BEGIN { exit(); }", { args: x }), fits: [...NONE, ...LISTS] },
  { rule: "trace: maxEvents", call: (x) => trace("BEGIN { exit(); }", { maxEvents: x }), fits: NONE },
];

async function outcome(call: Call, wrong: unknown): Promise<string> {
  try {
    await call(wrong as never);
    return "is taken";
  } catch (error) {
    if (!(error instanceof SkepError)) return `${error}`;
    const isSound = error.code !== "" && error.remedy !== "" && error.message !== "";
    return isSound ? "refused" : `no message, code or remedy: ${error}`;
  }
}

for (const [name, cases] of Object.entries({ COLLECTION, LOADED, MAPS, LINUX, OBJECT }))
  test.each(cases)(`${name.toLowerCase()}: $rule`, async ({ call, fits = [] }) => {
    const wrong = Object.entries(WRONG).filter(([what]) => !fits.includes(what));
    const said: Record<string, string> = {};
    for (const [what, value] of wrong) {
      const answer = await outcome(call, value);
      if (answer !== "refused") said[what] = answer;
    }
    expect(said).toEqual({});
  });

test("what is closed says so", (t) => {
  needs(t, "user-ringbuf");
  const one = read().only("drop", "on_getcwd").load({ backend });
  const [map, program, events] = [one.map("counts"), one.program("drop"), one.events("events")];
  const made = one.program("on_getcwd").attach();
  const values = one.map("corners").mmap();
  const ring = one.map("orders");
  ring.write({ kind: 1, text: "x" });
  one.close();
  values[Symbol.dispose]();
  const closed = { code: expect.stringMatching(/closed|detached/), remedy: expect.any(String) };
  // biome-ignore format: one call per line
  const calls: readonly (() => unknown)[] = [
    () => map.lookup(1), () => map.update(1, 1n), () => map.delete(1), () => [...map], () => map.count(), () => map.clear(),
    () => map.info(), () => map.id, () => map.fd.number, () => map.freeze(), () => map.pin("/sys/fs/bpf/no"),
    () => map.updateMany([[1, 1n]]), () => map.deleteMany([1]), () => ring.write({ kind: 1, text: "x" }),
    () => program.info(), () => program.id, () => program.stats(), () => program.testRun({ data: new Uint8Array(64) }),
    () => program.attach({ kind: "xdp", ifindex: 0x7fff_ffff }), () => program.pin("/sys/fs/bpf/no"), () => program.fd,
    () => made.info(), () => made.update(program), () => made.detach(), () => made.pin("/sys/fs/bpf/no"),
    () => one.stats(), () => one.map("counts").lookup(1), () => values.get(0), () => values.set(0, { x: 1, y: 1 }),
    () => one.map("outer").create(),
  ];
  for (const call of calls) expect(call, call.toString()).toThrow(expect.objectContaining(closed));
  expect(events.read()).toEqual([]);
});

test("of each kind of place a field that is missing is told", () => {
  const places: readonly Partial<AttachSpec>[] = [
    { kind: "xdp" },
    { kind: "cgroup" },
    { kind: "profile" },
    { kind: "tc" },
  ];
  const loaded = backend.load(read().only("drop").object);
  for (const place of places)
    expect(() => loaded.link("drop", place as AttachSpec)).toThrow(
      expect.objectContaining({ code: "library/bad-argument" }),
    );
  loaded.close();
});
