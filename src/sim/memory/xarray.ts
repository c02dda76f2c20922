import type { KernelObject } from "./kernel-object.ts";

// A tree of nodes with 64 slots each. Pointers to nodes end in the bits 10. Source: lib/xarray.c and
// include/linux/xarray.h, v6.12.
const SLOT_BITS = 6;
const SLOTS = 1 << SLOT_BITS;
const NODE_BITS = 3n;
const IS_NODE = 2n;

/** A struct xarray in the kernel's memory, as the kernel's own code would leave it: objects by number. */
export class XArray {
  readonly #struct: KernelObject;
  readonly #head: string;

  /** `path`: where the struct xarray is in its object. */
  constructor(struct: KernelObject, path: string) {
    this.#struct = struct;
    this.#head = `${path}.xa_head`;
  }

  /** xa_store(), without a search for free numbers. */
  store(index: number, item: KernelObject): void {
    let node = this.#headFor(index);
    for (let shift = node.num("shift"); shift > 0; shift -= SLOT_BITS) {
      const slot = `slots[${slotOf(index, shift)}]`;
      node = nodeAt(node, slot) ?? this.#grow(node, slot, index, shift - SLOT_BITS);
    }
    const slot = `slots[${slotOf(index, 0)}]`;
    if (node.get(slot) === 0n) count(node, 1);
    node.set(slot, item);
  }

  /** xa_erase(); nodes that hold nothing any more are given back. */
  erase(index: number): void {
    let node = nodeAt(this.#struct, this.#head);
    if (node === undefined || index >= SLOTS * 2 ** node.num("shift")) return;
    const way: { node: KernelObject; slot: string }[] = [];
    while (node !== undefined) {
      const shift = node.num("shift");
      const slot = `slots[${slotOf(index, shift)}]`;
      way.push({ node, slot });
      node = shift === 0 ? undefined : nodeAt(node, slot);
    }
    const last = way.at(-1);
    if (last === undefined || last.node.num("shift") > 0 || last.node.get(last.slot) === 0n) return;
    for (const { node: at, slot } of way.reverse()) {
      at.set(slot, null);
      if (count(at, -1) > 0) return;
      at.free();
    }
    this.#struct.set(this.#head, null);
  }

  /** The topmost node, of a tree high enough for a number. */
  #headFor(index: number): KernelObject {
    let head = nodeAt(this.#struct, this.#head);
    if (head === undefined) {
      let shift = 0;
      while (index >= SLOTS * 2 ** shift) shift += SLOT_BITS;
      head = this.#make(shift);
    }
    while (index >= SLOTS * 2 ** head.num("shift")) {
      const above = this.#make(head.num("shift") + SLOT_BITS);
      above.fill({ "slots[0]": head.address | IS_NODE, count: 1 });
      head.set("parent", above);
      head = above;
    }
    this.#struct.set(this.#head, head.address | IS_NODE);
    return head;
  }

  #grow(parent: KernelObject, slot: string, index: number, shift: number): KernelObject {
    const node = this.#make(shift);
    node.fill({ parent, offset: slotOf(index, shift + SLOT_BITS) });
    parent.set(slot, node.address | IS_NODE);
    count(parent, 1);
    return node;
  }

  #make(shift: number): KernelObject {
    return this.#struct.memory.make("xa_node", { shift });
  }
}

function nodeAt(object: KernelObject, path: string): KernelObject | undefined {
  const entry = object.get(path);
  return (entry & NODE_BITS) === IS_NODE ? object.memory.objectAt(entry & ~NODE_BITS) : undefined;
}

function slotOf(index: number, shift: number): number {
  return (index >>> shift) & (SLOTS - 1);
}

function count(node: KernelObject, by: 1 | -1): number {
  const left = node.num("count") + by;
  node.set("count", left);
  return left;
}
