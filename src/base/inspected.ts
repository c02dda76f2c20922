/**
 * The name of the method that node's `console.log` and `util.inspect` ask an object for what it looks like. A symbol that
 * any room can ask for by its text, so that nothing of node is needed.
 */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** One line: what it is, its name, and what there is to say of it; fields that are undefined are left out. */
export function inspected(
  what: string,
  name: string | undefined,
  fields: Readonly<Record<string, string | number | bigint | undefined>> = {},
): string {
  const said = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => (value === "" ? field : `${field} ${value}`));
  return [what, name, ...(said.length > 0 ? [`{ ${said.join(", ")} }`] : [])]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
}
