import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const SPOOL = "/var/spool/mail-queue";
const MAIL = 8;

/** Files that are made, renamed and deleted all the time, and one program that deletes more than it should. */
export const fileChurn = scenario(
  "file-churn",
  {
    summary:
      "a mail queue makes, renames and deletes files; a cleanup script deletes some that are still needed",
    tryWith: [
      "-e 'tracepoint:syscalls:sys_enter_rename { printf(\"%s %s -> %s\\n\", comm, str(args.oldname), str(args.newname)); }'",
      "-e 'tracepoint:syscalls:sys_enter_unlink { printf(\"%s %s\\n\", comm, str(args.pathname)); }'",
      "-e 'tracepoint:syscalls:sys_enter_unlinkat { printf(\"%s %s\\n\", comm, str(args.pathname)); }'",
      "opensnoop -x",
    ],
    hostName: "mail",
  },
  (machine) => {
    addUsualServices(machine);
    for (const folder of ["incoming", "active", "deferred"])
      machine.directory(`${SPOOL}/${folder}`, { uid: MAIL });
    const pickup = { uid: MAIL, cgroup: "/system.slice/mail-queue.service" };
    machine.start("/usr/libexec/mail/receiver", receiver, pickup);
    machine.start("/usr/libexec/mail/queue-manager", manager, { ...pickup, at: "25 ms" });
    machine.start("/usr/local/bin/cleanup", cleanup, { at: "350 ms" });
  },
);

function* receiver(p: Thread): Code {
  for (let id = 0x3f20; ; id++) {
    yield* p.sleep(Math.round(p.random().exponential(9e6)));
    const name = id.toString(16).toUpperCase();
    yield* p.writeFile(`${SPOOL}/incoming/${name}.tmp`, p.random().integer(900, 12_000));
    yield* p.renameFile(`${SPOOL}/incoming/${name}.tmp`, `${SPOOL}/incoming/${name}`);
  }
}

function* manager(p: Thread): Code {
  for (;;) {
    const names = yield* p.readDirectory(`${SPOOL}/incoming`);
    for (const name of typeof names === "number" ? [] : names) {
      if (name.endsWith(".tmp")) continue;
      if ((yield* p.renameFile(`${SPOOL}/incoming/${name}`, `${SPOOL}/active/${name}`)) < 0) continue;
      const size = yield* p.readFile(`${SPOOL}/active/${name}`);
      yield* p.compute("400 us");
      if (size < 0) yield* p.write(2, `lost ${name}\n`);
      else if (p.random().chance(0.1))
        yield* p.renameFile(`${SPOOL}/active/${name}`, `${SPOOL}/deferred/${name}`);
      else yield* p.unlink(`${SPOOL}/active/${name}`);
    }
    yield* p.sleep("20 ms");
  }
}

/** Removes what it takes for leftovers. */
function* cleanup(p: Thread): Code {
  for (;;) {
    for (const folder of ["deferred", "active"]) {
      const names = yield* p.readDirectory(`${SPOOL}/${folder}`);
      for (const name of typeof names === "number" ? [] : names) {
        yield* p.stat(`${SPOOL}/${folder}/${name}`);
        yield* p.unlink(`${SPOOL}/${folder}/${name}`, "unlinkat");
      }
    }
    yield* p.sleep("800 ms");
  }
}
