const TIMES = [
  { unit: "s", ns: 1e9 },
  { unit: "ms", ns: 1e6 },
  { unit: "µs", ns: 1e3 },
  { unit: "ns", ns: 1 },
];
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** A time for people, three digits: `1.23 ms`, `45.6 µs`, `789 ns`. */
export function formatDuration(ns: number | bigint): string {
  const value = Number(ns);
  const scale = TIMES.find((step) => Math.abs(value) >= step.ns) ?? { unit: "ns", ns: 1 };
  return `${threeDigits(value / scale.ns)} ${scale.unit}`;
}

/** A size for people in powers of 1024: `512 B`, `1.50 KiB`. */
export function formatBytes(bytes: number | bigint): string {
  let value = Number(bytes);
  let step = 0;
  while (Math.abs(value) >= 1024 && step < SIZES.length - 1) {
    value /= 1024;
    step++;
  }
  return `${step === 0 ? String(value) : threeDigits(value)} ${SIZES[step]}`;
}

/** Whole numbers stay whole; others get three significant digits. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return value.toFixed(size >= 10 ? 1 : 2);
}
