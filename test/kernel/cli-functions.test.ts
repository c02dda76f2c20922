import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { exampleObject, examplePath } from "./example-lab.ts";
import { NetLab } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { jsonRows, runSkep, startSkep } from "./skep-command.ts";

// Commands on programs at functions, which the policy of a host may refuse, and on structs of programs, which are for
// everybody on the machine: in guests.

const backend = openLinux();
afterAll(() => backend[Symbol.dispose]());

beforeEach((t) => {
  if (hostname() !== "guest") t.skip("registers with the machine, or traces programs: in guests only");
  needs(t, "fentry", "struct-ops", "lsm");
});

const ALGORITHM = "skep_steady";
const available = () => readFileSync("/proc/sys/net/ipv4/tcp_available_congestion_control", "utf8");
const json = async (...args: string[]): Promise<unknown> => {
  const { out, err, status } = await runSkep(...args, "--json");
  expect([status, err]).toEqual([0, ""]);
  return JSON.parse(out);
};

function useIt(lab: NetLab): void {
  lab.near.run(`python3 - <<'END'
import socket
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
client = socket.socket(); client.setsockopt(socket.IPPROTO_TCP, 13, b"${ALGORITHM}")
client.connect(server.getsockname()); peer, _ = server.accept()
for i in range(20): client.sendall(b"x" * 1000); peer.recv(1000)
END`);
}

test("a struct of programs is registered, shown, dumped and unregistered", async () => {
  const file = examplePath("struct_ops");
  expect(await json("struct_ops", "register", file)).toBe(null);
  expect(available()).toContain(ALGORITHM);
  const [shown] = (await json("struct_ops", "list")) as { id: number; name: string }[];
  expect(shown).toEqual({ id: expect.any(Number), name: "steady", kernel_struct_ops: "tcp_congestion_ops" });
  using lab = new NetLab();
  useIt(lab);
  const [dumped] = (await json("struct_ops", "dump", "name", "steady")) as Record<string, unknown>[];
  expect(dumped).toMatchObject({
    bpf_map_info: { name: "steady", type: "struct_ops" },
    bpf_struct_ops_tcp_congestion_ops: { data: { name: ALGORITHM } },
  });
  const again = await runSkep("struct_ops", "register", file);
  expect([again.status, again.err]).toEqual([3, expect.stringMatching(/EEXIST[\s\S]*help: .*another name/)]);
  expect(await json("struct_ops", "unregister", "id", String(shown?.id))).toBe(null);
  expect(available()).not.toContain(ALGORITHM);
  const gone = await runSkep("struct_ops", "unregister", "name", "steady");
  expect([gone.status, gone.err]).toEqual([3, expect.stringContaining("help: ")]);
});

test("what a program costs is counted by programs at its ends", async (t) => {
  const object = exampleObject("freplace_target");
  if (object === undefined) return t.skip("needs clang");
  using loaded = backend.load(object);
  const { id } = loaded.program("whole");
  const counting = runSkep("prog", "profile", String(id), "duration", "2", "cpu_clock", "page_faults", "-j");
  let ended = false;
  void counting.then(() => (ended = true));
  while (!ended) {
    loaded.program("whole").testRun({ data: new Uint8Array(64), repeat: 100 });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { out, err, status } = await counting;
  expect([status, err]).toEqual([0, ""]);
  const rows = JSON.parse(out) as { metric: string; run_cnt: number; value: number }[];
  expect(rows.map(({ metric }) => metric)).toEqual(["cpu_clock", "page_faults"]);
  for (const { run_cnt } of rows) expect(run_cnt).toBeGreaterThanOrEqual(100);
  expect(rows[0]?.value).toBeGreaterThan(0);
});

test("a function of a loaded program is replaced by its id, and is as before at the end", async (t) => {
  const object = exampleObject("freplace_target");
  if (object === undefined) return t.skip("needs clang");
  using loaded = backend.load(object);
  const program = loaded.program("whole");
  const run = () => program.testRun({ data: new Uint8Array(64) }).returned;
  const replace = (place: string) => ["load", examplePath("freplace"), "--attach", `other_part=${place}`];
  const running = await startSkep(...replace(`freplace:${program.id}:part`), "--json");
  expect(run()).toBe(2);
  running.child.kill("SIGINT");
  const { out, status } = await running.done;
  expect([status, run()]).toEqual([0, 1]);
  expect(jsonRows(out).map((row) => row["name"])).toContain(".bss");
  const wrong = await runSkep(...replace(`freplace:${program.id}:pert`));
  expect([wrong.status, wrong.err]).toEqual([3, expect.stringMatching(/did you mean `part`/)]);
});

test("a function is said by --attach; links of functions are listed by name", async () => {
  const running = await startSkep(
    "load",
    examplePath("fentry"),
    "--program",
    "on_entry",
    "--attach",
    "on_entry=fentry/bpf_fentry_test2",
  );
  const { out } = await runSkep("link", "list");
  expect(out).toMatch(/trace_fentry bpf_fentry_test2/);
  running.child.kill("SIGINT");
  expect((await running.done).status).toBe(0);
  const wrong = await runSkep("load", examplePath("fentry"), "--attach", "on_entry=fentry/bpf_fentry_tset2");
  expect([wrong.status, wrong.err]).toEqual([3, expect.stringMatching(/linux\/no-target[\s\S]*did you mean/)]);
});
