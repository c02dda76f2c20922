import type { Span } from "../../base/span.ts";
import type { Variable } from "./checker.ts";
import { isKnown } from "./map-types.ts";
import { I64, NONE, type Type, typeName } from "./types.ts";
import { unify } from "./unify.ts";

type Scope = Map<string, Variable>;

/**
 * The scratch variables of one program. Blocks have scopes of their own; older scripts assign in a block and read after
 * it, so a variable whose block has ended can still be found: it is zero where it was not assigned.
 */
export class Scopes {
  private scopes: Scope[] = [new Map()];
  private readonly ended: Scope = new Map();
  private count = 0;
  /** Types of earlier rounds, by where the variable was made. */
  private readonly known = new Map<string, Type>();
  /** Whether a variable's type changed after it was made, in this round: what was read of it before may be wrong. */
  grew = false;

  /** Begins another round over the same program; types that were found stay known. */
  restart(): void {
    this.scopes = [new Map()];
    this.ended.clear();
    this.count = 0;
    this.grew = false;
  }

  /** What is known about all types; the same text twice means that nothing was learned. */
  settled(): string {
    return [...this.known].map(([at, type]) => `${at}:${fullName(type)}`).join();
  }

  /** Whether there are variables of which nothing is known. */
  hasUnknown(): boolean {
    return [...this.known.values()].some((type) => !isKnown(type));
  }

  /** Variables that were declared and never assigned are numbers. Whether there were any. */
  settleUnknown(): boolean {
    let any = false;
    for (const [at, type] of this.known)
      if (type.kind === "none") {
        this.known.set(at, I64);
        any = true;
      }
    return any;
  }

  enter(): void {
    this.scopes.push(new Map());
  }

  leave(): void {
    for (const [name, variable] of this.scopes.pop() ?? []) this.ended.set(name, variable);
  }

  /** The variable of that name in the blocks around here. */
  find(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i]?.get(name);
      if (found) return found;
    }
    return undefined;
  }

  /** As `find`; a variable of a block that has ended is taken too, and lives on from here. */
  findToRead(name: string): Variable | undefined {
    const found = this.find(name);
    if (found) return found;
    const hoisted = this.ended.get(name);
    if (!hoisted) return undefined;
    hoisted.zeroed = true;
    this.scopes[0]?.set(name, hoisted);
    return hoisted;
  }

  /** The variable that an assignment means, unless it makes a new one: one of an ended block serves again. */
  findToAssign(name: string, type: Type): Variable | undefined {
    const found = this.find(name);
    if (found) return found;
    const before = this.ended.get(name);
    if (!before || before.declared || !unify(before.type, type)) return undefined;
    this.scopes.at(-1)?.set(name, before);
    return before;
  }

  isDeclaredHere(name: string): boolean {
    return this.scopes.at(-1)?.has(name) ?? false;
  }

  declare(name: string, span: Span, type: Type, options: Pick<Variable, "zeroed" | "declared">): Variable {
    const known = this.known.get(placeOf({ name, span })) ?? NONE;
    const merged = type.kind === "none" ? known : (unify(known, type) ?? type);
    const variable = { name, span, type: merged, id: this.count++, ...options };
    this.scopes.at(-1)?.set(name, variable);
    this.known.set(placeOf(variable), merged);
    return variable;
  }

  /** Notes that the variable holds values of this type. */
  setType(variable: Variable, type: Type): void {
    if (variable.type !== type && fullName(variable.type) !== fullName(type)) this.grew = true;
    variable.type = type;
    this.known.set(placeOf(variable), type);
  }

  /** Names with the `$`, for suggestions. */
  names(): string[] {
    return [...new Set([...this.scopes.flatMap((s) => [...s.keys()]), ...this.ended.keys()])].map(
      (n) => `$${n}`,
    );
  }
}

function fullName(type: Type): string {
  return typeName(type) + exactness(type);
}

/** What a type's name does not say of it. */
function exactness(type: Type): string {
  if (type.kind === "int") return `${type.asUnsigned ?? ""}`;
  return type.kind === "pointer" ? type.space : "";
}

/** Where a variable is made: bodies of macros are used many times, with another name each time. */
function placeOf({ name, span }: Pick<Variable, "name" | "span">): string {
  return `${span.start}:${name}`;
}
