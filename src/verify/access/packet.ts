import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import type { Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { fits } from "./region.ts";
import { type Access, bytesAt, refuse } from "./report.ts";

/** Checks an access to packet bytes: those up to the place that was compared with the packet's end. */
export function checkPacket(a: Analysis, s: State, p: Pointer, access: Access): boolean {
  if (p.vary.smin < 0n) {
    const message = `the offset from ${describe(p)} may be negative (${p.vary.smin})`;
    return refuse(a, s, access, "verify/negative-index", message);
  }
  const from = BigInt(p.off + access.off);
  if (p.size >= 0 && fits(access, from, p.size)) return true;
  const [what, end] = p.kind === "packetMeta" ? ["packet's metadata", "start"] : ["packet", "end"];
  const compared = p.size > 0 ? `only ${p.size} bytes were` : "nothing was";
  const message = `${bytesAt(access, from)} of the ${what}, and ${compared} compared with the packet's ${end}`;
  const bound = String(from + BigInt(access.size));
  return refuse(a, s, access, "verify/packet-bounds", message, {
    bound,
    ...(p.kind === "packetMeta" && {
      fix: "compare first, with where the packet begins: if ((void *){name} + {bound} > {data}) {leave}",
    }),
  });
}
