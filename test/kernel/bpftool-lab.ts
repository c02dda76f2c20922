/** What of a JSON value another one lacks: its paths, with what stands in both places. More keys of ours are no harm. */
export function lacking(theirs: unknown, ours: unknown, path = ""): string[] {
  if (Array.isArray(theirs)) {
    if (!Array.isArray(ours) || ours.length !== theirs.length)
      return [`${path}: ${JSON.stringify(theirs)?.slice(0, 200)} | ${JSON.stringify(ours)?.slice(0, 200)}`];
    return theirs.flatMap((item, i) => lacking(item, ours[i], `${path}[${i}]`));
  }
  if (typeof theirs === "object" && theirs !== null) {
    if (typeof ours !== "object" || ours === null) return [`${path}: an object | ${JSON.stringify(ours)}`];
    return Object.entries(theirs).flatMap(([key, value]) =>
      key in ours
        ? lacking(value, (ours as Record<string, unknown>)[key], `${path}.${key}`)
        : [`${path}.${key}: ${JSON.stringify(value)} | nothing`],
    );
  }
  return Object.is(theirs, ours) ? [] : [`${path}: ${JSON.stringify(theirs)} | ${JSON.stringify(ours)}`];
}
