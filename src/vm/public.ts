// `skep/vm`: a BPF machine that needs no kernel.
export { type ActiveFunction, Debugger } from "./debugger.ts";
export {
  type Clock,
  type CurrentTask,
  type Environment,
  type EnvironmentOptions,
  plainEnvironment,
  type StackRequest,
} from "./environment.ts";
export type { HelperRecord, KfuncRecord } from "./helpers/helper.ts";
export { HelperCall } from "./helpers/helper-call.ts";
export { HELPER_RECORDS } from "./helpers/table.ts";
export type { CounterValue, CounterWorld, HookWorld, SysctlAccess, SystemWorld } from "./hook-world.ts";
export type { CgroupWalk, KernelObjects, TaskWalk } from "./kernel-objects.ts";
export { KFUNC_RECORDS } from "./kfuncs/table.ts";
export {
  type BareProgram,
  type HostRegion,
  Machine,
  type MachineOptions,
  type RunInput,
  type RunResult,
} from "./machine.ts";
export { MachineError, type MachineErrorCode, type Place } from "./machine-error.ts";
export type { PerfRecord } from "./maps/event-maps.ts";
export { HostMap, MapError } from "./maps/host-map.ts";
export type { VmMap } from "./maps/vm-map.ts";
export type {
  DeviceInfo,
  IpAddress,
  NetworkWorld,
  RouteAnswer,
  RouteQuery,
  SocketInfo,
  SocketQuery,
} from "./network.ts";
export type { Clone, RunEffects } from "./run-effects.ts";
export { Runner, type RunnerOptions } from "./runner.ts";
