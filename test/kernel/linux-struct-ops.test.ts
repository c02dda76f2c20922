import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, expect, type TestContext, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { BtfBuilder } from "../../src/btf/encode.ts";
import { Collection } from "../../src/collection/collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { countAndReturn, expectGone, Netns, programs } from "./linux-lab.ts";
import { COUNTS, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// A congestion control made of programs. It is for everybody on the machine, so these tests run in guests only.

const NAME = "skep_so_prog";
const ALGORITHM = "skep_test";
const backend = openLinux();

afterAll(() => {
  backend[Symbol.dispose]();
  expectGone(NAME);
});

function inGuest(t: TestContext): void {
  if (hostname() !== "guest") t.skip("registers a congestion control with the machine: in guests only");
  needs(t, "struct-ops");
}

/** The struct as the object declares it: some of the kernel's members, in another order. */
function congestionControl(members: readonly [name: string, program: string][], link: boolean): ObjectSpec {
  const builder = new BtfBuilder();
  const char = builder.addChar();
  const pointer = builder.addPointer(builder.add({ kind: "void" }));
  const list = [
    { name: "name", type: builder.addArray(char, 16), bitOffset: 0 },
    ...members.map(([name], i) => ({ name, type: pointer, bitOffset: 128 + i * 64 })),
  ];
  const bytes = 16 + members.length * 8;
  const type = builder.add({ kind: "struct", name: "tcp_congestion_ops___mine", bytes, members: list });
  const initial = new Uint8Array(bytes);
  initial.set(new TextEncoder().encode(ALGORITHM));
  const uses = members.map(([, program], i) => ({ offset: 16 + i * 8, program }));
  const map: MapSpec = {
    name: "algorithm",
    type: "structOps",
    keySize: 4,
    valueSize: bytes,
    maxEntries: 1,
    flags: 0,
    initial,
    structOps: { type, typeName: "tcp_congestion_ops___mine", programs: uses, link },
  };
  const list2 = [...new Set(members.map(([, program]) => program))].map((name) => ({
    type: "structOps" as const,
    section: "struct_ops",
    name,
    text: countAndReturn(2),
  }));
  return { ...programs(NAME, list2, [COUNTS, map]), btf: builder.finish() };
}

const MEMBERS: readonly [string, string][] = [
  ["undo_cwnd", `${NAME}_u`],
  ["cong_avoid", `${NAME}_a`],
  ["ssthresh", `${NAME}_s`],
];
const available = () =>
  readFileSync("/proc/sys/net/ipv4/tcp_available_congestion_control", "utf8").split(/\s+/);

/** A connection of a namespace's own that uses the congestion control. */
function connectWithIt(): void {
  using netns = new Netns();
  netns.run(`python3 - <<'END'
import socket
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
client = socket.socket(); client.setsockopt(socket.IPPROTO_TCP, 13, b"${ALGORITHM}")
client.connect(server.getsockname()); peer, _ = server.accept()
for i in range(50): client.sendall(b"x" * 1000); peer.recv(1000)
END`);
}

// biome-ignore format: one case per line
test.for([
  { rule: "by writing the map", link: false },
  { rule: "by a link",          link: true },
])("connections use a congestion control made of programs: $rule", ({ link: linked }, t) => {
  inGuest(t);
  const notes: string[] = [];
  using loaded = backend.load(congestionControl(MEMBERS, linked), { onNote: (note) => notes.push(note) });
  expect(available()).not.toContain(ALGORITHM);
  {
    using link = loaded.linkStructOps("algorithm");
    expect(available()).toContain(ALGORITHM);
    if (linked && notes.length === 0)
      expect(link.info()).toMatchObject({ type: "structOps", details: { mapId: loaded.map("algorithm").id } });
    if (linked && notes.length > 0) expect(notes[0]).toContain("6.4");
    connectWithIt();
    expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThan(0n);
  }
  expect(available()).not.toContain(ALGORITHM);
});

test("a struct takes the place of the one that a link registers; as a library's map, by name", (t) => {
  inGuest(t);
  const notes: string[] = [];
  using first = Collection.read(congestionControl(MEMBERS, true)).load({
    backend,
    onNote: (n) => notes.push(n),
  });
  using second = backend.load(congestionControl(MEMBERS, true));
  const { structOps } = second.map("algorithm");
  using link = first.map("algorithm").register();
  connectWithIt();
  expect(first.map("counts").lookup(0)).toBeDefined();
  if (structOps?.linked !== true) {
    expect(() => second.updateStructOps(link.handle, "algorithm")).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/.{10}/) }),
    );
    return;
  }
  expect(link.info()).toMatchObject({ type: "structOps" });
  second.updateStructOps(link.handle, "algorithm");
  expect(available()).toContain(ALGORITHM);
  expect(link.info()).toMatchObject({ details: { mapId: second.map("algorithm").id } });
  connectWithIt();
  expect(readCounts(second.map("counts"))[0]).toBeGreaterThan(0n);
  link.close();
  expect(available()).not.toContain(ALGORITHM);
  expect(() => first.map("counts").register()).toThrow(expect.objectContaining({ code: "linux/unknown-name" }));
});

test("members are set before the struct is made: its name, another program; what is not needed is not loaded", (t) => {
  inGuest(t);
  const object = congestionControl(MEMBERS, false);
  const spare = programs(NAME, [
    { type: "structOps", section: "struct_ops", name: `${NAME}_x`, text: countAndReturn(2) },
  ]);
  const read = Collection.read({ ...object, programs: [...object.programs, ...spare.programs] });
  read.maps({ algorithm: { members: { name: "skep_other", ssthresh: `${NAME}_x` } } });
  {
    using loaded = read.load({ backend });
    expect(Object.keys(loaded.programs)).toEqual([`${NAME}_u`, `${NAME}_a`, `${NAME}_x`]);
    loaded.attach();
    expect(available()).toContain("skep_other");
    expect(available()).not.toContain(ALGORITHM);
  }
  expect(available()).not.toContain("skep_other");
  read.maps({ algorithm: { members: { ssthresh: null } } });
  using loaded = read.load({ backend });
  expect(() => loaded.attach()).toThrow(expect.objectContaining({ remedy: expect.stringContaining("member") }));
});

test("a struct without what the kernel requires is refused, and so is a member that it has not", (t) => {
  inGuest(t);
  {
    using loaded = backend.load(congestionControl(MEMBERS.slice(0, 1), true));
    expect(() => loaded.linkStructOps("algorithm")).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("member") }),
    );
  }
  expect(available()).not.toContain(ALGORITHM);
  expect(() => backend.load(congestionControl([...MEMBERS, ["made_up", `${NAME}_u`]], true))).toThrow(
    expect.objectContaining({ code: "linux/no-target" }),
  );
});

test.each(["sched_ext_ops", "hid_bpf_ops", "made_up_ops"])(
  "a struct that this kernel lacks is refused: %s",
  (typeName) => {
    const object = congestionControl(MEMBERS, false);
    const maps = object.maps.map((map) =>
      map.structOps ? { ...map, structOps: { ...map.structOps, typeName } } : map,
    );
    expect(() => backend.load({ ...object, maps })).toThrow(
      expect.objectContaining({ code: "linux/no-target" }),
    );
  },
);
