/** The moment at which a trace ends: when a signal comes, or when somebody says so. */
export type Stop = Readonly<{
  promise: Promise<void>;
  /** Ends the trace. Safe to call twice. */
  finish(): void;
  /** Whether it is over. */
  isFinished(): boolean;
  /** Gives the signals back. */
  close(): void;
}>;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Listens to signals. A second one ends the process at once: the kernel detaches what is attached. */
export function untilStopped(): Stop {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  let finished = false;
  const finish = () => {
    finished = true;
    resolve();
  };
  const onSignal = () => {
    if (finished) process.exit(130);
    finish();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    promise,
    finish,
    isFinished: () => finished,
    close() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
