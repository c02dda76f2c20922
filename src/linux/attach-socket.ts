import type { AttachSpec, SockmapHook } from "../abi/attach-spec.ts";
import type { AttachType } from "../abi/attach-types.ts";
import { type AttachScene, refused } from "./attach-context.ts";
import { type Attachment, noAttachment } from "./attachments.ts";
import { ERRNO } from "./errno.ts";
import { attachProgram, createLink, directAttachment } from "./link-create.ts";
import { openNetns } from "./netns.ts";
import { duplicate, openFile } from "./open-file.ts";

type Of<K extends AttachSpec["kind"]> = Extract<AttachSpec, { kind: K }>;

const SOCKMAP_TYPES: Readonly<Record<SockmapHook, AttachType>> = {
  message: "skMsgVerdict",
  streamParser: "skSkbStreamParser",
  streamVerdict: "skSkbStreamVerdict",
  verdict: "skSkbVerdict",
};
const SOCKMAP_LINKS_SINCE = (6 << 16) | (10 << 8);

/** Makes a program run for the sockets of a map: by a link (6.10), else attached to the map itself. */
export function attachToSockmap(scene: AttachScene, attach: Of<"sockmap">): Attachment {
  const { kernel, machine } = scene.context;
  const program = scene.program.fd;
  const target = scene.map(attach.map).fd.number;
  const attachType = SOCKMAP_TYPES[attach.hook];
  const link = createLink(kernel, { program, target, attachType });
  if (link >= 0) return { ...noAttachment(), links: [link] };
  if (machine.kernelVersion >= SOCKMAP_LINKS_SINCE && link !== -ERRNO.EINVAL)
    throw refused(scene, attach, "BPF_LINK_CREATE", link, sockmapRemedy(link));
  const direct = { program, target, attachType };
  const result = attachProgram(kernel, direct);
  if (result < 0) throw refused(scene, attach, "BPF_PROG_ATTACH", result, sockmapRemedy(result));
  scene.note("this kernel has no links for socket maps (6.10), so the program is attached to the map itself");
  return directAttachment(kernel, direct);
}

function sockmapRemedy(errno: number): string | undefined {
  if (errno === -ERRNO.EBUSY) return "the map has such a program already; detach it first";
  if (errno === -ERRNO.EOPNOTSUPP || errno === -ERRNO.EINVAL)
    return "message programs are for maps of type sockmap or sockhash; a parser takes CONFIG_BPF_STREAM_PARSER, and a map has one kind of verdict only";
  return undefined;
}

/** Attaches to a network namespace. */
export function attachToNetns(scene: AttachScene, attach: Of<"skLookup" | "flowDissector">): Attachment {
  const { kernel } = scene.context;
  using netns = openNetns(kernel, attach.netns);
  const link = createLink(kernel, {
    program: scene.program.fd,
    target: netns.number,
    attachType: attach.kind,
  });
  if (link >= 0) return { ...noAttachment(), links: [link] };
  throw refused(scene, attach, "BPF_LINK_CREATE", link, netnsRemedy(attach.kind, link));
}

// biome-ignore format: one remedy per line
function netnsRemedy(kind: "skLookup" | "flowDissector", errno: number): string | undefined {
  switch (-errno) {
    case ERRNO.EEXIST: return "the machine's first namespace has a flow dissector, which serves all; detach it: skep net list shows it";
    case ERRNO.E2BIG: return kind === "skLookup" ? "a namespace takes at most 64 socket lookup programs; detach one" : "the namespace has a flow dissector already; detach it: skep net list shows it";
    case ERRNO.EINVAL: return kind === "skLookup" ? "socket lookup programs need Linux 5.9" : "links for flow dissectors need Linux 5.8";
    default: return undefined;
  }
}

// Source: include/uapi/asm-generic/socket.h, v6.12; the same on x86-64 and ARM64.
const SOL_SOCKET = 1;
const SO_DETACH_FILTER = 27;
const SO_ATTACH_BPF = 50;
const SO_ATTACH_REUSEPORT_EBPF = 52;
const SO_DETACH_REUSEPORT_BPF = 68;

/** Attaches to one socket; the program leaves with the socket, or when detached. */
export function attachToSocket(scene: AttachScene, attach: Of<"socketFilter" | "skReuseport">): Attachment {
  const { kernel } = scene.context;
  const [set, clear] =
    attach.kind === "socketFilter"
      ? [SO_ATTACH_BPF, SO_DETACH_FILTER]
      : [SO_ATTACH_REUSEPORT_EBPF, SO_DETACH_REUSEPORT_BPF];
  const program = new Uint8Array(Uint32Array.of(scene.program.fd.number).buffer);
  const result = kernel.call("setsockopt", attach.socket, SOL_SOCKET, set, program, program.length);
  if (result < 0) throw refused(scene, attach, "setsockopt", result, socketRemedy(attach.kind, result));
  const socket = duplicate(kernel, attach.socket);
  const undo = () => {
    kernel.call("setsockopt", socket.number, SOL_SOCKET, clear, new Uint8Array(4), 4);
    socket.close();
  };
  return { ...noAttachment(), undo: [undo] };
}

function socketRemedy(kind: "socketFilter" | "skReuseport", errno: number): string | undefined {
  if (errno === -ERRNO.EINVAL && kind === "skReuseport")
    return "bind the socket with SO_REUSEPORT first, and load a program of section sk_reuseport";
  if (errno === -ERRNO.EBADF || errno === -ERRNO.ENOTSOCK) return "give the descriptor of an open socket";
  if (errno === -ERRNO.EPERM) return "the socket's filter is locked (SO_LOCK_FILTER); use another socket";
  return undefined;
}

/** Attaches to an infrared receiver. */
export function attachToLirc(scene: AttachScene, attach: Of<"lirc">): Attachment {
  const { kernel } = scene.context;
  using device = openFile(kernel, attach.device, {
    code: "linux/no-device",
    remedy: "give an infrared receiver: ls /dev/lirc*",
  });
  const direct = { program: scene.program.fd, target: device.number, attachType: "lircMode2" } as const;
  const result = attachProgram(kernel, direct);
  if (result < 0) throw refused(scene, attach, "BPF_PROG_ATTACH", result);
  return directAttachment(kernel, direct);
}
