import { expect, test } from "vitest";
import { detachAll, joinAttachments, noAttachment } from "./attachments.ts";
import { FakeKernel } from "./fake-kernel.ts";

test("links are closed before the events that they hold, and only once", () => {
  const kernel = new FakeKernel(() => 0);
  const attachment = noAttachment();
  const undo = [() => kernel.closed.push(100)];
  joinAttachments(attachment, { links: [1, 2], quickLinks: [3], slowEvents: [4, 5], quickEvents: [6], undo });
  joinAttachments(attachment, { ...noAttachment(), links: [7] });
  detachAll(kernel, attachment);
  expect(kernel.closed).toEqual([100, 3, 1, 2, 7, 6, 4, 5]);
  detachAll(kernel, attachment);
  expect(kernel.closed).toHaveLength(8);
});

// biome-ignore format: one case per line
test.each([
  { rule: "a kernel whose closing threads wait together", cost: (fds: number) => (fds > 0 ? 20 : 0),  open: [] },
  { rule: "a kernel in which each waits its turn",        cost: (fds: number) => fds * 16,            open: [5, 6] },
  { rule: "a kernel that does not wait at all",           cost: (fds: number) => fds * 0.1,           open: [] },
])("links of idle programs are left to a child where closing them takes long: $rule", ({ cost, open }) => {
  let clock = 0;
  const rounds: number[][] = [];
  class SlowKernel extends FakeKernel {
    override call(...args: Parameters<FakeKernel["call"]>): number {
      clock += cost(1);
      return super.call(...args);
    }
    override closeAll(fds: readonly number[]): void {
      clock += cost(fds.length);
      rounds.push([...fds]);
      super.closeAll(fds);
    }
  }
  const kernel = new SlowKernel(() => 0);
  detachAll(kernel, noAttachment(), { links: [1, 2, 3, 4, 5, 6], now: () => clock });
  expect(rounds.at(-1)).toEqual(open); // too few for a child: they are closed last, with the events
  expect(kernel.closed.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
});
