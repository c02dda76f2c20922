import { struct, u8, u32, u64 } from "../../../base/struct.ts";
import { TCP_STATE } from "./states.ts";
import type { TcpSock } from "./tcp-sock.ts";

/** What getsockopt(TCP_INFO) gives: the first members of struct tcp_info. Source: include/uapi/linux/tcp.h, v6.12. */
const tcpInfoStruct = struct("tcp_info", 168, {
  state: u8, caState: u8, retransmits: u8, probes: u8, backoff: u8, options: u8, windowScales: u8, flags: u8,
  rto: u32, ato: u32, sndMss: u32, rcvMss: u32, unacked: u32, sacked: u32, lost: u32, retrans: u32, fackets: u32,
  lastDataSent: u32, lastAckSent: u32, lastDataRecv: u32, lastAckRecv: u32, pmtu: u32, rcvSsthresh: u32, rtt: u32,
  rttvar: u32, sndSsthresh: u32, sndCwnd: u32, advmss: u32, reordering: u32, rcvRtt: u32, rcvSpace: u32,
  totalRetrans: u32, pacingRate: u64, maxPacingRate: u64, bytesAcked: u64, bytesReceived: u64, segsOut: u32, segsIn: u32,
  notsentBytes: u32, minRtt: u32, dataSegsIn: u32, dataSegsOut: u32,
}); // biome-ignore format: as dense as can be read

/** tcp_get_info */
export function tcpInfo(tcp: TcpSock): Uint8Array {
  const { rtt, cubic } = tcp;
  const sinceMs = (ns: number) => (ns === 0 ? 0 : Math.floor((tcp.system.now() - ns) / 1e6));
  const isListening = tcp.state === TCP_STATE.LISTEN;
  return tcpInfoStruct.encode({
    state: tcp.state,
    caState: tcp.caState,
    retransmits: tcp.retransmits,
    probes: tcp.probesOut,
    backoff: tcp.backoff,
    options: (tcp.timestampsOk ? 1 : 0) | (tcp.sackOk ? 2 : 0) | (tcp.wscaleOk ? 4 : 0),
    windowScales: tcp.sndWscale | (tcp.rcvWscale << 4),
    rto: rtt.rtoUs,
    ato: 40_000,
    sndMss: tcp.mss,
    rcvMss: Math.min(tcp.mss, tcp.advmss),
    unacked: isListening ? tcp.acceptQueue.length : tcp.packetsOut,
    sacked: isListening ? tcp.maxBacklog : tcp.sackedOut,
    lost: tcp.lostOut,
    retrans: tcp.retransOut,
    lastDataSent: sinceMs(tcp.lastSentNs),
    lastDataRecv: sinceMs(tcp.lastReceivedNs),
    pmtu: tcp.stack.mtuTo(tcp.sk),
    rcvSsthresh: tcp.rcvWnd,
    rtt: rtt.srttUs >> 3,
    rttvar: rtt.mdevUs >> 2,
    sndSsthresh: cubic.threshold,
    sndCwnd: cubic.window,
    advmss: tcp.advmss,
    reordering: 3,
    rcvSpace: tcp.rcvSpace,
    totalRetrans: tcp.totalRetrans,
    pacingRate: 0xffff_ffff_ffff_ffffn,
    maxPacingRate: 0xffff_ffff_ffff_ffffn,
    bytesAcked: tcp.bytesAcked,
    bytesReceived: tcp.bytesReceived,
    segsOut: tcp.segsOut,
    segsIn: tcp.segsIn,
    notsentBytes: Math.max(0, (tcp.writeSeq - tcp.sndNxt) | 0),
    minRtt: rtt.minUs,
    dataSegsIn: tcp.dataSegsIn,
    dataSegsOut: tcp.dataSegsOut,
  });
}
