import type { ChildProcess, StdioOptions } from "node:child_process";
import { spawn } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import {
  checkInput,
  checkOptions,
  either,
  integer,
  listOf,
  type OptionRules,
  TEXT,
  word,
} from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { DEFAULT_PATH } from "./find-binary.ts";
import { splitCommand } from "./split-command.ts";

/** A command that waits before its first instruction, so that it can be traced from there on. */
export type HeldCommand = Readonly<{
  /** Of the command from its first instruction to its end, unless the command line needed a shell: then the shell's. */
  pid: number;
  /** Path of the program that it becomes. */
  program: string;
  /** Lets it run. */
  release(): void;
  exited: Promise<ExitStatus>;
  /** Default signal: SIGTERM. A command that was not released never runs. */
  kill(signal?: NodeJS.Signals): void;
}>;

export type ExitStatus = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

export type SpawnOptions = Readonly<{
  uid?: number;
  gid?: number;
  /** Folders to look for the command, as in $PATH. */
  path?: string;
  /** Its standard input, output and error; default: ours. */
  stdio?: "inherit" | "ignore" | "pipe";
}>;

const USER = integer(0, 0xffff_fffe);
const COMMAND = either(TEXT, listOf(TEXT, "texts"));
const SPAWN_OPTIONS: OptionRules = {
  uid: USER,
  gid: USER,
  path: TEXT,
  stdio: word("inherit", "ignore", "pipe"),
};

// Says that it is there, waits for a line, closes the channel and becomes the command: the same process throughout.
// When we die instead, the line never comes and the command never runs.
const WAIT = 'echo >&3; read -r _ <&3 && exec "$@" 3<&-';

/**
 * Starts a command that waits for `release`. A text is split as a shell does, and handed to a shell where it uses more
 * than quotes. Resolves once it waits. Throws SkepError when there is no such command.
 */
export async function startHeld(
  command: string | readonly string[],
  options: SpawnOptions = {},
): Promise<HeldCommand> {
  checkInput("the command", command, COMMAND);
  checkOptions("startHeld", options, SPAWN_OPTIONS);
  const [name = "", ...args] = wordsOf(command);
  const program = findCommand(name, options.path);
  if (program === undefined)
    throw new SkepError(name === "" ? "the command is empty" : `there is no command \`${name}\``, {
      code: "linux/no-command",
      remedy: "give the path of a program, or the name of one that your shell finds",
    });
  const own = options.stdio ?? "inherit";
  const stdio: StdioOptions = [own, own, own, "pipe"];
  const child = spawn("/bin/sh", ["-c", WAIT, "sh", program, ...args], {
    stdio,
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
  });
  return whenWaiting(child, program);
}

/** The file that a shell would run; a link is not followed, since busybox and python look at what they are called. */
function findCommand(name: string, path = DEFAULT_PATH): string | undefined {
  if (name === "") return undefined;
  const files = name.includes("/") ? [name] : path.split(":").map((folder) => join(folder || ".", name));
  return files.find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function wordsOf(command: string | readonly string[]): readonly string[] {
  if (typeof command !== "string") return command;
  return splitCommand(command) ?? ["/bin/sh", "-c", command];
}

/**
 * Resolves once the shell, which has said that it is there, sleeps in the read(2) that it waits with: between the two it
 * makes system calls of its own, and a tracer that is attached meanwhile would see some of them.
 */
async function asleep(pid: number): Promise<void> {
  for (let looks = 0; isBusy(pid); looks++)
    await new Promise((resolve) => (looks < 16 ? setImmediate(resolve) : setTimeout(resolve, 1)));
}

/** State of a process as the third word of /proc/PID/stat has it (proc(5)); one that cannot be seen is not busy. */
function isBusy(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return /^ [RDZ]/.test(text.slice(text.lastIndexOf(")") + 1));
  } catch {
    return false;
  }
}

function whenWaiting(child: ChildProcess, program: string): Promise<HeldCommand> {
  const channel = child.stdio[3] as Socket;
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  channel.on("error", () => {}); // the command closes its end by starting
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(
        new SkepError("cannot start the command", {
          code: "linux/spawn-failed",
          remedy: "check that /bin/sh exists and that you may run programs as that user",
          cause,
        }),
      ),
    );
    channel.once("data", () => {
      const { pid } = child;
      if (pid === undefined) return;
      const release = () => {
        channel.end("\n");
        channel.unref();
      };
      const held = {
        pid,
        program,
        release,
        exited,
        kill: (signal = "SIGTERM" as NodeJS.Signals) => child.kill(signal),
      };
      void asleep(pid).then(() => resolve(held));
    });
    child.once("exit", (code) =>
      reject(
        new SkepError(`the command ended before it began (exit status ${code})`, {
          code: "linux/spawn-failed",
          remedy: "check that you may run programs as that user",
        }),
      ),
    );
  });
}
