import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { Tracefs } from "../../src/linux/tracefs.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { Caller, CliLab } from "./cli-lab.ts";
import { RunningSkep, runSkep } from "./skep-command.ts";

const backend = openLinux();
let lab: CliLab;
beforeAll(() => {
  lab = new CliLab();
});
afterAll(() => {
  backend[Symbol.dispose]();
  lab[Symbol.dispose]();
});

test("event_pipe prints what comes through a perf event array", async () => {
  using caller = new Caller();
  const object = fromElf(readFileSync(lab.compile("events")), { name: "events" });
  const data = object.maps.find(({ name }) => name === ".rodata")?.initial;
  new DataView(data?.buffer ?? new ArrayBuffer(0), data?.byteOffset).setUint32(0, caller.pid, true);
  using loaded = backend.load(object);
  loaded.attach("on_getcwd", [
    { attach: { kind: "tracepoint", category: "syscalls", name: "sys_enter_getcwd" } },
  ]);
  for (const json of [true, false]) {
    const running = new RunningSkep([
      "map",
      "event_pipe",
      String(loaded.map("perf").id),
      ...(json ? ["-j"] : []),
    ]);
    await running.until(json ? "}" : "\n  0000: 01 00 02 00");
    running.child.kill("SIGINT");
    const { out, err, status } = await running.done;
    expect(err).toBe("");
    expect(status).toBe(0);
    if (!json) continue;
    const [first] = JSON.parse(out) as { type: number; cpu: number; timestamp: number; data: string[] }[];
    expect(first?.type).toBe(9);
    expect(first?.data.slice(0, 4)).toEqual(["0x01", "0x00", "0x02", "0x00"]);
    expect(first?.timestamp).toBeGreaterThan(0);
  }
});

test("event_pipe tells which maps have no events", async () => {
  using loaded = backend.load(fromElf(readFileSync(lab.compile("events")), { name: "events" }));
  const said = await runSkep("map", "event_pipe", String(loaded.map("events").id));
  expect(said.err).toContain("error[linux/no-buffer]");
  expect(said.err).toContain("skep load");
  expect(said.status).toBe(3);
});

test("tracelog prints what bpf_printk writes, or says that the log is switched off", async () => {
  using tracefs = new Tracefs(backend.kernel);
  const isOn = readFileSync(`${tracefs.root()}/tracing_on`, "utf8").trim() === "1";
  using loaded = backend.load(fromElf(readFileSync(lab.compile("printer")), { name: "printer" }));
  for (const json of [false, true]) {
    const running = new RunningSkep(["prog", "tracelog", ...(json ? ["-j"] : [])]);
    let said = "";
    running.child.stderr?.on("data", (data: Buffer) => {
      said += data;
    });
    const ran = setInterval(() => loaded.program("skt_print").testRun(), 50);
    try {
      if (isOn) await running.until("skt printed 42");
      else
        await expect.poll(() => said, { timeout: 60_000 }).toContain("echo 1 > /sys/kernel/tracing/tracing_on");
    } finally {
      clearInterval(ran);
    }
    running.child.kill("SIGINT");
    const { out, status } = await running.done;
    expect(status).toBe(0);
    if (!json) continue;
    const lines = JSON.parse(out) as string[];
    expect(lines.some((line) => line.includes("skt printed 42"))).toBe(isOn);
  }
});

test("profile says what the machine cannot count, and what is no metric", async () => {
  using loaded = backend.load(fromElf(readFileSync(lab.compile("values")), { name: "values" }));
  const id = String(loaded.program("skt_filter").id);
  const wrong = await runSkep("prog", "profile", id, "cycle");
  expect(wrong.err).toContain("did you mean `cycles`");
  expect(wrong.status).toBe(2);
  const said = await runSkep("prog", "profile", id, "duration", "1", "llc_misses", "-j");
  if (said.status === 0) return expect(JSON.parse(said.out)).toMatchObject([{ metric: "llc_misses" }]);
  expect(said.err).toMatch(/error\[object\/no-counters\]|error\[system\/EPERM\]/);
  expect(said.err).toContain("skep prog top");
});
