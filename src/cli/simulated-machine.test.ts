// The command on simulated machines: bundled, in a process of its own, as a user without privileges.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const NOBODY = 65534;
const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skep-sim-"));
  chmodSync(folder, 0o755);
  buildSync({
    entryPoints: ["src/cli/main.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    external: ["koffi"],
    define: { SKEP_VERSION: '"test"' },
    outfile: join(folder, "skep.mjs"),
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

function skep(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const options = { cwd: folder, encoding: "utf8", timeout: 200_000, ...unprivileged } as const;
  const done = spawnSync(process.execPath, [join(folder, "skep.mjs"), ...args], options);
  return { out: done.stdout, err: done.stderr, status: done.status };
}

const COUNT = "tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }";

test("without privileges a tool shows a simulated machine, and says so on standard error alone", () => {
  const { out, err, status } = skep(["opensnoop", "-d", "2"]);
  expect(out).toMatch(/^PID +COMM +FD ERR PATH\n(\d+ +\S.* +-?\d+ +\d+ \/.*\n){5,}$/);
  expect(err).toMatch(
    /^note: .*CAP_BPF.*simulated machine `[a-z-]+`, not yours \(--no-sim refuses instead\)\n$/,
  );
  expect(status).toBe(0);
});

test("and so does a one-liner", () => {
  const { out, err, status } = skep(["--duration", "2", "-e", COUNT]);
  expect(out).toMatch(/Attached 1 probe\n[\s\S]*@\[\w+.*\]: \d+\n/);
  expect(err).toMatch(/^note: .*\n$/);
  expect(status).toBe(0);
});

test.each([{ args: ["opensnoop", "--no-sim"] }, { args: ["--no-sim", "-e", COUNT] }])(
  "$args refuses",
  ({ args }) => {
    const { out, err, status } = skep(args);
    expect(out).toBe("");
    expect(err).toMatch(/^error\[system\/privileges\]/);
    expect(status).toBe(3);
  },
);

test("a machine that was asked for is no surprise", () => {
  expect(skep(["--sim", "--duration", "1", "-e", COUNT]).err).toBe("");
});

test("options may stand before a tool's name", () => {
  const after = skep(["opensnoop", "--sim=web-server", "-d", "1", "-n", "nginx"]);
  expect(after.out.split("\n").length).toBeGreaterThan(2);
  expect(skep(["--sim=web-server", "opensnoop", "-d", "1", "-n", "nginx"])).toEqual(after);
});

test("equal seeds give equal runs, others do not", () => {
  const run = (seed: string) => skep(["opensnoop", "--sim=idle-desktop", "--sim-seed", seed, "-d", "3"]).out;
  expect(run("5")).toBe(run("5"));
  expect(run("6")).not.toBe(run("5"));
});

test("time at a set speed passes as on a clock", () => {
  const started = performance.now();
  skep(["--sim", "--sim-speed", "2", "--duration", "3", "-e", COUNT]);
  expect(performance.now() - started).toBeGreaterThan(1500);
});

test("Ctrl-C ends a live view in order", async () => {
  const args = [join(folder, "skep.mjs"), "--sim", "-e", `${COUNT} END { printf("over\\n"); }`];
  const child = spawn(process.execPath, args, { ...unprivileged, stdio: ["ignore", "pipe", "ignore"] });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (out === "") setTimeout(() => child.kill("SIGINT"), 300);
    out += text;
  });
  const status = await new Promise((resolve) => child.once("close", resolve)); // when all was read
  expect(out).toMatch(/^over$/m);
  expect(out).toMatch(/^@\[/m);
  expect(status).toBe(0);
});

test("a command of the simulated machine is traced to its end", () => {
  const { out, status } = skep(["execsnoop", "--sim", "-c", "sh -c 'ls /etc; date'"]);
  expect(out).toMatch(/^date +\d+ +\d+ +0 \/usr\/bin\/date/m);
  expect(status).toBe(0);
});

test("a process of the simulated machine is traced alone, and the trace ends with it", () => {
  const scenario = JSON.stringify({
    name: "two",
    summary: "",
    processes: ["a", "b"].map((name) => ({
      program: `/usr/bin/${name}`,
      do: [{ repeat: 5, do: [{ sleep: "10 ms" }, { readFile: "/etc/hosts" }] }],
    })),
  });
  const shown = skep(["sim", "show", "./two.json"], {
    "two.json": JSON.stringify({
      ...JSON.parse(scenario),
      processes: [{ program: "/usr/bin/a", do: [{ sleep: "5 s" }] }],
    }),
  });
  const pid = /^ *(\d+) +0 {2}a /m.exec(shown.out)?.[1] ?? "";
  const { out, status } = skep(["opensnoop", "--sim=./two.json", "-p", pid, "--sim-speed", "max"], {
    "two.json": scenario,
  });
  expect(out.split("\n").slice(1, -1)).toEqual(
    new Array(5).fill(expect.stringMatching(new RegExp(`^${pid} +a +\\d+ +0 /etc/hosts$`))),
  );
  expect(status).toBe(0);
});

test("list shows the scenarios, show what runs on one", () => {
  expect(skep(["sim", "list"]).out).toMatch(/^idle-desktop +\S/m);
  expect(JSON.parse(skep(["sim", "list", "--json"]).out.split("\n")[0] ?? "")).toMatchObject({
    name: expect.any(String),
    summary: expect.any(String),
  });
  expect(skep(["sim", "show", "idle-desktop"]).out).toMatch(/PID +UID +COMM +PROGRAM\n( +\d+ +\d+ .*\n)+/);
});

test("probes of the simulated kernel can be listed", () => {
  expect(skep(["list", "--sim", "-v", "kprobe:vfs_read"]).out).toBe(
    "kprobe:vfs_read\n    struct file * file\n    char * buf\n    size_t count\n    loff_t * pos\n",
  );
});

test.each([
  {
    rule: "a scenario that there is not",
    args: ["opensnoop", "--sim=idle-dektop"],
    says: /did you mean `idle-desktop`/,
  },
  {
    rule: "a file that there is not",
    args: ["opensnoop", "--sim=./none.json"],
    says: /cannot read \.\/none\.json/,
  },
  {
    rule: "a wrong file",
    args: ["opensnoop", "--sim=./bad.json"],
    says: /bad\.json is no scenario at processes\[0\]\.do\[0\].*/,
  },
  {
    rule: "a process that there is not",
    args: ["opensnoop", "--sim", "-p", "99999"],
    says: /no process 99999 on the simulated machine/,
  },
  {
    rule: "a program that there is not",
    args: ["opensnoop", "--sim", "-c", "emacs"],
    says: /has no program `emacs`/,
  },
  {
    rule: "a wrong speed",
    args: ["--sim-speed", "fast", "-e", COUNT],
    says: /--sim-speed takes a number or max/,
  },
  {
    rule: "a scenario's name without its =",
    args: ["--sim", "idle-desktop", "x.bt"],
    says: /write `--sim=idle-desktop`/,
  },
  {
    rule: "… before a one-liner",
    args: ["--sim", "idle-desktop", "-e", COUNT],
    says: /write `--sim=idle-desktop`/,
  },
  {
    rule: "… behind a tool",
    args: ["opensnoop", "--sim", "idle-desktop", "-x"],
    says: /write --sim=idle-desktop/,
  },
  { rule: "both", args: ["--sim", "--no-sim", "-e", COUNT], says: /cannot stand together/ },
])("$rule", ({ args, says }) => {
  const bad = JSON.stringify({
    name: "bad",
    summary: "",
    processes: [{ program: "/usr/bin/a", do: [{ sleeep: "1 s" }] }],
  });
  const { out, err, status } = skep(args, { "bad.json": bad });
  expect(out).toBe("");
  expect(err).toMatch(says);
  expect(status).not.toBe(0);
});
