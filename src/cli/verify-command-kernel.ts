import type { Btf } from "../btf/types.ts";
import type { RelocationTarget } from "../object/relocation-target.ts";
import { type KernelProfile, kernelProfile, NEWEST_RELEASE } from "../verify/public.ts";
import { readBtf, readConfig } from "./run-command-relocate.ts";
import type { VerifySettings } from "./verify-command-options.ts";
import type { WatchedMachine } from "./watched-machine.ts";

/** A kernel whose verdict is asked for. */
export type AskedKernel = Readonly<{
  /** "6.18 (this machine's)". */
  label: string;
  profile: KernelProfile;
  /** Its types, or the nearest that there are. */
  types: Btf | undefined;
  /** What objects are fitted to. */
  relocation: RelocationTarget;
}>;

/** What stands for a kernel symbol whose address this user may not see. */
const HIDDEN_ADDRESS = 0xffffffff81000000n;

/** The kernels that the command line asks for: those that it names, or the one that runs here. */
export function askedKernels(
  settings: VerifySettings,
  machine: WatchedMachine | undefined,
): readonly AskedKernel[] {
  const given = settings.btf === undefined ? undefined : readBtf(settings.btf);
  const types = given ?? machine?.backend.target.kernelBtf();
  const here = machine?.backend.target.kernelVersion;
  const own = here === undefined ? NEWEST_RELEASE : `${here >> 16}.${(here >> 8) & 255}`;
  const asked = settings.kernels.length > 0 ? settings.kernels : [own];
  return [...new Set(asked)].map((release) => ({
    label: label(release, settings, machine),
    profile: kernelProfile(release),
    types,
    relocation: relocationTarget(release, types, settings, machine),
  }));
}

function label(release: string, settings: VerifySettings, machine: WatchedMachine | undefined): string {
  if (settings.kernels.length > 0 || settings.btf !== undefined || machine === undefined) return release;
  return machine.backend.name === "linux" ? `${release}, which runs here` : `${release}, simulated`;
}

function relocationTarget(
  release: string,
  types: Btf | undefined,
  settings: VerifySettings,
  machine: WatchedMachine | undefined,
): RelocationTarget {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  const { kconfig: file } = settings;
  const target = machine?.backend.target;
  const config = target && "kconfig" in target ? (target as Partial<RelocationTarget>).kconfig : undefined;
  return {
    kernelVersion: (major << 16) | (minor << 8),
    kernelBtf: () => types,
    // Addresses are hidden from ordinary users; none is needed for a verdict.
    kernelSymbol: (name) => target?.kernelSymbol(name) || HIDDEN_ADDRESS,
    kconfig: () => (file === undefined ? (config?.call(target) ?? "") : readConfig(file)),
  };
}
