import { type HelpRow, helpTable, optionRows, wrapText } from "./help-layout.ts";
import { LOAD_OPTIONS } from "./load-command-options.ts";

/** What `skep load --help` prints; `call` is how skep was called. */
export function loadHelp(call: string): string {
  // biome-ignore format: one example per line
  const examples: readonly HelpRow[] = [
    [`${call} load prog.o`, "load, attach as its sections say, print its events until Ctrl-C"],
    [`${call} load exec.o --json --duration 10s`, "for ten seconds, one JSON object per event"],
    [`${call} load opens.o --set targ_pid=181`, "with a value for a global variable (const volatile)"],
    [`${call} load filter.o --attach drop=xdp:eth0:generic`, "a program whose section names no place"],
    [`${call} load opens.o --sim=desktop`, "on a simulated machine, without privileges"],
  ];
  // biome-ignore format: one place per line
  const places: readonly HelpRow[] = [
    ["what a section could be called", "tracepoint/sched/sched_switch, kprobe/vfs_read, uprobe/libc:malloc, tp_btf/…"],
    ["xdp:INTERFACE[:generic|native]", "XDP"],
    ["tc:INTERFACE[:ingress|egress]", "traffic control"],
    ["netkit:INTERFACE", "a netkit device"],
    ["cgroup:FOLDER[:HOOK]", "all cgroup programs, and lsm_cgroup; cgroup/skb needs :ingress or :egress"],
    ["netfilter:ipv4:localIn:0", "family, hook (preRouting, localIn, forward, localOut, postRouting), priority"],
    ["netns:FILE", "sk_lookup and flow_dissector: a network namespace, such as /proc/self/ns/net"],
    ["sockmap:MAP[:parser|verdict]", "sk_msg and sk_skb: one of the object's maps"],
    ["socket:INTERFACE", "socket filters: every packet of an interface"],
    ["route:INTERFACE:NETWORK", "lwt programs: packets to such addresses (10.1.0.0/16)"],
    ["iter:MAP, iter:FOLDER", "iterators over one map, or over cgroups from a folder on"],
    ["profile:HZ, interval:TIME", "perf_event programs: samples per second on each CPU, or a timer"],
    ["software:EVENT:COUNT", "perf_event programs: every so many page-faults, context-switches, …"],
    ["hardware:EVENT:COUNT", "perf_event programs: every so many cpu-cycles, cache-misses, …"],
    ["freplace:PROG:FUNCTION", "a function of a program that the kernel holds, by its id or its file"],
    ["none", "loaded, not attached"],
  ];
  return `Load an object file, attach its programs, and print what they send until Ctrl-C; then what their maps hold.

Usage: ${call} load FILE.o [options]

${helpTable(optionRows(LOAD_OPTIONS))}
Places for --attach:
${helpTable(places)}
Examples:
${helpTable(examples)}
${wrapText("Ring and perf buffers are printed by the type that their declaration has (__type(value, struct …)), else by the struct that is named like them (events: struct event, or the only …_event), else as bytes. Iterators (iter/…) are read once.")}

${wrapText("Everything is detached when the command ends, however it ends; only maps that are declared as pinned by name stay.")}
`;
}
