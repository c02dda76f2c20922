import { scenario } from "skep/sim";

const SPOOL = "/var/spool/queue";

export const mailQueue = scenario("mail-queue", { summary: "mails come, are looked at and go" }, (machine) => {
  machine.directory(SPOOL, { uid: 33 });
  machine.host({
    address: "198.51.100.25",
    names: ["mx.example.org"],
    tcp: { 25: { kind: "reply", bytes: 60 } },
  });
  machine.program("/usr/bin/filter", () => filter, {
    functions: ["_start", "main", "classify"],
    libraries: ["/usr/lib/x86_64-linux-gnu/libc.so.6"],
    usdt: [{ provider: "filter", name: "verdict", args: [8, 4] }],
  });
  machine.start("/usr/bin/receiver", receiver, { uid: 33, cgroup: "/system.slice/mail.service" });
  machine.start("/usr/bin/filter", undefined, { uid: 33, at: "20 ms", cgroup: "/system.slice/mail.service" });
});

function* receiver(p) {
  for (let id = 1; ; id++) {
    yield* p.sleep(Math.round(p.random().exponential(20e6)));
    yield* p.writeFile(`${SPOOL}/${id}`, p.random().integer(500, 9_000));
  }
}

function* filter(p) {
  for (;;) {
    const names = yield* p.readDirectory(SPOOL);
    for (const name of typeof names === "number" ? [] : names) yield* pass(p, name);
    yield* p.sleep("30 ms");
  }
}

function* pass(p, name) {
  yield* p.enter("classify", [p.task.userText(name)], function* () {
    const bytes = yield* p.readFile(`${SPOOL}/${name}`);
    yield* p.compute("300 us");
    p.usdt("filter", "verdict", () => [p.task.userText(name), bytes > 6_000 ? 1 : 0]);
    return bytes;
  });
  const fd = yield* p.connect("mx.example.org:25");
  if (fd >= 0) {
    yield* p.send(fd, 200);
    yield* p.recv(fd);
    yield* p.close(fd);
  }
  yield* p.unlink(`${SPOOL}/${name}`);
}
