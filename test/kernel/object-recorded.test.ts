// What libbpf asks the kernel for, and what we would ask, also for programs that this kernel refuses: the loader's
// calls are recorded (fixtures/bpf-recorder.c), and no program is loaded.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ATTACH_TYPES } from "../../src/abi/attach-types.ts";
import { MAP_FLAGS, PROGRAM_FLAGS } from "../../src/abi/map-flags.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { MAP_TYPES } from "../../src/abi/map-types.ts";
import { PROGRAM_TYPES } from "../../src/abi/program-types.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { kernelMapName } from "../../src/object/kernel-map-name.ts";
import type { ProgramSpec } from "../../src/object/object.ts";
import { type Relocated, relocate } from "../../src/object/relocate.ts";
import { toElf } from "../../src/object/to-elf.ts";
import { ObjectLab, read, run } from "./clang-object.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const lab = new ObjectLab();
const recorder = lab.path("bpf-recorder.so");
run("cc", ["-shared", "-fPIC", "-o", recorder, join(import.meta.dirname, "fixtures/bpf-recorder.c")]);

afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

type AskedProgram = Readonly<{ type: number; attach: number; flags: number; name: string; insns: string }>;
type AskedMap = Readonly<{ fd: number; name: string; shape: string }>;
type Asked = Readonly<{ programs: readonly AskedProgram[]; maps: readonly AskedMap[]; isComplete: boolean }>;

/** What libbpf asks for, up to where it gives up because the kernel has no such target. Its own probes left out. */
function askedByLibbpf(file: string): Asked {
  const record = lab.path("record");
  rmSync(record, { force: true });
  const script = `mount -t bpf bpf /sys/fs/bpf && LD_PRELOAD=${recorder} BPF_RECORD=${record} bpftool prog loadall "$0" /sys/fs/bpf/x`;
  const { status } = spawnSync("unshare", ["-m", "sh", "-c", script, file], { encoding: "utf8" });
  const programs: AskedProgram[] = [];
  const maps: AskedMap[] = [];
  for (const line of readFileSync(record, "utf8").split("\n")) {
    const [what, ...rest] = line.split(" ");
    if (what === "map") {
      const [fd, ...shape] = rest.slice(0, -1).map(Number);
      const name = rest.at(-1) ?? "";
      if (!name.startsWith("libbpf_")) maps.push({ fd: fd ?? 0, name, shape: shape.join() });
    } else if (what === "prog") {
      const [type = "", attach = "", flags = "", name = "", insns = ""] = rest;
      if (name === "" || name.startsWith("libbpf_")) continue;
      programs.push({ type: Number(type), attach: Number(attach), flags: Number(flags), name, insns });
    }
  }
  return { programs, maps, isComplete: status === 0 };
}

function askedByUs(object: Relocated, program: ProgramSpec, maps: readonly AskedMap[]): AskedProgram {
  const places = new Map(object.maps.map((map) => [map.name, kernelName(kernelMapName(map, object.name))]));
  const symbol = (name: string) => object.relocated.symbols.get(name);
  const insns = encodeProgram(program.insns, {
    names: {
      map: (name) => ({ fd: maps.find((map) => map.name === places.get(name))?.fd ?? 0 }),
      ksym: (name) => {
        const found = symbol(name);
        return found?.kind === "typed" ? { btfId: found.btfId, btfFd: 0 } : found;
      },
      kfunc: (name) => {
        const found = symbol(name);
        return found?.kind === "typed" ? { btfId: found.btfId, btfFd: 0 } : undefined;
      },
    },
  });
  const flags =
    (program.sleepable ? PROGRAM_FLAGS.sleepable : 0) | (program.frags ? PROGRAM_FLAGS.xdpHasFrags : 0);
  return {
    type: PROGRAM_TYPES[program.type].number,
    attach: program.attachType === undefined ? 0 : ATTACH_TYPES[program.attachType].number,
    flags,
    name: kernelName(program.name),
    insns: Buffer.from(insns).toString("hex").replaceAll(MISSING_CALL, "8520000000000000"),
  };
}

/** A call of a weak kernel function that is not there: libbpf 1.1 leaves it as it was, later ones and we mark it. */
const MISSING_CALL = "85000000ffffff7f";

/** libbpf of Linux 6.1 shares the memory of every section with user space, later ones where it holds global variables. */
const sharedBefore = (map: MapSpec) => (map.section === undefined ? 0 : MAP_FLAGS.mmapable);

const kernelName = (name: string) => name.replace(/[^A-Za-z0-9_.]/g, "_").slice(0, 15);

/** Compares one file; how many programs libbpf got to. */
function compare(file: string): number {
  const object = relocate(
    fromElf(read(file), { name: basename(file, ".o").replace(/\W/g, "_") }),
    backend.target,
  );
  const theirs = askedByLibbpf(file);
  const loaded = object.programs.filter((program) => program.autoload !== false);
  const ours = loaded.map((program) => askedByUs(object, program, theirs.maps));
  expect(ours.slice(0, theirs.programs.length)).toEqual(theirs.programs);
  if (theirs.isComplete) {
    expect(theirs.programs).toHaveLength(loaded.length);
    const shapes = object.maps.map((map) => {
      const entries =
        map.type === "perfEventArray" && map.maxEntries === 0 ? backend.target.cpus : map.maxEntries;
      const least = map.type === "ringbuf" ? Math.max(entries, backend.target.pageSize) : entries;
      const numbers = [
        MAP_TYPES[map.type].number,
        map.keySize,
        map.valueSize,
        least,
        map.flags | sharedBefore(map),
      ];
      return `${kernelName(kernelMapName(map, object.name))} ${numbers.join()}`;
    });
    const inner = theirs.maps.filter(({ name }) => !name.endsWith(".inner"));
    expect(shapes.sort()).toEqual(inner.map(({ name, shape }) => `${name} ${shape}`).sort());
  }
  return theirs.programs.length;
}

test("every kind of section that libbpf knows", (t) => {
  needs(t, "btf");
  const file = lab.compile("sections.c");
  expect(compare(file)).toBeGreaterThan(60);
  expect(fromElf(toElf(fromElf(read(file))))).toEqual(fromElf(read(file)));
});

test.for(["fields.c", "kernel-symbols.c", "everything.c"])("%s", (name, t) => {
  needs(t, "btf");
  expect(compare(lab.compile(name))).toBeGreaterThan(0);
});

/** eBPF object files inside of programs, as skeletons put them there. */
function embedded(program: string): Uint8Array[] {
  const bytes = readFileSync(program);
  const found: Uint8Array[] = [];
  const magic = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1);
  for (let at = bytes.indexOf(magic, 1); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    if (bytes.readUInt16LE(at + 16) !== 1 || bytes.readUInt16LE(at + 18) !== 247) continue;
    const table = at + Number(bytes.readBigUInt64LE(at + 40));
    const count = bytes.readUInt16LE(at + 60);
    let end = table + count * 64;
    for (let row = table; row < table + count * 64; row += 64)
      if (bytes.readUInt32LE(row + 4) !== 8)
        end = Math.max(
          end,
          at + Number(bytes.readBigUInt64LE(row + 24)) + Number(bytes.readBigUInt64LE(row + 32)),
        );
    found.push(new Uint8Array(bytes.subarray(at, end)));
  }
  return found;
}

/** Debian's package libbpf-tools, without the tools that differ in nothing but a name. */
function installedTools(): string[] {
  const listed = spawnSync("dpkg", ["-L", "libbpf-tools"], { encoding: "utf8" }).stdout.split("\n");
  return listed.filter((path) => path.startsWith("/usr/sbin/") && existsSync(path));
}

test("the programs inside of libbpf-tools", (t) => {
  needs(t, "btf");
  const tools = installedTools();
  if (tools.length === 0) t.skip("needs Debian's package libbpf-tools");
  let programs = 0;
  for (const tool of tools)
    for (const bytes of embedded(tool)) {
      const file = lab.write(`${basename(tool)}.o`, bytes);
      programs += compare(file);
      const object = fromElf(bytes);
      expect(fromElf(toElf(object)), tool).toEqual(object);
    }
  expect(programs).toBeGreaterThan(200);
});
