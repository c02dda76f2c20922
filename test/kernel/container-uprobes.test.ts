import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { asm, count } from "./linux-lab.ts";
import { COUNTS, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";
import { startSkep } from "./skep-command.ts";
import { TracedProgram } from "./traced-program.ts";

// Probes on a program that is there in a container's file tree alone: a mount namespace with a root of its own.

const backend = openLinux();
const traced = new TracedProgram();
afterAll(() => {
  backend[Symbol.dispose]();
  traced[Symbol.dispose]();
});

const PATH = "/mnt/only-here";

/** A process in a mount namespace with a file that nobody else has. It waits for a line, then becomes that program. */
class Container implements Disposable {
  readonly #child: ChildProcess;

  private constructor(program: string) {
    const script = `mount -t tmpfs none /mnt && cp ${program} ${PATH} && echo ready && read -r _ && exec ${PATH} getppid 25`;
    this.#child = spawn("unshare", ["-m", "sh", "-c", script], { stdio: ["pipe", "pipe", "inherit"] });
  }

  static async start(program: string): Promise<Container> {
    const container = new Container(program);
    const { stdout } = container.#child;
    if (stdout !== null) await once(stdout, "data");
    return container;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async run(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.stdin?.end("\n");
    await ended;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

test("a program of a container is found by its path there, and probed", async (t) => {
  needs(t, "uprobe", "btf");
  if (traced.path === undefined) return t.skip("needs a C compiler");
  using container = await Container.start(traced.path);
  expect(backend.target.resolveBinary(PATH)).toBeUndefined();
  const path = backend.target.resolveBinary(PATH, container.pid);
  expect(path).toBe(`/proc/${container.pid}/root${PATH}`);
  const [main] = backend.target.userFunctions(path ?? "", "main");
  const insns = asm(`${count(0)}\n  r0 = 0\n  exit`);
  using loaded = backend.load({
    programs: [{ name: "skep_t_cont", type: "kprobe", section: "uprobe", insns, functions: [] }],
    maps: [COUNTS],
    license: "GPL",
  });
  const offset = Number(main?.offset ?? 0);
  const attach = { kind: "uprobe", path: path ?? "", offset, return: false, pid: container.pid } as const;
  loaded.attach("skep_t_cont", [{ attach }]);
  await container.run();
  expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
});

test("scripts name it as the container does, with -p", async (t) => {
  needs(t, "uprobe", "btf");
  if (traced.path === undefined) return t.skip("needs a C compiler");
  using container = await Container.start(traced.path);
  const script = `uprobe:${PATH}:main { printf("main of %d\\n", pid); }`;
  const running = await startSkep("-p", String(container.pid), "-e", script);
  await container.run();
  const { out } = await running.done;
  expect(out).toContain(`main of ${container.pid}\n`);
});

test("a pattern for files means the container's, with -p", async (t) => {
  needs(t, "uprobe", "btf");
  if (traced.path === undefined) return t.skip("needs a C compiler");
  using container = await Container.start(traced.path);
  const script = "uprobe:*/libc.so*:syscall { @[probe] = count(); }";
  const running = await startSkep("-p", String(container.pid), "-e", script);
  await container.run();
  const { out, err } = await running.done;
  expect(out, err).toMatch(/@\[uprobe:\S*libc\.so\S*:syscall\]: 25\n/);
});
