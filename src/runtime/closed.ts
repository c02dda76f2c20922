import { SkepError } from "../base/errors.ts";

/** The error for a map, program or link whose descriptor is closed; the same on every kernel, the simulated one too. */
export function closedHandle(): SkepError {
  return new SkepError("the map, program or link is closed", {
    code: "linux/closed",
    remedy: "use it before it, or its collection, is closed",
  });
}

/** The error for what is asked of an object that is closed: "map counts". */
export function closedObject(what: string, name: string): SkepError {
  return new SkepError(`${what} ${name}: the object that it belongs to is closed`, {
    code: "linux/closed",
    remedy: "use it before its collection is closed",
  });
}
