import { openLinux } from "../backend.ts";
import { readPermissions } from "../caps.ts";
import { TrialLoader } from "../trial-load.ts";
import { type Finding, runChecks } from "./finding.ts";
import { MACHINE_CHECKS } from "./machine-checks.ts";
import { NETWORK_CHECKS } from "./network-checks.ts";
import { TRACING_CHECKS } from "./tracing-checks.ts";

/**
 * Tries what eBPF can do for this process on this kernel. Programs are loaded and attached where nothing runs them: to
 * this process alone, or in a network namespace of its own; nothing is left behind. Throws SkepError off Linux.
 */
export function examineMachine(): Finding[] {
  using backend = openLinux();
  const { kernel, target } = backend;
  const loader = new TrialLoader(kernel, target.kernelVersion, target.kernelBtf());
  const scene = { loader, target, permissions: readPermissions() };
  return runChecks([...MACHINE_CHECKS, ...TRACING_CHECKS, ...NETWORK_CHECKS], scene);
}
