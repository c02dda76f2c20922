// Objects that other people wrote and built: those inside the executables of Debian's libbpf-tools.
import { closeSync, openSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { SkepError } from "../../src/base/errors.ts";
import { Collection } from "../../src/collection/collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { programInfo } from "../../src/linux/objects.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { relocate } from "../../src/object/relocate.ts";
import { toElf } from "../../src/object/to-elf.ts";
import { verify } from "../../src/verify/verify.ts";
import { dumpById, dumpByLibbpf, ObjectLab } from "./clang-object.ts";
import { objectsOfPackage } from "./embedded-objects.ts";
import { needs } from "./needs.ts";

const objects = objectsOfPackage("libbpf-tools");
const backend = openLinux();
const lab = new ObjectLab();

afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

/** Objects of which each program loads where there are tracepoints, typed ones and perf events. */
// biome-ignore format: as many as fit into a line
const LOADABLE = [
  "biolatency", "biopattern", "bitesize", "drsnoop", "execsnoop", "exitsnoop", "hardirqs", "llcstat", "mountsnoop",
  "opensnoop", "runqlat", "runqslower", "sigsnoop", "softirqs", "statsnoop", "syscount", "tcplife", "tcpstates",
];

test("the package holds as many objects as it has tools with eBPF programs", (t) => {
  if (objects.size === 0) return t.skip("libbpf-tools is not installed");
  expect(objects.size).toBeGreaterThan(40);
});

test("each is read, and written so that it is read the same", (t) => {
  if (objects.size === 0) return t.skip("libbpf-tools is not installed");
  for (const [name, bytes] of objects) {
    const object = fromElf(bytes, { name });
    expect(object.programs.length, name).toBeGreaterThan(0);
    expect(fromElf(toElf(object), { name }), name).toEqual(object);
  }
});

test.for(LOADABLE)(
  "%s: the kernel gets what libbpf gives it, also of what we write, and we foretell that it is taken",
  (name, t) => {
    const bytes = objects.get(name);
    if (bytes === undefined) return t.skip("libbpf-tools is not installed");
    needs(t, "tp-btf", "tracefs");
    const object = fromElf(bytes, { name });
    const theirs = dumpByLibbpf(lab.write(`${name}.o`, bytes));
    expect(theirs.size).toBe(object.programs.length);
    const fitted = relocate(object, backend.target);
    using loaded = backend.load(fitted);
    const ours = object.programs.map(({ name: one }) => {
      return [one, dumpById(programInfo(backend.kernel, loaded.programFd(one)).id)] as const;
    });
    expect(new Map(ours)).toEqual(theirs);
    expect(dumpByLibbpf(lab.write(`${name}-written.o`, toElf(object)))).toEqual(theirs);
    const kernelBtf = backend.target.kernelBtf();
    expect(verify(fitted, kernelBtf ? { kernelBtf } : {}).ok).toBe(true);
  },
);

/** What the kernel, or whoever guards it, says of a program alone. */
function saidOf(object: ObjectSpec): "taken" | "refused" | "no such place" | "not allowed" {
  try {
    backend.load(object).close();
    return "taken";
  } catch (error) {
    if (error instanceof VerifierRefused) return "refused";
    if (!(error instanceof SkepError)) throw error;
    if (error.code === "linux/no-target") return "no such place";
    if (error.code === "system/EPERM") return "not allowed";
    throw error;
  }
}

/** Their loaders set these sizes. */
const sized = (map: MapSpec) =>
  map.maxEntries === 0 && (map.type === "hash" || map.type === "stackTrace") ? { ...map, maxEntries: 64 } : map;

test.for([...objects.keys()])("%s: what the kernel says of each program is what we foretell", (name) => {
  const object = fromElf(objects.get(name) ?? new Uint8Array(0), { name });
  const kernelBtf = backend.target.kernelBtf();
  for (const program of object.programs) {
    const { autoload: _, ...loaded } = program;
    const one = { ...object, programs: [loaded], maps: object.maps.map(sized) };
    const said = saidOf(one);
    if (said === "not allowed") continue;
    const verdict = verify(relocate(one, backend.target), kernelBtf ? { kernelBtf } : {});
    const why = verdict.programs[0]?.findings[0]?.message;
    expect(verdict.ok, `${program.name}: the kernel: ${said}; we: ${why}`).toBe(said === "taken");
  }
});

test("opensnoop, with a filter set as its own loader would: its record of a file that this process opens", async (t) => {
  const bytes = objects.get("opensnoop");
  if (bytes === undefined) return t.skip("libbpf-tools is not installed");
  needs(t, "tracefs");
  using c = Collection.read(bytes, { name: "opensnoop" }).set({ targ_tgid: process.pid }).load({ backend });
  const events = c.events("events"); // a perf buffer holds what comes after it is opened
  c.attach();
  const path = lab.write("a-file-like-no-other", new Uint8Array(0));
  closeSync(openSync(path, "r"));
  for await (const record of events) {
    if (!(record instanceof Uint8Array)) throw new Error("the object tells no type of its records");
    if (Buffer.from(record).includes(path)) break;
  }
});

test("a map whose size the loader is to say: what is wrong, and what to write", (t) => {
  const bytes = objects.get("cpudist");
  if (bytes === undefined) return t.skip("libbpf-tools is not installed");
  needs(t, "tp-btf");
  const read = () => Collection.read(bytes, { name: "cpudist" });
  expect(() => read().load({ backend })).toThrow(
    expect.objectContaining({
      code: "linux/unsized-map",
      remedy: expect.stringContaining(".maps({ start: { maxEntries: 1024 } })"),
    }),
  );
  using c = read()
    .maps({ start: { maxEntries: 64, valueSize: 16, numaNode: 0 }, hists: { maxEntries: 8 } })
    .only()
    .load({ backend });
  const { maxEntries, valueSize } = c.map("start").info();
  expect([maxEntries, valueSize]).toEqual([64, 16]);
  expect(() => read().maps({ ".bss": { valueSize: 4 } }).object).toThrow(
    expect.objectContaining({ code: "collection/section-size" }),
  );
});
