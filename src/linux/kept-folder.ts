/**
 * Where this user's runs keep things for the next ones: `wish`, which SKEP_CACHE gives (nowhere when it is empty or 0),
 * else a folder that the next boot empties. `runtimeFolder` is XDG_RUNTIME_DIR; root's is its own, whoever's is given.
 */
export function folderForKept(
  wish: string | undefined,
  runtimeFolder: string | undefined,
  uid = process.geteuid?.(),
): string | undefined {
  if (wish !== undefined) return wish === "" || wish === "0" ? undefined : wish;
  if (uid === 0) return "/run/skep";
  return runtimeFolder?.startsWith("/") ? `${runtimeFolder}/skep` : undefined;
}
