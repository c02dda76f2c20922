import type { AttachSpec } from "../abi/attach-spec.ts";
import { PT_REGS } from "../abi/pt-regs.ts";
import {
  USDT_ARG_TYPES,
  USDT_MOST_ARGS,
  USDT_SPEC_BYTES,
  usdtArgSpec,
  usdtSpecTail,
} from "../abi/usdt-spec.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { UsdtArgument, UsdtProbe } from "../plan/target.ts";
import type { AttachScene } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import type { UprobePoint } from "./attach-uprobe.ts";
import type { LinuxMap } from "./maps.ts";

type Usdt = Extract<AttachSpec, { kind: "usdt" }>;
type Arch = "x86_64" | "aarch64";

/**
 * The places of a USDT probe. Programs written with libbpf's usdt.bpf.h find where the arguments are in a map of their
 * object; its entries are written here, and the places' cookies are their numbers. Throws SkepError.
 */
export function usdtPoints(scene: AttachScene, attach: Usdt, cookie: bigint): UprobePoint[] {
  const { machine } = scene.context;
  const all = machine.usdtProbes(attach.path);
  const probes = all.filter(
    (p) => p.name === attach.name && (attach.provider === "" || p.provider === attach.provider),
  );
  if (probes.length === 0) throw noProbe(attach, all);
  const specs = scene.usdtSpecs();
  return probes.map((probe) => {
    const { offset, semaphoreOffset } = probe;
    return {
      attach: {
        kind: "uprobe",
        path: attach.path,
        offset,
        return: false,
        ...(attach.pid !== undefined && { pid: attach.pid }),
        ...(semaphoreOffset && { semaphoreOffset }),
      },
      cookie: specs === undefined ? cookie : BigInt(specs.add(attach, probe, cookie, machine.arch)),
    };
  });
}

function noProbe(attach: Usdt, all: readonly UsdtProbe[]): SkepError {
  const names = all.map((p) => `${p.provider}:${p.name}`);
  return new SkepError(`${attach.path} has no probe ${attach.provider}:${attach.name}`, {
    code: "linux/no-target",
    remedy:
      didYouMean(`${attach.provider}:${attach.name}`, names) ??
      `list its probes: skep list 'usdt:${attach.path}:*'`,
  });
}

/** The table in which programs look up where the arguments of a probe are. Equal entries are written once. */
export class UsdtSpecs {
  readonly #map: LinuxMap;
  readonly #known = new Map<string, number>();

  constructor(map: LinuxMap) {
    this.#map = map;
  }

  /** Number of the entry for a place of a probe. Throws SkepError when an argument's form is not known. */
  add(attach: Usdt, probe: UsdtProbe, cookie: bigint, arch: Arch): number {
    const bytes = encodeSpec(attach, probe, cookie, arch);
    const key = bytes.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { maxEntries, valueSize, name } = this.#map.spec;
    if (valueSize !== USDT_SPEC_BYTES || this.#known.size >= maxEntries)
      throw new SkepError(`${attachText(attach)}: map ${name} has no room for it`, {
        code: "linux/usdt-specs",
        remedy: `define BPF_USDT_MAX_SPEC_CNT above ${maxEntries} before including usdt.bpf.h`,
      });
    const id = this.#known.size;
    this.#map.update(new Uint8Array(Uint32Array.of(id).buffer), bytes);
    this.#known.set(key, id);
    return id;
  }
}

function encodeSpec(attach: Usdt, probe: UsdtProbe, cookie: bigint, arch: Arch): Uint8Array {
  const bytes = new Uint8Array(USDT_SPEC_BYTES);
  if (probe.args.length > USDT_MOST_ARGS)
    throw unfit(attach, `it has ${probe.args.length} arguments, and ${USDT_MOST_ARGS} fit`);
  for (const [index, arg] of probe.args.entries())
    bytes.set(encodeArg(attach, arg, arch), index * usdtArgSpec.bytes);
  bytes.set(
    usdtSpecTail.encode({ usdtCookie: cookie, argCnt: probe.args.length }),
    USDT_MOST_ARGS * usdtArgSpec.bytes,
  );
  return bytes;
}

function encodeArg(attach: Usdt, { text, operand }: UsdtArgument, arch: Arch): Uint8Array {
  if (operand === undefined) throw unfit(attach, `its argument \`${text}\` is of a form that is not known`);
  const { source, size, signed } = operand;
  const form = { argSigned: signed ? 1 : 0, argBitshift: 64 - size * 8 };
  const offset = (register: string): number => {
    const found = PT_REGS[arch].get(register);
    if (found === undefined)
      throw unfit(attach, `its argument \`${text}\` uses ${register}, which is not saved`);
    return found;
  };
  switch (source.kind) {
    case "immediate":
      return usdtArgSpec.encode({
        ...form,
        argType: USDT_ARG_TYPES.constant,
        valOff: BigInt.asUintN(64, source.value),
      });
    case "register":
      return usdtArgSpec.encode({ ...form, argType: USDT_ARG_TYPES.register, regOff: offset(source.name) });
    case "memory": {
      if (source.index !== undefined)
        throw unfit(attach, `its argument \`${text}\` has an index, which usdt.bpf.h cannot read`);
      const valOff = BigInt.asUintN(64, BigInt(source.displacement));
      return usdtArgSpec.encode({
        ...form,
        argType: USDT_ARG_TYPES.memory,
        regOff: offset(source.base),
        valOff,
      });
    }
  }
}

function unfit(attach: Usdt, why: string): SkepError {
  return new SkepError(`cannot attach to ${attachText(attach)}: ${why}`, {
    code: "linux/usdt-argument",
    remedy: "attach to the place with a uprobe, and read the argument from the registers",
  });
}
