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
