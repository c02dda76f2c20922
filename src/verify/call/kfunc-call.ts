import { compareReleases } from "../../abi/release.ts";
import type { Insn } from "../../isa/insn.ts";
import { clobberStack } from "../access/stack-write.ts";
import { typeWord } from "../finding/type-words.ts";
import { draftOf, type Scalar, UNKNOWN } from "../number/scalar.ts";
import { settle } from "../number/settle.ts";
import type { State } from "../state/state.ts";
import { frameAt, reg, setReg } from "../state/state.ts";
import { isNull, isPointer, LOST, POISON, scalar } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { callSite } from "./call-site.ts";
import { enterNow } from "./callbacks.ts";
import { advanceIterator } from "./iterators.ts";
import { type Kfunc, kfuncOf } from "./kfunc.ts";
import { checkKfuncArgument } from "./kfunc-argument.ts";
import { callbackOf } from "./kfunc-callbacks.ts";
import { kfuncResult } from "./kfunc-result.ts";
import { changeSection } from "./kfunc-sections.ts";
import type { KfuncSite } from "./kfunc-site.ts";
import { holdsLock } from "./locks.ts";
import { forgetPackets } from "./packet-moves.ts";
import { maySleepHere } from "./sections.ts";
import { transferThrow } from "./throw.ts";

/** A call of a kernel function; the next instruction, or -1 where the path ends. */
export function transferKfunc(a: Analysis, s: State, insn: Extract<Insn, { kind: "call" }>): number {
  const kfunc = kfuncOf(a.env, insn);
  const next = s.insn + 1;
  if (kfunc === undefined) {
    unknownKfunc(a, s, insn);
    return leave(s, next);
  }
  if (!isAllowed(a, s, kfunc) || !isPlaceFor(a, s, kfunc)) return leave(s, next);
  const site = kfuncSite(kfunc);
  const heldBefore = s.held;
  for (let i = 0; i < kfunc.params.length; i++) if (!checkKfuncArgument(a, s, site, i)) return leave(s, next);
  if (!changeSection(a, s, site)) return leave(s, next);
  if (/^bpf_res_spin_lock/.test(kfunc.name)) withoutLock(a, s, heldBefore);
  if (kfunc.name === "bpf_throw") return transferThrow(a, s);
  carryOut(a, s, site);
  const callback = callbackOf(a, s, site);
  if (callback) enterNow(a, s, callback.subprogram, callback.entry);
  const result = kfuncResult(a, s, site);
  for (let r = 1; r <= 5; r++) setReg(s, r, LOST);
  setReg(s, 0, result);
  if (kfunc.name === "bpf_xdp_pull_data") forgetPackets(a, s);
  if (kfunc.iterator === "next") advanceIterator(a, s, site);
  return next;
}

/** The lock may not be had in time: followed later, with nothing taken. Source: check_kfunc_call, v6.18. */
function withoutLock(a: Analysis, s: State, held: State["held"]): void {
  const other = a.fork(s, s.insn + 1);
  other.held = held;
  for (let r = 1; r <= 5; r++) setReg(other, r, LOST);
  setReg(other, 0, scalar(ERRORS));
}

/** -MAX_ERRNO to -1. */
const ERRORS = errorNumbers();

function errorNumbers(): Scalar {
  const d = draftOf(UNKNOWN);
  d.smin = -4095n;
  d.smax = -1n;
  d.s32min = -4095;
  d.s32max = -1;
  settle(d);
  return d;
}

function kfuncSite(kfunc: Kfunc): KfuncSite {
  return {
    ...callSite(`${kfunc.name}()`, undefined, []),
    kfunc,
    constant: undefined,
    iterator: undefined,
    object: undefined,
    holds: undefined,
    given: undefined,
    resultSize: undefined,
    movedIn: undefined,
  };
}

function leave(s: State, next: number): number {
  for (let r = 0; r <= 5; r++) setReg(s, r, POISON);
  return next;
}

function unknownKfunc(a: Analysis, s: State, insn: Extract<Insn, { kind: "call" }>): void {
  const name = insn.target.kind === "ksym" ? insn.target.name : "with that number";
  if (a.env.kernel === undefined) {
    const message = `kernel function ${name} is known by the kernel's BTF only`;
    a.fault(s, { code: "verify/no-kernel-types", message });
    return;
  }
  const message = `the kernel has no function ${name}`;
  const fix = `check its name: bpftool btf dump file /sys/kernel/btf/vmlinux | grep ${name}`;
  a.fault(s, { code: "verify/kfunc-unknown", message, values: { fix } });
}

const KFUNCS_OF_SOCK_OPS = "6.15";

function isAllowed(a: Analysis, s: State, { name, entry }: Kfunc): boolean {
  const { env } = a;
  if (entry && compareReleases(env.profile.release, entry.since) < 0) {
    const message = `${name}() is there since Linux ${entry.since}, and this is ${env.profile.release}`;
    const fix = `require Linux ${entry.since}, or declare it __weak and call it only if (bpf_ksym_exists(${name}))`;
    a.fault(s, { code: "verify/kfunc-unknown", message, values: { fix } });
    return false;
  }
  if (entry === undefined || (entry.programs !== "all" && !entry.programs.includes(env.programType))) {
    const message = `programs of type ${typeWord(env.programType)} cannot call ${name}()`;
    a.fault(s, { code: "verify/kfunc-not-allowed", message });
    return false;
  }
  if (env.programType === "sockOps" && compareReleases(env.profile.release, KFUNCS_OF_SOCK_OPS) < 0) {
    const message = `programs of type sock_ops call kernel functions since Linux ${KFUNCS_OF_SOCK_OPS}, and this is ${env.profile.release}`;
    a.fault(s, { code: "verify/kfunc-not-allowed", message });
    return false;
  }
  if (name.startsWith("bpf_session_") && !SESSIONS.includes(env.attachType ?? "")) {
    const message = `${name}() is only for programs that are attached to a function's entry and return as one`;
    a.fault(s, { code: "verify/kfunc-not-allowed", message });
    return false;
  }
  if (env.gpl) return true;
  a.fault(s, {
    code: "verify/gpl-only",
    message: `${name}() is only for programs under a GPL-compatible license`,
  });
  return false;
}

const SESSIONS: readonly string[] = ["traceKprobeSession", "traceUprobeSession"];

const WHILE_LOCKED = /^bpf_(?:list_|rbtree_|refcount_acquire|iter_num_|res_spin_|stream_)/;

function isPlaceFor(a: Analysis, s: State, kfunc: Kfunc): boolean {
  const name = `${kfunc.name}()`;
  if (holdsLock(s) && !WHILE_LOCKED.test(kfunc.name)) {
    const lock = s.held.find((held) => held.kind === "lock");
    const message = `${name} is called while a lock is held`;
    a.fault(s, { code: "verify/lock-held", message, subject: { kind: "held", insn: lock?.insn ?? s.insn } });
    return false;
  }
  return !kfunc.sleeps || maySleepHere(a, s, name);
}

/** What the call does to memory and to what is held. */
function carryOut(a: Analysis, s: State, site: KfuncSite): void {
  for (const { frame, first, size } of site.fills) clobberStack(frameAt(s, frame), first, size);
  for (const make of site.makes) make();
  if (site.releases === undefined) return;
  const given = reg(s, site.releases);
  if (!isNull(given) && isPointer(given) && given.ref !== 0) a.release(s, given.ref);
}
