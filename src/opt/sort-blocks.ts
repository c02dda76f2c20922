import type { Graphs } from "../ir/graphs.ts";
import type { Block, Func } from "../ir/ir.ts";

/** Puts blocks in reverse post-order and drops those that nothing jumps to. Whether anything changed. */
export function sortBlocks(func: Func, graphs: Graphs): boolean {
  const { order } = graphs.cfg();
  if (order.length === func.blocks.length && isAscending(order)) return false;
  func.blocks = order.map((index) => func.blocks[index] as Block);
  return true;
}

function isAscending(order: readonly number[]): boolean {
  for (let i = 0; i < order.length; i++) if (order[i] !== i) return false;
  return true;
}
