import { ERRNO } from "./errno.ts";

/** Links made for many places at once, and the places that the kernel refused, each with its -errno. */
export type Halves<Point> = Readonly<{ links: number[]; refused: { point: Point; errno: number }[] }>;

const HOPELESS: ReadonlySet<number> = new Set([
  -ERRNO.EPERM,
  -ERRNO.EACCES,
  -ERRNO.EOPNOTSUPP,
  -ERRNO.ENOMEM,
  -ERRNO.EMFILE,
]);

/**
 * One bad place makes the kernel refuse a whole link: halves are tried then, until the bad ones are alone. `create`
 * gives a link's descriptor or -errno. `hopeless` adds errnos (negative) that say nothing about single places.
 */
export function linkInHalves<Point>(
  points: readonly Point[],
  create: (points: readonly Point[]) => number,
  hopeless: readonly number[] = [],
): Halves<Point> {
  const made: Halves<Point> = { links: [], refused: [] };
  const attempt = (some: readonly Point[]): void => {
    if (some.length === 0) return;
    const link = create(some);
    if (link >= 0) {
      made.links.push(link);
      return;
    }
    if (some.length > 1 && !HOPELESS.has(link) && !hopeless.includes(link)) {
      const half = some.length >>> 1;
      attempt(some.slice(0, half));
      attempt(some.slice(half));
      return;
    }
    for (const point of some) made.refused.push({ point, errno: link });
  };
  attempt(points);
  return made;
}
