/** Calls `visit` for every node below `root` (and `root` itself) that has a `kind`, parents first. Not recursive. */
export function walk(root: unknown, visit: (node: { readonly kind: string }) => void): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (typeof node !== "object" || node === null) continue;
    if (Array.isArray(node)) {
      for (let i = node.length - 1; i >= 0; i--) stack.push(node[i]);
      continue;
    }
    if ("kind" in node && typeof node.kind === "string") visit(node as { kind: string });
    const children = Object.values(node);
    for (let i = children.length - 1; i >= 0; i--) if (typeof children[i] === "object") stack.push(children[i]);
  }
}

/** The names of builtins that the nodes below `root` mention: identifiers and called functions. */
export function namesUsed(root: unknown): Set<string> {
  const names = new Set<string>();
  walk(root, (node) => {
    if ((node.kind === "identifier" || node.kind === "call") && "name" in node) names.add(String(node.name));
  });
  return names;
}
