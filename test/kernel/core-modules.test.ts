import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { sizeOf } from "../../src/btf/layout.ts";
import { findMember } from "../../src/btf/lookup.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { relocate } from "../../src/object/relocate.ts";
import { dumpById, dumpByLibbpf } from "./clang-object.ts";
import { variable } from "./example-lab.ts";
import { NetLab } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { builtObject } from "./seed-lab.ts";

// Fields of types that a module has and the kernel itself has not, where the driver is a module; the same of the kernel
// where it is built in.

const net = new NetLab(); // loads the module
const backend = openLinux();
afterAll(() => {
  backend[Symbol.dispose]();
  net[Symbol.dispose]();
});

function load(path: string): LinuxLoaded {
  return backend.load(relocate(fromElf(readFileSync(path)), backend.target));
}

test("places of a module's fields are those of its types", (t) => {
  needs(t, "btf", "syscall-program");
  const path = builtObject("modules/veth-fields");
  if (path === undefined) return t.skip("needs clang");
  using loaded = load(path);
  loaded.program("fields").testRun({ context: new Uint8Array(8) });
  const found = backend.target.kernelTypes().find("veth_priv", "struct");
  if (found === undefined) throw new Error("no veth_priv");
  const at = (name: string) => BigInt((findMember(found.btf, found.id, name)?.bitOffset ?? -8) / 8);
  expect(variable(loaded, "headroom_at")).toBe(at("requested_headroom"));
  expect(variable(loaded, "dropped_at")).toBe(at("dropped"));
  expect(variable(loaded, "headroom_bytes")).toBe(4n);
  expect(variable(loaded, "priv_bytes")).toBe(BigInt(sizeOf(found.btf, found.id)));
  const flags = ["has_missing", "has_type", "has_no_type", "own_type"].map((name) => variable(loaded, name));
  expect(flags).toEqual([0n, 1n, 0n, 1n]);
});

test("the kernel gets the instructions that libbpf gives it", (t) => {
  needs(t, "btf", "syscall-program");
  const path = builtObject("modules/veth-fields");
  if (path === undefined) return t.skip("needs clang");
  using loaded = load(path);
  expect(dumpById(loaded.program("fields").id)).toEqual(dumpByLibbpf(path).get("fields"));
});

test("in a guest the driver is a module, so that its types are split", (t) => {
  if (process.env["SKEP_GUEST_KERNEL"] === undefined) return t.skip("this kernel may have it built in");
  expect(backend.target.moduleBtfs().map(({ name }) => name)).toContain("veth");
  expect(backend.target.kernelBtf()?.find("veth_priv", "struct")).toEqual([]);
});
