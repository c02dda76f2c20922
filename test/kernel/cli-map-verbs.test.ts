import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliLab } from "./cli-lab.ts";

const SKEP = `${process.execPath} bin/skep.cjs`;
let lab: CliLab;
beforeAll(() => {
  lab = new CliLab();
});
afterAll(() => lab[Symbol.dispose]());

/** Runs lines of shell on a bpf file system of their own, in $F; `b` is bpftool -j, `s` is skep with --json. */
function onBpfFs(lines: readonly string[]): string[] {
  const head = `set -e; F=$(mktemp -d); mount -t bpf bpf $F; b() { bpftool -j "$@" && echo; }; s() { ${SKEP} "$@" --json; }`;
  const script = [head, ...lines, "umount $F; rmdir $F"].join("\n");
  return execFileSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");
}

/** What both say to the same words, each on a line of its own, one after the other. */
function agree(setup: readonly string[], questions: readonly string[]): unknown[] {
  const lines = onBpfFs([
    `{ ${setup.join("\n")}\n} > /dev/null`,
    ...questions.flatMap((words) => [`b ${words}`, `s ${words}`]),
  ]);
  const said = lines.map((line) => JSON.parse(line) as unknown);
  for (const [i, question] of questions.entries()) expect(said[2 * i + 1], question).toEqual(said[2 * i]);
  return questions.map((_, i) => said[2 * i]);
}

test("a hash is made, walked key by key, frozen and dumped as bpftool does it", () => {
  const [first, behind, all, , shown] = agree(
    [
      "s map create $F/h type hash key 4 value 8 entries 16 name skt_h flags 0x1",
      "s map update pinned $F/h key 1 0 0 0 value hex 01 02 03 04 05 06 07 08",
      "s map update pinned $F/h key 2 value 258",
      "s map pin pinned $F/h $F/again",
      "s map freeze pinned $F/again",
    ],
    [
      "map getnext pinned $F/h",
      "map getnext pinned $F/h key 9 0 0 0",
      "map dump pinned $F/again",
      "map lookup pinned $F/h key 1 0 0 0",
      "map show pinned $F/h",
    ],
  ).map((said) => said as Readonly<Record<string, unknown>>);
  expect(first).toMatchObject({ key: null });
  expect(behind).toHaveProperty("next_key");
  expect(all).toHaveLength(2);
  expect(shown).toMatchObject({ frozen: 1, flags: 1 });
});

test("queues and stacks", () => {
  const said = onBpfFs([
    "s map create $F/q type queue key 0 value 4 entries 4 name skt_q",
    "s map create $F/s type stack key 0 value 4 entries 4 name skt_s",
    "for m in q s; do s map enqueue pinned $F/$m value 1 0 0 0; s map push pinned $F/$m value 2; done",
    "for m in q s; do b map peek pinned $F/$m; s map peek pinned $F/$m; s map pop pinned $F/$m; done",
    "s map dequeue pinned $F/q; s map dequeue pinned $F/q 2> /dev/null || b map dequeue pinned $F/q || echo",
  ]).map((line) => JSON.parse(line) as unknown);
  const value = (n: number) => ({ key: [], value: [`0x0${n}`, "0x00", "0x00", "0x00"] });
  expect(said).toEqual([
    ...Array(6).fill(null),
    ...[value(1), value(1), value(1), value(2), value(2), value(2)],
    ...[value(2), null, null],
  ]);
});

test("maps in maps and programs in maps, by id, name and file", () => {
  const object = lab.compile("values");
  const [maps, programs] = agree(
    [
      "s map create $F/inner type hash key 4 value 8 entries 4 name skt_inner",
      "s map create $F/outer type array_of_maps key 4 value 4 entries 4 name skt_outer inner_map pinned $F/inner",
      "s map create $F/calls type prog_array key 4 value 4 entries 4 name skt_calls",
      `s prog load ${object} $F/filter`,
      "s map update pinned $F/outer key 1 0 0 0 value pinned $F/inner",
      "s map update pinned $F/outer key 2 0 0 0 value name skt_inner",
      "s map update pinned $F/calls key 3 value pinned $F/filter",
    ],
    ["map dump pinned $F/outer", "map dump pinned $F/calls"],
  );
  expect(maps).toHaveLength(2);
  expect(programs).toHaveLength(1);
});

test("a bloom filter, per-CPU values and several maps of one name", () => {
  const said = onBpfFs([
    "s map create $F/bloom type bloom_filter key 0 value 4 entries 64 name skt_bloom",
    "s map push pinned $F/bloom value 1 2 3 4",
    `${SKEP} map lookup pinned $F/bloom value 1 2 3 4`,
    "s map create $F/one type percpu_array key 4 value 4 entries 2 name skt_twice",
    "s map create $F/two type percpu_array key 4 value 4 entries 2 name skt_twice",
    "s map update pinned $F/one key 1 value 7",
    "b map dump pinned $F/one; s map dump pinned $F/one; s map dump name skt_twice; s map show name skt_twice",
  ]);
  expect(said).toContain("perhaps: the filter may hold it");
  const json = said.slice(-4).map((line) => JSON.parse(line) as readonly unknown[]);
  expect(json[1]).toEqual(json[0]);
  expect(json[2]).toHaveLength(2);
  expect(json[2]).toContainEqual(json[0]);
  expect(json[3]).toHaveLength(2);
});

test("an iterator over a map's elements is pinned and read", () => {
  const object = lab.compile("iterator");
  const said = onBpfFs([
    "s map create $F/h type array key 4 value 8 entries 5 name skt_elems",
    `s iter pin ${object} $F/iter map pinned $F/h`,
    "cat $F/iter; echo",
    "s link show pinned $F/iter",
    `${SKEP} link list --bpffs | grep $F/iter`,
  ]);
  expect(said[2]).toBe("abcde");
  expect(JSON.parse(said[3] ?? "")).toMatchObject({ type: "iter", target_name: "bpf_map_elem" });
  expect(said[4]).toMatch(/iterator bpf_map_elem of skt_elems \(map \d+\)/);
});

test("what is pinned is shown with --bpffs, and as JSON of many lines", () => {
  const said = onBpfFs([
    "s map create $F/h type hash key 4 value 8 entries 16 name skt_files",
    "s map pin pinned $F/h $F/second",
    `b -f map show pinned $F/h; s map show pinned $F/h -f; ${SKEP} map show pinned $F/h -f -p | tr -d '\\n'`,
  ]).slice(-3);
  const [theirs, ours, pretty] = said.map((line) => JSON.parse(line) as { pinned: string[] });
  expect(ours?.pinned).toHaveLength(2);
  expect({ ...ours, pinned: [...(ours?.pinned ?? [])].sort() }).toEqual({
    ...theirs,
    pinned: [...(theirs?.pinned ?? [])].sort(),
  });
  expect(pretty).toEqual(ours);
});

// biome-ignore format: one case per line
test.each([
  { rule: "an unknown type",         words: "map create $F/x type hsh key 4 value 8 entries 1 name x",  says: "did you mean `hash`",  status: 2 },
  { rule: "a word that is missing",  words: "map create $F/x type hash key 4 value 8 name x",           says: "entries is missing",   status: 2 },
  { rule: "a place that is no bpffs", words: "map create /tmp/x type hash key 4 value 8 entries 1 name x", says: "bpf file system",   status: 3 },
  { rule: "a value for a map of maps", words: "map update name skt_wrong key 0 value 1 2 3 4",           says: "",                     status: 3 },
])("$rule is refused", ({ words, says, status }) => {
  const [said = "", code = ""] = onBpfFs([`${SKEP} ${words} 2>&1 | tr '\\n' ' '; echo`, `set +e; ${SKEP} ${words} > /dev/null 2>&1; echo $?`]);
  expect(said).toContain(says);
  expect(said).toContain("help: ");
  expect(code).toBe(String(status));
});
