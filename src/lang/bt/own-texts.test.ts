import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

const RED = "\x1b[31m";

// Text of the traced system is shown with its control characters escaped: what the script writes must not be part of it.
test.each([
  { rule: "a colour is part of the format", call: 'printf("%s%s", "\\033[31m", comm)', texts: [RED], args: 1 },
  { rule: "also of a message's", call: 'errorf("%s%d", "\\033[31m", 5)', texts: [RED], args: 1 },
  { rule: "a plain text is not", call: 'printf("%s", "red")', texts: [], args: 1 },
  { rule: "nor one in a column", call: 'printf("%9s", "\\033[31m")', texts: [], args: 1 },
  {
    rule: "nor one behind a width that is given",
    call: 'printf("%*d%s", 5, 6, "\\033[31m")',
    texts: [],
    args: 3,
  },
])("$rule", ({ call, texts, args }) => {
  const { compiled } = compile({ name: "-e", text: `BEGIN { ${call}; }` }, fakeTarget());
  const [action] = compiled?.plan.actions ?? [];
  if (action?.kind !== "printf" && action?.kind !== "errorf") throw new Error("bug: no format in the plan");
  expect(action.format.flatMap((part) => (part.kind === "text" ? [part.text] : []))).toEqual(texts);
  expect(action.args).toHaveLength(args);
});
