import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Report } from "../../src/base/diagnostic.ts";
import { parseScript } from "../../src/lang/bt/parse.ts";
import { printSource } from "../../src/lang/bt/print-source.ts";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { simulate } from "../../src/simulate.ts";

// Ten tools that are known by these names, written from what their manual pages say they print, on simulated machines.

const folder = fileURLToPath(new URL("published/", import.meta.url));
const tables = simKernelTables();

type Tool = Readonly<{
  name: string;
  scenario: string;
  duration: string;
  named?: Record<string, boolean>;
  shows: readonly RegExp[];
}>;

const CLOCK = "\\d\\d:\\d\\d:\\d\\d";
const ADDRESS = "[0-9a-f.:]+";
const BARS = /^\[\d+[KMG]?(, \d+[KMG]?)?[\])] +\d+ \|@+ *\|$/m;

// biome-ignore format: one tool per line
const TOOLS: readonly Tool[] = [
  { name: "opensnoop",    scenario: "config-search",  duration: "1 s",  shows: [/^PID +COMM +FD ERR PATH$/m, /^\d+ +\S+ +\d+ +0 \/\S+$/m, /^\d+ +\S+ +-1 +2 \/\S+$/m] },
  { name: "execsnoop",    scenario: "build",          duration: "1 s",  shows: [/^TIME\(ms\) +PID +ARGS$/m, /^\d+ +\d+ +\S+ \S+.*$/m] },
  { name: "syscount",     scenario: "web-server",     duration: "1 s",  shows: [/^Top 10 syscalls IDs:\n(@syscall\[\d+\]: \d+\n){10}$/m, /^Top 10 processes:\n(@process\[[^\]]+\]: \d+\n)+$/m] },
  { name: "syscount",     scenario: "web-server",     duration: "1 s",  named: { sysname: true }, shows: [/^Top 10 syscalls NAMEs:\n(@syscallname\[[a-z_0-9]+\]: \d+\n){10}$/m] },
  { name: "pidpersec",    scenario: "build",          duration: "3 s",  shows: [new RegExp(`^(${CLOCK} PIDs/sec: @: \\d+\\n){2}`, "m")] },
  { name: "cpuwalk",      scenario: "cpu-saturation", duration: "1 s",  shows: [/^@cpu:\n(\[\d+, \d+\) +\d+ \|@* *\|\n)+/m] },
  { name: "runqlat",      scenario: "cpu-saturation", duration: "1 s",  shows: [/^@usecs:$/m, BARS] },
  { name: "vfsstat",      scenario: "database",       duration: "2 s",  shows: [new RegExp(`^${CLOCK}\\n(@\\[vfs_\\w+\\]: \\d+\\n)+`, "m")] },
  { name: "biolatency",   scenario: "slow-disk",      duration: "1 s",  shows: [/^@usecs:$/m, BARS] },
  { name: "tcpconnect",   scenario: "web-server",     duration: "2 s",  shows: [/^TIME +PID +COMM +SADDR +SPORT +DADDR +DPORT *$/m, new RegExp(`^${CLOCK} \\d+ +\\S+ +${ADDRESS} +\\d+ +${ADDRESS} +\\d+ *$`, "m")] },
  { name: "bashreadline", scenario: "idle-desktop",   duration: "30 s", shows: [/^TIME +PID +COMMAND$/m, new RegExp(`^${CLOCK} +\\d+ +\\S.*$`, "m")] },
];

test.each(TOOLS)("$name on $scenario", ({ name, scenario, duration, named, shows }) => {
  using run = simulate(readFileSync(`${folder}${name}.bt`, "utf8"), {
    scenario: scenario === "slow-disk" ? "web-server-slow-disk" : scenario,
    duration: duration as "1 s",
    tables,
    ...(named && { named }),
  });
  run.stop();
  for (const one of shows) expect(run.text).toMatch(one);
});

test.each(readdirSync(folder))("%s in its usual form is as it stands", (name) => {
  const text = readFileSync(folder + name, "utf8");
  const script = parseScript({ name, text }, new Report());
  expect(script && printSource(script, text)).toBe(text);
});
