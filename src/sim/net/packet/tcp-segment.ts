import { type TcpHeader, type TcpOptions, tcpHeaderBytes } from "./packet.ts";

const OPTION = { end: 0, nop: 1, mss: 2, windowScale: 3, sackPermitted: 4, sack: 5, timestamps: 8 } as const;

/** Writes a header but its checksum, with its options in Linux's order. */
export function encodeTcp(header: TcpHeader, view: DataView, at: number): void {
  view.setUint16(at, header.sourcePort);
  view.setUint16(at + 2, header.destinationPort);
  view.setUint32(at + 4, header.seq);
  view.setUint32(at + 8, header.ack);
  view.setUint8(at + 12, (tcpHeaderBytes(header.options) / 4) << 4);
  view.setUint8(at + 13, header.flags);
  view.setUint16(at + 14, header.window);
  encodeOptions(header.options, view, at + 20);
}

function encodeOptions(
  { mss, windowScale, sackPermitted, timestamps, sack }: TcpOptions,
  view: DataView,
  start: number,
) {
  let at = start;
  const word = (value: number) => {
    view.setUint32(at, value);
    at += 4;
  };
  if (mss !== undefined) word((OPTION.mss << 24) | (4 << 16) | mss);
  const permitted = (OPTION.sackPermitted << 24) | (2 << 16);
  if (timestamps !== undefined) {
    word((sackPermitted ? permitted : 0x0101_0000) | (OPTION.timestamps << 8) | 10);
    word(timestamps.value);
    word(timestamps.echo);
  } else if (sackPermitted) word(0x0101_0000 | (permitted >>> 16));
  if (windowScale !== undefined) word((OPTION.nop << 24) | (OPTION.windowScale << 16) | (3 << 8) | windowScale);
  if (sack === undefined || sack.length === 0) return;
  word(0x0101_0000 | (OPTION.sack << 8) | (2 + sack.length * 8));
  for (const [from, to] of sack) {
    word(from);
    word(to);
  }
}

/** Reads a header of `bytes` (data offset × 4) bytes; its options up to the first that makes no sense. */
export function decodeTcp(view: DataView, at: number, bytes: number): TcpHeader {
  return {
    kind: "tcp",
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    seq: view.getUint32(at + 4),
    ack: view.getUint32(at + 8),
    flags: view.getUint8(at + 13),
    window: view.getUint16(at + 14),
    options: decodeOptions(view, at + 20, at + bytes),
  };
}

function decodeOptions(view: DataView, start: number, end: number): TcpOptions {
  const options: { -readonly [name in keyof TcpOptions]: TcpOptions[name] } = {};
  for (let at = start; at < end; ) {
    const kind = view.getUint8(at);
    if (kind === OPTION.end) break;
    if (kind === OPTION.nop) {
      at++;
      continue;
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) break;
    if (kind === OPTION.mss && length === 4) options.mss = view.getUint16(at + 2);
    else if (kind === OPTION.windowScale && length === 3)
      options.windowScale = Math.min(view.getUint8(at + 2), 14);
    else if (kind === OPTION.sackPermitted && length === 2) options.sackPermitted = true;
    else if (kind === OPTION.timestamps && length === 10)
      options.timestamps = { value: view.getUint32(at + 2), echo: view.getUint32(at + 6) };
    else if (kind === OPTION.sack && length >= 10 && (length - 2) % 8 === 0)
      options.sack = Array.from({ length: (length - 2) / 8 }, (_, i) => {
        return [view.getUint32(at + 2 + i * 8), view.getUint32(at + 6 + i * 8)] as const;
      });
    at += length;
  }
  return options;
}
