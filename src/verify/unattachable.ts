import { compareReleases } from "../abi/release.ts";
import type { Environment } from "./environment.ts";
import type { Fault } from "./finding/finding.ts";

/** Functions whose names are like those of hooks. Measured on Linux 6.1 and 6.12. */
// biome-ignore format: a table
const NO_HOOKS: readonly string[] = [
  "bpf_lsm_find_cgroup_shim", "bpf_lsm_func_proto", "bpf_lsm_get_retval_range", "bpf_lsm_has_d_inode_locked",
  "bpf_lsm_init", "bpf_lsm_is_sleepable_hook", "bpf_lsm_is_trusted", "bpf_lsm_verify_prog",
];

const CLOSED_SINCE = "6.1"; // by way of its updates

/** Hooks that give back more than a result, or whose callers do not expect a refusal. Measured on Linux 6.1 and 6.12. */
// biome-ignore format: a table
const DISABLED_HOOKS: readonly string[] = [
  "bpf_lsm_audit_rule_match", "bpf_lsm_getprocattr", "bpf_lsm_getselfattr", "bpf_lsm_inode_copy_up_xattr",
  "bpf_lsm_inode_getsecurity", "bpf_lsm_inode_listsecurity", "bpf_lsm_inode_need_killpriv", "bpf_lsm_ismaclabel",
  "bpf_lsm_key_getsecurity", "bpf_lsm_setprocattr", "bpf_lsm_vm_enough_memory", "bpf_lsm_xfrm_decode_session",
];

/** Members of the kernel's structs of functions that no program can stand for. */
const NO_PROGRAMS: Readonly<Record<string, readonly string[]>> = { tcp_congestion_ops: ["get_info"] };

/** Why the kernel lets no program be attached to what is there under that name; undefined where it does. */
export function unattachable({ programType, attachPlace, profile }: Environment): Fault | undefined {
  if (attachPlace === undefined) return undefined;
  const { name, struct } = attachPlace;
  const refused = (message: string, fix: string): Fault => ({
    code: "verify/attach-target",
    message,
    values: { fix },
  });
  if (struct !== undefined && NO_PROGRAMS[struct]?.includes(name))
    return refused(`no program can be the member \`${name}\` of struct ${struct}`, `leave \`${name}\` out`);
  if (programType !== "lsm") return undefined;
  const hook = name.replace(/^bpf_lsm_/, "");
  if (NO_HOOKS.includes(name))
    return refused(`\`${hook}\` is no LSM hook`, "name one: grep LSM_HOOK include/linux/lsm_hook_defs.h");
  if (!DISABLED_HOOKS.includes(name) || compareReleases(profile.release, CLOSED_SINCE) < 0) return undefined;
  return refused(
    `the hook \`${hook}\` is closed to programs`,
    "attach to another hook: what this one gives back is more than yes or no",
  );
}
