import type { Process } from "../process/process.ts";
import type { StateKey } from "../world/state-key.ts";
import { bytes, type Verbs } from "./json-fields.ts";

/** What a process keeps, oldest first. */
const KEPT: StateKey<Process, number[]> = { name: "scenarios.kept-memory", make: () => [] };

/** Memory: chunks of the heap, which the C library gives, and pages, which the kernel gives. */
export const MEMORY_VERBS: Verbs = {
  malloc: {
    also: ["keep"],
    read: (value, fields, at) => {
      const size = bytes(value, at);
      return function* (p) {
        const address = yield* p.malloc(size);
        if (address !== 0) yield* p.touch(address, size);
        if (fields["keep"] === true) p.task.process.get(KEPT).push(address);
        else yield* p.free(address);
      };
    },
  },
  freeOldest: {
    read: () =>
      function* (p) {
        const address = p.task.process.get(KEPT).shift();
        if (address !== undefined) yield* p.free(address);
      },
  },
};
