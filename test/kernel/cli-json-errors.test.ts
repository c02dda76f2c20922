import { expect, test } from "vitest";
import { runSkep } from "./skep-command.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "an option that is not known",         args: ["map", "list", "--json", "--frob"],    code: "usage", status: 2 },
  { rule: "the same where packets are",          args: ["net", "list", "--json", "--frob"],    code: "usage", status: 2 },
  { rule: "an object that is not there",         args: ["prog", "show", "id", "0", "--json"],  code: "linux/no-object", status: 3 },
  { rule: "perf: a verb that is not known",      args: ["perf", "frob", "--json"],             code: "usage", status: 2 },
  { rule: "feature: an option",                  args: ["feature", "-j", "--frob"],            code: "usage", status: 2 },
  { rule: "doctor: an option",                   args: ["doctor", "--json", "--frob"],         code: "usage", status: 2 },
  { rule: "load: no file",                       args: ["load", "--json"],                     code: "usage", status: 2 },
])("with --json an error is one: $rule", async ({ args, code, status }) => {
  const said = await runSkep(...args);
  expect(JSON.parse(said.out)).toMatchObject({ error: expect.any(String), code, remedy: expect.any(String) });
  expect(said.err).toContain("help: ");
  expect(said.status).toBe(status);
});

test("a simulated machine that there is not is wrong usage", async () => {
  const { err, status } = await runSkep("opensnoop", "--sim=nowhere");
  expect(err).toContain("error[sim/no-scenario]");
  expect(status).toBe(2);
});
