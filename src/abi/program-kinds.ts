import type { ProgramKind } from "./program-kind.ts";
import { NETWORK_KINDS } from "./program-kinds-network.ts";
import { TRACING_KINDS } from "./program-kinds-tracing.ts";

/** Every way of using a program; see docs/program-types.md. */
export const PROGRAM_KINDS: readonly ProgramKind[] = [...TRACING_KINDS, ...NETWORK_KINDS];
