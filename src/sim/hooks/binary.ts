import type { UsdtArgument, UsdtProbe, UserFunction } from "../../plan/target.ts";
import { HookList } from "./hook-program.ts";
import type { Word } from "./word.ts";

/** A program or library of the simulated machine, as its author writes it down. */
export type BinarySpec = Readonly<{
  path: string;
  /** Other paths that lead to the same file. */
  aliases?: readonly string[];
  /** In the order in which they lie in the file; sizes in bytes, default 256. */
  functions: readonly (string | Readonly<{ name: string; size?: number }>)[];
  /** Variables: name to size in bytes. */
  variables?: Readonly<Record<string, number>>;
  usdt?: readonly UsdtSpec[];
  /** Libraries that are mapped with it, by path. */
  libraries?: readonly string[];
  language?: "c" | "c++" | "go" | "rust" | "python" | "javascript" | "java";
}>;

/** `args`: sizes in bytes, negative for signed ones. A probe with a semaphore is skipped while nobody looks. */
export type UsdtSpec = Readonly<{
  provider: string;
  name: string;
  args: readonly (-8 | -4 | -2 | -1 | 1 | 2 | 4 | 8)[];
  semaphore?: boolean;
}>;

const TEXT_OFFSET = 0x1000; // of the first function in the file; the symbol table says the same
const DEFAULT_SIZE = 256;
const GAP = 16;
const USDT_REGISTERS = ["di", "si", "dx", "cx", "r8", "r9", "r10", "r11", "bx", "r12", "r13", "r14"] as const;
/** Registers that hold a USDT probe's arguments, in order. */
export type UsdtRegister = (typeof USDT_REGISTERS)[number];

/** A place in a binary that uprobes attach to. */
export type Site = Readonly<{ offset: number; entry: HookList; exit: HookList }>;

/** A function of a binary. */
export class BinaryFunction implements Site {
  readonly binary: Binary;
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly entry = new HookList();
  readonly exit = new HookList();

  constructor(binary: Binary, name: string, offset: number, size: number) {
    this.binary = binary;
    this.name = name;
    this.offset = offset;
    this.size = size;
  }
}

/** A USDT probe of a binary; it has one place. */
export class BinaryUsdt implements Site {
  readonly spec: UsdtSpec;
  readonly offset: number;
  readonly semaphoreOffset: number;
  readonly entry = new HookList();
  readonly exit = new HookList();

  constructor(spec: UsdtSpec, offset: number, semaphoreOffset: number) {
    this.spec = spec;
    this.offset = offset;
    this.semaphoreOffset = semaphoreOffset;
  }

  /** Where each argument is when the probe fires. */
  static register(index: number): UsdtRegister {
    return USDT_REGISTERS[index] as UsdtRegister;
  }
}

/** A laid out binary: its functions and probes have file offsets. */
export class Binary {
  readonly spec: BinarySpec;
  readonly path: string;
  /** 20 bytes in hexadecimal, from the path and the names in it. */
  readonly buildId: string;
  readonly functions: ReadonlyMap<string, BinaryFunction>;
  readonly usdt: readonly BinaryUsdt[];
  readonly variables: ReadonlyMap<string, Readonly<{ offset: number; size: number }>>;
  /** Bytes of the file that are mapped. */
  readonly bytes: number;
  readonly #byOffset = new Map<number, Site>();
  readonly #ordered: readonly BinaryFunction[];

  constructor(spec: BinarySpec) {
    this.spec = spec;
    this.path = spec.path;
    let at = TEXT_OFFSET;
    const functions = new Map<string, BinaryFunction>();
    for (const entry of spec.functions) {
      const { name, size = DEFAULT_SIZE } = typeof entry === "string" ? { name: entry } : entry;
      functions.set(name, new BinaryFunction(this, name, at, size));
      at += Math.ceil((size + GAP) / GAP) * GAP;
    }
    this.functions = functions;
    this.#ordered = [...functions.values()];
    const first = at + GAP;
    const probes = (spec.usdt ?? []).map((probe, i) => ({ probe, offset: first + i * GAP }));
    at = Math.ceil((first + probes.length * GAP) / 4096) * 4096;
    this.usdt = probes.map(
      ({ probe, offset }, i) => new BinaryUsdt(probe, offset, probe.semaphore ? at + i * 2 : 0),
    );
    at += probes.length * 2;
    const variables = new Map<string, { offset: number; size: number }>();
    for (const [name, size] of Object.entries(spec.variables ?? {})) {
      at = Math.ceil(at / 16) * 16;
      variables.set(name, { offset: at, size });
      at += size;
    }
    this.variables = variables;
    this.bytes = Math.ceil(at / 4096) * 4096;
    for (const site of [...this.#ordered, ...this.usdt]) this.#byOffset.set(site.offset, site);
    this.buildId = buildIdOf(spec);
  }

  /** The function or probe that starts at a file offset. */
  siteAt(offset: number): Site | undefined {
    return this.#byOffset.get(offset);
  }

  /** The function that holds a file offset. */
  functionAt(offset: number): BinaryFunction | undefined {
    return this.#ordered.find((fn) => offset >= fn.offset && offset < fn.offset + fn.size);
  }

  probe(provider: string, name: string): BinaryUsdt | undefined {
    return this.usdt.find(({ spec }) => spec.name === name && spec.provider === provider);
  }

  /** As a compiler asks for them. */
  userFunctions(): readonly UserFunction[] {
    return this.#ordered.map(({ name, offset, size }) => ({ name, offset, size, address: BigInt(offset) }));
  }

  usdtProbes(): readonly UsdtProbe[] {
    return this.usdt.map(({ spec, offset, semaphoreOffset }) => ({
      provider: spec.provider,
      name: spec.name,
      offset,
      ...(semaphoreOffset !== 0 && { semaphoreOffset }),
      args: spec.args.map((size, i) => usdtArgument(size, BinaryUsdt.register(i))),
    }));
  }
}

/** Arguments of a USDT probe as registers. */
export function usdtRegisters(args: readonly Word[]): Partial<Record<UsdtRegister, Word>> {
  const file: Partial<Record<UsdtRegister, Word>> = {};
  for (const [i, value] of args.entries()) file[BinaryUsdt.register(i)] = value;
  return file;
}

function usdtArgument(size: UsdtSpec["args"][number], register: UsdtRegister): UsdtArgument {
  const bytes = Math.abs(size) as 1 | 2 | 4 | 8;
  const source = { kind: "register", name: register } as const;
  return { text: `${size}@%r${register}`, operand: { size: bytes, signed: size < 0, source } };
}

function buildIdOf(spec: BinarySpec): string {
  let text = "";
  for (let part = 0; part < 5; part++) {
    let hash = 0x811c_9dc5 ^ part;
    for (const name of [spec.path, ...spec.functions.map((f) => (typeof f === "string" ? f : f.name))])
      for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
    text += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return text;
}
