import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const MIB = 2 ** 20;
const HOT = 60;
const CHUNK = 131_072;

/** A backup reads through everything once and pushes out of the page cache what a busy service reads all the time. */
export const cacheThrash = scenario(
  "cache-thrash",
  {
    summary:
      "a backup fills the page cache with files that nobody reads twice: a service's reads go to the disk",
    tryWith: [
      "-e 'kprobe:vfs_read { @s[tid] = nsecs; } kretprobe:vfs_read /@s[tid]/ { @us[comm] = hist((nsecs - @s[tid]) / 1000); delete(@s[tid]); }'",
      "-e 'tracepoint:filemap:mm_filemap_add_to_page_cache { @added[comm] = count(); } tracepoint:filemap:mm_filemap_delete_from_page_cache { @removed = count(); }'",
      "-e 'tracepoint:block:block_rq_issue { @[comm] = count(); }'",
    ],
    hostName: "files-1",
  },
  (machine) => {
    machine.memory({ totalBytes: 96 * MIB });
    addUsualServices(machine);
    for (let i = 0; i < HOT; i++) machine.file(`/srv/thumbnails/${i}.jpg`, { size: 40_000 + i * 700, uid: 33 });
    for (let i = 0; i < 8; i++) machine.file(`/srv/archive/disk-${i}.img`, { size: 24 * MIB });
    machine.start("/usr/bin/thumbnailer", service, {
      count: 2,
      uid: 33,
      cgroup: "/system.slice/thumbnailer.service",
    });
    machine.start("/usr/bin/tar", backup, { at: "600 ms", nice: 10 });
  },
);

function* service(p: Thread): Code {
  for (;;) {
    yield* p.readFile(`/srv/thumbnails/${p.random().integer(0, HOT - 1)}.jpg`);
    yield* p.compute("300 us");
    yield* p.sleep(Math.round(p.random().exponential(4e6)));
  }
}

function* backup(p: Thread): Code {
  for (;;) {
    for (let i = 0; i < 8; i++) {
      const fd = yield* p.open(`/srv/archive/disk-${i}.img`);
      for (let got = yield* p.read(fd, CHUNK); got > 0; got = yield* p.read(fd, CHUNK)) yield* p.sleep("2 ms");
      yield* p.close(fd);
    }
    yield* p.sleep("1 s");
  }
}
