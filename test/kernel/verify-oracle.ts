// The running kernel's verifier as an oracle: what it says of a program, and what it knew at each instruction.

import type { ProgramType } from "../../src/abi/attach-spec.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { MAP_TYPES } from "../../src/abi/map-types.ts";
import { PROGRAM_TYPES } from "../../src/abi/program-types.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { createMap, freezeMap, updateElem } from "../../src/linux/bpf-map.ts";
import { loadBtf, loadProgram } from "../../src/linux/bpf-prog.ts";
import { ERRNO } from "../../src/linux/errno.ts";
import type { Fd } from "../../src/linux/fd.ts";
import { encodeFuncInfo } from "../../src/linux/line-info.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { SystemError } from "../../src/linux/system-error.ts";
import type { FunctionInfo } from "../../src/object/object.ts";
import type { Scalar } from "../../src/verify/number/scalar.ts";
import { draftOf, known, UNKNOWN } from "../../src/verify/number/scalar.ts";

const kernel = openKernel();

export type KernelVerdict = Readonly<{ accepted: boolean; errno: number; log: string }>;

/** Maps in the kernel, for as long as a test needs them. */
export class OracleMaps implements Disposable {
  readonly #fds = new Map<string, Fd>();
  readonly #tailCalls: readonly MapSpec[];
  readonly btf: Fd | undefined;

  constructor(specs: readonly MapSpec[], btf?: Uint8Array) {
    this.btf = btf && loadBtf(kernel, btf);
    this.#tailCalls = specs.filter(({ type }) => type === "progArray");
    for (const spec of specs) this.#add(spec);
  }

  /** A map that this kernel does not know is left out, and with it every program that uses it. */
  #add(spec: MapSpec): void {
    try {
      this.#fds.set(spec.name, this.#make(spec));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  /** Whether every map that the program names is there. */
  has(insns: readonly Insn[]): boolean {
    return insns.every((insn) => {
      const ref = insn.kind === "loadImm64" ? insn.ref : undefined;
      return (ref?.kind !== "map" && ref?.kind !== "mapValue") || this.#fds.has(ref.map);
    });
  }

  /** New arrays of programs: the first program that uses one decides which others may. */
  renewTailCalls(): void {
    for (const spec of this.#tailCalls) {
      this.#fds.get(spec.name)?.close();
      this.#fds.set(spec.name, this.#make(spec));
    }
  }

  #make(spec: MapSpec): Fd {
    const inner = spec.inner && this.#make(spec.inner);
    const fd = createMap(kernel, {
      name: spec.name,
      type: MAP_TYPES[spec.type].number,
      keySize: spec.keySize,
      valueSize: spec.valueSize,
      maxEntries: spec.maxEntries,
      flags: spec.flags,
      ...(inner && { innerMap: inner }),
      ...(spec.mapExtra !== undefined && { mapExtra: spec.mapExtra }),
      ...(this.btf && spec.btfValue && { btf: this.btf, btfKey: spec.btfKey ?? 0, btfValue: spec.btfValue }),
    });
    inner?.close();
    if (spec.initial) updateElem(kernel, fd, new Uint8Array(4), spec.initial);
    if (spec.readOnly) freezeMap(kernel, fd);
    return fd;
  }

  fd(name: string): Readonly<{ fd: number }> | undefined {
    const fd = this.#fds.get(name);
    return fd && { fd: fd.number };
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds.values()) fd.close();
    this.btf?.close();
  }
}

export type OracleProgram = Readonly<{
  type: ProgramType;
  insns: readonly Insn[];
  functions?: readonly FunctionInfo[];
  license?: string;
  expectedAttachType?: number;
  attachBtfId?: number;
  flags?: number;
}>;

const ERRORS_ONLY = 4; // statistics, and the words of a refusal, without the way to it

/**
 * What the kernel's verifier says. `logLevel` 2: with everything that it knew on the way. `as` loads the program with
 * other rights.
 */
export function askKernel(
  program: OracleProgram,
  maps: OracleMaps,
  logLevel = ERRORS_ONLY,
  as = <T>(load: () => T): T => load(),
): KernelVerdict {
  const { functions = [], insns } = program;
  if (!maps.has(insns)) return { accepted: false, errno: ERRNO.EINVAL, log: "" };
  maps.renewTailCalls();
  const functionInfo =
    maps.btf && encodeFuncInfo({ name: "oracle", type: program.type, section: "", insns, functions });
  const load = {
    name: "oracle",
    ...(maps.btf && functionInfo && { btf: maps.btf, funcInfo: functionInfo }),
    type: PROGRAM_TYPES[program.type].number,
    insns: encodeProgram(program.insns, { names: { map: (name) => maps.fd(name) } }),
    license: program.license ?? "GPL",
    logLevel,
    ...(program.expectedAttachType !== undefined && { expectedAttachType: program.expectedAttachType }),
    ...(program.attachBtfId !== undefined && { attachBtfId: program.attachBtfId }),
    ...(program.flags !== undefined && { flags: program.flags }),
  };
  const result = as(() => loadProgram(kernel, load));
  if (result.kind === "refused") return { accepted: false, errno: result.errno, log: result.log };
  result.fd.close();
  return { accepted: true, errno: 0, log: result.log };
}

/** One instruction that the kernel followed, and the registers that it printed after it. */
export type LogStep = Readonly<{ slot: number; registers: ReadonlyMap<number, string> }>;

/** The instructions of a log of level 2, in the order in which they were followed. */
export function logSteps(log: string): LogStep[] {
  const steps: LogStep[] = [];
  const body = log.slice(log.search(/^0: (?:R|\()/m));
  for (const line of body.split("\n")) {
    const found = /^(\d+): \([0-9a-f]{2}\) .*?(?: +; (.*))?$/.exec(line);
    if (found) steps.push({ slot: Number(found[1]), registers: registersOf(found[2] ?? "") });
  }
  return steps;
}

function registersOf(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const match of text.matchAll(/(?:^|\s)R(\d+)=([^\s(]*(?:\((?:[^()]|\([^()]*\))*\))?)/g))
    found.set(Number(match[1]), match[2] ?? "");
  return found;
}

/** A number as the kernel prints it; undefined for anything else. */
export function scalarOf(text: string): Scalar | undefined {
  const plain = /^P?(-?(?:0x[0-9a-f]+|\d+))$/.exec(text);
  if (plain) return known(BigInt.asUintN(64, number(plain[1] ?? "0")));
  const inside = /^P?scalar\((.*)\)$/.exec(text);
  if (!inside) return undefined;
  const d = draftOf(UNKNOWN);
  const fields = (inside[1] ?? "").replace(
    /var_off=\((0x[0-9a-f]+|0); (0x[0-9a-f]+|0)\)/,
    (_, value: string, mask: string) => {
      d.value = BigInt(value);
      d.mask = BigInt(mask);
      return "";
    },
  );
  for (const part of fields.split(",")) {
    const names = part.split("=");
    if (names[0] === "id" || part === "") continue;
    const value = number(names.pop() ?? "0");
    for (const name of names) setField(d, name, value);
  }
  return d;
}

function number(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text || 0);
}

function setField(d: ReturnType<typeof draftOf>, name: string, value: bigint): void {
  switch (name) {
    case "smin":
    case "smax":
      d[name] = BigInt.asIntN(64, value);
      break;
    case "umin":
    case "umax":
      d[name] = BigInt.asUintN(64, value);
      break;
    case "smin32":
      d.s32min = Number(BigInt.asIntN(32, value));
      break;
    case "smax32":
      d.s32max = Number(BigInt.asIntN(32, value));
      break;
    case "umin32":
      d.u32min = Number(BigInt.asUintN(32, value));
      break;
    case "umax32":
      d.u32max = Number(BigInt.asUintN(32, value));
      break;
    default:
  }
}

/** The line of a log that says why the program was refused: the last that is no state, no statistics and no instruction. */
export function refusalLines(log: string): readonly string[] {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !NOISE.test(line));
  return lines.slice(-3);
}

const NOISE =
  /^(?:cur state:|old state:|processed \d+|arg#\d+ reference type|\d+: |from \d+ to|func#|Live regs|mark_precise|verification time|stack depth|frame\d+:|caller:|callee:|returning from|to caller at|; |Validating|Func#|R\d+(?:_w)?=| +\d+: )/;
