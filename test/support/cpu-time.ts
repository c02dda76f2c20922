/** Milliseconds of processor time that this process has taken so far: the machine may be busy with other things. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
