// `skep/verify`: what a kernel's verifier would say of a program, and why.

export { explainLog, type LogExplanation, renderLogExplanation } from "./explain/explain-log.ts";
export { explainRefusal } from "./explain/explain-refusal.ts";
export { type InsnStates, programStates, type StatesReport } from "./explain/states.ts";
export { CODES, codesOfLog, type FindingCode, fixText } from "./finding/codes.ts";
export type { Finding, FindingPlace, HistoryStep } from "./finding/finding.ts";
export { type RenderOptions, renderFinding } from "./finding/render-finding.ts";
export { contextRestorer, type RestoreAccess } from "./loaded/context-accesses.ts";
export { missingInKernel } from "./loaded/portability.ts";
export { type HeldProgram, type RestoredProgram, restoreProgram } from "./loaded/restore-program.ts";
export {
  FEATURES,
  type KernelProfile,
  kernelProfile,
  NEWEST_RELEASE,
  PROFILE_RELEASES,
  type VerifierFeature,
} from "./profile/profile.ts";
export {
  type ProgramVerdict,
  type Surroundings,
  type Verdict,
  type VerifyOptions,
  type VerifyStats,
  verify,
  verifyProgram,
} from "./verify.ts";
