import type { Hooks } from "../hooks/hooks.ts";
import type { Tracepoint, TracepointData } from "../hooks/tracepoint.ts";
import type { Cpu } from "./cpu.ts";
import type { Task } from "./task.ts";

const REPORTED_STATES = 0x7f; // TASK_REPORT, include/linux/sched.h, v6.12
const NO_IDLE_STATE = 0xffff_ffff; // PWR_EVENT_EXIT
const IDLE_STATE = 1;

/** The tracepoints of the scheduler. Their arguments follow include/trace/events/sched.h, v6.12. */
export class SchedulerEvents {
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
