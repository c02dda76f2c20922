import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

// biome-ignore format: one case per line
const USES: readonly Readonly<{ setting: string; use: string }>[] = [
  { setting: "unstable_map_decl", use: "let @a = hash(5); BEGIN { @a[1] = 1; }" },
  { setting: "unstable_tseries",  use: "BEGIN { @ = tseries(1, 1s, 5); }" },
  { setting: "unstable_addr",     use: "BEGIN { $a = 1; $b = &$a; print(*$b); }" },
];

test.each(USES)("$setting: nothing is said unless the script asks for it", ({ setting, use }) => {
  const told = (config: string) =>
    compile({ name: "-e", text: `${config} ${use}` }, fakeTarget()).report.diagnostics.map(
      ({ severity, code }) => `${severity} ${code}`,
    );
  expect(told("")).toEqual([]);
  expect(told(`config = { ${setting} = enable }`)).toEqual([]);
  expect(told(`config = { ${setting} = warn }`)).toEqual(["warning lint/unstable"]);
  expect(told(`config = { ${setting} = error }`)).toEqual(["error config/forbidden"]);
});
