import { ELEM_FLAGS } from "../../abi/map-flags.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import type { Status } from "./vm-map.ts";

/** Flags that every update of a map checks first: at most one of NOEXIST and EXIST, and a lock only where one is. */
export function checkFlags(spec: MapSpec, flags: number): Status {
  const isKnown = (flags & ~ELEM_FLAGS.lock) >>> 0 <= ELEM_FLAGS.exist;
  if (!isKnown) return -ERRNO.EINVAL;
  return (flags & ELEM_FLAGS.lock) !== 0 && spec.btfValue === undefined ? -ERRNO.EINVAL : 0;
}
