import { ERRNO } from "../errno.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";

const HEAD_BYTES = 16; // struct bpf_list_head, struct bpf_rb_root
const LIST_NODE_BYTES = 24;
const TREE_NODE_BYTES = 32;

function head(call: HelperCall): number {
  return call.writable(1, HEAD_BYTES);
}

/** bpf_list_push_{front,back}_impl(head, node, meta, offset): 0, or -EINVAL for a node that is in a list. */
function push(at: "front" | "back") {
  return (call: HelperCall): number => {
    const { collections } = call.state;
    const [list, node] = [head(call), call.writable(2, LIST_NODE_BYTES)];
    if (collections.isIn(node)) return -ERRNO.EINVAL;
    const place = at === "front" ? 0 : collections.nodes(list).length;
    return collections.insert(list, node, place) ? 0 : -ERRNO.EINVAL;
  };
}

function pop(at: 0 | -1) {
  return (call: HelperCall): number => call.state.collections.take(head(call), at) ?? 0;
}

/** The node at a position, which stays where it is. */
function peek(at: 0 | -1) {
  return (call: HelperCall): number => call.state.collections.nodes(head(call)).at(at) ?? 0;
}

/** bpf_rbtree_add_impl(root, node, less, meta, offset): nodes that are equal keep the order in which they came. */
function addToTree(call: HelperCall): number {
  const { collections } = call.state;
  const [root, node] = [head(call), call.writable(2, TREE_NODE_BYTES)];
  const less = call.u64(3);
  if (collections.isIn(node)) return -ERRNO.EINVAL;
  const nodes = [...collections.nodes(root)];
  let [low, high] = [0, nodes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isLess = call.callback(less, [BigInt(node), BigInt(nodes[middle] as number)]) !== 0n;
    if (isLess) high = middle;
    else low = middle + 1;
  }
  if (collections.isIn(node)) return -ERRNO.EINVAL; // the callback was faster
  return collections.insert(root, node, Math.min(low, collections.nodes(root).length)) ? 0 : -ERRNO.EINVAL;
}

/** bpf_rbtree_remove(root, node): the node, or NULL when it is not in the tree. */
function removeFromTree(call: HelperCall): number {
  const { collections } = call.state;
  const [root, node] = [head(call), call.writable(2, TREE_NODE_BYTES)];
  const at = collections.nodes(root).indexOf(node);
  return at === -1 ? 0 : (collections.take(root, at) ?? 0);
}

/** The child of a node in the tree that is balanced perfectly. */
function child(side: "left" | "right") {
  return (call: HelperCall): number => {
    const nodes = call.state.collections.nodes(head(call));
    const wanted = nodes.indexOf(call.writable(2, TREE_NODE_BYTES));
    let [low, high] = [0, nodes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (middle === wanted) {
        const [from, to] = side === "left" ? [low, middle] : [middle + 1, high];
        return from < to ? (nodes[(from + to) >>> 1] as number) : 0;
      }
      if (wanted < middle) high = middle;
      else low = middle + 1;
    }
    return 0;
  };
}

const SHAPE = "the tree is balanced perfectly, so that its shape differs, not its order";

/** Lists and trees of objects. */
export const COLLECTION_KFUNCS: readonly KfuncRecord[] = [
  { name: "bpf_list_push_front_impl", args: 4, run: push("front") },
  { name: "bpf_list_push_back_impl", args: 4, run: push("back") },
  { name: "bpf_list_pop_front", args: 1, run: pop(0) },
  { name: "bpf_list_pop_back", args: 1, run: pop(-1) },
  { name: "bpf_list_front", args: 1, run: peek(0) },
  { name: "bpf_list_back", args: 1, run: peek(-1) },
  { name: "bpf_rbtree_add_impl", args: 5, run: addToTree },
  { name: "bpf_rbtree_remove", args: 2, run: removeFromTree },
  { name: "bpf_rbtree_first", args: 1, run: peek(0) },
  {
    name: "bpf_rbtree_root",
    args: 1,
    run(call) {
      const nodes = call.state.collections.nodes(head(call));
      return nodes[nodes.length >>> 1] ?? 0;
    },
    differs: SHAPE,
  },
  { name: "bpf_rbtree_left", args: 2, run: child("left"), differs: SHAPE },
  { name: "bpf_rbtree_right", args: 2, run: child("right"), differs: SHAPE },
];
