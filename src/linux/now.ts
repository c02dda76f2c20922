/** Milliseconds of a clock that only goes forwards. What `performance.now()` gives, without its 1 ms at start-up. */
export function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
