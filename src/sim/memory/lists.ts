import { addressOf, offsetOf } from "./address.ts";
import type { KernelMemory } from "./kernel-memory.ts";
import type { KernelObject } from "./kernel-object.ts";

/** Makes a list_head member an empty list: both pointers lead to itself. */
export function initList(object: KernelObject, path: string): void {
  const head = object.addressOf(path);
  store(object.memory, head, head);
  store(object.memory, head + 8n, head);
}

/** Appends an object to a list by a list_head member of its own: list_add_tail(). */
export function appendToList(list: KernelObject, listPath: string, item: KernelObject, itemPath: string): void {
  const { memory } = list;
  const head = list.addressOf(listPath);
  const node = item.addressOf(itemPath);
  const last = load(memory, head + 8n) || head;
  store(memory, node, head);
  store(memory, node + 8n, last);
  store(memory, last, node);
  store(memory, head + 8n, node);
}

/** Takes an object out of the list that it is in: list_del_init(). Nothing happens to one that is in none. */
export function removeFromList(item: KernelObject, itemPath: string): void {
  const { memory } = item;
  const node = item.addressOf(itemPath);
  const next = load(memory, node);
  const previous = load(memory, node + 8n);
  if (next === 0n || previous === 0n || next === node) return;
  store(memory, previous, next);
  store(memory, next + 8n, previous);
  store(memory, node, node);
  store(memory, node + 8n, node);
}

/** Puts an object first in an hlist by an hlist_node member of its own: hlist_add_head(). */
export function addToHashList(
  list: KernelObject,
  listPath: string,
  item: KernelObject,
  itemPath: string,
): void {
  const { memory } = list;
  const head = list.addressOf(listPath);
  const node = item.addressOf(itemPath);
  const first = load(memory, head);
  store(memory, node, first);
  if (first !== 0n) store(memory, first + 8n, node);
  store(memory, head, node);
  store(memory, node + 8n, head);
}

/** Takes an object out of its hlist: hlist_del_init(). */
export function removeFromHashList(item: KernelObject, itemPath: string): void {
  const { memory } = item;
  const node = item.addressOf(itemPath);
  const next = load(memory, node);
  const place = load(memory, node + 8n); // where the pointer to it lies
  if (place === 0n) return;
  store(memory, place, next);
  if (next !== 0n) store(memory, next + 8n, place);
  store(memory, node, 0n);
  store(memory, node + 8n, 0n);
}

function load(memory: KernelMemory, address: bigint): bigint {
  const offset = memory.pointerAt(placeOf(address));
  return offset === undefined ? 0n : addressOf(offset);
}

function store(memory: KernelMemory, address: bigint, value: bigint): void {
  memory.view.setBigUint64(placeOf(address), value, true);
}

function placeOf(address: bigint): number {
  const offset = offsetOf(address);
  if (offset === undefined) throw new Error("bug: a list leads out of the kernel's memory");
  return offset;
}
