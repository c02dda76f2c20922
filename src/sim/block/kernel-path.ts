import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Result, Word } from "../hooks/word.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";

/** A kernel function on the way to what is done, and what it gets: arguments that are left out are NULL. */
export type Step = readonly [name: string, ...args: Word[]];

/** Runs `body` below these kernel functions, the outermost first: they stand in stacks and can be probed. */
export function* along<T extends Result>(world: World, path: readonly Step[], body: () => Code<T>): Code<T> {
  if (isWatched(world, path)) return yield* nested(world, path, 0, body);
  const { kernelStack } = world.task;
  const depth = kernelStack.length;
  for (const [name] of path) kernelStack.push(world.hooks.function(name));
  const result = yield* body();
  kernelStack.length = depth;
  return result;
}

/** As `along`, for bodies that never wait. */
export function alongNow<T extends Result>(world: World, path: readonly Step[], body: () => T): T {
  if (isWatched(world, path)) return nestedNow(world, path, 0, body);
  const { kernelStack } = world.task;
  const depth = kernelStack.length;
  for (const [name] of path) kernelStack.push(world.hooks.function(name));
  const result = body();
  kernelStack.length = depth;
  return result;
}

/** A call of a kernel function that does nothing of interest but being called. */
export function passes(world: World, name: string, args: readonly Word[], result: Result = 0): void {
  const fn = world.hooks.function(name);
  if (fn.active) fn.callNow(filled(fn, args), () => result);
}

function isWatched(world: World, path: readonly Step[]): boolean {
  for (const [name] of path) if (world.hooks.function(name).active) return true;
  return false;
}

function* nested<T extends Result>(
  world: World,
  path: readonly Step[],
  at: number,
  body: () => Code<T>,
): Code<T> {
  const step = path[at];
  if (step === undefined) return yield* body();
  const [name, ...args] = step;
  const fn = world.hooks.function(name);
  return yield* fn.call(filled(fn, args), () => nested(world, path, at + 1, body));
}

function nestedNow<T extends Result>(world: World, path: readonly Step[], at: number, body: () => T): T {
  const step = path[at];
  if (step === undefined) return body();
  const [name, ...args] = step;
  const fn = world.hooks.function(name);
  return fn.callNow(filled(fn, args), () => nestedNow(world, path, at + 1, body));
}

/** As many arguments as the function has. */
function filled({ params }: KernelFunction, args: readonly Word[]): readonly Word[] {
  if (params === undefined || params === args.length) return args;
  return Array.from({ length: params }, (_, i) => args[i] ?? null);
}
