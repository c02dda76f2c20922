import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { Cpu } from "./cpu.ts";
import type { World } from "./world.ts";

const WINDOW_NS = 20_000_000;
/** Steps in kHz, and from which share of busy time on each is used. */
const STEPS = [
  { kHz: 1_200_000, from: 0 },
  { kHz: 2_100_000, from: 0.2 },
  { kHz: 2_800_000, from: 0.45 },
  { kHz: 3_400_000, from: 0.75 },
] as const;

type Window = { startNs: number; idleNs: number; kHz: number };

/** Chooses each CPU's frequency by how busy it was, as schedutil does: some 20 ms back. What takes time is not changed by it. */
export class CpuFrequency {
  readonly #world: World;
  readonly #tracepoint: Tracepoint;
  readonly #windows: Window[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#tracepoint = world.hooks.tracepoint("power:cpu_frequency");
  }

  kHzOf(cpu: Cpu): number {
    return this.#windowOf(cpu).kHz;
  }

  /** To be called when a CPU changes what it does. */
  update(cpu: Cpu): void {
    const window = this.#windowOf(cpu);
    const { nowNs } = this.#world;
    const passed = nowNs - window.startNs;
    if (passed < WINDOW_NS) return;
    const idleNs = cpu.idleNs + (cpu.isIdle ? nowNs - cpu.idleSinceNs : 0);
    const busy = 1 - (idleNs - window.idleNs) / passed;
    const step = STEPS.findLast(({ from }) => busy >= from) ?? STEPS[0];
    const changed = step.kHz !== window.kHz;
    window.startNs = nowNs;
    window.idleNs = idleNs;
    window.kHz = step.kHz;
    if (changed)
      this.#tracepoint.fire(() => ({
        args: [step.kHz, cpu.index],
        fields: { state: step.kHz, cpu_id: cpu.index },
      }));
  }

  #windowOf(cpu: Cpu): Window {
    const known = this.#windows[cpu.index];
    if (known !== undefined) return known;
    const made = { startNs: this.#world.nowNs, idleNs: cpu.idleNs, kHz: STEPS[0].kHz };
    this.#windows[cpu.index] = made;
    return made;
  }
}
