// Boots a kernel in QEMU and runs one command in it, on a copy of this machine's files that cannot harm them.
import { spawn } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const COMPLAINTS = /BUG:|WARNING: |Oops|Call Trace:|rcu: .*stall|general protection fault/;

/**
 * One processor: under multi-threaded TCG, QEMU 7.2 loses races between one processor's execution and another's
 * patching of code, and a kernel that is being traced patches its code all the time. An old model of one: it takes a
 * fifth less time to emulate than the newest, whose five levels of page tables and guarded accesses cost most.
 */
const QEMU = [
  ..."-M pc -accel tcg -cpu Nehalem -smp 1 -m 2G -nodefaults -no-user-config -display none -no-reboot".split(
    " ",
  ),
  ..."-object memory-backend-memfd,id=memory,size=2G,share=on -numa node,memdev=memory".split(" "),
];
const KERNEL_ARGUMENTS =
  "console=ttyS0 quiet loglevel=5 panic=-1 oops=panic mitigations=off nokaslr tsc=reliable nowatchdog " +
  "rcupdate.rcu_cpu_stall_suppress=1 lsm=landlock,lockdown,yama,bpf";

export const VIRTIOFSD = ["/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd"].find((path) => existsSync(path));

/**
 * Runs `command` (words) under `kernel` (see prepareKernel). Returns its exit status, or undefined with `trouble` when the
 * guest never got that far; `complaints` are the kernel's own warnings. What the command writes to the folder
 * `/run/job/results` is left in `resultsFolder`. With `countInstructions` the guest's clock goes by the instructions that it
 * has run, and jumps where it waits: what is measured with it does not depend on how busy this machine is.
 */
export async function runInGuest(kernel, command, options) {
  const job = mkdtempSync(join(tmpdir(), "skep-guest-"));
  const children = [];
  try {
    writeJob(job, kernel, command, options);
    children.push(...(await shareFiles(job)));
    const qemu = startQemu(job, kernel, options);
    children.push(qemu);
    const end = await follow(qemu, join(job, "share/output"), options);
    const log = readOr(join(job, "console"), "");
    if (options.resultsFolder) copyResults(join(job, "share/results"), options);
    const complaints = log.split("\n").filter((line) => COMPLAINTS.test(line));
    const status = readOr(join(job, "share/status"), undefined);
    if (status !== undefined) return { status: Number(status), complaints, log };
    const lines = log.trimEnd().split("\n").slice(-40).join("\n");
    const why =
      end === "limit" ? `not done after ${options.limitSeconds} s` : "the guest went down without a result";
    return { status: undefined, trouble: `${why}; the end of its console:\n${lines}`, complaints, log };
  } finally {
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    rmSync(job, { recursive: true, force: true });
  }
}

const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

function writeJob(job, kernel, command, { env = {}, cwd = process.cwd() }) {
  const share = join(job, "share");
  mkdirSync(join(share, "results"), { recursive: true });
  mkdirSync(join(job, "host"));
  copyFileSync(join(HERE, "main.sh"), join(share, "main.sh"));
  const path = `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  writeFileSync(join(share, "settings"), `MODULES=${quoted(kernel.modules)}\nHOST_PATH=${quoted(path)}\n`);
  const exported = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const lines = [...exported, `cd ${quoted(cwd)} || exit 126`, `exec ${command.map(quoted).join(" ")}`];
  writeFileSync(join(share, "command"), `${lines.join("\n")}\n`);
  writeFileSync(join(share, "output"), "");
}

// virtiofsd cannot serve a tree read-only, so it gets a mount namespace of its own in which the tree is.
const SHARE_HOST = `
mount --rbind / "$1"
findmnt -Rrno TARGET "$1" | while read -r target; do mount -o remount,bind,ro "$(printf '%b' "$target")" 2>/dev/null; done
exec "$2" --socket-path="$3" -o source="$1",cache=always,sandbox=chroot`;

/** One server for the host's files, one for the job's folder; each serves one guest and ends with it. */
async function shareFiles(job) {
  const unshare = ["-m", "--propagation", "private", "bash", "-c"];
  const log = openSync(join(job, "files.log"), "a");
  const stdio = ["ignore", log, log];
  const sockets = [join(job, "host.sock"), join(job, "job.sock")];
  const servers = [
    spawn("unshare", [...unshare, SHARE_HOST, "-", join(job, "host"), VIRTIOFSD, sockets[0]], { stdio }),
    spawn(
      VIRTIOFSD,
      [`--socket-path=${sockets[1]}`, "-o", `source=${join(job, "share")},cache=none,sandbox=chroot`],
      { stdio },
    ),
  ];
  closeSync(log);
  for (let waited = 0; !sockets.every((socket) => existsSync(socket)); waited += 20) {
    const dead = servers.some((server) => server.exitCode !== null);
    if (dead || waited > 10_000)
      throw new Error(`virtiofsd: ${readOr(join(job, "files.log"), "").slice(-600)}`);
    await sleep(20);
  }
  return servers;
}

function startQemu(job, kernel, { countInstructions = false }) {
  const share = (name) => [
    "-chardev",
    `socket,id=${name},path=${join(job, `${name}.sock`)}`,
    "-device",
    `vhost-user-fs-pci,chardev=${name},tag=${name},queue-size=1024`,
  ];
  const log = openSync(join(job, "qemu.log"), "a");
  const boot = ["-kernel", kernel.image, "-initrd", kernel.initramfs, "-append", KERNEL_ARGUMENTS];
  const clock = countInstructions ? ["-icount", "shift=1,sleep=off"] : []; // 2 ns each
  const args = [
    ...QEMU,
    ...clock,
    ...boot,
    "-serial",
    `file:${join(job, "console")}`,
    ...share("host"),
    ...share("job"),
  ];
  const child = spawn("qemu-system-x86_64", args, { stdio: ["ignore", log, log] });
  closeSync(log);
  return child;
}

/** Hands on what the guest prints until QEMU ends, or the time is up. */
async function follow(qemu, file, { limitSeconds = 300, onOutput }) {
  const ended = new Promise((resolve) => {
    qemu.on("exit", () => resolve("exit"));
    qemu.on("error", () => resolve("exit"));
  });
  const deadline = Date.now() + limitSeconds * 1000;
  const fd = openSync(file, "r");
  const buffer = Buffer.alloc(65_536);
  const pass = () => {
    for (let n = readSync(fd, buffer); n > 0; n = readSync(fd, buffer))
      onOutput?.(Buffer.from(buffer.subarray(0, n)));
  };
  try {
    for (;;) {
      const end = await Promise.race([ended, sleep(200)]);
      pass();
      if (end === "exit") return "exit";
      if (Date.now() > deadline) return "limit";
    }
  } finally {
    closeSync(fd);
  }
}

function copyResults(from, { resultsFolder, results = [] }) {
  mkdirSync(resultsFolder, { recursive: true });
  for (const name of results)
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(resultsFolder, name));
}

function readOr(file, otherwise) {
  return existsSync(file) ? readFileSync(file, "utf8") : otherwise;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
