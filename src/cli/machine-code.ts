import { unreachable } from "../base/errors.ts";

/** One instruction of a processor, in AT&T syntax where the processor has one. `offset` counts bytes. */
export type MachineInsn = Readonly<{
  offset: number;
  bytes: Uint8Array;
  operation: string;
  operands: readonly string[];
}>;

/** Names what lies at an address outside of the code; undefined when nothing is known to. */
export type NameAddress = (address: bigint) => string | undefined;

/** Reads machine code. What it cannot read is shown as bytes. */
export interface Disassembler {
  /** Targets of jumps inside of the code are shown as offsets. */
  disassemble(code: Uint8Array, address: bigint, nameAddress: NameAddress): MachineInsn[];
  close(): void;
}

type CapstoneInsn = Readonly<{ address: number | bigint; size: number; mnemonic: string; op_str: string }>;

/** The part of the package @alexaltea/capstone-js (Capstone 5 as WebAssembly) that is used. */
type Capstone = Readonly<Record<string, number>> &
  Readonly<{
    Capstone: new (
      arch: number,
      mode: number,
    ) => {
      option(option: number, value: number): void;
      disasm(code: Uint8Array | readonly number[], address: number | bigint): readonly CapstoneInsn[];
      close(): void;
    };
  }>;

/** Opens a disassembler for a processor, by Node's name; undefined where the optional package is not installed. */
export async function openDisassembler(arch: string): Promise<Disassembler | undefined> {
  if (arch !== "x64" && arch !== "arm64") return undefined;
  const capstone = await loadCapstone();
  return capstone && new CapstoneDisassembler(capstone, arch);
}

async function loadCapstone(): Promise<Capstone | undefined> {
  const name: string = "@alexaltea/capstone-js"; // not known to the bundler: it is loaded when it is there
  try {
    const module = (await import(name)) as { default: unknown };
    const create = module.default as (() => Promise<Capstone>) | { default: () => Promise<Capstone> };
    return await (typeof create === "function" ? create : create.default)();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

class CapstoneDisassembler implements Disassembler {
  readonly #handle: InstanceType<Capstone["Capstone"]>;
  readonly #arch: "x64" | "arm64";

  constructor(capstone: Capstone, arch: "x64" | "arm64") {
    this.#arch = arch;
    const number = (name: string) => capstone[name] as number;
    switch (arch) {
      case "x64":
        this.#handle = new capstone.Capstone(number("ARCH_X86"), number("MODE_64"));
        this.#handle.option(number("OPT_SYNTAX"), number("OPT_SYNTAX_ATT"));
        break;
      case "arm64":
        this.#handle = new capstone.Capstone(number("ARCH_ARM64"), number("MODE_ARM"));
        break;
      default:
        unreachable(arch);
    }
  }

  disassemble(code: Uint8Array, address: bigint, nameAddress: NameAddress): MachineInsn[] {
    const found: MachineInsn[] = [];
    const add = (bytes: Uint8Array, operation: string, operands: readonly string[]): void => {
      found.push({ offset: at, bytes, operation, operands });
      at += bytes.length;
    };
    let at = 0;
    while (at < code.length) {
      for (const { size, mnemonic, op_str } of this.#readable(code.subarray(at), address + BigInt(at)))
        add(code.subarray(at, at + size), mnemonic, operandsOf(op_str, { code, address, nameAddress }));
      if (at >= code.length) break;
      const bytes = code.subarray(at, at + (this.#arch === "arm64" ? 4 : 1));
      const texts = Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, "0")}`);
      add(bytes, ".byte", texts);
    }
    return found;
  }

  close(): void {
    this.#handle.close();
  }

  /** Instructions up to the first bytes that are none. The library throws when that is at the start. */
  #readable(code: Uint8Array, address: bigint): readonly CapstoneInsn[] {
    try {
      return this.#handle.disasm(code, address);
    } catch {
      return [];
    }
  }
}

type Scene = Readonly<{ code: Uint8Array; address: bigint; nameAddress: NameAddress }>;

/** Operands one by one: commas inside of parentheses and brackets do not part them. */
function operandsOf(text: string, scene: Scene): string[] {
  if (text === "") return [];
  const target = /^#?(0x[0-9a-f]{5,})$/.exec(text)?.[1];
  if (target !== undefined) return [targetText(BigInt(target), scene)];
  return text.split(/,\s*(?![^([]*[)\]])/);
}

function targetText(target: bigint, { code, address, nameAddress }: Scene): string {
  const offset = target - address;
  if (offset >= 0n && offset < BigInt(code.length)) return `0x${offset.toString(16)}`;
  return nameAddress(target) ?? `0x${target.toString(16)}`;
}
