// Compares our verdict with the running kernel's, program by program.

import { ATTACH_TYPES } from "../../src/abi/attach-types.ts";
import type { ProgramSpec } from "../../src/object/object.ts";
import { codesOfLog, type FindingCode } from "../../src/verify/finding/codes.ts";
import { type KernelProfile, kernelProfile, NEWEST_RELEASE } from "../../src/verify/profile/profile.ts";
import { type ProgramVerdict, verifyProgram } from "../../src/verify/verify.ts";
import { without } from "./verify-capabilities.ts";
import { attachmentOf } from "./verify-generator.ts";
import { MAPS, TYPES_OF_PROGRAMS } from "./verify-maps.ts";
import { askKernel, type KernelVerdict, type OracleMaps, refusalLines } from "./verify-oracle.ts";
import { type GeneratedProgram, KERNEL_BTF } from "./verify-programs.ts";

export type Outcome = Readonly<{
  /** "unasked": the kernel does not verify such programs here, or an errno that says nothing of the program. */
  kind: "both accept" | "both refuse" | "false accept" | "false reject" | "unasked";
  /** For "both refuse": whether the same class of fault is named. */
  sameReason: boolean;
  /** What the disagreement is about: our code, or what the kernel said. */
  about: string;
  /** Names for what the kernel's last line may be called; none where the tables know no name. */
  kernelCodes: readonly FindingCode[];
  kernel: KernelVerdict;
  ours: ProgramVerdict;
}>;

export type Compared = Readonly<{
  profile?: KernelProfile;
  /** False: with CAP_BPF, but without CAP_PERFMON, on both sides. */
  privileged?: boolean;
  /** False, beside `privileged`: without CAP_BPF too. */
  capBpf?: boolean;
  strictAlignment?: boolean;
  /** States are compared at every place where they can be, BPF_F_TEST_STATE_FREQ; asked of the kernel only. */
  compareOften?: boolean;
  possibleCpus?: number;
}>;

const FLAGS = { strictAlignment: 1, compareOften: 8, sleepable: 16 }; // BPF_F_STRICT_ALIGNMENT, BPF_F_TEST_STATE_FREQ, BPF_F_SLEEPABLE
const POWERS = ["CAP_PERFMON", "CAP_SYS_ADMIN"] as const;
const ALL_POWERS = [...POWERS, "CAP_BPF", "CAP_NET_ADMIN"] as const;
const NOT_VERIFIED: readonly number[] = [1, 22]; // EPERM, EINVAL: with an empty log, the verifier was not asked

/** Ours of a generated program. */
export function ask(program: GeneratedProgram, options: Compared = {}): ProgramVerdict {
  const { attachType, attachTo } = program.attach ?? attachmentOf(program.type);
  const spec: ProgramSpec = {
    name: "oracle",
    type: program.type,
    section: "",
    insns: program.insns,
    functions: program.functions,
    ...(attachType && { attachType }),
    ...(attachTo && { attachTo }),
    ...(program.sleepable && { sleepable: true }),
  };
  return verifyProgram(
    spec,
    { maps: MAPS, btf: TYPES_OF_PROGRAMS.btf, license: "GPL" },
    {
      profile: options.profile ?? kernelProfile(NEWEST_RELEASE),
      ...(KERNEL_BTF && { kernelBtf: KERNEL_BTF }),
      ...(options.privileged !== undefined && {
        privileged: options.privileged,
        capBpf: options.capBpf ?? true,
      }),
      ...(options.strictAlignment !== undefined && { strictAlignment: options.strictAlignment }),
      ...(options.possibleCpus !== undefined && { possibleCpus: options.possibleCpus }),
    },
  );
}

export function kernelSays(
  program: GeneratedProgram,
  maps: OracleMaps,
  options: Compared = {},
  logLevel?: number,
) {
  const { btfId, attachType } = program.attach ?? attachmentOf(program.type);
  const sleepable = program.sleepable || program.type === "syscall";
  const flags =
    (options.strictAlignment ? FLAGS.strictAlignment : 0) +
    (options.compareOften ? FLAGS.compareOften : 0) +
    (sleepable ? FLAGS.sleepable : 0);
  const lacking = options.privileged === false ? (options.capBpf === false ? ALL_POWERS : POWERS) : [];
  const question = {
    type: program.type,
    insns: program.insns,
    functions: program.functions,
    ...(attachType && { expectedAttachType: ATTACH_TYPES[attachType].number }),
    ...(btfId !== undefined && { attachBtfId: btfId }),
    flags,
  };
  return askKernel(question, maps, logLevel, (body) => without(lacking, body));
}

/** Both verdicts on one program, and how they compare. */
export function compare(program: GeneratedProgram, maps: OracleMaps, options: Compared = {}): Outcome {
  const kernel = kernelSays(program, maps, options);
  const ours = ask(program, options);
  return outcomeOf(ours, kernel);
}

export function outcomeOf(ours: ProgramVerdict, kernel: KernelVerdict): Outcome {
  const lines = refusalLines(kernel.log);
  const kernelCodes = kernel.accepted ? [] : codesNamed(lines);
  const first = ours.findings[0]?.code;
  const base = { kernel, ours, kernelCodes, sameReason: false };
  if (!kernel.accepted && kernel.log === "" && NOT_VERIFIED.includes(kernel.errno))
    return { ...base, kind: "unasked", about: `errno ${kernel.errno}` };
  if (kernel.accepted && ours.ok) return { ...base, kind: "both accept", about: "" };
  if (kernel.accepted) return { ...base, kind: "false reject", about: first ?? "" };
  if (ours.ok) return { ...base, kind: "false accept", about: plain(lines.at(-1) ?? `errno ${kernel.errno}`) };
  const sameReason = ours.findings.some(({ code }) => kernelCodes.includes(code));
  const about = sameReason ? (first ?? "") : `${first} / ${plain(lines.at(-1) ?? "")}`;
  return { ...base, kind: "both refuse", sameReason, about };
}

const WORDS = 2; // lines: the kernel often says first what, then why

/** The codes of the last lines that have any. */
function codesNamed(lines: readonly string[]): readonly FindingCode[] {
  return lines.slice(-WORDS).flatMap((line) => codesOfLog(line));
}

/** A line of a log without its numbers, so that alike ones count together. */
function plain(line: string): string {
  return line
    .replace(/0x[0-9a-f]+/g, "N")
    .replace(/-?\d+/g, "N")
    .slice(0, 100);
}
