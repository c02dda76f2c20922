import { expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import type { Duration } from "../../src/sim/world/duration.ts";
import { type Simulation, simulate } from "../../src/simulate.ts";
import { simulatedOf } from "./command-line.ts";

// Questions that articles about eBPF answer with a tool or a line: the simulated machine gives answers that make sense.

const tables = simKernelTables();

/** A map with text keys and number values. */
function counts(run: Simulation, name = "@"): Map<string, number> {
  const entries = run.readMap(name)?.entries ?? [];
  return new Map(entries.map(({ key, value }) => [String(key), Number(value)]));
}

/** Buckets of a map's histograms, by the text of their sections. */
function printed(run: Simulation): string {
  return run.records.map((record) => (record.kind === "printf" ? record.text : "")).join("");
}

type Question = Readonly<{
  rule: string;
  scenario: string;
  for?: Duration;
  ask: string;
  check(run: Simulation): void;
}>;

test.each<Question>([
  {
    rule: "who opens most files",
    scenario: "web-server",
    ask: "tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }",
    check(run) {
      const opens = counts(run);
      expect(opens.get("postgres")).toBeGreaterThan(opens.get("gunicorn") ?? 0);
      expect(opens.get("nginx")).toBeGreaterThan(10);
    },
  },
  {
    rule: "which opens fail, and why",
    scenario: "config-search",
    ask: "opensnoop -x -n inventory",
    check(run) {
      expect(run.rows.map(({ path }) => path)).toContain("/etc/inventory/inventory.toml");
      expect(run.rows).toContainEqual(
        expect.objectContaining({ path: "/etc/inventory/secrets.toml", err: 13n }),
      );
      expect(run.rows.every(({ fd }) => fd === -1n)).toBe(true);
    },
  },
  {
    rule: "what starts what",
    scenario: "build",
    ask: "execsnoop",
    check(run) {
      const byPid = new Map(run.rows.map((row) => [row["pid"], row]));
      const compiler = run.rows.find(({ comm }) => comm === "cc1");
      const driver = byPid.get(compiler?.["ppid"]);
      expect(driver?.["comm"]).toBe("cc");
      expect(byPid.get(driver?.["ppid"])?.["comm"]).toBe("make");
    },
  },
  {
    rule: "who forks",
    scenario: "fork-bomb",
    ask: "tracepoint:sched:sched_process_fork { @[args.parent_comm] = count(); }",
    check: (run) => expect(counts(run).get("bash")).toBeGreaterThan(300),
  },
  {
    rule: "which signals are sent",
    scenario: "intrusion",
    for: "2 s",
    ask: 'tracepoint:signal:signal_generate /args.sig == 9/ { printf("%s -> %d", comm, args.pid); }',
    check: (run) => expect(printed(run)).toMatch(/^pkexec-helper -> \d+/),
  },
  {
    rule: "who becomes root",
    scenario: "intrusion",
    for: "2 s",
    ask: "tracepoint:syscalls:sys_exit_setuid { @[comm, args.ret] = count(); }",
    check: (run) => expect(run.text).toMatch(/@\[pkexec-helper, -1\]: 1\n(.*\n)*.*@\[pkexec-helper, 0\]: 1/),
  },
  {
    rule: "which lines are typed",
    scenario: "idle-desktop",
    for: "3 s",
    ask: 'uretprobe:/bin/bash:readline { printf("%s;", str(retval)); }',
    check: (run) => expect(printed(run).split(";").length).toBeGreaterThan(2),
  },
  {
    rule: "how long queries take",
    scenario: "database",
    ask: "usdt:/usr/bin/postgres:postgresql:query__start { @s[tid] = nsecs; } usdt:/usr/bin/postgres:postgresql:query__done /@s[tid]/ { @us[str(arg0)] = avg((nsecs - @s[tid]) / 1000); delete(@s[tid]); }",
    check(run) {
      const means = counts(run, "@us");
      const [read = 0] = [...means].filter(([sql]) => sql.startsWith("SELECT balance ")).map(([, us]) => us);
      const [update = 0] = [...means].filter(([sql]) => sql.startsWith("UPDATE")).map(([, us]) => us);
      expect(read).toBeLessThan(2_000);
      expect(update).toBeGreaterThan(8_000); // it waits for who changes the row
    },
  },
  {
    rule: "what malloc gives and who leaks",
    scenario: "memory-leak",
    ask: "uprobe:libc:malloc { @n[tid] = arg0; } uretprobe:libc:malloc /@n[tid]/ { @held[retval] = @n[tid]; @all = count(); delete(@n[tid]); } uprobe:libc:free { delete(@held[arg0]); }",
    check(run) {
      const held = run.readMap("@held")?.entries.length ?? 0;
      expect(held).toBeGreaterThan(200);
      expect(held * 2).toBeLessThan(Number(run.readMap("@all")?.entries[0]?.value));
    },
  },
  {
    rule: "who waits for a CPU",
    scenario: "cpu-saturation",
    ask: "tracepoint:sched:sched_wakeup { @w[args.pid] = nsecs; } tracepoint:sched:sched_switch /@w[args.next_pid]/ { @us[args.next_comm] = max((nsecs - @w[args.next_pid]) / 1000); delete(@w[args.next_pid]); }",
    check: (run) => expect(counts(run, "@us").get("encoder")).toBeGreaterThan(1_000),
  },
  {
    rule: "where threads wait",
    scenario: "lock-contention",
    ask: 'tracepoint:sched:sched_switch /args.prev_comm == "worker"/ { @[kstack(4), ustack(2)] = count(); }',
    check(run) {
      expect(run.text).toContain("futex_wait");
      expect(run.text).toContain("pthread_mutex_lock");
    },
  },
  {
    rule: "how long the disk takes",
    scenario: "web-server-slow-disk",
    for: "2 s",
    ask: "tracepoint:block:block_rq_issue { @s[args.dev, args.sector] = nsecs; } tracepoint:block:block_rq_complete /@s[args.dev, args.sector]/ { @us = avg((nsecs - @s[args.dev, args.sector]) / 1000); @n = count(); delete(@s[args.dev, args.sector]); }",
    check(run) {
      const mean = Number(run.readMap("@us")?.entries[0]?.value);
      expect(mean).toBeGreaterThan(3_000);
      expect(mean).toBeLessThan(60_000);
    },
  },
  {
    rule: "which connections are made and end",
    scenario: "web-server",
    ask: "tracepoint:sock:inet_sock_set_state { @[args.newstate] = count(); }",
    check(run) {
      const states = counts(run);
      expect(states.get("1")).toBeGreaterThan(40); // established
      expect(states.get("7")).toBeGreaterThan(20); // closed
    },
  },
  {
    rule: "what is sent again",
    scenario: "lossy-link",
    for: "3 s",
    ask: "tracepoint:tcp:tcp_retransmit_skb { @ = count(); }",
    check: (run) => expect(Number(run.readMap("@")?.entries[0]?.value)).toBeGreaterThan(3),
  },
  {
    rule: "which names are slow",
    scenario: "dns-trouble",
    for: "2 s",
    ask: "uprobe:libc:getaddrinfo { @s[tid] = nsecs; } uretprobe:libc:getaddrinfo /@s[tid]/ { @ms = max((nsecs - @s[tid]) / 1000000); @bad[(int32)retval] = count(); delete(@s[tid]); }",
    check(run) {
      expect(Number(run.readMap("@ms")?.entries[0]?.value)).toBeGreaterThan(60);
      expect([...counts(run, "@bad").keys()]).toContain("-2"); // EAI_NONAME
    },
  },
  {
    rule: "what goes through TLS",
    scenario: "tls-client",
    ask: 'uprobe:/lib/x86_64-linux-gnu/libssl.so.3:SSL_write { printf("%s", str(arg1, arg2)); }',
    check: (run) => expect(printed(run)).toContain("Authorization: Bearer s3cr3t"),
  },
  {
    rule: "who faults",
    scenario: "out-of-memory",
    ask: "software:page-faults:1 { @[comm] = count(); }",
    check: (run) => expect(counts(run).get("importer")).toBeGreaterThan(1_000),
  },
  {
    rule: "who is killed when memory is out",
    scenario: "out-of-memory",
    for: "4 s",
    ask: "tracepoint:signal:signal_deliver /args.sig == 9/ { @[comm] = count(); }",
    check: (run) => expect(counts(run).get("importer")).toBeGreaterThan(0),
  },
  {
    rule: "which container uses the CPUs",
    scenario: "noisy-neighbour",
    ask: "profile:hz:99 { @[cgroup_path(cgroup)] = count(); }",
    check(run) {
      const samples = counts(run);
      const of = (name: string) => [...samples].find(([path]) => path.includes(name))?.[1] ?? 0;
      expect(of("batch-x2k4")).toBeGreaterThan(20 * Math.max(1, of("metrics-0")));
    },
  },
  {
    rule: "where compiled functions spend their time",
    scenario: "microservices",
    for: "2 s",
    ask: 'profile:hz:199 /comm == "node"/ { @[ustack(2)] = count(); }',
    check: (run) => expect(run.text).toContain("LazyCompile:*renderPage /srv/front/render.js:5"),
  },
  {
    rule: "how many ports refuse a scan",
    scenario: "port-scan",
    for: "2 s",
    ask: "tracepoint:tcp:tcp_send_reset { @ = count(); }",
    check: (run) => expect(Number(run.readMap("@")?.entries[0]?.value)).toBeGreaterThan(900),
  },
])(
  "$rule ($scenario)",
  ({ scenario, ask, check, for: duration = "1 s" }) => {
    using run = simulate(simulatedOf(ask), { scenario, duration, tables });
    check(run);
  },
  120_000,
);
