import { helperCapability } from "../../abi/helper-capabilities.ts";
import type { Helper } from "../../abi/helper-types.ts";
import { helperArgs, helperById, mayCall } from "../../abi/helpers.ts";
import { compareReleases } from "../../abi/release.ts";
import type { Insn } from "../../isa/insn.ts";
import { missingRelocation } from "../../object/core-patch.ts";
import { clobberStack } from "../access/stack-write.ts";
import { typeWord, typeWords } from "../finding/type-words.ts";
import type { State } from "../state/state.ts";
import { frameAt, reg, setReg } from "../state/state.ts";
import { isNull, isPointer, LOST, POISON } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { checkArgument } from "./argument.ts";
import { type CallSite, callSite } from "./call-site.ts";
import { callBack } from "./callbacks.ts";
import { releaseDynptr } from "./dynptr.ts";
import { resultOf } from "./helper-result.ts";
import { checkHelperMap } from "./map-rights.ts";
import { forgetPackets } from "./packet-moves.ts";
import { mayBeCalledHere } from "./sections.ts";
import { SPECIAL_CHECKS } from "./special-helpers.ts";

/** A call of a helper. Its result is in r0, r1 to r5 are lost; a fault leaves poison. */
export function transferHelper(a: Analysis, s: State, insn: Extract<Insn, { kind: "call" }>): void {
  if (insn.target.kind !== "helper") throw new Error("bug: no helper call");
  const helper = helperById(insn.target.id);
  if (helper === undefined || !isAvailable(a, s, helper)) {
    if (helper === undefined) unknownHelper(a, s, insn.target.id);
    return leave(s);
  }
  const site = callSite(`${helper.name}()`, helper, helperArgs(helper, a.env.programType));
  if (!mayBeCalledHere(a, s, helper)) return leave(s);
  for (let i = 0; i < site.args.length; i++) if (!checkArgument(a, s, site, i)) return leave(s);
  if (SPECIAL_CHECKS[helper.name]?.(a, s, site) === false) return leave(s);
  if (!checkHelperMap(a, s, site, helper)) return leave(s);
  carryOut(a, s, site);
  if (site.callback !== undefined) callBack(a, s, site, site.callback);
  const result = resultOf(a, s, site, helper);
  for (let r = 1; r <= 5; r++) setReg(s, r, LOST);
  setReg(s, 0, result);
  const writesPacket =
    helper.name === "bpf_dynptr_write" && (site.dynptr?.of === "skb" || site.dynptr?.of === "skbMeta");
  if (helper.movesPacket || writesPacket) forgetPackets(a, s);
}

function unknownHelper(a: Analysis, s: State, id: number): void {
  const insn = a.program.insns[s.insn];
  const missing = insn && missingRelocation(insn);
  if (missing) {
    const message = `${missing.what}, and the program reads it here`;
    a.fault(s, { code: "verify/missing-field", message, values: { test: existenceTest(missing.what) } });
  } else a.fault(s, { code: "verify/unknown-helper", message: `there is no helper number ${id}` });
}

/** libbpf's test for "… no struct task_struct.pid". */
function existenceTest(what: string): string {
  const [, type, field] = /\b((?:struct|union) \w+)(?:\.([\w.]+))?/.exec(what) ?? [];
  if (type === undefined) return "bpf_core_field_exists(x->field)";
  return field === undefined ? `bpf_core_type_exists(${type})` : `bpf_core_field_exists(${type}, ${field})`;
}

function leave(s: State): void {
  for (let r = 0; r <= 5; r++) setReg(s, r, POISON);
}

function isAvailable(a: Analysis, s: State, helper: Helper): boolean {
  const { env } = a;
  const { release } = env.profile;
  if (compareReleases(release, helper.since) < 0) {
    const message = `${helper.name}() is there since Linux ${helper.since}, and this is ${release}`;
    a.fault(s, {
      code: "verify/unknown-helper",
      message,
      values: { kernel: `Linux ${helper.since} or later` },
    });
    return false;
  }
  const caller = { program: env.programType, release, ...(env.attachType && { attach: env.attachType }) };
  if (env.programType !== "ext" && !mayCall(helper, caller)) {
    const message = `programs of type ${typeWord(env.programType)} cannot call ${helper.name}()`;
    a.fault(s, { code: "verify/helper-not-allowed", message, values: { types: typeWords(helper.programs) } });
    return false;
  }
  const needed = env.privileged ? undefined : helperCapability(helper.name);
  if (needed === "CAP_PERFMON" || (needed === "CAP_BPF" && !env.capBpf)) {
    const message = `${helper.name}() is only for programs that are loaded with ${needed}`;
    a.fault(s, { code: "verify/privilege", message });
    return false;
  }
  if (helper.gplOnly && !env.gpl) {
    const message = `${helper.name}() is only for programs under a GPL-compatible license`;
    a.fault(s, { code: "verify/gpl-only", message });
    return false;
  }
  return true;
}

/** What the call does to memory and to what is held. */
function carryOut(a: Analysis, s: State, site: CallSite): void {
  for (const { frame, first, size } of site.fills) clobberStack(frameAt(s, frame), first, size);
  for (const make of site.makes) make();
  if (site.releases === undefined) return;
  const given = reg(s, site.releases);
  if (isNull(given)) return;
  if (site.dynptr && site.args[site.releases - 1]?.kind === "dynptr") releaseDynptr(a, s, site.dynptr.ref);
  else if (isPointer(given)) a.release(s, given.ref);
}
