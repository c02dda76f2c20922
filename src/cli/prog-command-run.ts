import { writeFileSync } from "node:fs";
import { LinuxProgram } from "../linux/program.ts";
import type { ObjectCall } from "./object-command.ts";
import { openOne, takeSelection } from "./object-command-select.ts";
import { numberOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

const RUN_WORDS = ["data_in", "data_out", "ctx_in", "ctx_out", "repeat", "data_size_out", "ctx_size_out"];

/** `prog run PROG data_in FILE …`. */
export function runProgram({ kernel, words, out: output }: ObjectCall): void {
  const { selection, rest } = takeSelection("prog", words);
  const given = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) {
    const [word = "", value] = rest.slice(at);
    if (!RUN_WORDS.includes(word) || value === undefined)
      throw new UsageError(
        `\`${word}\` is not known, or lacks a value`,
        `write one of: ${RUN_WORDS.join(", ")}`,
      );
    given.set(word, value);
  }
  const input = (name: string) => (given.has(name) ? readInput(given.get(name) ?? "") : undefined);
  const data = input("data_in");
  const context = input("ctx_in");
  const count = (name: string) => (given.has(name) ? numberOf(given.get(name) ?? "", name) : undefined);
  const [repeat, dataOutBytes, contextOutBytes] = [
    count("repeat"),
    count("data_size_out"),
    count("ctx_size_out"),
  ];
  using program = new LinuxProgram(kernel, openOne(kernel, "prog", selection), "");
  const result = program.testRun({
    ...(data && { data }),
    ...(context && { context }),
    ...(repeat !== undefined && { repeat }),
    ...(dataOutBytes !== undefined && { dataOutBytes }),
    ...(contextOutBytes !== undefined && { contextOutBytes }),
  });
  const out = (name: string, bytes: Uint8Array) => {
    const path = given.get(name);
    if (path !== undefined && path !== "-") writeFileSync(path, bytes);
    return path === "-" ? [...bytes] : undefined;
  };
  const dataOut = out("data_out", result.data);
  const contextOut = out("ctx_out", result.context);
  if (output.json)
    return output.value({
      data_out: dataOut,
      ctx_out: contextOut,
      retval: result.returned,
      duration: result.durationNs,
    });
  const lines = [dataOut, contextOut].map((bytes) => (bytes ? `${bytes.map(hex).join(" ")}\n` : ""));
  const mean = repeat !== undefined && repeat > 1 ? "on average" : "in all";
  output.text(`${lines.join("")}returned ${result.returned}, ${result.durationNs} ns ${mean}\n`);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
