import { readFileSync } from "node:fs";
import { simulate } from "skep/sim";
import { expect, test } from "vitest";

const script = readFileSync(new URL("login-watch.bt", import.meta.url), "utf8");

test("reading /etc/shadow as a user is seen, and seen to fail", () => {
  using run = simulate(script, {
    duration: "1 s", // of virtual time
    scenario(machine) {
      machine.file("/etc/shadow", { mode: 0o600, size: 800 });
      machine.start(
        "/usr/bin/thief",
        function* (p) {
          yield* p.readFile("/etc/passwd");
          yield* p.sleep("100 ms");
          yield* p.readFile("/etc/shadow");
        },
        { uid: 1000 },
      );
    },
  });
  expect(run.values).toEqual([
    { file: "/etc/passwd", comm: "thief", uid: 1000n, ok: true },
    { file: "/etc/shadow", comm: "thief", uid: 1000n, ok: false },
  ]);
  expect(run.readMap("@attempts")?.entries).toEqual([{ key: "thief", value: 2n }]);
});

test("nothing is lost on a busy machine", () => {
  using run = simulate(script, { scenario: "idle-desktop", seed: 7, duration: "20 s" });
  expect(run.losses.events).toBe(0n);
  expect(run.values.length).toBeGreaterThan(5);
});

test("the same seed gives the same run, to the byte", () => {
  const once = () => {
    using run = simulate(
      { tool: "opensnoop", options: { failed: true } },
      { scenario: "idle-desktop", seed: 7 },
    );
    return run.text;
  };
  expect(once()).toBe(once());
});
