import { bytes, count, data, duration, ignoring, perform, text, type Verbs } from "./json-fields.ts";

/** Connections, servers, names. Addresses are "HOST:PORT", or a port of the machine itself. */
export const NETWORK_VERBS: Verbs = {
  request: { read: (value, _, at) => byText(value, at, "httpRequest") },
  resolve: { read: (value, _, at) => byText(value, at, "resolve") },
  ping: { read: (value, _, at) => byText(value, at, "ping") },
  connect: {
    also: ["send", "receive", "stay"],
    read: (value, fields, at) => {
      const target = text(value, at);
      const sent = fields["send"] === undefined ? undefined : data(fields["send"], `${at}.send`);
      const wanted = fields["receive"] === undefined ? 0 : bytes(fields["receive"], `${at}.receive`);
      const stay = fields["stay"] === undefined ? 0 : duration(fields["stay"], `${at}.stay`);
      return function* (p) {
        const fd = yield* p.connect(target);
        if (fd < 0) return;
        if (sent !== undefined) yield* p.send(fd, sent);
        for (let got = 0; got < wanted; ) {
          const part = yield* p.recv(fd, wanted - got);
          if (part <= 0) break;
          got += part;
        }
        if (stay > 0) yield* p.sleep(stay);
        yield* p.close(fd);
      };
    },
  },
  listen: {
    also: ["reply", "do"],
    read: (value, fields, at, read) => {
      const port = count(value, at);
      const reply = fields["reply"] === undefined ? 0 : data(fields["reply"], `${at}.reply`);
      const steps = fields["do"] === undefined ? [] : read(fields["do"], `${at}.do`);
      return function* (p) {
        const listener = yield* p.listen(port);
        if (listener < 0) return;
        for (;;) {
          const fd = yield* p.accept(listener);
          if (fd < 0) return;
          yield* p.recv(fd);
          yield* perform(p, steps);
          if (reply !== 0) yield* p.send(fd, reply);
          yield* p.close(fd);
        }
      };
    },
  },
  sendTo: {
    also: ["bytes"],
    read: (value, fields, at) => {
      const target = text(value, at);
      const size = count(fields["bytes"] ?? 64, `${at}.bytes`);
      return function* (p) {
        const fd = yield* p.connect(target, { protocol: "udp" });
        if (fd < 0) return;
        yield* p.send(fd, size);
        yield* p.close(fd);
      };
    },
  },
};

function byText(value: unknown, where: string, call: "httpRequest" | "resolve" | "ping") {
  const given = text(value, where);
  return ignoring((p) => p[call](given));
}
