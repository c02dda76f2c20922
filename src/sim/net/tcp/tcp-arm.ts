import { TCP_STATE } from "./states.ts";
import { CA_STATE, type TcpSock } from "./tcp-sock.ts";

const MIN_PROBE_US = 2 * 4000; // TCP_TIMEOUT_MIN: two ticks of a clock of 250 Hz
const MIN_RTO_US = 200_000;
const MOST_PROBE_US = 120_000_000;

/** Starts the retransmission timer anew: tcp_rearm_rto. */
export function armRetransmit(tcp: TcpSock): void {
  if (tcp.packetsOut === 0) {
    tcp.purpose = "none";
    tcp.writeTimer.stop();
    return;
  }
  tcp.purpose = "retransmit";
  tcp.writeTimer.start(Math.min(tcp.rtt.rtoUs, 120_000_000) * 1000);
}

/**
 * Sets the timer for a loss probe in place of the timeout, when nothing was lost so far: tcp_schedule_loss_probe.
 * Whether it was set.
 */
export function armLossProbe(tcp: TcpSock): boolean {
  if (tcp.packetsOut === 0 || tcp.state === TCP_STATE.SYN_SENT || tcp.state === TCP_STATE.SYN_RECV)
    return false;
  if (
    tcp.caState >= CA_STATE.CWR ||
    tcp.sackedOut > 0 ||
    tcp.backoff > 0 ||
    !tcp.sackOk ||
    tcp.tlpHighSeq !== 0
  )
    return false;
  return tcp.system.trace.call("tcp_schedule_loss_probe", [tcp, false], () => {
    const { srttUs, rtoUs } = tcp.rtt;
    let us = srttUs === 0 ? 1_000_000 : srttUs >> 2;
    if (srttUs !== 0) us += tcp.packetsOut === 1 ? MIN_RTO_US : MIN_PROBE_US;
    tcp.purpose = us < rtoUs ? "lossProbe" : "retransmit";
    tcp.writeTimer.start(Math.min(us, rtoUs) * 1000);
    return true;
  });
}

/** Sets the timer that asks whether a closed window is open again: tcp_check_probe_timer. */
export function armWindowProbe(tcp: TcpSock): void {
  if (tcp.packetsOut > 0 || tcp.writeTimer.isOn) return;
  tcp.purpose = "probe";
  tcp.writeTimer.start(Math.min(Math.max(tcp.rtt.rtoUs, MIN_RTO_US) * 2 ** tcp.backoff, MOST_PROBE_US) * 1000);
}
