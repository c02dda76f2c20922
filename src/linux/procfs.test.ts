import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { eventually, isThere } from "../../test/support/eventually.ts";
import { isRunning, parseCpuList, versionCode } from "./procfs.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "one CPU",       text: "0\n",        cpus: [0] },
  { rule: "a range",       text: "0-3\n",      cpus: [0, 1, 2, 3] },
  { rule: "several parts", text: "0-1,4,6-7",  cpus: [0, 1, 4, 6, 7] },
  { rule: "none",          text: "\n",         cpus: [] },
  { rule: "no list",       text: "x-y,1",      cpus: [1] },
])("CPU list: $rule", ({ text, cpus }) => {
  expect(parseCpuList(text)).toEqual(cpus);
});

// biome-ignore format: one case per line
test.each([
  { rule: "plain",                      release: "6.18.44-fc-v595",        signature: "",                             code: 0x06122c },
  { rule: "no patch level",             release: "6.18",                   signature: "",                             code: 0x061200 },
  { rule: "Debian hides it",            release: "6.1.0-50-cloud-amd64",   signature: "6.1.119",                      code: 0x060177 },
  { rule: "Ubuntu hides it",            release: "5.15.0-91-generic",      signature: "Ubuntu 5.15.0-91.101-generic 5.15.131", code: 0x050f83 },
  { rule: "a level above 255 is 255",   release: "4.14.336",               signature: "",                             code: 0x040eff },
])("kernel version: $rule", ({ release, signature, code }) => {
  expect(versionCode(release, signature)).toBe(code);
});

test("a process that nobody has waited for runs no more", async () => {
  const script = "cat <&3 & echo $!; exec sleep 1000 3<&-";
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore", "pipe"] });
  const [stdout, input] = [parent.stdio[1] as Readable, parent.stdio[3] as Writable];
  const [pid] = (await once(stdout, "data")) as [Buffer];
  // A shell would wait for it.
  await eventually(() => readFileSync(`/proc/${parent.pid}/comm`, "utf8") === "sleep\n");
  expect(isRunning(Number(pid))).toBe(true);
  input.end();
  await eventually(() => !isRunning(Number(pid)));
  expect(isThere(Number(pid))).toBe(true);
  expect(isRunning(parent.pid ?? 0)).toBe(true);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  expect(isRunning(parent.pid ?? 0)).toBe(false);
});
