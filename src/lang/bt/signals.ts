// Source: arch/x86/include/uapi/asm/signal.h and include/uapi/asm-generic/signal.h, v6.12.
const SIGNALS =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS".split(
    " ",
  );

/** The number of a signal by its name, with or without "SIG", in any case; undefined when there is none. */
export function findSignal(name: string): number | undefined {
  const index = SIGNALS.indexOf(name.toUpperCase().replace(/^SIG/, ""));
  return index === -1 ? undefined : index + 1;
}

/** Every signal with "SIG" and its number. */
export function signalNumbers(): readonly (readonly [name: string, value: bigint])[] {
  return SIGNALS.map((name, index) => [`SIG${name}`, BigInt(index + 1)]);
}
