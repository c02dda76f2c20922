import type { Code } from "../../world/wait.ts";
import { ERRNO } from "../errno.ts";
import type { SocketCall } from "./protocol.ts";

/**
 * Sleeps in the kernel function `name` until `isReady()`: 0, -EINTR, or -EAGAIN after `timeoutNs` (0: no limit). Nobody
 * may have the socket locked.
 */
export function* waitOn(
  call: SocketCall,
  name: string,
  isReady: () => boolean,
  timeoutNs: number,
): Code<number> {
  if (isReady()) return 0;
  const { socket, net } = call;
  const fn = net.trace.function(name);
  const args = [socket.protocol.sk, null, null, null, null, null].slice(0, fn.params ?? 2);
  return yield* fn.call(args, function* (): Code<number> {
    const woken = yield* socket.queue.until(isReady, "S", timeoutNs > 0 ? timeoutNs : undefined);
    if (woken === "signal") return -ERRNO.EINTR;
    return woken === "timeout" ? -ERRNO.EAGAIN : 0;
  });
}
