import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { SkepError } from "../../src/base/errors.ts";
import { parseElf } from "../../src/elf/read.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { relocate } from "../../src/object/relocate.ts";
import { toElf } from "../../src/object/to-elf.ts";
import { ObjectLab, read } from "./clang-object.ts";
import { needs } from "./needs.ts";

// clang's own files, damaged: cut, with wild offsets and counts, with types that refer to each other. What comes is an
// object or an error of ours that says where, and soon; the kernel's real types are what is relocated against.

const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

const MOST_CPU_MS = 5000;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Outcome = "an object" | "an error that says where" | "an error" | "too slow";

function outcomeOf(bytes: Uint8Array): Outcome {
  const started = cpuMs();
  let outcome: Outcome = "an object";
  try {
    const object = fromElf(bytes);
    relocate(object, backend.target);
    toElf(object);
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    const says =
      "section" in error || "offset" in error
        ? [Reflect.get(error, "section"), Reflect.get(error, "offset")]
        : [];
    const named =
      says.some((value) => value !== undefined) ||
      /section|byte|program|map|symbol|type|file/.test(error.message);
    outcome = named ? "an error that says where" : "an error";
  }
  return cpuMs() - started > MOST_CPU_MS ? "too slow" : outcome;
}

const FILES = ["everything.c", "fields.c"] as const;

test.for(FILES)("%s, cut anywhere", (file, t) => {
  needs(t, "tp-btf", "bpf-loop", "tracefs");
  const whole = read(lab.compile(file));
  for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 150))
    expect([length, outcomeOf(whole.subarray(0, length))]).toEqual([length, "an error that says where"]);
});

test.for(FILES)("%s, with words that are too large anywhere in its headers, types and records", (file, t) => {
  needs(t, "tp-btf", "bpf-loop", "tracefs");
  const whole = read(lab.compile(file));
  const sections = parseElf(whole).sections.filter(({ name, size }) => size > 0 && !name.startsWith(".debug"));
  const wild = fc.constantFrom(0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff, whole.length);
  const place = fc
    .constantFrom(
      ...sections,
      { offset: 0, size: 64 },
      { offset: whole.length - 64 * sections.length, size: 64 * sections.length },
    )
    .chain(({ offset, size }) =>
      fc.nat(Math.max(0, Math.floor(size / 4) - 1)).map((word) => offset + word * 4),
    );
  const seen = new Set<Outcome>();
  fc.assert(
    fc.property(fc.array(fc.tuple(place, wild), { minLength: 1, maxLength: 4 }), (edits) => {
      const bytes = Uint8Array.from(whole);
      const view = new DataView(bytes.buffer);
      for (const [at, value] of edits) if (at >= 0 && at + 4 <= bytes.length) view.setUint32(at, value, true);
      const outcome = outcomeOf(bytes);
      seen.add(outcome);
      return outcome !== "too slow" && outcome !== "an error";
    }),
    { numRuns: 250 },
  );
  expect(seen).toEqual(new Set<Outcome>(["an object", "an error that says where"]));
});
