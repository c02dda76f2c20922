/** What a signal does that is neither handled nor ignored. */
export type SignalDefault = "end" | "core" | "ignore" | "stop" | "continue";

/** Numbers and defaults. Source: arch/x86/include/uapi/asm/signal.h and signal(7). */
// biome-ignore format: as dense as can be read
export const SIGNALS = {
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9, SIGUSR1: 10,
  SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGSTKFLT: 16, SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19,
  SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28,
  SIGIO: 29, SIGPWR: 30, SIGSYS: 31,
} as const;

export type SignalName = keyof typeof SIGNALS;

const CORE: readonly SignalName[] = [
  "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGXCPU", "SIGXFSZ", "SIGSYS",
]; // biome-ignore format: one list
const IGNORED: readonly SignalName[] = ["SIGCHLD", "SIGURG", "SIGWINCH"];
const STOPPING: readonly SignalName[] = ["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"];

/** The number of a signal by number or name. */
export function signalNumber(signal: number | SignalName): number {
  return typeof signal === "number" ? signal : SIGNALS[signal];
}

export function signalDefault(signal: number): SignalDefault {
  const is = (name: SignalName) => SIGNALS[name] === signal;
  if (is("SIGCONT")) return "continue";
  if (CORE.some(is)) return "core";
  if (IGNORED.some(is)) return "ignore";
  return STOPPING.some(is) ? "stop" : "end";
}
