/** Operations of requests: the low byte of bio.bi_opf and request.cmd_flags. Source: include/linux/blk_types.h, v6.12. */
export const REQ_OP = { read: 0, write: 1, flush: 2, discard: 3, writeZeroes: 9 } as const;

/** Flags beside the operation. Source: include/linux/blk_types.h, v6.12. */
export const REQ = {
  sync: 1 << 11,
  meta: 1 << 12,
  prio: 1 << 13,
  noMerge: 1 << 14,
  idle: 1 << 15,
  fua: 1 << 17,
  preflush: 1 << 18,
  readAhead: 1 << 19,
  background: 1 << 20,
  swap: 1 << 24,
} as const;

const OP_MASK = 0xff;

export function operationOf(flags: number): number {
  return flags & OP_MASK;
}

/** Whether data goes to the device: op_is_write(). */
export function isWrite(flags: number): boolean {
  return (flags & 1) === 1;
}

export function needsFlush(flags: number): boolean {
  return (flags & (REQ.preflush | REQ.fua)) !== 0;
}

/** What tracepoints show as rwbs: "R", "WS", "RA", "FF". Source: blk_fill_rwbs(), kernel/trace/blktrace.c, v6.12. */
export function rwbs(flags: number): string {
  const op = operationOf(flags);
  let text = (flags & REQ.preflush) !== 0 ? "F" : "";
  if (op === REQ_OP.write) text += "W";
  else if (op === REQ_OP.discard) text += "D";
  else if (op === REQ_OP.flush) text += "F";
  else if (op === REQ_OP.read) text += "R";
  else text += "N";
  if ((flags & REQ.fua) !== 0) text += "F";
  if ((flags & REQ.readAhead) !== 0) text += "A";
  if ((flags & REQ.sync) !== 0) text += "S";
  if ((flags & REQ.meta) !== 0) text += "M";
  return text;
}
