type Node = { readonly kind: string };
/** `below` gives the node with the nodes below it replaced. */
type Replace = (node: Node, below: <N>(node: N) => N) => unknown;

/**
 * A tree with some of its nodes replaced. `replace` sees each node that has a `kind`, parents first; what it gives takes
 * the node's place and is not looked at again, undefined keeps the node and goes on below it. Parts without a change are
 * shared with the old tree.
 */
export function replaceNodes<T>(root: T, replace: Replace): T {
  return visit(root, replace) as T;
}

function visit(value: unknown, replace: Replace): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return changedList(value, replace);
  if ("kind" in value && typeof value.kind === "string") {
    const other = replace(value as Node, (node) => children(node as object, replace) as typeof node);
    if (other !== undefined) return other;
  }
  return children(value, replace);
}

function children(value: object, replace: Replace): object {
  let copy: Record<string, unknown> | undefined;
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== "object") continue;
    const changed = visit(child, replace);
    if (changed === child) continue;
    copy ??= { ...value };
    copy[key] = changed;
  }
  return copy ?? value;
}

function changedList(list: readonly unknown[], replace: Replace): unknown {
  let copy: unknown[] | undefined;
  for (const [index, child] of list.entries()) {
    const changed = visit(child, replace);
    if (changed === child) continue;
    copy ??= [...list];
    copy[index] = changed;
  }
  return copy ?? list;
}

/** A copy of a tree in which no object is one of the old tree's: types are found for each copy by itself. */
export function copyNodes<T>(root: T): T {
  return copied(root) as T;
}

function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(copied);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copied(child)]));
}
