import { expect, test } from "vitest";
import { bpfMounts, objectOfFdinfo } from "./object-holders.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "a map",                        text: "pos:\t0\nmap_type:\t1\nmap_id:\t7\nfrozen:\t0\n",                 gives: { kind: "map", id: 7 } },
  { rule: "a program",                    text: "prog_type:\t1\nprog_tag:\t00\nprog_id:\t12\nrun_cnt:\t0\n",      gives: { kind: "prog", id: 12 } },
  { rule: "a link, not its program",      text: "link_type:\titer\nlink_id:\t3\nprog_tag:\t00\nprog_id:\t12\n",   gives: { kind: "link", id: 3 } },
  { rule: "types",                        text: "btf_id:\t1\n",                                                    gives: { kind: "btf", id: 1 } },
  { rule: "nothing of ours",              text: "pos:\t0\nflags:\t02\n",                                           gives: undefined },
])("$rule is known by its description", ({ text, gives }) => {
  expect(objectOfFdinfo(text)).toEqual(gives);
});

test("bpf file systems among the mounts", () => {
  const text = [
    "36 35 98:0 / / rw,noatime shared:1 - ext4 /dev/root rw",
    "40 36 0:30 / /sys/fs/bpf rw shared:9 - bpf bpf rw,mode=700",
    "41 36 0:31 / /run/my\\040bpf rw - bpf none rw",
    "",
  ].join("\n");
  expect(bpfMounts(text)).toEqual(["/sys/fs/bpf", "/run/my bpf"]);
});
