import type { CallbackParam, Helper } from "../../abi/helper-types.ts";
import { findStruct } from "../../btf/lookup.ts";
import type { CallbackKind, Frame, State } from "../state/state.ts";
import { newFrame, reg, topFrame } from "../state/state.ts";
import { ATTR, isPointer, pointer, UNKNOWN_VALUE, UNSET, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";
import { hasRoom } from "./local-call.ts";

/** What a callback gets in r1 to r5, and what it may return. */
export type CallbackEntry = Readonly<{
  kind: CallbackKind;
  args: readonly Value[];
  returns: readonly [number, number];
}>;

/** A helper that calls a function of the program: the way into it is followed later, the way past the call now. */
export function callBack(a: Analysis, s: State, site: CallSite, subprogram: number): void {
  const helper = site.helper;
  const arg = helper?.args.find((candidate) => candidate.kind === "callback");
  if (helper === undefined || arg?.kind !== "callback") return;
  const isTimer = helper.name === "bpf_timer_set_callback";
  const args = arg.params.map((param) => argumentValue(a, s, site, helper, param));
  const entry: CallbackEntry = { kind: isTimer ? "async" : "sync", args, returns: isTimer ? [0, 0] : [0, 1] };
  if (isTimer) return enterLater(a, s, subprogram, entry, false);
  if (helper.name === "bpf_loop" && !mayGoRound(a, s)) {
    topFrame(s).callbackDepth = 0;
    return;
  }
  enterNow(a, s, subprogram, entry);
}

/** bpf_loop() calls its function no more often than r1 says. */
function mayGoRound(a: Analysis, s: State): boolean {
  const count = reg(s, 1);
  a.needPrecise(s, 1);
  return count.kind !== "scalar" || BigInt(topFrame(s).callbackDepth) < count.num.umax;
}

/** A callback that runs during the call: after it the call is looked at again, since it may run once more. */
export function enterNow(a: Analysis, s: State, subprogram: number, entry: CallbackEntry): void {
  if (!hasRoom(a, s)) return;
  const start = a.program.subprograms[subprogram]?.start ?? 0;
  const callsite = s.insn;
  const inside = a.fork(s, start);
  inside.callbackRounds++;
  topFrame(inside).callbackDepth++;
  inside.frames.push(entryFrame(subprogram, callsite, inside.frames.length, entry));
  topFrame(s).callbackDepth = 0;
}

/** A callback that runs some time later, on its own: nothing of this path is there then. */
export function enterLater(
  a: Analysis,
  s: State,
  subprogram: number,
  entry: CallbackEntry,
  sleepable: boolean,
): void {
  const start = a.program.subprograms[subprogram]?.start ?? 0;
  const later = a.detach(s, start);
  later.frames = [entryFrame(subprogram, s.insn, 0, entry)];
  later.held = [];
  later.rcuDepth = 0;
  later.preemptDepth = 0;
  later.sleepable = sleepable;
  later.asyncDepth = s.asyncDepth + 1;
}

function entryFrame(subprogram: number, callsite: number, index: number, entry: CallbackEntry): Frame {
  const frame = newFrame(subprogram, callsite, index, { kind: entry.kind, returns: entry.returns });
  for (const [i, value] of entry.args.entries()) frame.regs[i + 1] = value;
  return frame;
}

function argumentValue(a: Analysis, s: State, site: CallSite, helper: Helper, param: CallbackParam): Value {
  const { map, mapUid } = site;
  switch (param) {
    case "map":
      return map ? pointer("map", { map, mapUid }) : UNSET;
    case "mapKey":
      return map ? pointer("mapKey", { map }) : UNSET;
    case "mapValue":
      return map ? pointer("mapValue", { map, mapUid, id: lockId(a, map.fields) }) : UNSET;
    case "index":
      return UNKNOWN_VALUE;
    case "context": {
      const at = helper.args.findIndex((arg) => arg.kind === "callbackContext") + 1;
      return reg(s, at);
    }
    case "task":
      return reg(s, 1);
    case "vma":
      return kernelStruct(a, "vm_area_struct");
    default:
      return pointer("dynptr", { dynptr: "local", dynptrId: a.newId() });
  }
}

function lockId(a: Analysis, fields: readonly Readonly<{ kind: string }>[]): number {
  return fields.some((f) => f.kind === "spinLock" || f.kind === "resSpinLock") ? a.newId() : 0;
}

function kernelStruct(a: Analysis, name: string): Value {
  const { kernel } = a.env;
  const type = kernel && findStruct(kernel, name);
  return kernel && type !== undefined
    ? pointer("btf", { btf: kernel, type, attrs: ATTR.trusted })
    : UNKNOWN_VALUE;
}

/** Whether a value is the address of a function of the program. */
export function functionOf(value: Value): number | undefined {
  return isPointer(value) && value.kind === "func" ? value.subprogram : undefined;
}
