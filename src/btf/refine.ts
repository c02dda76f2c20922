/**
 * Finds the coarsest partition of nodes in which nodes of one class have the same label, and references that lead, one
 * by one, to the same classes. Cycles need no special case. Returns the class of each node, as a number.
 * Time grows with references times the logarithm of nodes: the largest part of a class that splits keeps its number.
 */
export function refineClasses(labels: readonly string[], refs: readonly (readonly number[])[]): Int32Array {
  const classOf = new Int32Array(labels.length);
  const members: Set<number>[] = [];
  const byLabel = new Map<string, number>();
  for (const [node, label] of labels.entries()) {
    const known = byLabel.get(label);
    const found = known ?? members.push(new Set()) - 1;
    if (known === undefined) byLabel.set(label, found);
    classOf[node] = found;
    members[found]?.add(node);
  }
  const parents = parentsOf(refs);
  let dirty = new Set(labels.keys());
  while (dirty.size > 0) {
    const changed = splitClasses(dirty, classOf, members, refs);
    dirty = new Set();
    for (const node of changed) for (const parent of parents[node] ?? []) dirty.add(parent);
  }
  return classOf;
}

function parentsOf(refs: readonly (readonly number[])[]): number[][] {
  const parents: number[][] = refs.map(() => []);
  for (const [node, list] of refs.entries()) for (const to of list) parents[to]?.push(node);
  return parents;
}

/** Splits the classes of nodes whose references changed their class; the nodes that got a new class. */
function splitClasses(
  dirty: ReadonlySet<number>,
  classOf: Int32Array,
  members: Set<number>[],
  refs: readonly (readonly number[])[],
): number[] {
  const groups = new Map<number, Map<string, number[]>>();
  for (const node of dirty) {
    const own = classOf[node] as number;
    if ((members[own]?.size ?? 0) < 2) continue;
    const key = (refs[node] ?? []).map((to) => classOf[to]).join();
    const byKey = groups.get(own) ?? new Map<string, number[]>();
    groups.set(own, byKey);
    const list = byKey.get(key);
    if (list) list.push(node);
    else byKey.set(key, [node]);
  }
  const changed: number[] = [];
  for (const [own, byKey] of groups) {
    const all = members[own] as Set<number>;
    const lists = [...byKey.values()].sort((a, b) => a.length - b.length);
    const rest = all.size - lists.reduce((sum, list) => sum + list.length, 0);
    // Nodes that are not dirty form a group of their own; whichever group is largest keeps the class.
    const keeps = rest >= (lists.at(-1)?.length ?? 0) ? undefined : lists.pop();
    if (keeps !== undefined && rest > 0) lists.push([...all].filter((node) => !dirty.has(node)));
    for (const list of lists) {
      const made = members.push(new Set(list)) - 1;
      for (const node of list) {
        all.delete(node);
        classOf[node] = made;
        changed.push(node);
      }
    }
  }
  return changed;
}
