/** What a host counts of its network. */
export type NetCounters = {
  /** Packets that exist now, and sockets. */
  liveSkbs: number;
  liveSocks: number;
  /** Packets that were made here or came from a wire. */
  made: number;
  /** Packets that ended, those among them that were thrown away. */
  ended: number;
  dropped: number;
  received: number;
  sent: number;
  forwarded: number;
  listenOverflows: number;
  synCookies: number;
  resetsSent: number;
  noPorts: number;
};

/** All zero. */
export function newCounters(): NetCounters {
  return {
    liveSkbs: 0, liveSocks: 0, made: 0, ended: 0, dropped: 0, received: 0, sent: 0, forwarded: 0, listenOverflows: 0,
    synCookies: 0, resetsSent: 0, noPorts: 0,
  }; // biome-ignore format: one list
}
