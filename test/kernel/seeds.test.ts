import { copyFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { compile } from "../../src/pipeline.ts";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { TracedProgram } from "./traced-program.ts";

// One-liners and scripts of the articles that this project starts from, as they stand there. Each runs on processes of
// the test alone and prints what the article says; what cannot run gets an answer that helps.

const lab = new ScriptLab();
const program = new TracedProgram();
const path = program.path ?? "";
afterAll(() => {
  lab[Symbol.dispose]();
  program[Symbol.dispose]();
});

type Seed = Readonly<{ says: string; script: string; does: readonly string[]; prints?: RegExp; maps?: RegExp }>;

const shell = (script: string) => ["/bin/sh", "-c", script];
const pid = "\\d+";

// biome-ignore format: one script per line
const SEEDS: readonly Seed[] = [
  { says: "process scheduling", script: 'tracepoint:sched:sched_switch { printf("%-16s (pid %d) -> %-16s (pid %d)\\n", args.prev_comm, args.prev_pid, args.next_comm, args.next_pid); }', does: [path, "sleep", "20"], prints: new RegExp(`^traced {10} \\(pid ${pid}\\) -> .{16,} \\(pid ${pid}\\)$`, "m") },
  { says: "every call of malloc", script: "uprobe:libc:malloc { @bytes = hist(arg0); }", does: shell(`${path} faults 10; true`), maps: /^@bytes:\n(\[.*\).*\d+ \|@* *\|\n)+/m },
  { says: "connections of others than sshd", script: 'tracepoint:syscalls:sys_enter_connect /comm != "sshd"/ { printf("%s pid=%d\\n", comm, pid); }', does: [path, "seeds"], prints: new RegExp(`^traced pid=${pid}$`, "m") },
  { says: "latency of system calls of one process", script: "tracepoint:raw_syscalls:sys_enter /pid == $PID/ { @start = nsecs; }\ntracepoint:raw_syscalls:sys_exit /pid == $PID && @start/ { @ns = hist(nsecs - @start); @start = 0; }", does: [path, "getppid", "100"], maps: /^@ns:\n(\[.*\n)+\n@start: \d+\n/m },
  { says: "system calls by process", script: "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }", does: [path, "getppid", "50"], maps: /^@\[traced\]: \d{2,}$/m },
  { says: "signals", script: 'tracepoint:signal:signal_generate { printf("%s (pid %d) sent signal %d to pid %d\\n", comm, pid, args.sig, args.pid); }', does: [path, "seeds"], prints: new RegExp(`^traced \\(pid (${pid})\\) sent signal 23 to pid \\1$`, "m") },
  { says: "forks", script: 'tracepoint:sched:sched_process_fork { printf("fork: %s (pid %d) -> child pid %d\\n", comm, pid, args.child_pid); }', does: shell(`${path} sleep 1; true`), prints: new RegExp(`^fork: sh \\(pid ${pid}\\) -> child pid ${pid}$`, "m") },
  { says: "sizes of block I/O", script: "tracepoint:block:block_rq_complete { @bytes = hist(args.nr_sector * 512); }", does: [path, "sleep", "5"] },
  { says: "packets by process", script: "tracepoint:net:net_dev_xmit { @[comm] = count(); }", does: [path, "sleep", "5"] },
  { says: "context switches by process", script: "tracepoint:sched:sched_switch { @[args.prev_comm] = count(); }", does: [path, "sleep", "20"], maps: /^@\[traced\]: \d+$/m },
  { says: "page faults by process", script: "software:page-faults:1 { @[comm] = count(); }", does: [path, "faults", "200"], maps: /^@\[traced\]: \d{3}$/m },
  { says: "kernel stacks at 99 Hz", script: "profile:hz:99 { @[kstack] = count(); }", does: [path, "spin", "1"], maps: /^@\[\n( +\S+\+\d+\n)*\]: \d+$/m },
  { says: "kernel and user stacks at 99 Hz", script: "profile:hz:99 { @[kstack, ustack, comm] = count(); }", does: [path, "spin", "1"], maps: /^, traced\]: \d+$/m },
  { says: "files of an installer", script: 'tracepoint:syscalls:sys_enter_openat /comm == "dnf" || comm == "debootstrap"/ {\n  printf("%s: %s\\n", comm, str(args.filename));\n}', does: ["DNF", "seeds"], prints: /^dnf: \/etc\/shadow$/m },
  { says: "every execution", script: 'tracepoint:syscalls:sys_enter_execve {\n    printf("%llu uid=%-5d pid=%-6d ppid=%-6d %s -> %s\\n",\n        nsecs / 1000000000, uid, pid,\n        curtask->real_parent->tgid,\n        comm, str(args.filename));\n}', does: [path, "getppid"], prints: new RegExp(`^\\d+ uid=0 {5}pid=\\d+ +ppid=${process.pid} +sh -> ${path}$`, "m") },
  { says: "changes of the user", script: 'tracepoint:syscalls:sys_enter_setuid {\n    printf("SETUID: pid=%d comm=%s uid=%d -> target_uid=%d\\n",\n        pid, comm, uid, args.uid);\n}', does: [path, "seeds"], prints: new RegExp(`^SETUID: pid=${pid} comm=traced uid=0 -> target_uid=0$`, "m") },
  { says: "sensitive files", script: 'tracepoint:syscalls:sys_enter_openat\n/str(args.filename) == "/etc/shadow" ||\n str(args.filename) == "/etc/sudoers"/ {\n    printf("SENSITIVE FILE: %s (pid=%d uid=%d) opened %s\\n",\n        comm, pid, uid, str(args.filename));\n}', does: [path, "seeds"], prints: new RegExp(`^SENSITIVE FILE: traced \\(pid=${pid} uid=0\\) opened /etc/shadow$`, "m") },
  { says: "mounts", script: 'tracepoint:syscalls:sys_enter_mount {\n    printf("mount: pid=%d comm=%s source=%s target=%s\\n",\n        pid, comm, str(args.dev_name), str(args.dir_name));\n}', does: [path, "seeds"], prints: new RegExp(`^mount: pid=${pid} comm=traced source=a-source target=/nonexistent/target$`, "m") },
  { says: "system calls by process, all tracepoints", script: "tracepoint:syscalls:sys_enter_* { @[comm] = count(); }", does: [path, "getppid", "50"], maps: /^@\[traced\]: \d{2,}$/m },
  { says: "opened files", script: 'tracepoint:syscalls:sys_enter_open { printf("%s %s\\n", comm, str(args->filename)); }', does: [path, "seeds"], prints: /^traced \/etc\/hostname$/m },
  { says: "wake-ups, as they are written today", script: "tracepoint:sched:sched_wakeup { @ts = nsecs; }\ntracepoint:sched:sched_switch /@ts/ {\n  @lat = hist(nsecs - @ts);\n  delete(@ts);\n}", does: shell(`${path} sleep 5 & ${path} sleep 5; wait`) },
  { says: "the blocks that requests insert, as they are written today", script: "tracepoint:block:block_rq_insert { @[comm] = count(); }", does: [path, "sleep", "5"] },
];

const BLOCK_LATENCY = `#!/usr/bin/env bpftrace
/*
 * trace-io-latency.bt: track I/O latency by process and device, print a summary every 5 seconds.
 */
BEGIN {
    printf("Tracing block I/O latency... Hit Ctrl+C to stop.\\n");
}
/* Record timestamp when I/O is issued */
tracepoint:block:block_rq_issue {
    @start[args.dev, args.sector] = nsecs;
}
/* Calculate latency when I/O completes */
tracepoint:block:block_rq_complete
/@start[args.dev, args.sector]/ {
    $lat_us = (nsecs - @start[args.dev, args.sector]) / 1000;
    /* Per-device latency histogram */
    @lat_hist[args.dev] = hist($lat_us);
    /* Count I/Os per device */
    @io_count[args.dev] = count();
    /* Track max latency per device */
    @max_lat[args.dev] = max($lat_us);
    delete(@start[args.dev, args.sector]);
}
/* Print interval summary */
interval:s:5 {
    printf("\\n--- I/O Summary (last 5s) ---\\n");
    print(@io_count);
    print(@max_lat);
    clear(@io_count);
    clear(@max_lat);
}
END {
    printf("\\n--- Final Latency Histograms ---\\n");
    print(@lat_hist);
    clear(@start);
}
`;

const TCP = `tracepoint:sock:inet_sock_set_state {
    if (args->newstate == TCP_ESTABLISHED) {
        @start[args->skaddr] = nsecs;
    }
    if (args->oldstate == TCP_ESTABLISHED && args->newstate == TCP_CLOSE) {
        @ = hist(nsecs - @start[args->skaddr]);
        delete(@start, args->skaddr);
    }
    @states[args->oldstate, args->newstate] = count();
}`;

test.for(SEEDS)("$says", async ({ script, does, prints, maps }, t) => {
  needs(t, "tracefs", "btf", "uprobe");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const [command = "", ...rest] = does;
  const dnf = `${program.folder}/dnf`;
  if (command === "DNF") copyFileSync(path, dnf);
  const outcome = await lab.trace(script, [command === "DNF" ? dnf : command, ...rest]);
  if (prints) expect(outcome.printed).toMatch(prints);
  if (maps) expect(outcome.maps).toMatch(maps);
  expect(outcome.losses).toMatchObject({ events: 0n, mapFull: 0n });
});

test("the script of block latencies begins, sums up and ends", async (t) => {
  needs(t, "tracefs");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const { printed } = await lab.trace(BLOCK_LATENCY.replace("interval:s:5", "interval:ms:50"), [
    path,
    "sleep",
    "180",
  ]);
  expect(printed).toMatch(
    /^Tracing block I\/O latency\.\.\. Hit Ctrl\+C to stop\.\n(\n--- I\/O Summary \(last 5s\) ---\n){3,}\n--- Final Latency Histograms ---\n$/,
  );
  expect(
    compile({ name: "trace-io-latency.bt", text: BLOCK_LATENCY }, lab.backend.target).report.diagnostics,
  ).toEqual([]);
});

test("connections by their state", async (t) => {
  needs(t, "tracefs");
  const node = `const s = require("net").createServer(c => c.end("x")).listen(0, "127.0.0.1", () => { const c = require("net").connect(s.address().port, "127.0.0.1"); c.on("data", () => {}); c.on("close", () => s.close()); });`;
  const { maps } = await lab.trace(TCP, [process.execPath, "-e", node]);
  expect(maps).toMatch(/^@states\[2, 1\]: 1$/m); // from SYN_SENT to ESTABLISHED
  expect(maps).toMatch(/^@states\[7, 10\]: 1$/m); // from CLOSE to LISTEN
});

test("every command that is typed into a shell", async (t) => {
  needs(t, "uprobe");
  if (lab.backend.target.resolveBinary("bash") === undefined) return t.skip("needs bash");
  const seed = 'uretprobe:/bin/bash:readline { printf("cmd: %s\\n", str(retval)); }';
  const own = seed.replace("{", "/curtask->real_parent->real_parent->tgid == $PID/ {");
  const typed =
    '(sleep 0.7; echo "echo typed"; sleep 0.3; echo exit) | script -qc "exec bash --norc --noprofile -i" /dev/null';
  const { printed } = await lab.trace(own, shell(typed), { unfiltered: true });
  expect(printed).toBe("cmd: echo typed\ncmd: exit\n");
});

type Wrong = Readonly<{ script: string; code: string; help: RegExp }>;

// biome-ignore format: one script per line
const WRONG: readonly Wrong[] = [
  { script: 'kprobe:tcp_connect {\n  $sk = (struct sock *)arg0;\n  printf("connect to %s:%d\\n",\n    ntop($sk->__sk_common.skc_daddr),\n    $sk->__sk_common.skc_dport);\n}', code: "probe/unsupported", help: /`tracepoint:sock:inet_sock_set_state`/ },
  { script: "kretprobe:vfs_read { @bytes = hist(retval); }", code: "probe/unsupported", help: /`tracepoint:syscalls:sys_exit_read`/ },
  { script: "kprobe:vfs_read { @start[tid] = nsecs; }\nkretprobe:vfs_read /@start[tid]/ {\n@us[comm] = hist((nsecs - @start[tid]) / 1000);\ndelete(@start[tid]);\n}", code: "probe/unsupported", help: /sys_exit_read/ },
  { script: "uprobe:/usr/lib64/libssl.so.none:SSL_do_handshake { printf(\"TLS handshake: pid=%d comm=%s\\n\", pid, comm); }", code: "probe/no-binary", help: /existing file/ },
  { script: 'usdt:/usr/bin/postgres.none:postgresql:query__start { @start[tid] = nsecs; @query[tid] = str(arg0); }\nusdt:/usr/bin/postgres.none:postgresql:query__done /@start[tid]/ {\nprintf("%-6d %8.2f ms %s\\n", pid, (nsecs - @start[tid]) / 1e6, @query[tid]);\ndelete(@start[tid]); delete(@query[tid]);\n}', code: "probe/no-binary", help: /existing file/ },
  { script: 'BEGIN { @start[tid] = nsecs; @query[tid] = comm; printf("%-6d %8.2f ms %s\\n", pid, (nsecs - @start[tid]) / 1e6, @query[tid]); }', code: "format/conversion", help: /%d\.%03d/ },
  { script: "hardware:cache-misses:1000 { @[kstack] = count(); }", code: "probe/unsupported", help: /software/ },
  { script: "kprobe:arc_read { @[comm] = count(); }", code: "probe/unsupported", help: /no function `arc_read`/ },
  { script: 'kprobe:do_init_module {\n    printf("MODULE LOADED: pid=%d uid=%d comm=%s\\n", pid, uid, comm);\n    print(kstack);\n}', code: "probe/unsupported", help: /tracepoint/ },
  { script: 'kprobe:__ext4_alloc_blocks { printf("alloc blocks\\n"); }', code: "probe/unsupported", help: /no function `__ext4_alloc_blocks`/ },
  { script: 'fentry:do_nanosleep { printf("sleeping\\n"); }', code: "probe/unsupported", help: /tracepoint:syscalls:sys_enter_clock_nanosleep/ },
  { script: "kprobe:blk_mq_start_request { @start[tid] = nsecs; }\nkprobe:blk_mq_complete_request {\n @ = hist(nsecs - @start[tid]);\n delete(@start[tid]);\n}", code: "probe/unsupported", help: /tracepoint:block:block_rq_(issue|complete)/ },
  { script: "block:block_rq_insert { @[comm] = count(); }", code: "probe/unknown-type", help: /did you mean `tracepoint:block:block_rq_insert`\?/ },
  { script: TCP.replace("sock:inet", "inet:inet"), code: "probe/not-found", help: /did you mean `tracepoint:sock:inet_sock_set_state`\?/ },
  { script: "tpoint:major_faults { @[comm] = count(); }", code: "probe/unknown-type", help: /did you mean `software:major-faults:1`/ },
  { script: "sched:sched_wakeup { @ts = nsecs; }\nsched:sched_switch /@ts/ {\n@lat = hist(nsecs - @ts);\ndelete(@ts);\n}", code: "probe/unknown-type", help: /did you mean `tracepoint:sched:sched_(wakeup|switch)`/ },
  { script: "\u2018tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }\u2019", code: "syntax/typographic-quote", help: /plain quote/ },
];

test.for(WRONG)("$code: $script", ({ script, code, help }, t) => {
  needs(t, "tracefs", "btf");
  const { compiled, report } = compile({ name: "-e", text: script }, lab.backend.target);
  expect(compiled).toBeUndefined();
  const errors = report.diagnostics.filter((d): d is Diagnostic => d.severity === "error");
  expect(errors.length).toBeLessThanOrEqual(2); // one for each probe that is wrong
  for (const error of errors) {
    expect(error.code).toBe(code);
    expect(error.help).toMatch(help);
  }
});
