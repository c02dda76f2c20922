import { SkepError } from "../base/errors.ts";
import { INSPECT } from "../base/inspected.ts";
import { didYouMean } from "../base/suggest.ts";

/** The error for a name that an object does not have. */
export function unknownName(what: string, name: string, names: readonly string[]): SkepError {
  const none = `it has none; compile it with -g`;
  const said = String(name); // whatever it is that is no name
  return new SkepError(`the object has no ${what} \`${said}\``, {
    code: "collection/unknown-name",
    remedy: didYouMean(said, names) ?? (names.length > 0 ? `name one of: ${names.join(", ")}` : none),
  });
}

/** What can be found by name. */
export type ByName<T> = Pick<ReadonlyMap<string, T>, "get" | "keys">;

/** Things with names, of which each is made when it is first asked for. */
export function madeByName<T>(names: readonly string[], make: (name: string) => T): ByName<T> {
  const made = new Map<string, T | undefined>(names.map((name) => [name, undefined]));
  return {
    keys: () => made.keys(),
    get(name) {
      const known = made.get(name);
      if (known !== undefined || !made.has(name)) return known;
      const value = make(name);
      made.set(name, value);
      return value;
    },
  };
}

/** Finds by name. Throws SkepError, which tells near names. */
export function named<T>(what: string, name: string, all: ByName<T>): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw unknownName(what, name, [...all.keys()]);
}

/** Names that the language itself asks every object for. */
const LANGUAGE: ReadonlySet<string> = new Set([
  "then",
  "toJSON",
  "valueOf",
  "constructor",
  "inspect",
  "nodeType",
  "tagName",
  "$$typeof",
  "asymmetricMatch",
]);

/** How properties of an object by name are read and written. */
export type Access = Readonly<{
  names: readonly string[];
  read: (name: string) => unknown;
  write?: (name: string, value: unknown) => void;
}>;

/** An object with a property for each name; asking for another throws SkepError with near names. */
export function byName<T extends object>(what: string, { names, read, write }: Access): T {
  const known = new Set(names);
  const check = (name: string): void => {
    if (!known.has(name)) throw unknownName(what, name, names);
  };
  const looks = () => Object.fromEntries(names.map((name) => [name, shown(() => read(name))]));
  const target = Object.defineProperty({}, INSPECT, { value: looks, enumerable: false, configurable: true });
  return new Proxy(target as T, {
    get(_target, name) {
      if (name === "toString" && !known.has(name)) return () => `${what}s: ${names.join(", ")}`;
      if (typeof name === "symbol" || (LANGUAGE.has(name) && !known.has(name))) return undefined;
      check(name);
      return read(name);
    },
    set(_target, name, value) {
      check(String(name));
      if (write === undefined) return false;
      write(String(name), value);
      return true;
    },
    has: (_target, name) => known.has(String(name)),
    ownKeys: () => [...names],
    getOwnPropertyDescriptor: (_target, name) =>
      known.has(String(name))
        ? { enumerable: true, configurable: true, writable: write !== undefined, value: read(String(name)) }
        : undefined,
    deleteProperty: () => false,
    defineProperty: () => false,
  });
}

/** What a property looks like in `console.log`, also where it cannot be read any more. */
function shown(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    return { [INSPECT]: () => "(closed)" };
  }
}
