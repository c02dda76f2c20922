import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

/** The places that messages of the script name at run time. */
function places(text: string, name = "-e") {
  const { compiled, report } = compile({ name, text }, fakeTarget(), { tellFailures: true });
  expect(report.hasErrors).toBe(false);
  return compiled?.plan.actions.flatMap((action) => (action.kind === "errorf" ? [action] : []));
}

test("a one-liner is stdin in messages", () => {
  expect(places('BEGIN { errorf("bad"); }')).toMatchObject([{ where: "stdin:1:9-22" }]);
  expect(places('BEGIN { errorf("bad"); }', "a.bt")).toMatchObject([{ where: "a.bt:1:9-22" }]);
});

test("what failed is underlined in its line", () => {
  const script = "BEGIN {\n\t@ = *uptr(8);\n}";
  expect(places(script)).toMatchObject([
    { where: "stdin:2:6-14", shown: `\t@ = *uptr(8);\n\t    ${"~".repeat(8)}\n` },
  ]);
});

test("of a call, the text that could not be read", () => {
  expect(places('BEGIN { printf("x%s", str(uptr(8))); }')).toMatchObject([
    {
      where: "stdin:1:23-35",
      shown: `BEGIN { printf("x%s", str(uptr(8))); }\n${" ".repeat(22)}${"~".repeat(12)}\n`,
    },
  ]);
});
