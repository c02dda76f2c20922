const STEP_MS = 10;

/** Resolves once something is so. Waits as long as the test may take: how long it does is the machine's affair. */
export async function eventually(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
}

/** Whether a process is there: its parent may not have heard of its end yet. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
