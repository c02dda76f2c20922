import { FEATURES } from "./linux/features.ts";
import type { Feature, Target } from "./plan/target.ts";

/** What every kernel that a script is shipped to is taken to have, where the machine at hand may lack it. */
const TAKEN: ReadonlySet<Feature> = new Set(["kprobe", "fentry", "hardwareCounters"]);

/**
 * The machine at hand, as it would be with the oldest kernel that an object is for: what came later is not used.
 * `kernelVersion` as LINUX_VERSION_CODE.
 */
export function floorTarget(target: Target, kernelVersion: number): Target {
  return {
    arch: target.arch,
    kernelVersion,
    cpus: target.cpus,
    pageSize: target.pageSize,
    has: (feature) => TAKEN.has(feature) || FEATURES[feature].since <= kernelVersion,
    kernelBtf: () => target.kernelBtf(),
    tracepoints: (category, name) => target.tracepoints(category, name),
    tracepointFormat: (category, name) => target.tracepointFormat(category, name),
    syscallNumber: (name) => target.syscallNumber(name),
    rawTracepoints: (pattern) => target.rawTracepoints(pattern),
    resolveBinary: (name, pid) => target.resolveBinary(name, pid),
    userFunctions: (path, pattern) => target.userFunctions(path, pattern),
    userCode: (path, address) => target.userCode?.(path, address),
    ...(target.userBuild && { userBuild: (path) => target.userBuild?.(path) ?? "" }),
    userTypes: (path) => target.userTypes?.(path),
    userSymbol: (path, name) => target.userSymbol(path, name),
    isInsideInstruction: (path, offset, inside) => target.isInsideInstruction?.(path, offset, inside) ?? false,
    cgroupId: (path) => target.cgroupId(path),
    usdtProbes: (path) => target.usdtProbes(path),
    kernelFunctions: (pattern) => target.kernelFunctions(pattern),
    kernelSymbol: (name) => target.kernelSymbol(name),
  };
}
