import type { Block, Inst, Module } from "../ir/ir.ts";

/** Who calls whom, callbacks included; functions are named by their index in `module.funcs`. */
export type CallGraph = Readonly<{
  callees: readonly (readonly number[])[];
  /** 1 for functions that make a tail call, below which the kernel allows 256 bytes of frames. */
  tailCalls: Uint8Array;
  /** Bytes of stack that functions of other objects take below each function. */
  below: Uint32Array;
}>;

export function buildCallGraph(module: Module): CallGraph {
  const indexOf = new Map(module.funcs.map((func, i) => [func.name, i]));
  const tailCalls = new Uint8Array(module.funcs.length);
  const below = new Uint32Array(module.funcs.length);
  const callees = module.funcs.map((func, i) => {
    const found: number[] = [];
    const call = (name: string) => {
      const index = indexOf.get(name);
      if (index === undefined) throw new Error(`bug: ${func.name} calls ${name}, which does not exist`);
      if (!found.includes(index)) found.push(index);
    };
    for (let b = 0; b < func.blocks.length; b++) {
      const { insts } = func.blocks[b] as Block;
      for (let at = 0; at < insts.length; at++) {
        const inst = insts[at] as Inst;
        if (inst.kind === "funcAddr") call(inst.func);
        else if (inst.kind === "call") {
          const { kind, name } = inst.target;
          if (kind === "func") call(name);
          if (kind === "extern") below[i] = Math.max(below[i] as number, module.externs?.get(name) ?? 0);
          if (name === "bpf_tail_call") tailCalls[i] = 1;
        }
      }
    }
    return found;
  });
  return { callees, tailCalls, below };
}

/** The functions that `root` reaches, itself first, each after its first caller. */
export function reachableFrom(graph: CallGraph, root: number): number[] {
  const order = [root];
  const seen = new Set(order);
  for (const func of order)
    for (const callee of graph.callees[func] as readonly number[])
      if (!seen.has(callee)) {
        seen.add(callee);
        order.push(callee);
      }
  return order;
}

/** The functions below `root` with every caller before its callees; undefined when one calls itself in a circle. */
export function callersFirst(graph: CallGraph, root: number): number[] | undefined {
  const state = new Uint8Array(graph.callees.length); // 1: open, 2: done
  const order: number[] = [];
  const stack = [{ func: root, next: 0 }];
  state[root] = 1;
  for (let top = stack[stack.length - 1]; top; top = stack[stack.length - 1]) {
    const callee = graph.callees[top.func]?.[top.next++];
    if (callee === undefined) {
      state[top.func] = 2;
      order.push(top.func);
      stack.pop();
    } else if (state[callee] === 1) return undefined;
    else if (state[callee] === 0) {
      state[callee] = 1;
      stack.push({ func: callee, next: 0 });
    }
  }
  return order.reverse();
}
