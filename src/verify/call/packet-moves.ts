import type { State } from "../state/state.ts";
import { mapValues } from "../state/state.ts";
import { UNKNOWN_VALUE } from "../state/value.ts";
import { isPacketOrEnd } from "../transfer/packet-checks.ts";
import { forgetPacketSlices } from "./dynptr.ts";

/** The packet's bytes may have moved: what pointed to them points nowhere. */
export function forgetPackets(s: State): void {
  mapValues(s, (value) => (isPacketOrEnd(value) ? UNKNOWN_VALUE : value));
  forgetPacketSlices(s);
}
