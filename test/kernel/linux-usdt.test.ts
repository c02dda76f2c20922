import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { countByCookie, exit, mov, objectOf, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";
import { startSkep } from "./skep-command.ts";
import { ShopProgram } from "./usdt-program.ts";

const shop = new ShopProgram();
const backend = openLinux();
afterAll(() => {
  backend[Symbol.dispose]();
  shop[Symbol.dispose]();
});

// biome-ignore format: one case per line
test.for([
  { rule: "by a link for many places", section: "usdt" },
  { rule: "by an event each",          section: "kprobe" },
])("a USDT probe with a semaphore fires in the process asked for: $rule", async ({ section }, t) => {
  needs(t, "uprobe", "cookie");
  const program = shop.path;
  if (program === undefined) return t.skip("needs a C compiler");
  const [probe] = backend.target.usdtProbes(program);
  expect(probe).toMatchObject({ provider: "shop", name: "sold", args: [{ text: "-4@$7" }] });
  if (probe?.semaphoreOffset === undefined) throw new Error("the probe has no semaphore");
  const insns = [mov(6, 1), ...countByCookie, mov(0, 0n), exit];
  using loaded = backend.load(objectOf({ name: "skep_t_usdt", type: "kprobe", section, insns }));
  const traced = await startHeld([program], { stdio: "ignore" });
  const { offset, semaphoreOffset } = probe;
  const attach = { kind: "uprobe", path: program, offset, return: false, pid: traced.pid, semaphoreOffset } as const;
  loaded.attach("skep_t_usdt", [{ attach, cookie: 4n }]);
  execFileSync(program); // another process of the same program
  expect(readCounts(loaded.map("counts"))[4]).toBe(0n);
  traced.release();
  await traced.exited;
  expect(readCounts(loaded.map("counts"))[4]).toBe(100n);
});

test("the probes of libc can be read", (t) => {
  needs(t, "uprobe");
  const libc = backend.target.resolveBinary("libc") ?? "";
  for (const probe of backend.target.usdtProbes(libc)) {
    expect(probe.provider).toBe("libc");
    expect(probe.offset).toBeGreaterThan(0);
  }
});

test("usdt:*: a probe in whatever runs, wherever its file is", async (t) => {
  needs(t, "uprobe", "btf");
  if (shop.path === undefined) return t.skip("needs a C compiler");
  const seller = spawn(shop.path, ["wait"], { stdio: ["pipe", "ignore", "ignore"] });
  try {
    const running = await startSkep("-e", "usdt:*:shop:sold { @[pid, arg0] = count(); }", "--duration", "60s");
    const sold = once(seller, "exit");
    seller.stdin.end("\n");
    await sold;
    running.child.kill("SIGINT");
    const { out, err } = await running.done;
    expect(out, err).toContain(`@[${seller.pid}, 7]: 100\n`);
  } finally {
    seller.kill("SIGKILL");
  }
});

test.for(["usdt::shop:sold", "usdt:sold"])(
  "%s: without a path it is the traced process's",
  async (probe, t) => {
    needs(t, "uprobe", "btf");
    if (shop.path === undefined) return t.skip("needs a C compiler");
    const running = await startSkep("-c", shop.path, "-e", `${probe} { @[arg0] = count(); }`);
    const { out, err } = await running.done;
    expect(out, err).toContain("@[7]: 100\n");
  },
);
