import type { SockImage } from "../socket/sock-image.ts";
import type { TcpSock } from "./tcp-sock.ts";

/** Writes what changes all the time into struct tcp_sock, just before somebody looks. */
export function writeTcpImage(tcp: TcpSock, image: SockImage): void {
  const { sk } = tcp;
  image.setCommon(sk);
  image.sk.set("sk_wmem_queued", tcp.wmemQueued);
  image.sk.set("sk_backlog.rmem_alloc.counter", tcp.rmemAlloc);
  image.sk.set("sk_ack_backlog", tcp.acceptQueue.length);
  image.sk.set("sk_max_ack_backlog", tcp.maxBacklog);
  image.sk.set("sk_receive_queue.qlen", tcp.receiveQueue.length);
  image.sk.set("sk_write_queue.qlen", tcp.writeQueue.length);
  writeConnection(tcp, image);
  writeSequence(tcp, image);
  writeCounters(tcp, image);
}

function writeConnection(tcp: TcpSock, { icsk }: SockImage): void {
  if (icsk === undefined) return;
  icsk.set("icsk_rto", Math.round((tcp.rtt.rtoUs * 250) / 1e6)); // jiffies
  icsk.set("icsk_retransmits", tcp.retransmits);
  icsk.set("icsk_backoff", tcp.backoff);
  icsk.set("icsk_probes_out", tcp.probesOut);
  icsk.set("icsk_ca_state", tcp.caState);
  icsk.set("icsk_ca_ops", tcp.stack.kernel?.congestion ?? null);
  icsk.set("icsk_accept_queue.qlen.counter", tcp.requests.size);
  icsk.set("icsk_ack.rcv_mss", Math.min(tcp.mss, tcp.advmss));
  icsk.set("icsk_ack.quick", tcp.quickAcks);
  icsk.set("icsk_ack.pingpong", tcp.pingPong);
}

function writeSequence(tcp: TcpSock, { tcp: tp }: SockImage): void {
  if (tp === undefined) return;
  tp.set("snd_una", tcp.sndUna);
  tp.set("snd_nxt", tcp.sndNxt);
  tp.set("snd_wnd", tcp.sndWnd);
  tp.set("write_seq", tcp.writeSeq);
  tp.set("max_window", tcp.maxWindow);
  tp.set("rcv_nxt", tcp.rcvNxt);
  tp.set("rcv_wnd", tcp.rcvWnd);
  tp.set("rcv_wup", tcp.rcvWup);
  tp.set("copied_seq", tcp.copiedSeq);
  tp.set("mss_cache", tcp.mss);
  tp.set("advmss", tcp.advmss);
  tp.set("high_seq", tcp.highSeq);
  tp.set("rcvq_space.space", tcp.rcvSpace);
  tp.set("rcvq_space.seq", tcp.rcvSpaceSeq);
  tp.set("rx_opt.snd_wscale", tcp.sndWscale);
  tp.set("rx_opt.rcv_wscale", tcp.rcvWscale);
  tp.set("rx_opt.tstamp_ok", tcp.timestampsOk);
  tp.set("rx_opt.sack_ok", tcp.sackOk);
  tp.set("rx_opt.mss_clamp", tcp.mssClamp);
  tp.set("window_clamp", tcp.sk.options.receiveBuffer / 2);
  tp.set("rcv_ssthresh", Math.min(tcp.rcvWnd * 2, tcp.sk.options.receiveBuffer / 2));
}

function writeCounters(tcp: TcpSock, { tcp: tp }: SockImage): void {
  if (tp === undefined) return;
  const { rtt, cubic } = tcp;
  tp.set("srtt_us", rtt.srttUs);
  tp.set("mdev_us", rtt.mdevUs);
  tp.set("mdev_max_us", rtt.mdevMaxUs);
  tp.set("rttvar_us", rtt.rttvarUs);
  tp.set("rtt_min.s[0].v", rtt.minUs);
  tp.set("snd_cwnd", cubic.window);
  tp.set("snd_ssthresh", cubic.threshold);
  tp.set("packets_out", tcp.packetsOut);
  tp.set("sacked_out", tcp.sackedOut);
  tp.set("lost_out", tcp.lostOut);
  tp.set("retrans_out", tcp.retransOut);
  tp.set("total_retrans", tcp.totalRetrans);
  tp.set("delivered", tcp.delivered);
  tp.set("segs_in", tcp.segsIn);
  tp.set("segs_out", tcp.segsOut);
  tp.set("data_segs_in", tcp.dataSegsIn);
  tp.set("data_segs_out", tcp.dataSegsOut);
  tp.set("bytes_sent", tcp.bytesSent);
  tp.set("bytes_acked", tcp.bytesAcked);
  tp.set("bytes_received", tcp.bytesReceived);
  tp.set("bytes_retrans", tcp.bytesRetrans);
  tp.set("dsack_dups", tcp.dsackDups);
  tp.set("bpf_sock_ops_cb_flags", tcp.bpfFlags);
  tp.set("lsndtime", Math.round(tcp.lastSentNs / 1e6));
}
