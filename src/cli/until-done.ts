import { isRunning } from "../linux/procfs.ts";

const PROCESS_CHECK_MS = 100;
const AFTER_EXIT_MS = 20; // what a process did last may still be on its way through the ring buffer

/** Resolves when a signal, the time limit, the end of the traced process or the program itself says that it is over. */
export function untilDone(options: { durationMs?: number; pid?: number }) {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  const timers: NodeJS.Timeout[] = [];
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let stopped = false;
  const finish = () => {
    stopped = true;
    resolve();
  };
  const onSignal = () => {
    if (stopped) process.exit(130); // asked twice: leave at once, the kernel detaches what is attached
    finish();
  };
  for (const signal of signals) process.on(signal, onSignal);
  // Keeps the process alive while nothing else does.
  timers.push(setInterval(() => {}, 2 ** 30));
  if (options.durationMs !== undefined) timers.push(setTimeout(finish, options.durationMs));
  const { pid } = options;
  if (pid !== undefined)
    timers.push(
      setInterval(() => {
        if (!isRunning(pid)) finishSoon();
      }, PROCESS_CHECK_MS),
    );
  const finishSoon = () => {
    timers.push(setTimeout(finish, AFTER_EXIT_MS));
  };
  return {
    promise,
    finish,
    finishSoon,
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
