import { DESCRIPTORS } from "../../files/descriptors.ts";
import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import { NETWORK } from "../machine-net.ts";
import { LEVEL, readOption, writeOption } from "../socket/options.ts";
import { NET_CALLS } from "./net-functions.ts";
import { socketOf } from "./new-socket.ts";

const OPTION_NS = 250;

/** setsockopt(2): 0 or -errno. */
export function setsockopt(
  task: Task,
  fd: number,
  level: number,
  name: number,
  value: number | Uint8Array = 1,
): Code<number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const bytes = typeof value === "number" ? new Uint8Array(Int32Array.of(value).buffer) : value;
  const address = task.userBytes(bytes);
  return world
    .get(NET_CALLS)
    .get("setsockopt")
    .run(task, [fd, level, name, address, bytes.length], function* () {
      yield* world.compute(OPTION_NS);
      const socket = socketOf(task.process.get(DESCRIPTORS).get(fd));
      if (socket === undefined) return -ERRNO.ENOTSOCK;
      const refused = net.security("socket_setsockopt", [socket, level, name]);
      if (refused !== 0) return refused;
      const wanted = net.programs.setsockopt(socket.protocol.sk, { level, name, bytes });
      if (typeof wanted === "number") return wanted;
      const fn = net.trace.function(level === LEVEL.tcp ? "do_tcp_setsockopt" : "sk_setsockopt");
      const args = [socket.protocol.sk, level, name, address, 0, wanted.bytes.length].slice(0, fn.params ?? 5);
      return fn.callNow(args, () => {
        return writeOption(socket.protocol.sk, wanted.level, wanted.name, wanted.bytes)
          ? 0
          : -ERRNO.ENOPROTOOPT;
      });
    });
}

/** getsockopt(2): the value's bytes, or -errno. */
export function* getsockopt(
  task: Task,
  fd: number,
  level: number,
  name: number,
  most = 256,
): Code<Uint8Array | number> {
  const { world } = task;
  const net = world.get(NETWORK);
  const place = task.userBuffer(most + 4);
  let value = new Uint8Array(0);
  const status = yield* world
    .get(NET_CALLS)
    .get("getsockopt")
    .run(task, [fd, level, name, place, place + most], function* () {
      yield* world.compute(OPTION_NS);
      const socket = socketOf(task.process.get(DESCRIPTORS).get(fd));
      if (socket === undefined) return -ERRNO.ENOTSOCK;
      const { sk } = socket.protocol;
      const found = readOption(sk, level, name);
      const status = found === undefined ? -ERRNO.ENOPROTOOPT : 0;
      const answer = net.programs.getsockopt(sk, { level, name, bytes: found ?? new Uint8Array(0) }, status);
      if (typeof answer === "number") return answer;
      value = answer.bytes.slice(0, most);
      task.process.memory?.write(place, value);
      return 0;
    });
  return status < 0 ? status : value;
}
