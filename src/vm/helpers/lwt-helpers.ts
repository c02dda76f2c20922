import { ERRNO } from "../errno.ts";
import { SKB } from "../packet.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";
import { packetOf } from "./packet-helpers.ts";

const ENCAP_IP = 2; // BPF_LWT_ENCAP_IP; 0 and 1 are segment routing
const MAX_HEADER = 256;
const PROTOCOLS: Readonly<Record<number, number>> = { 4: 0x0008, 6: 0xdd86 };
const HEADER_BYTES: Readonly<Record<number, number>> = { 4: 20, 6: 40 };

/** bpf_lwt_push_encap(skb, type, header, size): an outer IP header, and what follows it. */
function pushHeader(call: HelperCall): number {
  const [type, size] = [call.u32(2), call.u32(4)];
  const packet = packetOf(call);
  if (type !== ENCAP_IP) return -ERRNO.EINVAL;
  if (size > MAX_HEADER) return -ERRNO.EINVAL;
  const header = call.read(3, size).slice();
  const version = (header[0] ?? 0) >>> 4;
  const protocol = PROTOCOLS[version];
  if (protocol === undefined || size < (HEADER_BYTES[version] ?? 0)) return -ERRNO.EINVAL;
  packet.insert(packet.networkOffset, size);
  packet.part(packet.networkOffset, size)?.set(header);
  packet.setField(SKB.protocol, protocol);
  packet.isEncapsulated = true;
  return 0;
}

/** Light-weight tunnels. Source: net/core/lwt_bpf.c, v6.18. */
export const LWT_RECORDS: readonly HelperRecord[] = [
  {
    name: "bpf_lwt_push_encap",
    run: pushHeader,
    differs: "only IP headers: there is no segment routing",
  },
];
