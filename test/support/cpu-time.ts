const OTHERS = 5;

/**
 * Milliseconds of processor time that this process has taken so far: the machine may be busy with other things. A page of
 * a browser is not told it: there a fifth of the clock's time stands for it, as if five had to share the processor.
 */
export function cpuMs(): number {
  if (typeof process === "undefined") return performance.now() / OTHERS;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
