// Programs as people write them (fixtures/corpus), each also broken in a few places (-DBROKEN=n), as clang builds them:
// libbpf and we give the kernel the same instructions, and our verifier says of each program what the kernel's says.
import { readdirSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { programInfo } from "../../src/linux/objects.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { type Relocated, relocate } from "../../src/object/relocate.ts";
import { kernelProfile } from "../../src/verify/profile/profile.ts";
import { verify } from "../../src/verify/verify.ts";
import { dumpById, dumpByLibbpf, ObjectLab, read } from "./clang-object.ts";
import { needs } from "./needs.ts";
import { possibleCpus } from "./verify-cpus.ts";

const TIMEOUT_MS = 300_000;
const CORPUS = join(import.meta.dirname, "fixtures/corpus");
const series = /^\d+\.\d+/.exec(release())?.[0] ?? "";
const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

const files = readdirSync(CORPUS).filter((name) => name.endsWith(".c"));

/** The numbers of the places where a program can be broken. */
function breaks(file: string): readonly number[] {
  const text = readFileSync(join(CORPUS, file), "utf8");
  const found = [...text.matchAll(/BROKEN [!=]= (\d+)/g)].map(([, number]) => Number(number));
  return [...new Set(found)].sort();
}

function compiled(file: string, broken = 0): ObjectSpec {
  return fromElf(read(pathOf(file, broken)), { name: file.replace(/\W.*$/, "") });
}

function pathOf(file: string, broken: number): string {
  const text = readFileSync(join(CORPUS, file), "utf8");
  const flags = ["-I", CORPUS, `-DBROKEN=${broken}`, "-Wno-everything"];
  return lab.compile(`${file.slice(0, -2)}-${broken}.c`, { text, flags });
}

/** Programs that are loaded together: one each, but for those that a map holds. */
function parts(object: Relocated): readonly Relocated[] {
  const held = object.maps.some(({ slots, structOps }) => slots !== undefined || structOps !== undefined);
  if (held) return [object];
  return object.programs.map((program) => ({ ...object, programs: [{ ...program, autoload: true }] }));
}

/** Whether the kernel takes them; undefined where it, or its policy, does not come to verifying. */
function kernelAccepts(object: Relocated): boolean | undefined {
  try {
    backend.load(object).close();
    return true;
  } catch (error) {
    return error instanceof VerifierRefused ? false : undefined;
  }
}

function weAccept(object: Relocated): string {
  const kernelBtf = backend.target.kernelBtf();
  const verdict = verify(object, {
    profile: kernelProfile(series),
    possibleCpus: possibleCpus(),
    ...(kernelBtf && { kernelBtf }),
  });
  const first = verdict.programs.find(({ ok }) => !ok);
  return first === undefined ? "" : `${first.program}: ${first.findings[0]?.message}`;
}

test.for(files)("%s: verdicts, as it is written", { timeout: TIMEOUT_MS }, (file, t) => {
  needs(t, "btf");
  const object = relocate(compiled(file), backend.target);
  for (const part of parts(object)) {
    const theirs = kernelAccepts(part);
    const ours = weAccept(part);
    if (theirs !== undefined) expect(ours === "", `${part.programs[0]?.name}: ${ours}`).toBe(theirs);
  }
});

const broken = files.flatMap((file) => breaks(file).map((number) => ({ file, number })));

test.for(broken)("$file: verdicts, broken at $number", { timeout: TIMEOUT_MS }, ({ file, number }, t) => {
  needs(t, "btf");
  const object = relocate(compiled(file, number), backend.target);
  for (const part of parts(object)) {
    const theirs = kernelAccepts(part);
    const ours = weAccept(part);
    if (theirs !== undefined) expect(ours === "", `${part.programs[0]?.name}: ${ours}`).toBe(theirs);
  }
});

const ADDRESS = /0x[0-9a-f]{12,16}/g; // of what the kernel made for this load

test.for(files)("%s: libbpf gives the kernel the same", { timeout: TIMEOUT_MS }, (file, t) => {
  needs(t, "btf");
  const object = relocate(compiled(file), backend.target);
  if (kernelAccepts(object) !== true) return t.skip("this kernel does not take all of its programs");
  const theirs = dumpByLibbpf(pathOf(file, 0));
  using loaded = backend.load(object);
  const names = object.programs.filter(({ autoload }) => autoload !== false).map(({ name }) => name);
  const dump = (name: string) => dumpById(programInfo(backend.kernel, loaded.programFd(name)).id);
  const plain = (lines: readonly string[] = []) => lines.map((line) => line.replace(ADDRESS, "ADDRESS"));
  for (const name of names) expect(plain(dump(name)), name).toEqual(plain(theirs.get(name)));
});
