/** Commands that are no tracing of this machine; more-commands.ts has them. */
// biome-ignore format: one group per line
export const MORE_NAMES = [
  "run", "sim", "load", "prog", "map", "link", "struct_ops", "iter", "btf", "gen", "types", "verify",
  "feature", "doctor", // what this machine offers
  "build", // scripts as files that need no compiler
  "net", "xdp", "tc", "cgroup", "perf", // what is attached where
] as const;

export type MoreName = (typeof MORE_NAMES)[number];

export function isMoreName(name: string): name is MoreName {
  return (MORE_NAMES as readonly string[]).includes(name);
}
