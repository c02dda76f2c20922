import { POLL } from "../../sync/poll.ts";
import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import { FAMILY, SOCK_TYPE } from "../socket/families.ts";
import { recvfromCall, sendtoCall, socketCall } from "./socket-calls.ts";

const DATA_BYTES = 56;
const ANSWER_BYTES = 192;

/** Sends one echo request, as ping(8) does: nanoseconds until the answer, or -errno; -ETIMEDOUT after `timeoutNs`. */
export function* ping(task: Task, host: string, timeoutNs = 1_000_000_000): Code<number> {
  const { thread: p } = task;
  const addresses = yield* p.resolve(host);
  if (typeof addresses === "number") return addresses;
  const [address] = addresses;
  if (address === undefined) return -ERRNO.ENOENT;
  const isV6 = address.version === 6;
  const fd = yield* socketCall(task, isV6 ? FAMILY.inet6 : FAMILY.inet, SOCK_TYPE.dgram, isV6 ? 58 : 1);
  if (fd < 0) return fd;
  const message = new Uint8Array(8 + DATA_BYTES);
  message[0] = isV6 ? 128 : 8;
  message[7] = 1;
  const startNs = task.world.nowNs;
  const sent = yield* sendtoCall(task, fd, task.userBytes(message), message.length, {
    kind: "inet",
    address,
    port: 0,
  });
  let result = sent;
  if (sent >= 0) {
    const ready = yield* p.poll([{ fd, events: POLL.in }], timeoutNs);
    if (typeof ready === "number") result = ready;
    else if (ready.length === 0) result = -ERRNO.ETIMEDOUT;
    else {
      const { count } = yield* recvfromCall(task, fd, task.userBuffer(ANSWER_BYTES), ANSWER_BYTES);
      result = count < 0 ? count : task.world.nowNs - startNs;
    }
  }
  yield* p.close(fd);
  return result;
}
