import type { Expr, Preprocessor, TopLevel } from "./ast.ts";
import { namesUsed, walk } from "./walk.ts";

/**
 * The names that `#` lines of a file define more than once or take back, and those of defines that lead to one of them:
 * what they stand for depends on the place.
 */
export function redefined(items: readonly TopLevel[]): ReadonlySet<string> {
  const defined = new Set<string>();
  const changing = new Set<string>();
  const values: { name: string; value: Expr }[] = [];
  const note = (line: { readonly kind: string }): void => {
    const one = line as Preprocessor;
    if (one.kind === "undef") changing.add(one.name);
    if (one.kind !== "define") return;
    if (defined.has(one.name)) changing.add(one.name);
    defined.add(one.name);
    if (one.value) values.push({ name: one.name, value: one.value });
  };
  for (const item of items) {
    note(item);
    const hasLines = "body" in item && typeof item.body !== "string" && item.body.lines;
    if (hasLines) walk(item.body, note);
  }
  if (changing.size > 0) addUsers(changing, values);
  return changing;
}

function addUsers(changing: Set<string>, values: readonly { name: string; value: Expr }[]): void {
  const users = new Map<string, string[]>();
  for (const { name, value } of values)
    for (const used of namesUsed(value, new Map())) {
      const known = users.get(used);
      if (known) known.push(name);
      else users.set(used, [name]);
    }
  const toVisit = [...changing];
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop())
    for (const user of users.get(name) ?? [])
      if (!changing.has(user)) {
        changing.add(user);
        toVisit.push(user);
      }
}
