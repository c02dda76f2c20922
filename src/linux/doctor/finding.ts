import { SkepError } from "../../base/errors.ts";
import { type Capability, missingCapabilities, type Permissions, readPermissions } from "../caps.ts";
import { errnoName } from "../errno.ts";
import { remedyFor, SystemError } from "../system-error.ts";
import type { LinuxTarget } from "../target.ts";
import type { TrialLoader } from "../trial-load.ts";

/** "limited": it works in part, or a slower or older way stands in for it. */
export type Status = "works" | "limited" | "missing";

/** What a check found. `why` and `remedy` go with everything that does not work. */
export type Verdict = Readonly<{
  status: Status;
  says: string;
  why?: string;
  remedy?: string;
  /** The kernel said that this process may not. */
  denied?: true;
}>;

export type CheckGroup = "machine" | "tracing" | "network" | "rest";

/** One thing that eBPF can or needs, and how this machine is asked for it. Leaves nothing behind. */
export type Check = Readonly<{
  name: string;
  group: CheckGroup;
  /** What a process must hold for it. */
  needs: readonly Capability[];
  /** Nothing can be traced without it. */
  essential?: true;
  run: (scene: Scene) => Verdict;
}>;

export type Finding = Omit<Verdict, "denied"> &
  Readonly<{
    name: string;
    group: CheckGroup;
    essential: boolean;
    /** Capabilities that this process has not, and that the thing takes. */
    lacks: readonly Capability[];
  }>;

/** What checks work with. */
export type Scene = Readonly<{
  loader: TrialLoader;
  target: LinuxTarget;
  permissions: Permissions;
}>;

export const works = (says: string): Verdict => ({ status: "works", says });

export const limited = (says: string, why: string, remedy: string): Verdict => ({
  status: "limited",
  says,
  why,
  remedy,
});

export const missing = (says: string, why: string, remedy: string): Verdict => ({
  status: "missing",
  says,
  why,
  remedy,
});

/** A call that the kernel refused: why, and what mends it. `errno` may be negative. `mend`: remedies for some errnos. */
export function refusedCall(
  says: string,
  call: string,
  errno: number,
  mend: Readonly<Record<string, string>> = {},
): Verdict {
  const name = errnoName(Math.abs(errno));
  const isDenied = DENIED.has(name);
  const remedy = mend[name] ?? (isDenied ? EVEN_ROOT : remedyFor(call, name, readPermissions));
  const verdict = missing(says, `${call} failed with ${name}`, remedy);
  return isDenied ? { ...verdict, denied: true } : verdict;
}

const DENIED: ReadonlySet<string> = new Set(["EPERM", "EACCES"]);
const EVEN_ROOT =
  "a security module, a lockdown or the kernel's build refuses this even to root: look at what `dmesg | tail` says, and boot another kernel or policy";

/** Runs the checks in their order. A check that throws has found that it does not work. */
export function runChecks(checks: readonly Check[], scene: Scene): Finding[] {
  return checks.map((check) => findingOf(check, scene.permissions, verdictOf(check, scene)));
}

function verdictOf(check: Check, scene: Scene): Verdict {
  try {
    return check.run(scene);
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    const verdict = missing("does not work", error.message, error.remedy);
    const isDenied = error instanceof SystemError && DENIED.has(error.errno);
    return isDenied ? { ...verdict, denied: true } : verdict;
  }
}

/**
 * What is denied for want of a capability needs that capability, and nothing else is known of it. Some kernels ask for
 * CAP_SYS_ADMIN where others are content with less; and what a user namespace gives does not count.
 */
export function findingOf(check: Check, permissions: Permissions, { denied, ...verdict }: Verdict): Finding {
  const { name, group, essential = false } = check;
  const lacks = denied ? lackedBy(check, permissions) : [];
  const head = { name, group, status: verdict.status, says: verdict.says, essential, lacks };
  if (denied && permissions.inUserNamespace)
    return {
      ...head,
      why: "capabilities of a user namespace do not count",
      remedy: capabilityRemedy(permissions, lacks),
    };
  if (lacks.length === 0) return { ...verdict, ...head };
  const why = `it takes ${lacks.join(" and ")}, which this process does not hold`;
  return { ...head, why, remedy: capabilityRemedy(permissions, lacks) };
}

function lackedBy({ needs }: Check, permissions: Permissions): Capability[] {
  const lacking = missingCapabilities(permissions, needs);
  return lacking.length > 0 ? lacking : missingCapabilities(permissions, ["CAP_SYS_ADMIN"]);
}

/** How this process gets capabilities. */
export function capabilityRemedy(permissions: Permissions, lacking: readonly Capability[]): string {
  const short = lacking.map((capability) => capability.replace(/^CAP_/, ""));
  if (permissions.inUserNamespace)
    return "run it in the machine's first user namespace: on the host, with sudo";
  if (permissions.uid === 0)
    return `grant the container ${lacking.join(" and ")}: docker run ${short.map((name) => `--cap-add ${name}`).join(" ")}`;
  return `run it with sudo, or grant node the right: sudo setcap ${lacking.join(",").toLowerCase()}+ep $(readlink -f $(command -v node))`;
}
