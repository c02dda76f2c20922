import { expect, test } from "vitest";
import { simulate } from "../../simulate.ts";
import { simKernelTables } from "../btf/types.ts";
import { parseScenario } from "./json-scenario.ts";

const tables = simKernelTables();

/** A scenario of one process, a service at 8080 and a host around it. */
function scenarioOf(steps: unknown, more: Readonly<Record<string, unknown>> = {}) {
  const text = JSON.stringify({
    name: "own",
    processes: [{ program: "/usr/bin/app", uid: "alice", do: steps, ...(more["process"] as object) }],
    ...(more["top"] as object),
  });
  return parseScenario(text, "own.json");
}

const HOST = {
  top: {
    hosts: [{ address: "198.51.100.9", names: ["api.example.org"], tcp: { 80: { kind: "http", bytes: 300 } } }],
  },
};

// biome-ignore format: one step per line
test.each<{ rule: string; steps: unknown; script: string; prints: string; more?: object }>([
  { rule: "readFile", steps: [{ readFile: "/etc/hosts" }], script: "tracepoint:syscalls:sys_enter_openat { printf(\"%s \", str(args.filename)); }", prints: "/etc/hosts" },
  { rule: "open of a missing file", steps: [{ open: "/nothing" }], script: "tracepoint:syscalls:sys_exit_openat { printf(\"%d \", args.ret); }", prints: "-2" },
  { rule: "writeFile with text and sync", steps: [{ writeFile: "/tmp/a", text: "hello", sync: true }], script: "tracepoint:syscalls:sys_exit_write { printf(\"%d \", args.ret); } tracepoint:syscalls:sys_enter_fsync { printf(\"sync \"); }", prints: "5 sync" },
  { rule: "rename", steps: [{ writeFile: "/tmp/a", bytes: 3 }, { rename: "/tmp/a", to: "/tmp/b" }], script: "tracepoint:syscalls:sys_enter_rename { printf(\"%s \", str(args.newname)); }", prints: "/tmp/b" },
  { rule: "repeat", steps: [{ repeat: 3, do: [{ stat: "/etc" }, { sleep: "1 ms" }] }], script: "tracepoint:syscalls:sys_enter_newfstatat { printf(\"x\"); }", prints: "xxx" },
  { rule: "run", steps: [{ run: "/usr/bin/true" }], script: "tracepoint:sched:sched_process_exec { printf(\"%s \", comm); }", prints: "true" },
  { rule: "fork and wait", steps: [{ fork: [{ exit: 3 }] }, { wait: true }], script: "tracepoint:syscalls:sys_enter_exit_group { printf(\"%d \", args.error_code); }", prints: "3 0" },
  { rule: "thread", steps: [{ thread: [{ compute: "1 ms" }], name: "worker" }, { sleep: "5 ms" }], script: "tracepoint:task:task_rename { printf(\"%s \", str(args.newcomm)); }", prints: "worker" },
  { rule: "signals", steps: [{ onSignal: "SIGUSR1", do: [{ stat: "/handled" }] }, { kill: "self", signal: "SIGUSR1" }, { sleep: "1 ms" }], script: "tracepoint:syscalls:sys_enter_newfstatat { printf(\"%s \", str(args.filename)); }", prints: "/handled" },
  { rule: "kill by name", steps: [{ kill: "app", signal: 9 }], script: "tracepoint:signal:signal_generate /args.sig == 9/ { printf(\"%d \", args.sig); }", prints: "9" },
  { rule: "setuid that is refused", steps: [{ setuid: "root" }], script: "tracepoint:syscalls:sys_exit_setuid { printf(\"%d \", args.ret); }", prints: "-1" },
  { rule: "lock", steps: [{ lock: "table", do: [{ compute: "1 ms" }] }], script: "uprobe:libc:pthread_mutex_lock { printf(\"lock \"); } uprobe:libc:pthread_mutex_unlock { printf(\"unlock \"); }", prints: "lock unlock" },
  { rule: "call", steps: [{ call: "handle", do: [{ stat: "/x" }] }], more: { process: { functions: ["handle"] } }, script: "uprobe:/usr/bin/app:handle { printf(\"%s \", func); }", prints: "handle" },
  { rule: "malloc", steps: [{ malloc: "2 KiB" }], script: "uprobe:libc:malloc { printf(\"%d \", arg0); } uprobe:libc:free { printf(\"free \"); }", prints: "2048 free" },
  { rule: "memory that is kept", steps: [{ malloc: 64, keep: true }, { freeOldest: true }], script: "uprobe:libc:free { printf(\"free \"); }", prints: "free" },
  { rule: "request", steps: [{ request: "http://198.51.100.9/" }], more: HOST, script: "tracepoint:syscalls:sys_exit_connect { printf(\"%d \", args.ret); }", prints: "0" },
  { rule: "resolve", steps: [{ resolve: "api.example.org" }], more: HOST, script: "uprobe:libc:getaddrinfo { printf(\"%s \", str(arg0)); } uretprobe:libc:getaddrinfo { printf(\"%d \", (int32)retval); }", prints: "api.example.org 0" },
  { rule: "listen and connect", steps: [{ thread: [{ listen: 8080, reply: "hi", do: [{ compute: "1 ms" }] }] }, { sleep: "1 ms" }, { connect: "127.0.0.1:8080", send: "hello", receive: 2 }], script: "tracepoint:syscalls:sys_exit_recvfrom { printf(\"%d \", args.ret); }", prints: "5 2" },
  { rule: "a container", steps: [{ stat: "/x" }], more: { process: { container: "web" } }, script: "tracepoint:syscalls:sys_enter_newfstatat { printf(\"%s\", str(curtask->nsproxy->uts_ns->name.nodename)); }", prints: "web" },
  { rule: "a host that scans", steps: [{ listen: 22 }], more: { process: { uid: 0 }, top: { remote: [{ address: "203.0.113.66", scan: { ports: "20-24", after: "5 ms" } }] } }, script: "tracepoint:tcp:tcp_send_reset { @ = count(); } END { printf(\"%d\", (uint64)@); clear(@); }", prints: "4" },
])("a step: $rule", ({ steps, script, prints, more }) => {
  const own = scenarioOf(steps, more as Record<string, unknown>);
  using run = simulate(script, { scenario: own, duration: "2 s", tables });
  const text = run.records.filter(({ kind }) => kind === "printf").map((record) => ("text" in record ? record.text : "")).join("");
  expect(text.trim()).toContain(prints);
});

test("a loop that does nothing does not stop the clock", () => {
  using run = simulate("BEGIN { }", {
    scenario: scenarioOf([{ repeat: "forever", do: [] }]),
    duration: "20 ms",
    tables,
  });
  expect(run.world.nowNs).toBe(600_020_000_000);
});

// biome-ignore format: one mistake per line
test.each<{ rule: string; text: string; where: string; says: string }>([
  { rule: "no JSON", text: "{", where: "", says: "JSON" },
  { rule: "no name", text: '{"processes": []}', where: "name", says: "here stands a text" },
  { rule: "an unknown field", text: '{"name": "x", "proceses": []}', where: "proceses", says: "known are name" },
  { rule: "no processes", text: '{"name": "x"}', where: "processes", says: "a list" },
  { rule: "a process that is no object", text: '{"name": "x", "processes": [1]}', where: "processes[0]", says: "an object" },
  { rule: "no program", text: '{"name": "x", "processes": [{"do": []}]}', where: "processes[0].program", says: "a text" },
  { rule: "an unknown verb", text: '{"name": "x", "processes": [{"program": "/a", "do": [{"slep": "1 s"}]}]}', where: "processes[0].do[0]", says: "a step has one of" },
  { rule: "two verbs", text: '{"name": "x", "processes": [{"program": "/a", "do": [{"sleep": "1 s", "stat": "/"}]}]}', where: "processes[0].do[0]", says: "a step has one of" },
  { rule: "a field that the verb does not take", text: '{"name": "x", "processes": [{"program": "/a", "do": [{"sleep": "1 s", "to": 1}]}]}', where: "processes[0].do[0].to", says: "takes nothing else" },
  { rule: "no duration", text: '{"name": "x", "processes": [{"program": "/a", "do": [{"sleep": 10}]}]}', where: "processes[0].do[0].sleep", says: '"10 ms"' },
  { rule: "an unknown user", text: '{"name": "x", "processes": [{"program": "/a", "uid": "eve", "do": []}]}', where: "processes[0].uid", says: "the users are root" },
  { rule: "an unknown signal", text: '{"name": "x", "processes": [{"program": "/a", "do": [{"kill": "self", "signal": "TERM"}]}]}', where: "processes[0].do[0].kill.signal", says: "SIGTERM" },
  { rule: "a negative count", text: '{"name": "x", "processes": [{"program": "/a", "count": -1, "do": []}]}', where: "processes[0].count", says: "a whole number" },
  { rule: "an empty choice", text: '{"name": "x", "processes": [{"program": "/a", "do": [{"choose": []}]}]}', where: "processes[0].do[0].choose", says: "nothing to choose" },
  { rule: "a relative path", text: '{"name": "x", "files": {"a": ""}, "processes": []}', where: "files.a", says: "begins with /" },
  { rule: "permissions", text: '{"name": "x", "files": {"/a": {"mode": 644}}, "processes": []}', where: "files./a.mode", says: '"0644"' },
  { rule: "a size", text: '{"name": "x", "memory": "lots", "processes": []}', where: "memory", says: '"64 MiB"' },
  { rule: "a disk's model", text: '{"name": "x", "disks": {"sda": {"model": "tape"}}, "processes": []}', where: "disks.sda.model", says: "hdd, ssd, nvme" },
  { rule: "an address", text: '{"name": "x", "hosts": [{"address": "example"}], "processes": []}', where: "hosts[0].address", says: "203.0.113.7" },
  { rule: "a service", text: '{"name": "x", "hosts": [{"address": "192.0.2.1", "tcp": {"80": {"kind": "web"}}}], "processes": []}', where: "hosts[0].tcp.80.kind", says: "http, echo" },
  { rule: "a loss", text: '{"name": "x", "hosts": [{"address": "192.0.2.1", "loss": 3}], "processes": []}', where: "hosts[0].loss", says: "from 0 to 1" },
  { rule: "a host that does nothing", text: '{"name": "x", "remote": [{"address": "192.0.2.1"}], "processes": []}', where: "remote[0]", says: "connectTo, flood or scan" },
  { rule: "a range of ports", text: '{"name": "x", "remote": [{"address": "192.0.2.1", "scan": {"ports": "1-99999"}}], "processes": []}', where: "remote[0].scan.ports", says: '"1-1024"' },
  { rule: "steps that are nested too deep", text: `{"name": "x", "processes": [{"program": "/a", "do": ${'[{"fork":'.repeat(60)}[]${"}]".repeat(60)}}]}`, where: "processes[0].do[0]", says: "too deep" },
])("a mistake: $rule", ({ text, where, says }) => {
  let message = "";
  try {
    parseScenario(text, "own.json");
  } catch (error) {
    expect(error).toMatchObject({ code: "sim/bad-scenario" });
    message = (error as Error).message;
  }
  expect(message).toContain(`own.json is no scenario${where === "" ? "" : ` at ${where}`}`);
  expect(message).toContain(says);
});
