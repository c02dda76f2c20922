import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { parseScenario } from "../../src/sim/scenarios/json-scenario.ts";
import { isScenario } from "../../src/sim/scenarios/scenario.ts";
import { simulate } from "../../src/simulate.ts";

// docs/scenarios.md: what it shows is played.

const page = readFileSync("docs/scenarios.md", "utf8");
const tables = simKernelTables();

test("the scenario in JSON plays", () => {
  const [, text = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  using run = simulate("tracepoint:syscalls:sys_enter_* { @[comm] = count(); }", {
    scenario: parseScenario(text, "docs/scenarios.md"),
    duration: "1 s",
    tables,
  });
  const counts = new Map(run.readMap("@")?.entries.map(({ key, value }) => [key, value]));
  expect([...counts.keys()]).toEqual(expect.arrayContaining(["service", "client", "report", "date"]));
});

test("the scenario in JavaScript is shown as it is, and plays", async () => {
  const [, path = "", text = ""] = /<!-- file: (\S+) -->\n```js\n([\s\S]*?)```/.exec(page) ?? [];
  expect(text).toBe(readFileSync(path, "utf8"));
  const module: Record<string, unknown> = await import(`../../${path}`);
  const found = Object.values(module).find(isScenario);
  if (found === undefined) throw new Error(`${path} exports no scenario`);
  using run = simulate(
    "usdt:/usr/bin/filter:filter:verdict { @[arg1] = count(); } tracepoint:sock:inet_sock_set_state /args.newstate == 1/ { @connections = count(); }",
    { scenario: found, duration: "1 s", tables },
  );
  expect(run.readMap("@")?.entries.length).toBe(2);
  expect(run.readMap("@connections")?.entries.length).toBe(1);
});

test("every verb and field of the JSON form is on the page", () => {
  for (const name of [
    "sleep", "compute", "readFile", "open", "writeFile", "stat", "list", "unlink", "mkdir", "chdir", "rename", "run", "start",
    "fork", "thread", "wait", "exit", "kill", "onSignal", "setName", "setuid", "malloc", "freeOldest", "lock", "call", "request",
    "resolve", "ping", "connect", "listen", "sendTo", "repeat", "choose", "memoryLimits", "disks", "hosts", "dns", "remote",
  ])
    expect(page).toContain(`\`${name}\``);
}); // biome-ignore format: one list
