/** Commands on what the kernel holds that need no compiler, verifier or machine; object-commands.ts has them. */
export const OBJECT_NAMES = ["btf", "map", "link", "prog", "perf", "feature"] as const;

export type ObjectName = (typeof OBJECT_NAMES)[number];

/** Commands that are no tracing of this machine; more-commands.ts has them. */
// biome-ignore format: one group per line
export const MORE_NAMES = [
  ...OBJECT_NAMES,
  "run", "sim", "load", "struct_ops", "iter", "gen", "types", "verify",
  "doctor", // what this machine offers
  "build", // scripts as files that need no compiler
  "net", "xdp", "tc", "cgroup", // what is attached where
] as const;

export type MoreName = (typeof MORE_NAMES)[number];

export function isObjectName(name: string): name is ObjectName {
  return (OBJECT_NAMES as readonly string[]).includes(name);
}

export function isMoreName(name: string): name is MoreName {
  return (MORE_NAMES as readonly string[]).includes(name);
}

/**
 * The bundle that a command line is for; undefined for what the small one does or decides. That of built scripts names
 * the small one when it finds something else.
 */
export function bundleOf(words: readonly string[]): "skep-objects" | "skep-full" | "skep-shipped" | undefined {
  const [command = ""] = words;
  if (command === "prog" && words.some((word) => word.startsWith("lo"))) return "skep-full"; // load explains refusals
  if (isObjectName(command)) return "skep-objects";
  if (isMoreName(command)) return "skep-full";
  return words.some((word) => word.endsWith(".skep")) ? "skep-shipped" : undefined;
}
