// Programs whose context is the arguments of a function, tracepoint, iterator, hook or member of a struct of functions:
// what each argument is, and what may be written through it, to the running kernel and to us. As far as a kernel lets
// such programs be loaded at all.
import { hostname, release } from "node:os";
import { afterAll, expect, test } from "vitest";
import { ATTACH_TYPES, type AttachType } from "../../src/abi/attach-types.ts";
import { BtfBuilder } from "../../src/btf/encode.ts";
import { resolve } from "../../src/btf/layout.ts";
import { findStruct } from "../../src/btf/lookup.ts";
import type { BtfId } from "../../src/btf/types.ts";
import { assemble } from "../../src/isa/assemble.ts";
import type { Insn } from "../../src/isa/insn.ts";
import type { ProgramSpec } from "../../src/object/object.ts";
import { kernelProfile } from "../../src/verify/profile/profile.ts";
import { type Surroundings, verifyProgram } from "../../src/verify/verify.ts";
import { outcomeOf } from "./verify-agreement.ts";
import { possibleCpus } from "./verify-cpus.ts";
import { askKernel, OracleMaps } from "./verify-oracle.ts";
import { KERNEL_BTF } from "./verify-programs.ts";

const TIMEOUT_MS = 300_000;
const series = /^\d+\.\d+/.exec(release())?.[0] ?? "";
const profile = kernelProfile(series);
const maps = new OracleMaps([]);
afterAll(() => maps[Symbol.dispose]());

/** A guest's processor is emulated: there, of the long tables every so manieth place is asked about. */
const EVERY = hostname() === "guest" ? 97 : 1;

type Place = Readonly<{
  type: "tracing" | "lsm" | "structOps";
  attachType: AttachType;
  name: string;
  btfId: BtfId;
  sleepable?: boolean;
  /** Number of the member in the kernel's struct, in place of an attach type. */
  member?: number;
  surroundings?: Surroundings;
}>;

function insnsOf(text: string): readonly Insn[] {
  const { insns, report } = assemble({ name: "probe", text });
  if (insns === undefined) throw new Error(report.diagnostics.map(({ message }) => message).join("; "));
  return insns;
}

const ALONE: Surroundings = { maps: [], license: "GPL" };

/** Undefined where both say the same, or the kernel does not come to verifying; else the disagreement in words. */
function disagreement(place: Place, what: string, text: string): string | undefined | "unasked" {
  const { type, attachType, name, btfId, sleepable, member, surroundings = ALONE } = place;
  const insns = insnsOf(text);
  const spec: ProgramSpec = {
    name: "oracle",
    type,
    section: "",
    insns,
    functions: [],
    attachType,
    attachTo: name,
    ...(sleepable && { sleepable }),
  };
  const kernel = askKernel(
    {
      type,
      insns,
      expectedAttachType: member ?? ATTACH_TYPES[attachType].number,
      attachBtfId: btfId,
      flags: sleepable ? 16 : 0,
    },
    maps,
  );
  const ours = verifyProgram(spec, surroundings, {
    profile,
    possibleCpus: possibleCpus(),
    ...(KERNEL_BTF && { kernelBtf: KERNEL_BTF }),
  });
  const { kind, about } = outcomeOf(ours, kernel);
  if (kind === "unasked") return "unasked";
  return kind.startsWith("false") ? `${kind}: ${name}: ${what}: ${about}` : undefined;
}

/** Disagreements, and how many programs were asked about. */
function compareAll(cases: Iterable<readonly [place: Place, what: string, text: string]>) {
  const disagree: string[] = [];
  let asked = 0;
  for (const one of cases) {
    const found = disagreement(...one);
    if (found === "unasked") continue;
    asked++;
    if (found !== undefined) disagree.push(found);
  }
  return { asked, disagree };
}

function* sampled<T>(all: Iterable<T>): Iterable<T> {
  let index = 0;
  for (const one of all) if (index++ % EVERY === 0) yield one;
}

const readThrough = (arg: number, off = 0) => `r2 = *(u64 *)(r1 + ${arg * 8})
r3 = *(u8 *)(r2 + ${off})
r0 = 0
exit`;

const checkedRead = (arg: number, off: number) => `r2 = *(u64 *)(r1 + ${arg * 8})
if r2 == 0 goto end
r3 = *(u8 *)(r2 + ${off})
end:
r0 = 0
exit`;

const checkedWrite = (arg: number) => `r2 = *(u64 *)(r1 + ${arg * 8})
r0 = 0
if r2 == 0 goto end
*(u8 *)(r2 + 0) = r0
end:
exit`;

const argument = (arg: number) => `r0 = *(u64 *)(r1 + ${arg * 8})
r0 = 0
exit`;

const kernelFunctions = (pattern: RegExp, kind: "func" | "typedef"): (readonly [string, BtfId])[] => {
  if (KERNEL_BTF === undefined) return [];
  const found: (readonly [string, BtfId])[] = [];
  for (let id = 1; id < KERNEL_BTF.count; id++) {
    const name = KERNEL_BTF.kindOf(id as BtfId) === kind ? KERNEL_BTF.nameOf(id as BtfId) : "";
    if (pattern.test(name)) found.push([name, id as BtfId]);
  }
  return found;
};

function params(id: BtfId): number {
  const type = KERNEL_BTF?.type(id);
  const proto = type?.kind === "func" ? KERNEL_BTF?.type(type.proto) : pointee(id);
  return proto?.kind === "funcProto" ? proto.params.length : 0;
}

function pointee(id: BtfId) {
  const type = KERNEL_BTF && resolve(KERNEL_BTF, id);
  return type?.kind === "pointer" && KERNEL_BTF ? resolve(KERNEL_BTF, type.to) : undefined;
}

test("iterators: every argument, read with and without a check, and written", { timeout: TIMEOUT_MS }, () => {
  const cases = function* () {
    for (const [name, btfId] of kernelFunctions(/^bpf_iter_/, "func"))
      for (const sleepable of [false, true])
        for (let arg = 0; arg <= params(btfId); arg++) {
          const place: Place = {
            type: "tracing",
            attachType: "traceIter",
            name: name.slice(9),
            btfId,
            sleepable,
          };
          yield [place, `argument ${arg}`, readThrough(arg)] as const;
          yield [place, `argument ${arg} checked`, checkedRead(arg, 0)] as const;
          yield [place, `argument ${arg} checked, behind`, checkedRead(arg, 4096)] as const;
          yield [place, `argument ${arg} written`, checkedWrite(arg)] as const;
        }
  };
  const { asked, disagree } = compareAll(cases());
  expect(disagree).toEqual([]);
  expect(asked).toBeGreaterThan(20);
});

test("tracepoints: every argument, read without a check", { timeout: TIMEOUT_MS }, () => {
  const cases = function* () {
    for (const [name, btfId] of kernelFunctions(/^btf_trace_/, "typedef"))
      for (let arg = 0; arg < params(btfId); arg++) {
        const place: Place = { type: "tracing", attachType: "traceRawTp", name: name.slice(10), btfId };
        yield [place, `argument ${arg}`, readThrough(arg)] as const;
      }
  };
  const { asked, disagree } = compareAll(sampled(cases()));
  expect(disagree).toEqual([]);
  expect(asked).toBeGreaterThan(500 / EVERY);
});

test("hooks: every argument, and the result before and behind the last one", { timeout: TIMEOUT_MS }, () => {
  const returned = (arg: number) => `r0 = *(u64 *)(r1 + ${arg * 8})\nexit`;
  const cases = function* () {
    for (const [name, btfId] of kernelFunctions(/^bpf_lsm_/, "func")) {
      const count = params(btfId);
      const place: Place = { type: "lsm", attachType: "lsmMac", name: name.slice(8), btfId };
      for (let arg = 0; arg <= count + 2; arg++) {
        yield [place, `argument ${arg}`, readThrough(arg)] as const;
        yield [place, `argument ${arg} is there`, argument(arg)] as const;
        yield [place, `argument ${arg} returned`, returned(arg)] as const;
      }
      for (const value of [-4096, -4095, -1, 0, 1, 2])
        yield [place, `returns ${value}`, `r0 = ${value}\nexit`] as const;
    }
  };
  expect(compareAll(sampled(cases())).disagree).toEqual([]);
});

/** A struct of functions with the members of the kernel's that programs are asked about. */
function structOpsOf(typeName: string, member: string): Surroundings {
  const builder = new BtfBuilder();
  const pointer = builder.addPointer(builder.add({ kind: "void" }));
  const members = [{ name: member, type: pointer, bitOffset: 0 }];
  const type = builder.add({ kind: "struct", name: typeName, bytes: 8, members });
  const structOps = { type, typeName, programs: [{ offset: 0, program: "oracle" }], link: false };
  const map = { name: "ops", type: "structOps", keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 } as const;
  return { maps: [{ ...map, structOps }], btf: builder.finish(), license: "GPL" };
}

function memberPlace(struct: string, name: string, spelling = struct): Place | undefined {
  const btfId = KERNEL_BTF && findStruct(KERNEL_BTF, struct);
  const type = btfId === undefined ? undefined : KERNEL_BTF?.type(btfId);
  if (type?.kind !== "struct" || btfId === undefined) return undefined;
  const member = type.members.findIndex((one) => one.name === name);
  return {
    type: "structOps",
    attachType: "structOps",
    name,
    btfId,
    member,
    surroundings: structOpsOf(spelling, name),
  };
}

const BYTES_OF_SOCKET = 2600;

test("congestion controls: every byte of a TCP socket, read and written", { timeout: TIMEOUT_MS }, () => {
  const place = memberPlace("tcp_congestion_ops", "init");
  if (place === undefined) return;
  const cases = function* () {
    for (let off = 0; off < BYTES_OF_SOCKET; off++)
      for (const size of [1, 4, 8]) {
        const first = "r1 = *(u64 *)(r1 + 0)\nr0 = 0\n";
        yield [place, `writes ${size} at ${off}`, `${first}*(u${size * 8} *)(r1 + ${off}) = r0\nexit`] as const;
        if (off % size === 0 && size !== 4)
          yield [
            place,
            `reads ${size} at ${off}`,
            `${first}r2 = *(u${size * 8} *)(r1 + ${off})\nexit`,
          ] as const;
      }
  };
  expect(compareAll(sampled(cases())).disagree).toEqual([]);
});

test("congestion controls: arguments of every member, also of a flavour of the struct", {
  timeout: TIMEOUT_MS,
}, () => {
  const type = KERNEL_BTF && findStruct(KERNEL_BTF, "tcp_congestion_ops");
  const struct = type === undefined ? undefined : KERNEL_BTF?.type(type);
  if (struct?.kind !== "struct") return;
  const cases = function* () {
    for (const { name } of struct.members)
      for (const spelling of ["tcp_congestion_ops", "tcp_congestion_ops___mine"]) {
        const place = memberPlace("tcp_congestion_ops", name, spelling);
        if (place === undefined || pointeeOfMember(name) !== "funcProto") continue;
        for (let arg = 0; arg < 5; arg++) yield [place, `argument ${arg}`, readThrough(arg, 16)] as const;
      }
  };
  const pointeeOfMember = (name: string) => {
    const found = struct.members.find((one) => one.name === name);
    return found && pointee(found.type)?.kind;
  };
  expect(compareAll(sampled(cases())).disagree).toEqual([]);
});
