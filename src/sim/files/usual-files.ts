import { LOAD_AVERAGES } from "../world/load-averages.ts";
import { deviceNumber } from "./devices.ts";
import type { Vfs } from "./vfs.ts";

const USERS = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
postgres:x:114:120:PostgreSQL:/var/lib/postgresql:/bin/bash
alice:x:1000:1000:Alice:/home/alice:/bin/bash
bob:x:1001:1001:Bob:/home/bob:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

/** Text files that programs read before they do anything else. */
const TEXTS: Readonly<Record<string, string>> = {
  "/etc/passwd": USERS,
  "/etc/group": "root:x:0:\nwww-data:x:33:\npostgres:x:120:\nalice:x:1000:\nbob:x:1001:\nnogroup:x:65534:\n",
  "/etc/hosts": "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n",
  "/etc/resolv.conf": "nameserver 10.0.0.2\nsearch example.internal\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "/etc/host.conf": "multi on\n",
  "/etc/localtime": "TZif2 UTC\n",
  "/etc/os-release": 'NAME="Simulated Linux"\nID=sim\nVERSION_ID="1"\n',
  "/etc/ld.so.preload": "",
  "/etc/shells": "/bin/sh\n/bin/bash\n",
  "/etc/profile": "PATH=/usr/local/bin:/usr/bin:/bin\n",
  "/etc/crontab": "17 * * * * root run-parts /etc/cron.hourly\n",
  "/etc/services": "http 80/tcp\nhttps 443/tcp\npostgresql 5432/tcp\n",
};

/** Files of which only the size matters. */
const SIZES: Readonly<Record<string, number>> = {
  "/etc/ld.so.cache": 28_116,
  "/etc/shadow": 1_024,
  "/etc/sudoers": 1_671,
  "/etc/ssh/sshd_config": 3_264,
  "/etc/ssl/certs/ca-certificates.crt": 213_777,
  "/usr/lib/x86_64-linux-gnu/libc.so.6": 1_926_256,
  "/usr/lib/x86_64-linux-gnu/libm.so.6": 911_880,
  "/usr/lib/x86_64-linux-gnu/libpthread.so.0": 14_480,
  "/usr/lib/x86_64-linux-gnu/libselinux.so.1": 174_312,
  "/usr/lib/x86_64-linux-gnu/libz.so.1": 121_280,
  "/usr/lib/locale/locale-archive": 3_052_896,
  "/usr/lib/locale/C.utf8/LC_CTYPE": 353_616,
  "/usr/share/zoneinfo/UTC": 114,
  "/var/log/syslog": 1_482_330,
  "/var/log/auth.log": 98_212,
};

const HOMES: Readonly<Record<string, number>> = {
  "/home/alice": 1000,
  "/home/bob": 1001,
  "/var/lib/postgresql": 114,
  "/var/www": 33,
};

/** What every machine has before a scenario adds to it: directories, file systems without a disk, files of /etc. */
export function addUsualFiles(vfs: Vfs): void {
  const directories = [
    "/boot", "/etc", "/home", "/mnt", "/opt", "/root", "/sbin", "/srv", "/usr/bin", "/usr/lib", "/usr/local/bin",
    "/usr/sbin", "/usr/share", "/var/cache", "/var/lib", "/var/log", "/var/spool", "/var/tmp",
  ]; // biome-ignore format: one list
  for (const path of directories) vfs.makeDirectory(path);
  for (const [path, uid] of Object.entries(HOMES)) vfs.makeDirectory(path, { uid });
  for (const [path, text] of Object.entries(TEXTS)) vfs.addFile(path, text);
  for (const [path, size] of Object.entries(SIZES)) vfs.addFile(path, { size });
  vfs.addFile("/lib", { kind: "symlink", target: "usr/lib" });
  vfs.addFile("/bin", { kind: "symlink", target: "usr/bin" });
  vfs.mount({ at: "/proc", type: "proc" });
  vfs.mount({ at: "/sys", type: "sysfs" });
  vfs.mount({ at: "/sys/fs/cgroup", type: "cgroup2" });
  vfs.mount({ at: "/dev", type: "devtmpfs", source: "udev" });
  vfs.mount({ at: "/run", type: "tmpfs" });
  vfs.mount({ at: "/tmp", type: "tmpfs" });
  const tmp = vfs.find("/tmp")?.dentry.inode;
  tmp?.setMode(0o1777);
  addDevices(vfs);
  addProc(vfs);
}

function addDevices(vfs: Vfs): void {
  const numbers: Readonly<Record<string, number>> = {
    null: deviceNumber(1, 3), zero: deviceNumber(1, 5), full: deviceNumber(1, 7), random: deviceNumber(1, 8), urandom: deviceNumber(1, 9),
    tty: deviceNumber(5, 0), console: deviceNumber(5, 1), "pts/0": deviceNumber(136, 0),
  }; // biome-ignore format: one table
  for (const [name, number] of Object.entries(numbers))
    vfs.addFile(`/dev/${name}`, { kind: "char", mode: 0o666, device: number });
}

function addProc(vfs: Vfs): void {
  const { world } = vfs;
  const generated: Readonly<Record<string, () => string>> = {
    uptime: () => `${(world.nowNs / 1e9).toFixed(2)} ${((world.nowNs / 1e9) * world.cpus.length).toFixed(2)}\n`,
    loadavg: () =>
      `${LOAD_AVERAGES.join(" ")} 1/${world.processes.all.length} ${world.processes.all.at(-1)?.pid ?? 1}\n`,
    version: () => "Linux version 6.12.0-sim\n",
    stat: () => `cpu 0 0 0 0 0 0 0 0 0 0\nbtime ${world.bootTimeNs / 1_000_000_000n}\n`,
    cpuinfo: () => world.cpus.map(({ index }) => `processor\t: ${index}\nmodel name\t: Simulated\n\n`).join(""),
    filesystems: () => "nodev\tproc\nnodev\ttmpfs\n\text4\n\txfs\n",
    mounts: () =>
      vfs.mounts
        .map(({ source, at, sb }) => `${source} ${at?.dentry.pathInFileSystem ?? "/"} ${sb.kind.name} rw 0 0\n`)
        .join(""),
    "sys/kernel/osrelease": () => "6.12.0-sim\n",
    "sys/kernel/hostname": () => `${world.hostName}\n`,
  };
  for (const [name, generate] of Object.entries(generated)) vfs.addFile(`/proc/${name}`, { generate });
  vfs.addFile("/proc/self/status", {
    generate: (reader) => `Name:\t${reader?.comm ?? ""}\nPid:\t${reader?.tgid ?? 0}\n`,
  });
}
