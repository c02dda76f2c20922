/** Which tasks a walk visits: all processes, all threads, or the threads of one process. */
export type TaskWalk = "processes" | "threads" | "threadsOf";

/** How a walk of cgroups goes: below first, above first, or from one up to the root. */
export type CgroupWalk = "pre" | "post" | "up";

/**
 * The kernel's objects, by the addresses of their structs in the environment's memory. All of it is optional: what is
 * left out gives NULL, or the error that the kernel has for it. Each may answer undefined: there is none.
 */
export type KernelObjects = Readonly<{
  /** By thread id; `namespaced`: as the current task's PID namespace counts. */
  taskByPid?(pid: number, namespaced: boolean): bigint | undefined;
  /** `of`: the task whose threads are wanted. */
  tasks?(walk: TaskWalk, of: bigint): readonly bigint[];
  /** Areas of a task's memory from `address` on, in order. */
  memoryAreas?(task: bigint, address: bigint): readonly bigint[];
  /** The area that holds the address. */
  memoryArea?(task: bigint, address: bigint): bigint | undefined;
  /** `struct pt_regs` with which the task entered the kernel. */
  taskRegisters?(task: bigint): bigint | undefined;
  /** Instruction pointers of another task, innermost first. */
  taskStack?(task: bigint, user: boolean): readonly bigint[];
  /** Copies memory of another task's process; false for a bad address. */
  readTask?(task: bigint, address: bigint, into: Uint8Array): boolean;
  /** `struct file` of the program that the task runs. */
  executable?(task: bigint): bigint | undefined;
  /** Path of a `struct file`. */
  filePath?(file: bigint): string | undefined;
  /** `struct socket` behind a `struct file`. */
  fileSocket?(file: bigint): bigint | undefined;
  /** 0 or -errno. */
  signalTask?(task: bigint, signal: number, wholeProcess: boolean): number;
  cgroupById?(id: bigint): bigint | undefined;
  cgroupAncestor?(cgroup: bigint, level: number): bigint | undefined;
  /** Whether a task is in the cgroup or in one below it. */
  isTaskIn?(task: bigint, cgroup: bigint): boolean;
  /** The task's cgroup in hierarchy `hierarchyId` of version 1. */
  taskCgroup1?(task: bigint, hierarchyId: number): bigint | undefined;
  cgroups?(walk: CgroupWalk, from: bigint): readonly bigint[];
  cgroupTasks?(cgroup: bigint, walk: "processes" | "threads"): readonly bigint[];
  /** `struct kmem_cache` that holds the address. */
  slabCache?(address: bigint): bigint | undefined;
  slabCaches?(): readonly bigint[];
  /** Hash that IMA measured, of a `struct inode` or `struct file`; its algorithm and bytes. */
  imaHash?(object: bigint, of: "inode" | "file"): Readonly<{ algorithm: number; hash: Uint8Array }> | undefined;
  /** Value of an extended attribute, of a `struct file`, a `struct dentry` or a `struct cgroup`. */
  extendedAttribute?(object: bigint, name: string): Uint8Array | undefined;
}>;
