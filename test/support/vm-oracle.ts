// One piece of assembly in the kernel and in both engines of the machine: what each leaves behind, to be compared.
import { helperByName } from "../../src/abi/helpers.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { MAP_TYPES } from "../../src/abi/map-types.ts";
import { findFunction } from "../../src/btf/lookup.ts";
import type { BtfId } from "../../src/btf/types.ts";
import { assemble } from "../../src/isa/assemble.ts";
import { bindNames } from "../../src/isa/bind-names.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { createMap, freezeMap, lookupElem, updateElem } from "../../src/linux/bpf-map.ts";
import { loadBtf, loadProgram, testRun } from "../../src/linux/bpf-prog.ts";
import type { Fd } from "../../src/linux/fd.ts";
import { openKernelBtf } from "../../src/linux/kernel-btf.ts";
import { encodeFuncInfo } from "../../src/linux/line-info.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import type { FunctionInfo } from "../../src/object/object.ts";
import { type Environment, plainEnvironment } from "../../src/vm/environment.ts";
import { Machine } from "../../src/vm/machine.ts";
import { testTypes } from "../kernel/verify-types.ts";

export type OracleCase = Readonly<{
  rule: string;
  /**
   * What to try. r6 is the address of `data`, 256 bytes, of which the first 128 are compared; r7 that of read-only
   * `text`; r8 the context. What it leaves in r0 is compared as well.
   */
  text: string;
  data?: string | Uint8Array;
  format?: string;
  type?: "syscall" | "schedCls" | "xdp" | "socketFilter" | "rawTracepoint";
  packet?: Uint8Array;
  ctx?: Uint8Array;
  /** Parts of the context that are compared: offset and bytes. */
  ctxParts?: readonly (readonly [number, number])[];
  maps?: readonly MapSpec[];
  /** What the program returns; 0 when left out. "r0": what it left there. */
  returns?: number | "r0";
  /** A function behind the program, which it can pass on to be called back. */
  behind?: string;
}>;

export type OracleResult = Readonly<{
  r0: string;
  memory: string;
  returned: number;
  packet?: string;
  ctx?: readonly string[];
}>;

const SIZE = 256;
const OUT = 128;
const KEY = new Uint8Array(4);
const SLEEPABLE = 16;
const TYPES = { syscall: 31, schedCls: 3, xdp: 6, socketFilter: 1, rawTracepoint: 17 } as const;
const MEM: MapSpec = { name: "mem", type: "array", keySize: 4, valueSize: SIZE, maxEntries: 1, flags: 0 };
const TEXT: MapSpec = { ...MEM, name: "text", flags: 1 << 7, readOnly: true };

const kernel = openKernel();
const btf = openKernelBtf(kernel);

/** Whether this kernel has the function. */
export function hasKfunc(name: string): boolean {
  return btf !== undefined && findFunction(btf, name) !== undefined;
}

function program({ text, returns = 0, behind = "" }: OracleCase): readonly Insn[] {
  const end = returns === "r0" ? "" : `r0 = ${returns}\n`;
  const source = `r8 = r1\nr6 = map[mem][0]\nr7 = map[text][0]\n${text}\n*(u64 *)(r6 + ${OUT}) = r0\n${end}exit\n${behind}`;
  const { insns, report } = assemble(
    { name: "test", text: source },
    { helperId: (name) => helperByName(name)?.id },
  );
  if (insns === undefined) throw new Error(report.diagnostics.map((found) => found.message).join("\n"));
  return insns;
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  if (typeof value !== "string") bytes.set(value);
  else for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
  return bytes;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function shown(memory: Uint8Array): Pick<OracleResult, "r0" | "memory"> {
  const r0 = new DataView(memory.buffer, memory.byteOffset).getBigInt64(OUT, true);
  return { r0: String(r0), memory: hex(memory.subarray(0, OUT)) };
}

function parts(ctx: Uint8Array, { ctxParts }: OracleCase): Pick<OracleResult, "ctx"> {
  return ctxParts ? { ctx: ctxParts.map(([at, size]) => hex(ctx.subarray(at, at + size))) } : {};
}

/** What the kernel wants to know of functions that are called back: their types. */
function describe(insns: readonly Insn[], behind: string) {
  const types = testTypes();
  const btf = loadBtf(kernel, types.btf);
  const size = behind.split("\n").filter((line) => !line.endsWith(":")).length;
  const functions: FunctionInfo[] = [
    { name: "entry", insnIndex: 0, btfId: types.entry as BtfId },
    { name: "local", insnIndex: insns.length - size, btfId: types.local as BtfId, linkage: "static" },
  ];
  const funcInfo = encodeFuncInfo({ name: "vm", type: "syscall", section: "", insns, functions });
  return { attributes: { btf, ...(funcInfo && { funcInfo }) }, [Symbol.dispose]: () => btf.close() };
}

/** Throws with the verifier's log when the kernel refuses the program. */
export function inKernel(given: OracleCase): OracleResult {
  const { data = "", format = "", type = "syscall", packet, ctx, maps = [] } = given;
  const open = new Map<string, Fd>();
  try {
    for (const spec of [MEM, TEXT, ...maps])
      open.set(spec.name, createMap(kernel, { ...spec, type: MAP_TYPES[spec.type].number }));
    const map = (name: string): Fd => open.get(name) as Fd;
    updateElem(kernel, map("mem"), KEY, bytesOf(data));
    updateElem(kernel, map("text"), KEY, bytesOf(format));
    freezeMap(kernel, map("text"));
    const insns = bindNames(program(given), {
      map: (name) => ({ fd: map(name).number }),
      kfunc: (name) => {
        const id = btf && findFunction(btf, name);
        return id === undefined ? undefined : { btfId: id, btfFd: 0 };
      },
    });
    const flags = type === "syscall" ? SLEEPABLE : 0;
    using described = given.behind === undefined ? undefined : describe(insns, given.behind);
    const load = { name: "vm", type: TYPES[type], insns: encodeProgram(insns), license: "GPL", flags };
    const loaded = loadProgram(kernel, { ...load, ...described?.attributes });
    if (loaded.kind === "refused") throw new Error(`refused with ${loaded.errno}: ${loaded.log.slice(-1500)}`);
    using fd = loaded.fd;
    const run = {
      ...(packet && { data: packet, dataOutBytes: packet.length + 512 }),
      ...(ctx && { context: ctx, contextOutBytes: packet ? ctx.length : 0 }),
    };
    const result = testRun(kernel, fd, run);
    const after = new Uint8Array(SIZE);
    lookupElem(kernel, map("mem"), KEY, after);
    return {
      ...shown(after),
      returned: result.returned,
      ...(packet && { packet: hex(result.data) }),
      ...parts(result.context, given),
    };
  } finally {
    for (const fd of open.values()) fd.close();
  }
}

/** The same in the machine. */
export function inMachine(
  given: OracleCase,
  engine: "jit" | "interpreter",
  environment: Environment = plainEnvironment(),
): OracleResult {
  const { data = "", format = "", type = "syscall", packet, ctx, maps = [] } = given;
  const machine = new Machine({ engine, environment });
  machine.createMap({ ...MEM, initial: bytesOf(data) });
  machine.createMap({ ...TEXT, initial: bytesOf(format) });
  for (const spec of maps) machine.createMap(spec);
  machine.load({ name: "p", type, insns: program(given) });
  const result = machine.run("p", { ...(packet && { packet }), ...(ctx && { ctx }) });
  return {
    ...shown(machine.map("mem").lookup(KEY) ?? new Uint8Array(SIZE)),
    returned: Number(BigInt.asUintN(32, result.r0)),
    ...(packet && { packet: hex(result.packet ?? new Uint8Array(0)) }),
    ...parts(result.ctx, given),
  };
}
