import type { UsdtSpec } from "../hooks/binary.ts";
import { LIBPQ_PATH } from "./libpq.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";

const LIBJVM = "/usr/lib/jvm/java-21-openjdk-amd64/lib/server/libjvm.so";
const LIBRUBY = "/usr/lib/x86_64-linux-gnu/libruby-3.3.so.3.3";

function probes(provider: string, names: Readonly<Record<string, UsdtSpec["args"]>>, semaphore = false): UsdtSpec[] {
  return Object.entries(names).map(([name, args]) => ({ provider, name, args, semaphore }));
} // biome-ignore format: one line

/** CPython 3.13, built with its probes as distributions do. Source: Include/pydtrace.d. */
export const PYTHON: InstalledBinary = {
  path: "/usr/bin/python3.13",
  aliases: ["/usr/bin/python3"],
  fileBytes: 6_829_016,
  functions: [
    "_start", "main", "Py_BytesMain", "Py_RunMain", "pymain_run_python", "PyEval_EvalCode", "_PyEval_EvalFrameDefault",
    "_PyFunction_Vectorcall", "PyObject_Call", "PyObject_Malloc", "PyObject_Free", "gc_collect_main", "_PyGC_Collect",
    "PyImport_ImportModuleLevelObject", "_io_open_impl", "builtin_exec", "PyDict_GetItem", "PyUnicode_New", "time_sleep",
  ],
  usdt: probes("python", {
    function__entry: [8, 8, 4], function__return: [8, 8, 4], line: [8, 8, 4], gc__start: [4], gc__done: [8],
    import__find__load__start: [8], import__find__load__done: [8, 4], audit: [8, 8],
  }, true),
  libraries: [LIBC_PATH, LIBPQ_PATH],
  language: "python",
}; // biome-ignore format: by topic

/** Node.js 22. It has had no USDT probes since version 20; functions that it compiles are in /tmp/perf-PID.map. */
export const NODE: InstalledBinary = {
  path: "/usr/bin/node",
  fileBytes: 98_132_480,
  functions: [
    "_start", "main", "_ZN4node5StartEiPPc", "_ZN4node16NodeMainInstance3RunEv", "_ZN4node21SpinEventLoopInternalEPNS_11EnvironmentE",
    "uv_run", "uv__io_poll", "uv__run_timers", "uv__work_done", "uv__threadpool_start", "uv__fs_work", "uv_fs_open",
    "_ZN4node10AsyncWrap12MakeCallbackEN2v85LocalINS1_8FunctionEEEiPNS2_INS1_5ValueEEE",
    "_ZN2v88Function4CallENS_5LocalINS_7ContextEEENS1_INS_5ValueEEEiPS5_",
    "Builtins_JSEntry", "Builtins_InterpreterEntryTrampoline",
    "_ZN2v88internal4Heap14CollectGarbageENS0_15AllocationSpaceENS0_23GarbageCollectionReasonENS_15GCCallbackFlagsE",
    "_ZN2v88internal18ScavengerCollector14CollectGarbageEv",
  ],
  libraries: [LIBC_PATH],
  language: "javascript",
}; // biome-ignore format: by topic

/** HotSpot's library, with its probes. Source: src/hotspot/os/posix/dtrace/hotspot.d, JDK 21. */
export const LIBJVM_BINARY: InstalledBinary = {
  path: LIBJVM,
  fileBytes: 23_068_672,
  functions: [
    "JNI_CreateJavaVM", "_ZN7Threads9create_vmEP14JavaVMInitArgsPb", "_ZN10JavaThread17thread_main_innerEv",
    "_ZN9JavaCalls4callEP9JavaValueRK12methodHandleP17JavaCallArgumentsP10JavaThread", "thread_native_entry",
    "_ZN8VMThread3runEv", "_ZN15G1CollectedHeap34do_collection_pause_at_safepointEv", "_ZN13CompileBroker20compiler_thread_loopEv",
    "Unsafe_Park", "_ZN6Parker4parkEbl", "_ZN13ObjectMonitor5enterEP10JavaThread",
  ],
  usdt: [
    ...probes("hotspot", {
      vm__init__begin: [], vm__init__end: [], vm__shutdown: [], thread__start: [8, 8, 8, 8, 1], thread__stop: [8, 8, 8, 8, 1],
      class__loaded: [8, 8, 8, 1], gc__begin: [1], gc__end: [], mem__pool__gc__begin: [8, 8, 8, 8, 8, 8, 8, 8],
      mem__pool__gc__end: [8, 8, 8, 8, 8, 8, 8, 8], method__compile__begin: [8, 8, 8, 8, 8, 8, 8, 8],
      method__compile__end: [8, 8, 8, 8, 8, 8, 8, 8, 1], method__entry: [8, 8, 8, 8, 8, 8, 8], method__return: [8, 8, 8, 8, 8, 8, 8],
      monitor__contended__enter: [8, 8, 8, 8], monitor__contended__entered: [8, 8, 8, 8],
    }),
  ],
  libraries: [LIBC_PATH],
  language: "c++",
}; // biome-ignore format: by topic

export const JAVA: InstalledBinary = {
  path: "/usr/lib/jvm/java-21-openjdk-amd64/bin/java",
  aliases: ["/usr/bin/java"],
  functions: ["_start", "main", "JLI_Launch", "JavaMain"],
  libraries: [LIBC_PATH, LIBJVM],
  language: "java",
};

/** Ruby's library. Source: probes.d, Ruby 3.3. */
export const LIBRUBY_BINARY: InstalledBinary = {
  path: LIBRUBY,
  aliases: ["/usr/lib/x86_64-linux-gnu/libruby-3.3.so"],
  fileBytes: 4_718_592,
  functions: ["ruby_run_node", "rb_ec_exec_node", "rb_vm_exec", "vm_exec_core", "vm_call_method", "rb_funcallv", "gc_start", "rb_gc_mark", "rb_str_new", "rb_ary_new"],
  usdt: probes("ruby", {
    method__entry: [8, 8, 8, 4], method__return: [8, 8, 8, 4], cmethod__entry: [8, 8, 8, 4], cmethod__return: [8, 8, 8, 4],
    gc__mark__begin: [], gc__mark__end: [], gc__sweep__begin: [], gc__sweep__end: [], load__entry: [8, 8, 4], load__return: [8],
    object__create: [8, 8, 4], array__create: [8, 8, 4], string__create: [8, 8, 4], raise: [8, 8, 4],
  }, true),
  libraries: [LIBC_PATH],
  language: "c",
}; // biome-ignore format: by topic

export const RUBY: InstalledBinary = {
  path: "/usr/bin/ruby3.3",
  aliases: ["/usr/bin/ruby"],
  functions: ["_start", "main"],
  libraries: [LIBC_PATH, LIBRUBY],
  language: "c",
};
