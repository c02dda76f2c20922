import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const FOLDERS = ["/etc/inventory", "/usr/local/etc/inventory", "/opt/inventory/etc", "/home/alice/.config/inventory", "/srv/inventory"]; // biome-ignore format: one list
const FILES = ["inventory.toml", "inventory.d/limits.toml", "secrets.toml", "locale/en.toml"];

/** A service that does not start: it looks for its configuration, finds the wrong file and may not read another. */
export const configSearch = scenario(
  "config-search",
  {
    summary: "a service starts, fails to open its configuration and is started again: which file does it want?",
    tryWith: [
      "opensnoop -x",
      "opensnoop -n inventory",
      "-e 'tracepoint:syscalls:sys_exit_openat /args.ret < 0/ { @[comm, args.ret] = count(); }'",
    ],
    hostName: "app-3",
  },
  (machine) => {
    addUsualServices(machine);
    machine.file("/opt/inventory/etc/inventory.toml", 'listen = "0.0.0.0:8080"\n');
    machine.file("/etc/inventory/secrets.toml", { size: 300, uid: 0, mode: 0o600 });
    machine.start("/usr/lib/systemd/systemd-executor", supervisor, { comm: "systemd", at: "20 ms" });
    machine.program("/usr/bin/inventory", () => inventory);
  },
);

/** Starts the service again whenever it has ended. */
function* supervisor(p: Thread): Code {
  for (;;) {
    const pid = yield* p.fork(function* (child) {
      yield* child.setuid(33);
      yield* child.exec("/usr/bin/inventory", ["inventory", "--serve"]);
      return 203;
    });
    yield* p.wait(pid);
    yield* p.sleep("250 ms");
  }
}

function* inventory(p: Thread): Code<number> {
  yield* p.loadLibraries("libm.so.6", "libc.so.6");
  for (const file of FILES) {
    const found = yield* search(p, file);
    if (found === undefined && file === "secrets.toml") {
      yield* p.write(2, "inventory: cannot read secrets.toml\n");
      return 78;
    }
  }
  return 0;
}

function* search(p: Thread, name: string): Code<string | undefined> {
  for (const folder of FOLDERS) {
    const size = yield* p.readFile(`${folder}/${name}`);
    yield* p.compute("60 us");
    if (size >= 0) return `${folder}/${name}`;
  }
  return undefined;
}
