import { helperById } from "../../abi/helpers.ts";
import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { KernelProfile } from "../profile/profile.ts";
import { type FaultAt, findSubprograms, type Shape } from "./find-subprograms.ts";
import { flowGraph } from "./flow-graph.ts";
import { liveRegisters } from "./live-registers.ts";
import { missingFeatures } from "./missing-features.ts";
import { POINT, type Prepared, type Subprogram } from "./prepared.ts";
import { subprogramFacts } from "./subprogram-facts.ts";

export type Preparation =
  | Readonly<{ kind: "prepared"; program: Prepared }>
  | Readonly<{ kind: "refused"; faults: readonly FaultAt[] }>;

export type PrepareOptions = Readonly<{
  profile: KernelProfile;
  /** With CAP_BPF. */
  capBpf: boolean;
  /** Whether the walk must stop at each visit of that call: callbacks are called, or an iterator goes on. */
  turnsAround: (insn: Insn) => boolean;
  /** Whether a call of a kernel function may sleep. */
  kfuncSleeps: (insn: Insn) => boolean;
  /** Where the function begins that is called when the program throws. */
  thrownTo: (subprograms: readonly Subprogram[]) => number | undefined;
  /** Parameters of a kernel function. */
  kfuncArguments: (insn: Insn) => number;
}>;

/** Checks a program's shape and finds out what does not depend on any path. */
export function prepare(spec: ProgramSpec, options: PrepareOptions): Preparation {
  const tooLong = checkSize(spec, options);
  const functions = tooLong.length > 0 || options.capBpf ? [] : ownFunctions(spec);
  if (functions.length > 0) return { kind: "refused", faults: functions };
  const faults = [...tooLong, ...missingFeatures(spec, options.profile)];
  if (faults.length > 0) return { kind: "refused", faults };
  const shape = findSubprograms(spec);
  const { subprograms } = options.profile.limits;
  if (shape.subprograms.length > subprograms) {
    const message = `${shape.subprograms.length} functions; this kernel takes ${subprograms}`;
    return { kind: "refused", faults: [{ insn: 0, fault: { code: "verify/too-many-functions", message } }] };
  }
  if (shape.faults.length > 0) return { kind: "refused", faults: shape.faults };
  const loopsAllowed = options.capBpf && options.profile.has("boundedLoops");
  const graph = flowGraph(spec.insns, shape, loopsAllowed, options.thrownTo(shape.subprograms));
  if (graph.faults.length > 0) return { kind: "refused", faults: graph.faults };
  const program: Prepared = {
    insns: spec.insns,
    ...{ slotOf: shape.slotOf, targetOf: shape.targetOf },
    ...{ subprograms: shape.subprograms, subprogramOf: shape.subprogramOf },
    facts: subprogramFacts(spec.insns, shape, options.kfuncSleeps),
    liveRegs: liveRegisters(spec.insns, shape.targetOf, graph.postorder, (insn) =>
      argumentCount(insn, options),
    ),
    fillsSlot: Int8Array.from(spec.insns, filledSlot),
    loopOf: graph.loopOf,
    points: findPoints(spec.insns, shape, options.turnsAround),
  };
  return { kind: "prepared", program };
}

function checkSize(spec: ProgramSpec, { profile, capBpf }: PrepareOptions): readonly FaultAt[] {
  const count = spec.insns.length;
  if (count === 0)
    return [{ insn: 0, fault: { code: "verify/fall-through", message: "the program has no instructions" } }];
  const most = capBpf ? profile.limits.programInsns : profile.limits.unprivilegedInsns;
  const slots = count + spec.insns.filter((insn) => insn.kind === "loadImm64").length;
  if (slots <= most) return [];
  const who = capBpf ? "" : " from users without CAP_BPF";
  const message = `${slots} instructions; Linux ${profile.release} takes ${most}${who}`;
  const values = capBpf ? {} : { fix: "load the program with CAP_BPF, or split it with tail calls" };
  return [{ insn: 0, fault: { code: "verify/too-long", message, values } }];
}

/** Where a program first uses a function of its own, or the kernel's. Source: add_subprog_and_kfunc, v6.18. */
function ownFunctions({ insns }: ProgramSpec): readonly FaultAt[] {
  const insn = insns.findIndex((one) =>
    one.kind === "call"
      ? one.target.kind !== "helper"
      : one.kind === "loadImm64" && (one.ref?.kind === "func" || one.ref?.kind === "funcOff"),
  );
  if (insn < 0) return [];
  const message = "users without CAP_BPF load programs without functions, callbacks and kernel functions only";
  const fix = "make the functions __always_inline, or load the program with CAP_BPF";
  return [{ insn, fault: { code: "verify/privilege", message, values: { fix } } }];
}

function argumentCount(insn: Insn, options: PrepareOptions): number {
  if (insn.kind !== "call") return 0;
  if (insn.target.kind === "helper") return helperById(insn.target.id)?.args.length ?? 5;
  if (insn.target.kind === "kfunc" || insn.target.kind === "ksym") return options.kfuncArguments(insn);
  return 5;
}

/** The slot of its own frame that a store fills whole, whatever is in the registers. */
function filledSlot(insn: Insn): number {
  if (insn.kind !== "store" || insn.base !== 10 || insn.size !== 8) return -1;
  return insn.off < 0 && insn.off >= -512 && insn.off % 8 === 0 ? -insn.off / 8 - 1 : -1;
}

function findPoints(insns: readonly Insn[], shape: Shape, turnsAround: (insn: Insn) => boolean): Uint8Array {
  const points = new Uint8Array(insns.length);
  const add = (at: number, point: number) => {
    if (at >= 0 && at < points.length) points[at] = (points[at] ?? 0) | point;
  };
  for (const [i, insn] of insns.entries()) {
    const jumps = insn.kind === "jump" || insn.kind === "mayGoto";
    if (jumps) add(i, POINT.prune);
    if (jumps || insn.kind === "ja") add(shape.targetOf[i] ?? -1, POINT.prune);
    if (insn.kind === "mayGoto") add(i, POINT.checkpoint);
    const target = shape.targetOf[i] ?? -1;
    if ((insn.kind === "call" || insn.kind === "loadImm64") && target >= 0)
      for (const at of [i, i + 1, target]) add(at, POINT.prune);
    if (insn.kind === "call" && turnsAround(insn)) add(i, POINT.prune | POINT.checkpoint);
  }
  return points;
}
