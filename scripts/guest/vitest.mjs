// What `import … from "vitest"` is inside a guest: Vitest's own tests and expectations without the rest of Vitest, whose
// start alone takes an emulated processor twenty seconds. Put into the bundle by bundle.mjs.
import {
  ChaiStyleAssertions,
  chai,
  customMatchers,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { getCurrentTest } from "@vitest/runner";

// biome-ignore lint/performance/noBarrelFile: this file stands for a package
export {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  it,
  onTestFailed,
  onTestFinished,
  test,
} from "@vitest/runner";

for (const plugin of [JestExtend, JestChaiExpect, ChaiStyleAssertions, JestAsymmetricMatchers])
  chai.use(plugin);

/** Vitest's `expect` but for snapshots, soft and polled expectations, which its runner needs a whole Vitest for. */
export function expect(value, message) {
  const test = getCurrentTest();
  const assertion = chai.expect(value, message);
  return test ? assertion.withTest(test) : assertion;
}
Object.assign(expect, chai.expect, globalThis[Symbol.for("asymmetric-matchers-object")]);
expect.getState = () => getState(expect);
expect.setState = (state) => setState(state, expect);
expect.extend = (matchers) => chai.expect.extend(expect, matchers);
expect.unreachable = (message) => chai.assert.fail(message ?? "this must not be reached");
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect);
expect.extend(customMatchers);
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true });
