import { getPriority } from "node:os";
import { afterAll, expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { heldByKernel, libraryObject } from "./library-lab.ts";
import { Cgroup, Netns, waitFor } from "./linux-lab.ts";
import { needs } from "./needs.ts";

// Places that user space names, links that change their programs, iterators as streams.

const backend = openLinux();
const load = (...programs: string[]) =>
  Collection.read(libraryObject("places"))
    .only(...programs)
    .load({ backend });
afterAll(async () => {
  backend[Symbol.dispose]();
  expect(await heldByKernel(["pass", "refuse", "classify", "on_send", "on_write", "list_maps"])).toEqual([]);
});

function pair(): Netns {
  const netns = new Netns();
  netns.run(
    "ip link add va type veth peer name vb && ip addr add 10.8.0.1/24 dev va && ip link set va up && ip link set vb up",
  );
  return netns;
}

// Nobody answers: the questions for the neighbour's address are what arrives at vb.
const ask = (netns: Netns) => netns.run("echo > /dev/udp/10.8.0.2/9");

test("an interface by its name, in another namespace; the link's program is replaced", (t) => {
  needs(t, "xdp-link");
  using netns = pair();
  using c = load("pass", "refuse");
  using link = c.program("pass").attach({ kind: "xdp", interface: "vb", netns: netns.path, mode: "generic" });
  ask(netns);
  waitFor(() => c.globals["passed"] !== 0n);
  expect(c.globals["dropped"]).toBe(0n);
  expect(() => link.update(c.program("refuse"), c.program("refuse"))).toThrow(
    expect.objectContaining({ code: "system/EPERM" }),
  );
  link.update(c.program("refuse"), c.program("pass"));
  netns.run("ip neigh flush dev va");
  ask(netns);
  waitFor(() => c.globals["dropped"] !== 0n);
  expect(link.info()).toMatchObject({ programId: c.program("refuse").id });
  expect(() => c.program("pass").attach({ kind: "xdp", interface: "vc", netns: netns.path })).toThrow(
    expect.objectContaining({ code: "collection/no-interface", remedy: expect.stringContaining("`va`") }),
  );
});

test("a place that is said before loading, and taken by attach()", (t) => {
  needs(t, "tcx");
  using netns = pair();
  using c = Collection.read(libraryObject("places"))
    .only("classify", "pass")
    .programs({
      classify: { attach: { kind: "tc", interface: "vb", netns: netns.path, direction: "ingress" } },
    })
    .load({ backend });
  const attached = c.attach();
  expect(attached.idle).toEqual(["pass"]);
  expect(attached.links.map((link) => link.program)).toEqual(["classify"]);
  ask(netns);
  waitFor(() => c.globals["passed"] !== 0n);
});

test("a cgroup by its folder", (t) => {
  needs(t, "cgroup2");
  using cgroup = new Cgroup("lib");
  using netns = new Netns();
  using c = load("on_send");
  using _link = c.program("on_send").attach({ kind: "cgroup", cgroup: cgroup.path }); // its section says the hook
  cgroup.run("echo > /dev/udp/127.0.0.1/9", netns);
  expect(c.globals["sent"]).toBeGreaterThan(0n);
  expect(() =>
    c.program("on_send").attach({ kind: "cgroup", cgroup: "/sys/fs/cgroup/nosuch", hook: "cgroupInetEgress" }),
  ).toThrow(expect.objectContaining({ code: "linux/no-cgroup" }));
});

test("a library's function by its name, for one process, with a cookie", (t) => {
  needs(t, "uprobe", "cookie");
  using c = load("on_write");
  const place = { kind: "uprobe", path: "libc.so.6", function: "getpriority", pid: process.pid } as const;
  using _link = c.program("on_write").attach(place, { cookie: 77n });
  getPriority();
  expect(c.globals["called"]).toBe(1n);
  expect(c.globals["cookie"]).toBe(77n);
  expect(() => c.program("on_write").attach({ ...place, function: "getpriorty" })).toThrow(
    expect.objectContaining({ code: "linux/no-target", remedy: expect.stringContaining("getpriority") }),
  );
});

test("an iterator as bytes, lines and text", async (t) => {
  needs(t, "iter", "btf");
  using c = load("list_maps");
  const list = c.program("list_maps");
  const wanted = `map ${c.map(".bss").id}`;
  const lines: string[] = [];
  for await (const line of list.lines()) lines.push(line);
  expect(lines).toContain(wanted);
  expect(list.text().split("\n")).toContain(wanted);
  let bytes = 0;
  for await (const chunk of list.stream()) bytes += chunk.length;
  expect(bytes).toBeGreaterThan(wanted.length);
  for await (const _ of list.lines()) break; // leaving early closes it, too
});
