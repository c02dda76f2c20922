import { expect, test } from "vitest";
import { splitCommand } from "./split-command.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; words: string[] | undefined }>([
  { rule: "words",                        text: "ls -l  /tmp ",        words: ["ls", "-l", "/tmp"] },
  { rule: "single quotes keep all",       text: "echo 'a  $b \\ \"'",  words: ["echo", "a  $b \\ \""] },
  { rule: "double quotes keep spaces",    text: "echo \"a  b\"",       words: ["echo", "a  b"] },
  { rule: "escapes in double quotes",     text: 'echo "a\\"b\\\\c\\d"', words: ["echo", 'a"b\\c\\d'] },
  { rule: "quotes join to one word",      text: "a'b c'\"d\"e",        words: ["ab cde"] },
  { rule: "an empty word",                text: "echo ''",             words: ["echo", ""] },
  { rule: "an escaped space",             text: "a\\ b",               words: ["a b"] },
  { rule: "an assignment later is a word", text: "env A=1",            words: ["env", "A=1"] },
  { rule: "nothing",                      text: "  ",                  words: [] },
  { rule: "a variable needs a shell",     text: "echo $HOME",          words: undefined },
  { rule: "a quoted variable too",        text: 'echo "$HOME"',        words: undefined },
  { rule: "a pipe needs a shell",         text: "ls | wc",             words: undefined },
  { rule: "a wildcard needs a shell",     text: "ls *.c",              words: undefined },
  { rule: "an assignment needs a shell",  text: "A=1 env",             words: undefined },
  { rule: "a home folder needs a shell",  text: "ls ~",                words: undefined },
  { rule: "two lines need a shell",       text: "ls\nls",              words: undefined },
  { rule: "a backslash at the end too",   text: "ls \\",               words: undefined },
])("$rule", ({ text, words }) => {
  expect(splitCommand(text)).toEqual(words);
});

test.each(["echo 'a", 'echo "a'])("a quote that stays open is refused: %s", (text) => {
  expect(() => splitCommand(text)).toThrow(expect.objectContaining({ code: "linux/open-quote" }));
});
