import type { Calls } from "../thread.ts";

/** What programs can do with their memory. */
export const memoryCalls = {} satisfies Calls;
