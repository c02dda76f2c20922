import { hostname } from "node:os";
import { expect, test } from "vitest";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";

// Limits that a user sets: what a trace may cost, how long and how much it may say.

const CALLS = hostname() === "guest" ? 150_000 : 3_000_000; // an emulated processor is slow
const BUSY = `dd if=/dev/zero of=/dev/null bs=1 count=${CALLS}`;

test("a probe that costs too much is thinned out, and detached when that does not help; it is said", async (t) => {
  needs(t, "raw-tp");
  const script = "rawtracepoint:sys_enter /pid == cpid/ { @[kstack, arg1] = count(); @n = count(); }";
  const { err, out } = await runSkep("--max-overhead", "0.2%", "-c", BUSY, "-e", script);
  expect(err).toMatch(
    /rawtracepoint:sys_enter takes [\d.]+ % of the machine's processor time, and 0\.2 % is allowed/,
  );
  expect(err).toMatch(/it sees one of \d+ events from now on|it is detached/);
  const seen = Number(/^@n: (\d+)$/m.exec(out)?.[1]);
  expect(seen).toBeLessThan(CALLS); // dd makes twice as many calls
});

test("a probe that fits is left alone", async (t) => {
  needs(t, "raw-tp");
  const { err, out } = await runSkep(
    "--max-overhead",
    "50%",
    "-c",
    "sleep 0.5",
    "-e",
    "rawtracepoint:sys_enter /pid == cpid/ { @n = count(); }",
  );
  expect(err).toBe("");
  expect(out).toMatch(/@n: \d+/);
});

test("what a timer will cost is known before", async () => {
  const { err } = await runSkep(
    "--max-overhead",
    "0.1%",
    "--duration",
    "300ms",
    "-e",
    "profile:hz:20000 { @[comm] = count(); }",
  );
  expect(err).toMatch(/profile:hz:20000 is expected to take [\d.]+ %.*it sees one of \d+ events/);
});

test("--max-events ends a trace after so many lines", async (t) => {
  needs(t, "raw-tp");
  const { out, status } = await runSkep(
    "-q",
    "--max-events",
    "3",
    "-c",
    BUSY,
    "-e",
    'rawtracepoint:sys_enter /pid == cpid/ { printf("line\\n"); } END { printf("end\\n"); }',
  );
  expect(out.trimEnd()).toBe("line\nline\nline\nend");
  expect(status).toBe(0);
});

test("capabilities that tracing needs no longer are dropped", async (t) => {
  needs(t, "raw-tp");
  const { out, err } = await runSkep("-v", "-e", 'interval:ms:50 { cat("/proc/self/status"); exit(); }');
  expect(err).toMatch(/note: dropped .*CAP_SYS_ADMIN/);
  const effective = BigInt(`0x${/CapEff:\t([0-9a-f]+)/.exec(out)?.[1] ?? "0"}`);
  expect((effective >> 21n) & 1n).toBe(0n); // CAP_SYS_ADMIN
  expect((effective >> 39n) & 1n).toBe(1n); // CAP_BPF
});
