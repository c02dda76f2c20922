/** Address families. Source: include/linux/socket.h, v6.12. */
export const FAMILY = { unspec: 0, unix: 1, inet: 2, inet6: 10 } as const;
/** Types of sockets. Source: include/linux/net.h, v6.12. */
export const SOCK_TYPE = { stream: 1, dgram: 2, raw: 3, seqpacket: 5 } as const;

/** Bits of sk_shutdown: RCV_SHUTDOWN and SEND_SHUTDOWN. */
export const SHUTDOWN = { receive: 1, send: 2, both: 3 } as const;
