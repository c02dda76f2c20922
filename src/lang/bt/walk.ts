type Defines = ReadonlyMap<string, unknown>;

const NO_DEFINES: Defines = new Map();

/**
 * Calls `visit` for every node below `root` (and `root` itself) that has a `kind`, parents first; with `defines`, also
 * for those of the values that names stand for. Not recursive.
 */
export function walk(
  root: unknown,
  visit: (node: { readonly kind: string }) => void,
  defines: Defines = NO_DEFINES,
): void {
  const stack: unknown[] = [root];
  const expanded = new Set<unknown>();
  while (stack.length > 0) {
    const node = stack.pop();
    if (typeof node !== "object" || node === null) continue;
    if (Array.isArray(node)) {
      for (let i = node.length - 1; i >= 0; i--) stack.push(node[i]);
      continue;
    }
    if ("kind" in node && typeof node.kind === "string") visit(node as { kind: string });
    const value = "name" in node && typeof node.name === "string" ? defines.get(node.name) : undefined;
    if (value !== undefined && !expanded.has(value)) {
      expanded.add(value);
      stack.push(value);
    }
    pushChildren(node as Readonly<Record<string, unknown>>, stack);
  }
}

/** The last child first: the first one is visited next. */
function pushChildren(node: Readonly<Record<string, unknown>>, stack: unknown[]): void {
  const first = stack.length;
  for (const key in node) {
    if (key === "span") continue; // every node has one, and it holds no nodes
    const child = node[key];
    if (typeof child === "object" && child !== null) stack.push(child);
  }
  for (let from = first, to = stack.length - 1; from < to; from++, to--) {
    const child = stack[from];
    stack[from] = stack[to];
    stack[to] = child;
  }
}

/** The names of builtins that the nodes below `root` mention: identifiers and called functions. */
export function namesUsed(root: unknown, defines: Defines): Set<string> {
  const names = new Set<string>();
  const note = (node: { readonly kind: string }) => {
    if ((node.kind === "identifier" || node.kind === "call") && "name" in node) names.add(String(node.name));
  };
  walk(root, note, defines);
  return names;
}
