import type { World } from "../world/world.ts";
import type { Softirqs } from "./device/softirqs.ts";
import type { KernelTrace } from "./kernel-trace.ts";
import type { NetSystem } from "./system.ts";

const IRQ_NS = 1_200; // what a card's interrupt takes
const TIMER_NS = 900;
const FIRST_IRQ = 24; // of message-signalled interrupts

/** The simulated machine, as its network sees it. `softirqs` is asked for when something happens. */
export function kernelSystem(world: World, trace: KernelTrace, softirqs: () => Softirqs): NetSystem {
  const irqs = new Map<string, number>();
  const irqOf = (name: string) => {
    const known = irqs.get(name);
    if (known !== undefined) return known;
    const irq = FIRST_IRQ + irqs.size;
    irqs.set(name, irq);
    return irq;
  };
  return {
    trace,
    memory: world.memory,
    random: world.random.stream("network"),
    now: () => world.nowNs,
    cpu: () => world.cpu.index,
    spend(ns) {
      if (world.isStepping) world.spend(ns);
      else world.interrupts.steal(ns);
    },
    interrupt(device, queue, run) {
      const cpu = world.cpus[queue % world.cpus.length] ?? world.cpu;
      const name = `${device}-input.${queue}`;
      world.onCpu(cpu, () => {
        world.interrupts.irq(irqOf(name), name, IRQ_NS, run);
        trace.call("common_interrupt", [null, 0], () => {
          trace.call("__irq_exit_rcu", [], () => softirqs().run());
        });
      });
    },
    later(ns, run) {
      const event = world.at(world.nowNs + Math.max(0, Math.round(ns)), run);
      return {
        cancel: () => {
          event.run = undefined;
        },
      };
    },
    timer(ns, name, run) {
      const event = world.after(Math.max(0, Math.round(ns)), () => {
        trace.call("sysvec_apic_timer_interrupt", [null], () => {
          world.interrupts.softirq("TIMER", TIMER_NS, () => {
            softirqs().during(() => {
              trace.call("run_timer_softirq", [], () => {
                trace.call("call_timer_fn", [null, null, 0], () => trace.call(name, [null], run));
              });
            });
          });
        });
      });
      return {
        cancel: () => {
          event.run = undefined;
        },
      };
    },
  };
}
