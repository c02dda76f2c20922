import { expect, test } from "vitest";
import { HELPERS } from "../../abi/helpers.ts";
import { REFUSED_HELPERS } from "./refused-helpers.ts";
import { HELPER_RECORDS } from "./table.ts";

test("every helper of the kernel has a record, or a reason why it has none", () => {
  const known = [...HELPER_RECORDS.map(({ name }) => name), ...Object.keys(REFUSED_HELPERS)];
  expect(known.toSorted()).toEqual(HELPERS.map(({ name }) => name).toSorted());
});
