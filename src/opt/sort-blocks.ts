import { buildCfg } from "../ir/cfg.ts";
import type { Block, Func } from "../ir/ir.ts";

/** Puts blocks in reverse post-order and drops those that nothing jumps to. Whether anything changed. */
export function sortBlocks(func: Func): boolean {
  const { order } = buildCfg(func);
  if (order.length === func.blocks.length && order.every((index, i) => index === i)) return false;
  func.blocks = order.map((index) => func.blocks[index] as Block);
  return true;
}
