import { MACHINE_OPTIONS } from "./choose-machine.ts";
import type { OptionSpec } from "./options.ts";

/** Options of the main job: tracing with a script. */
// biome-ignore format: one option per line
export const TRACE_OPTIONS: readonly OptionSpec[] = [
  { name: "expression", short: "e", value: "PROGRAM", help: "run this program" },
  { name: "pid", short: "p", value: "PID", help: "trace this process only, and end with it" },
  { name: "command", short: "c", value: "COMMAND", help: "start COMMAND once probes are in place, and end with it (`pid == cpid` is its own events)" },
  { name: "family", help: "with -c: only events of COMMAND and of everything that it starts" },
  { name: "duration", value: "TIME", help: "end after TIME: 10 (seconds), 500ms, 2m" },
  { name: "format", short: "f", value: "text|json", help: "how to print (json: one object per line)" },
  { name: "output", short: "o", value: "FILE", help: "write the output to FILE" },
  { name: "quiet", short: "q", help: "print only what the program prints" },
  { name: "buffer", short: "B", value: "line|full|none", help: "when output is written (default: line on a terminal, else full)" },
  { name: "list", short: "l", help: "list probes that match the pattern that follows (see `skep list`)" },
  { name: "unsafe", help: "allow functions that change the system: system(), signal()" },
  { name: "max-overhead", value: "PERCENT", help: "thin out or detach probes that take more of the machine's processor time, such as 1%" },
  { name: "max-events", value: "N", help: "end when the program has printed N times" },
  { name: "dry-run", help: "attach everything, then end, without running BEGIN or END" },
  { name: "probe-filter", value: "REGEX", help: "use only the script's probes whose names match, and BEGIN, END and signals" },
  { name: "debug", short: "d", value: "ast|ir|asm|plan|verifier|all", help: "print a stage of the compilation instead of running (may be repeated, or a list: ast,ir)", many: true },
  { name: "tell-failures", short: "k", help: "say when memory or a key of a map could not be read (-kk is the same)" },
  { name: "fmt", help: "print the script in its usual form instead of running it" },
  { name: "no-warnings", help: "say nothing of what is doubtful in the script" },
  { name: "include", value: "FILE", help: "as if the script began with #include \"FILE\"", many: true },
  { name: "include-dir", short: "I", value: "DIR", help: "look for #include files in DIR", many: true },
  { name: "no-feature", value: "NAME,…", help: "do without kprobe_multi, uprobe_multi or kprobe_session" },
  { name: "usdt-file-activation", help: "accepted for old scripts: USDT probes are switched on in every process anyway" },
  { name: "dwarf-pid", value: "PID", help: "accepted for old scripts: user stacks of every process are walked by call frame information", many: true },
  { name: "info", help: "print what this machine offers to scripts" },
  { name: "emit-elf", value: "FILE", help: "write the program's object instead of running it (skep build)" },
  { name: "test", help: "run the script's test probes; the status tells whether all passed" },
  { name: "bench", help: "measure the script's bench probes" },
  ...MACHINE_OPTIONS,
  { name: "verbose", short: "v", help: "say more: how probes are attached, times, the kernel's log" },
  { name: "version", short: "V", help: "print the version" },
  { name: "help", short: "h", help: "print this help" },
];
