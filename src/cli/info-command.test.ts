import { expect, test } from "vitest";
import { infoText } from "./info-command.ts";

test("each section is a heading, its rows, and an empty line", () => {
  const text = infoText([
    ["System", [["Arch", "x86_64"]]],
    [
      "Probe types",
      [
        ["kprobe", true],
        ["iter:task", false],
      ],
    ],
  ]);
  expect(text).toBe("System\n  Arch: x86_64\n\nProbe types\n  kprobe: yes\n  iter:task: no\n");
});
