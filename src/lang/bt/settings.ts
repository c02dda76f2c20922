import type { StackMode } from "./types.ts";

/** What a script or the environment may set, beyond what BtOptions has. */
export type Settings = Readonly<{
  printMapsAtEnd: boolean;
  /** How stacks are shown that do not say it themselves. */
  stackMode: StackMode;
  /** How user stacks are walked: by call frame information where the machine allows it, or by frame pointers alone. */
  userStacks: "unwind" | "frame_pointers";
  /** What stands behind texts that were cut; absent: as the session has it. */
  cutMark?: string;
  /** Bytes that cat() reads of a file; absent: as the session has it. */
  maxCatBytes?: number;
  /** Whether a probe that matches nothing is an error; absent: unless its list is written for several kernels. */
  missingProbes?: "error" | "warn" | "ignore";
  /** Places that may be probed, and programs that may be made; absent: no limit of the script's own. */
  maxProbes?: number;
  maxPrograms?: number;
  /** Whether symbols are shown as their sources have them, and stacks with lines and inlined functions. */
  demangle: boolean;
  showSources: boolean;
  license: string;
  mapDeclarations: "error" | "warn" | "enable";
  timeSeries: "error" | "warn" | "enable";
  addresses: "error" | "warn" | "enable";
  dwarfStacks: "error" | "warn" | "enable";
}>;

export const DEFAULT_SETTINGS: Settings = {
  printMapsAtEnd: true,
  stackMode: "bpftrace",
  userStacks: "unwind",
  demangle: true,
  showSources: true,
  license: "GPL",
  mapDeclarations: "enable",
  timeSeries: "enable",
  addresses: "enable",
  dwarfStacks: "enable",
};
