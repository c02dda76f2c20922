import type { Hooks } from "../hooks/hooks.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Tracepoint, TracepointData } from "../hooks/tracepoint.ts";
import type { Cpu } from "./cpu.ts";
import type { Task } from "./task.ts";

const REPORTED_STATES = 0x7f; // TASK_REPORT, include/linux/sched.h, v6.12
const TASK_NORMAL = 3; // interruptible or not
const NO_IDLE_STATE = 0xffff_ffff; // PWR_EVENT_EXIT
const IDLE_STATE = 1;

/** The tracepoints of the scheduler. Their arguments follow include/trace/events/sched.h, v6.12. */
export class SchedulerEvents {
  readonly #schedule: KernelFunction;
  readonly #innerSchedule: KernelFunction;
  readonly #finish: KernelFunction;
  readonly #tryToWakeUp: KernelFunction;
  readonly #switch: Tracepoint;
  readonly #waking: Tracepoint;
  readonly #wakeup: Tracepoint;
  readonly #wakeupNew: Tracepoint;
  readonly #migrate: Tracepoint;
  readonly #runtime: Tracepoint;
  readonly #wait: Tracepoint;
  readonly #ioWait: Tracepoint;
  readonly #sleep: Tracepoint;
  readonly #blocked: Tracepoint;
  readonly #idle: Tracepoint;

  constructor(hooks: Hooks) {
    this.#schedule = hooks.function("schedule");
    this.#innerSchedule = hooks.function("__schedule");
    this.#finish = hooks.function("finish_task_switch");
    this.#tryToWakeUp = hooks.function("try_to_wake_up");
    this.#switch = hooks.tracepoint("sched:sched_switch");
    this.#waking = hooks.tracepoint("sched:sched_waking");
    this.#wakeup = hooks.tracepoint("sched:sched_wakeup");
    this.#wakeupNew = hooks.tracepoint("sched:sched_wakeup_new");
    this.#migrate = hooks.tracepoint("sched:sched_migrate_task");
    this.#runtime = hooks.tracepoint("sched:sched_stat_runtime");
    this.#wait = hooks.tracepoint("sched:sched_stat_wait");
    this.#ioWait = hooks.tracepoint("sched:sched_stat_iowait");
    this.#sleep = hooks.tracepoint("sched:sched_stat_sleep");
    this.#blocked = hooks.tracepoint("sched:sched_stat_blocked");
    this.#idle = hooks.tracepoint("power:cpu_idle");
  }

  waking(task: Task, cpu: Cpu): void {
    this.#waking.fire(() => wakeData(task, cpu));
  }

  wakeup(task: Task, cpu: Cpu): void {
    this.#wakeup.fire(() => wakeData(task, cpu));
  }

  wakeupNew(task: Task, cpu: Cpu): void {
    this.#wakeupNew.fire(() => wakeData(task, cpu));
  }

  switched(previous: Task, next: Task): void {
    if (!this.#switch.active) return;
    const { kernelStack } = previous;
    const depth = kernelStack.length;
    kernelStack.push(this.#schedule, this.#innerSchedule);
    this.#fireSwitch(previous, next);
    while (kernelStack.length > depth) kernelStack.pop();
  }

  /** The next task runs already: finish_task_switch(). */
  finished(previous: Task): void {
    if (this.#finish.active)
      this.#finish.callNow([previous.struct], () => previous.world.scheduler.rqOf(previous));
  }

  /** Runs `wake` as try_to_wake_up(). */
  wakeUp(task: Task, wake: () => boolean): boolean {
    if (!this.#tryToWakeUp.active) return wake();
    return this.#tryToWakeUp.callNow([task.struct, TASK_NORMAL, 0], wake);
  }

  #fireSwitch(previous: Task, next: Task): void {
    this.#switch.fire(() => {
      const state = previous.isIdle ? 0 : previous.stateNumber;
      return {
        args: [false, previous.struct, next.struct, state],
        fields: {
          prev_comm: previous.comm,
          prev_pid: previous.tid,
          prev_prio: previous.prio,
          prev_state: state & REPORTED_STATES,
          next_comm: next.comm,
          next_pid: next.tid,
          next_prio: next.prio,
        },
      };
    });
  }

  migrated(task: Task, from: Cpu, to: Cpu): void {
    this.#migrate.fire(() => ({
      args: [task.struct, to.index],
      fields: { comm: task.comm, pid: task.tid, prio: task.prio, orig_cpu: from.index, dest_cpu: to.index },
    }));
  }

  ran(task: Task, runtime: number): void {
    this.#runtime.fire(() => ({
      args: [task.struct, runtime],
      fields: { comm: task.comm, pid: task.tid, runtime },
    }));
  }

  /** How long a task that runs now had to wait for its CPU. */
  waited(task: Task, delay: number): void {
    this.#wait.fire(() => ({ args: [task.struct, delay], fields: { comm: task.comm, pid: task.tid, delay } }));
  }

  /** How long a task slept that is woken now. */
  slept(task: Task, delay: number): void {
    const tracepoint = task.sleepState === "D" ? this.#blocked : this.#sleep;
    const make = () => ({
      args: [task.struct, delay],
      fields: { comm: task.comm, pid: task.tid, delay },
    });
    tracepoint.fire(make);
    if (task.inIoWait) this.#ioWait.fire(make);
  }

  idle(cpu: Cpu, begins: boolean): void {
    const state = begins ? IDLE_STATE : NO_IDLE_STATE;
    this.#idle.fire(() => ({ args: [state, cpu.index], fields: { state, cpu_id: cpu.index } }));
  }
}

function wakeData(task: Task, cpu: Cpu): TracepointData {
  const { comm, tid: pid, prio } = task;
  return { args: [task.struct], fields: { comm, pid, prio, target_cpu: cpu.index } };
}
