// `skep/linux`: this machine's kernel. Objects are loaded, attached, looked at, and opened again.
export type { AttachSpec } from "../abi/attach-spec.ts";
export { type LinuxBackend, type LinuxOptions, openLinux } from "./backend.ts";
export { enableRunTimeStats } from "./bpf.ts";
export type { UpdateMode } from "./bpf-map.ts";
export {
  type LoadResult,
  loadProgram,
  type ProgramLoad,
  type TestRun,
  type TestRunResult,
  testRun,
} from "./bpf-prog.ts";
export { type Capability, missingCapabilities, type Permissions, readPermissions } from "./caps.ts";
export { Fd } from "./fd.ts";
export { FEATURES, type FeatureInfo } from "./features.ts";
export { findBinary } from "./find-binary.ts";
export { readIterator, readIteratorText, streamIterator } from "./iterator.ts";
export { type KernelFunction, kernelFunctions } from "./kernel-functions.ts";
export { LinuxLink } from "./link.ts";
export { describeLink, type LinkDescription, type LinkDetails, type PerfDetails } from "./link-info.ts";
export type { LinuxLoaded } from "./loaded.ts";
export { LinuxMap } from "./maps.ts";
export type { MappedMemory } from "./memory.ts";
export {
  addClsact,
  addFilter,
  listFilters,
  removeClsact,
  removeFilter,
  type TcFilter,
  type TcHook,
  type TcPlace,
} from "./net-tc.ts";
export { listInterfaces, type NetInterface, setXdp, type XdpAttach } from "./net-xdp.ts";
export { inNetns } from "./netns.ts";
export {
  type LinkInfo,
  linkInfoOf,
  type MapInfo,
  mapInfoOf,
  type ObjectKind,
  objectIds,
  openObject,
  type ProgInfo,
  programInfo,
  programMapIds,
  readBtf,
} from "./objects.ts";
export { heldProgram, innerMap, mapOf, openLink, openMap, openProgram, putObject } from "./open.ts";
export { pinObject } from "./open-object.ts";
export { openProcessFiles } from "./process-files.ts";
export { type PerfAttachment, type QueriedProgram, queryPerfFd, queryPrograms } from "./prog-query.ts";
export { LinuxProgram } from "./program.ts";
export { sectionPoints } from "./section-points.ts";
export { type HeldCommand, type SpawnOptions, startHeld } from "./spawn.ts";
export { type Kernel, openKernel } from "./syscall.ts";
export { SystemError } from "./system-error.ts";
export type { LinuxTarget } from "./target.ts";
export { type UserRecord, UserRing } from "./user-ring.ts";
export { VerifierRefused } from "./verifier-refused.ts";
