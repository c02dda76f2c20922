import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";

/** Places in the kernel's code that processes pass, looked up once for each world. */
export const PROCESS_FUNCTIONS = {
  name: "process.functions",
  make({ hooks }: World) {
    return {
      doExit: hooks.function("do_exit"),
      doGroupExit: hooks.function("do_group_exit"),
      kernelClone: hooks.function("kernel_clone"),
      copyProcess: hooks.function("copy_process"),
      wakeUpNewTask: hooks.function("wake_up_new_task"),
      execveCommon: hooks.function("do_execveat_common"),
      bprmExecve: hooks.function("bprm_execve"),
      beginNewExec: hooks.function("begin_new_exec"),
      doWait: hooks.function("do_wait"),
      nanosleep: hooks.function("hrtimer_nanosleep"),
      doSleep: hooks.function("do_nanosleep"),
      sendSignal: hooks.function("do_send_sig_info"),
      exitGroupCall: hooks.syscall("exit_group"),
      exitCall: hooks.syscall("exit"),
      clone: hooks.syscall("clone"),
      clone3: hooks.syscall("clone3"),
      vfork: hooks.syscall("vfork"),
      execve: hooks.syscall("execve"),
      wait4: hooks.syscall("wait4"),
      kill: hooks.syscall("kill"),
      tgkill: hooks.syscall("tgkill"),
      clockNanosleep: hooks.syscall("clock_nanosleep"),
      schedYield: hooks.syscall("sched_yield"),
      getpid: hooks.syscall("getpid"),
      getppid: hooks.syscall("getppid"),
      gettid: hooks.syscall("gettid"),
      getuid: hooks.syscall("getuid"),
      setuid: hooks.syscall("setuid"),
      setgid: hooks.syscall("setgid"),
      prctl: hooks.syscall("prctl"),
      setpriority: hooks.syscall("setpriority"),
      schedSetaffinity: hooks.syscall("sched_setaffinity"),
      events: {
        exit: hooks.tracepoint("sched:sched_process_exit"),
        exec: hooks.tracepoint("sched:sched_process_exec"),
        fork: hooks.tracepoint("sched:sched_process_fork"),
        wait: hooks.tracepoint("sched:sched_process_wait"),
        free: hooks.tracepoint("sched:sched_process_free"),
        newTask: hooks.tracepoint("task:task_newtask"),
        rename: hooks.tracepoint("task:task_rename"),
      },
    };
  },
} satisfies StateKey<World, unknown>;
