import type { World } from "../world/world.ts";
import type { PlayOptions } from "./sim-backend.ts";

const TURN_MS = 12; // real time that one turn may take before others run
const FRAME_MS = 16; // real time between turns when played at a set speed
const STEP_NS = 1_000_000;
const IDLE_STEPS = 1000; // steps that are joined when nothing happens in them

/** Plays a world in turns. At "max" speed a turn is some 12 ms of real time, else what is due every 16 ms. */
export async function playInTime(world: World, options: PlayOptions): Promise<void> {
  const { speed = "max", signal, until } = options;
  const endNs = options.for === undefined ? Number.POSITIVE_INFINITY : world.nowNs + world.ns(options.for);
  const isOver = () =>
    signal?.aborted === true || until?.() === true || world.nowNs >= endNs || isDead(world, endNs);
  const startMs = performance.now();
  const startNs = world.nowNs;
  while (!isOver()) {
    if (speed === "max") await playTurn(world, endNs, until);
    else {
      const dueNs = startNs + (performance.now() - startMs) * 1e6 * speed;
      world.playUntil(Math.min(endNs, dueNs), until);
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    }
  }
}

async function playTurn(world: World, endNs: number, until?: () => boolean): Promise<void> {
  const stopMs = performance.now() + TURN_MS;
  while (world.nowNs < endNs && performance.now() < stopMs) {
    const next = world.nextEventNs;
    if (next === Number.POSITIVE_INFINITY && endNs === next) return;
    const idleNs = Math.min(Math.max(0, next - world.nowNs), IDLE_STEPS * STEP_NS);
    world.playUntil(Math.min(endNs, world.nowNs + idleNs + STEP_NS), until);
    if (until?.() === true) return;
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Whether nothing will happen, and nobody said for how long. */
function isDead(world: World, endNs: number): boolean {
  return endNs === Number.POSITIVE_INFINITY && world.nextEventNs === Number.POSITIVE_INFINITY;
}
