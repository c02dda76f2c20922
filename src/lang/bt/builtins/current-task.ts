import type { Value } from "../../../ir/ir.ts";
import type { Lowering } from "../lowering.ts";

/** The running task as an object that the verifier follows, or undefined on kernels without it. */
export function currentTask(l: Lowering): Value | undefined {
  if (!l.env.target.has("currentTaskBtf") || !l.env.btf) return undefined;
  return l.b.helper("bpf_get_current_task_btf", [], "ptr");
}
