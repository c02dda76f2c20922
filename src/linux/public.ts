export { type LinuxBackend, type LinuxOptions, openLinux } from "./backend.ts";
export { enableRunTimeStats } from "./bpf.ts";
export { type LoadResult, loadProgram, type ProgramLoad, type TestRun, testRun } from "./bpf-prog.ts";
export { type Capability, missingCapabilities, type Permissions, readPermissions } from "./caps.ts";
export { Fd } from "./fd.ts";
export { FEATURES, type FeatureInfo } from "./features.ts";
export { findBinary } from "./find-binary.ts";
export type { LinuxLoaded } from "./loaded.ts";
export {
  type LinkInfo,
  linkInfoOf,
  type MapInfo,
  mapInfoOf,
  objectIds,
  openObject,
  type ProgInfo,
  programInfo,
  programMapIds,
  readBtf,
} from "./objects.ts";
export { openProcessFiles } from "./process-files.ts";
export { type HeldCommand, type SpawnOptions, startHeld } from "./spawn.ts";
export { type Kernel, openKernel } from "./syscall.ts";
export { SystemError } from "./system-error.ts";
export type { LinuxTarget } from "./target.ts";
export { VerifierRefused } from "./verifier-refused.ts";
