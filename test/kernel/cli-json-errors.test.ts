import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

// biome-ignore format: one case per line
test.each([
  { rule: "a script that does not compile", args: ["-e", "BEGIN {\n  print(nope); }"],             error: { type: "error", code: "name/unknown", line: 2, column: 9, end_column: 13, remedy: expect.any(String) }, status: 1 },
  { rule: "a script that does not parse",   args: ["-e", "BEGIN { print(1 }"],                    error: { type: "error", code: "syntax/unclosed-bracket", line: 1 }, status: 1 },
  { rule: "a script that is not there",     args: ["/nowhere.bt"],                                error: { type: "error" }, status: 3 },
  { rule: "an option",                      args: ["--frob", "-e", "BEGIN { }"],                  error: { type: "error", code: "usage" }, status: 2 },
  { rule: "unsafe functions",               args: ["-e", 'BEGIN { system("true"); }'],            error: { type: "error", code: "cli/unsafe" }, status: 3 },
  { rule: "an output that cannot be",       args: ["-o", "/nowhere/at/all", "-e", "BEGIN { }"],   error: { type: "error", code: "cli/output" }, status: 3 },
])("with -f json an error is a line: $rule", async ({ args, error, status }) => {
  const said = await runSkep("-f", "json", ...args);
  const lines = said.out.trimEnd().split("\n").map((line) => JSON.parse(line) as unknown);
  expect(lines).toEqual([expect.objectContaining({ data: expect.any(String), ...error })]);
  expect(said.err).toContain("help: ");
  expect(said.status).toBe(status);
});

test("with -f json and -o the errors of a script go to the file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "skep-"));
  try {
    const { out, status } = await runSkep(
      "-f",
      "json",
      "-o",
      join(folder, "out"),
      "-e",
      "BEGIN { print(a); print(b); }",
    );
    const lines = readFileSync(join(folder, "out"), "utf8").trimEnd().split("\n");
    const errors = lines.map((line) => JSON.parse(line) as { column: number });
    expect([out, status, errors.map(({ column }) => column)]).toEqual(["", 1, [15, 25]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a simulated machine that there is not is wrong usage", async () => {
  const { err, status } = await runSkep("opensnoop", "--sim=nowhere");
  expect(err).toContain("error[sim/no-scenario]");
  expect(status).toBe(2);
});
