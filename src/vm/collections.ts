import type { AddressSpace } from "./memory.ts";

const MAX_COLLECTIONS = 1 << 16;

/**
 * Lists and trees that programs keep in their memory: `struct bpf_list_head` and `struct bpf_rb_root`. The order of
 * the nodes is kept on this side, so that no program can spoil it; its memory holds a number for it, in the first word
 * of the head and of each node that is in it. Memory that is zeroed is an empty list, or a node in none.
 */
export class Collections {
  readonly #space: AddressSpace;
  readonly #nodes = new Map<number, number[]>();
  #last = 0;

  constructor(space: AddressSpace) {
    this.#space = space;
  }

  /** Addresses of the nodes, in order; they may be read until the next change. */
  nodes(head: number): readonly number[] {
    return this.#nodes.get(this.#word(head)) ?? [];
  }

  /** Whether a node is in a collection. */
  isIn(node: number): boolean {
    return this.#nodes.get(this.#word(node))?.includes(node) === true;
  }

  /** Puts a node that is in no collection before position `at`; false when there are too many collections. */
  insert(head: number, node: number, at: number): boolean {
    let id = this.#word(head);
    let list = this.#nodes.get(id);
    if (list === undefined) {
      if (this.#nodes.size >= MAX_COLLECTIONS) return false;
      id = this.#newId();
      list = [];
      this.#nodes.set(id, list);
      this.#space.view.setUint32(head, id, true);
    }
    list.splice(at, 0, node);
    this.#space.view.setUint32(node, id, true);
    return true;
  }

  /** Takes the node at a position out; undefined when there is none. */
  take(head: number, at: number): number | undefined {
    const id = this.#word(head);
    const list = this.#nodes.get(id);
    const node = list?.at(at);
    if (list === undefined || node === undefined) return undefined;
    list.splice(at, 1);
    this.#space.view.setUint32(node, 0, true);
    if (list.length === 0) {
      this.#nodes.delete(id);
      this.#space.view.setUint32(head, 0, true);
    }
    return node;
  }

  #word(address: number): number {
    return this.#space.view.getUint32(address, true);
  }

  #newId(): number {
    do this.#last = (this.#last % 0x7fff_ffff) + 1;
    while (this.#nodes.has(this.#last));
    return this.#last;
  }
}
