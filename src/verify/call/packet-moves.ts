import type { State } from "../state/state.ts";
import { mapValues } from "../state/state.ts";
import { isPacketOrEnd } from "../transfer/packet-checks.ts";
import type { Analysis } from "../walk/analysis.ts";
import { forgetPacketSlices } from "./dynptr.ts";

/** The packet's bytes may have moved: what pointed to them points nowhere. */
export function forgetPackets(a: Analysis, s: State): void {
  mapValues(s, (value) => (isPacketOrEnd(value) ? a.voided : value));
  forgetPacketSlices(a, s);
}
