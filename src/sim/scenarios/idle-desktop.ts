import { interactiveBash } from "../programs/bash.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const HOME = "/home/alice";
const ALICE = 1000;

/** A person's computer when nobody does much: a desktop that draws its clock, a browser that keeps its tabs alive. */
export const idleDesktop = scenario(
  "idle-desktop",
  {
    summary: "a desktop at rest: services, a shell now and then, a browser with open tabs",
    tryWith: [
      "opensnoop",
      "execsnoop",
      "-e 'uretprobe:/bin/bash:readline { printf(\"cmd: %s\\n\", str(retval)); }'",
      "-e 'tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }'",
    ],
    hostName: "desktop",
  },
  (machine) => {
    addUsualServices(machine);
    for (const name of [
      ".bashrc",
      ".profile",
      ".bash_history",
      "notes.txt",
      "Documents/report.odt",
      "Documents/budget.ods",
    ])
      machine.file(`${HOME}/${name}`, { size: 2_000 + name.length * 300, uid: ALICE });
    for (let i = 0; i < 12; i++)
      machine.file(`${HOME}/.cache/browser/entries/${(0xa1b2c3 + i * 7919).toString(16)}`, {
        size: 30_000,
        uid: ALICE,
      });
    machine.start("/usr/bin/gnome-shell", desktop, { uid: ALICE, cgroup: "/user.slice/user-1000.slice" });
    machine.start("/usr/lib/firefox/firefox", browser, {
      uid: ALICE,
      cgroup: "/user.slice/user-1000.slice",
      at: "120 ms",
    });
    machine.start("/usr/bin/bash", terminal, {
      uid: ALICE,
      loginUid: ALICE,
      cgroup: "/user.slice/user-1000.slice",
      at: "150 ms",
    });
  },
);

/** Draws the screen a few times a second, reads the clock's time zone each minute. */
function* desktop(p: Thread): Code {
  for (let frame = 0; ; frame++) {
    yield* p.compute("1.4 ms");
    if (frame % 30 === 0) yield* p.stat("/etc/localtime");
    if (frame % 90 === 7) yield* p.readFile("/proc/meminfo");
    yield* p.sleep("66 ms");
  }
}

/** Its threads wake up for timers; now and then it looks into its cache. */
function* browser(p: Thread): Code {
  yield* p.loadLibraries("libc.so.6", "libm.so.6", "libpthread.so.0");
  for (const name of ["Socket Thread", "Compositor", "Timer"]) yield* p.spawnThread(worker(name));
  const entries = yield* p.readDirectory(`${HOME}/.cache/browser/entries`);
  const names = typeof entries === "number" ? [] : entries;
  for (;;) {
    yield* p.sleep(Math.round(p.random().exponential(400e6)));
    yield* p.compute("3 ms");
    if (names.length > 0) yield* p.readFile(`${HOME}/.cache/browser/entries/${p.random().pick(names)}`);
    if (p.random().chance(0.2)) yield* p.writeFile(`${HOME}/.cache/browser/recovery.js`, 8_192);
  }
}

function worker(name: string) {
  return function* (p: Thread): Code {
    yield* p.setName(name);
    for (;;) {
      yield* p.sleep(Math.round(p.random().exponential(90e6)));
      yield* p.compute("120 us");
    }
  };
}

const COMMANDS = ["ls -l", "cat notes.txt", "grep total Documents/report.odt", "date", "id", "cat todo.txt"];

/** Somebody types a command now and then. */
function* terminal(p: Thread): Code {
  yield* p.chdir(HOME);
  function* lines() {
    yield { text: "ls -l", after: 5e6 };
    for (;;) yield p.random().pick(COMMANDS);
  }
  yield* interactiveBash(p, lines, (thread) => Math.round(thread.random().exponential(700e6)));
}
