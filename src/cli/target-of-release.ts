import { FEATURES } from "../linux/features.ts";
import type { Target } from "../plan/target.ts";

/** The same machine with a kernel of another release, such as "5.15": what scripts are compiled to for that kernel. */
export function targetOfRelease(target: Target, release: string): Target {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  const kernelVersion = (major << 16) | (minor << 8);
  if (target.kernelVersion >> 8 === kernelVersion >> 8) return target;
  return {
    arch: target.arch,
    kernelVersion,
    cpus: target.cpus,
    pageSize: target.pageSize,
    has: (feature) => FEATURES[feature].since <= kernelVersion && target.has(feature),
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
    cgroupId: (path) => target.cgroupId(path),
    usdtProbes: (path) => target.usdtProbes(path),
    kernelFunctions: (pattern) => target.kernelFunctions(pattern),
    kernelSymbol: (name) => target.kernelSymbol(name),
  };
}
