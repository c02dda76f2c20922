/** States of TCP by number. Source: include/net/tcp_states.h, v6.12. */
export const TCP_STATE = {
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  FIN_WAIT1: 4,
  FIN_WAIT2: 5,
  TIME_WAIT: 6,
  CLOSE: 7,
  CLOSE_WAIT: 8,
  LAST_ACK: 9,
  LISTEN: 10,
  CLOSING: 11,
  NEW_SYN_RECV: 12,
} as const;
export type TcpStateName = keyof typeof TCP_STATE;
export type TcpState = (typeof TCP_STATE)[TcpStateName];

const NAMES = new Map<number, TcpStateName>(
  Object.entries(TCP_STATE).map(([name, number]) => [number, name as TcpStateName]),
);

/** "ESTABLISHED" */
export function tcpStateName(state: TcpState): TcpStateName {
  return NAMES.get(state) as TcpStateName;
}

/** Where closing leads from a state, and whether a FIN is sent: new_state in net/ipv4/tcp.c, v6.12. */
export function stateAfterClose(state: TcpState): Readonly<{ next: TcpState; sendsFin: boolean }> {
  switch (state) {
    case TCP_STATE.ESTABLISHED:
    case TCP_STATE.SYN_RECV:
      return { next: TCP_STATE.FIN_WAIT1, sendsFin: true };
    case TCP_STATE.CLOSE_WAIT:
      return { next: TCP_STATE.LAST_ACK, sendsFin: true };
    case TCP_STATE.FIN_WAIT1:
    case TCP_STATE.FIN_WAIT2:
    case TCP_STATE.LAST_ACK:
    case TCP_STATE.CLOSING:
      return { next: state, sendsFin: false };
    default:
      return { next: TCP_STATE.CLOSE, sendsFin: false };
  }
}
