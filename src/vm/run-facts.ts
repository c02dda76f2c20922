import { helperByName } from "../abi/helpers.ts";

/** What does not change while a program runs, 64 bits each: by the helper that asks for it, byte offsets from CONTROL.facts. */
const NAMES: readonly (readonly [helper: string, offset: number])[] = [
  ["bpf_get_current_pid_tgid", 0],
  ["bpf_get_current_uid_gid", 8],
  ["bpf_get_current_task", 16],
  ["bpf_get_current_task_btf", 16],
  ["bpf_ktime_get_ns", 24],
  ["bpf_ktime_get_boot_ns", 24],
];

/** The same by the helpers' numbers. */
export const FACTS: ReadonlyMap<number, number> = new Map(
  NAMES.flatMap(([name, offset]) => {
    const helper = helperByName(name);
    return helper === undefined ? [] : [[helper.id, offset] as const];
  }),
);

/** Whether a program calls helpers that ask for any of it. */
export function usesFacts(callees: ReadonlyMap<number, unknown>): boolean {
  return [...callees.keys()].some((id) => FACTS.has(id));
}
