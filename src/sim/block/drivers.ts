import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import type { DriverName } from "./disk.ts";
import { alongNow } from "./kernel-path.ts";
import type { Request } from "./request.ts";
import { isWrite, operationOf, REQ_OP } from "./request-flags.ts";

/** What drivers need of a queue; see RequestQueue. */
export type DrivenQueue = Readonly<{
  world: World;
  returned(request: Request): void;
  finish(request: Request, error: number): void;
}>;

/** How requests reach a kind of disk, and how their completion gets back. */
export type Driver = Readonly<{
  /** The kernel function that takes a request from the block layer: blk_mq_ops.queue_rq. */
  queueRequest: string;
  /** The request is on its way to the device. */
  dispatch(world: World, request: Request): void;
  /** The device says that it is done with a request: in an interrupt. */
  interrupt(queue: DrivenQueue, request: Request, error: number): void;
}>;

const IRQ_NS = 1_500;
const SOFTIRQ_NS = 2_200;
const READ_10 = 0x28; // include/scsi/scsi_proto.h, v6.12
const WRITE_10 = 0x2a;
const SYNCHRONIZE_CACHE = 0x35;
const UNMAP = 0x42;
const NVME_OPCODE = { flush: 0, write: 1, read: 2, discard: 9 } as const; // include/linux/nvme.h, v6.12

const SCSI: Driver = {
  queueRequest: "scsi_queue_rq",
  dispatch(world, request) {
    world.hooks.fire("scsi:scsi_dispatch_cmd_start", () => ({
      args: [commandOf(world, request)],
      fields: scsiFields(request),
    }));
    const fn = world.hooks.function("scsi_dispatch_cmd");
    if (fn.active) fn.callNow([commandOf(world, request)], () => 0);
  },
  interrupt(queue, request, error) {
    const { world } = queue;
    const { irq, irqName } = request.disk;
    world.interrupts.irq(irq, irqName, IRQ_NS, () =>
      alongNow(world, [["scsi_done", lazyCommand(world, request)]], () => {
        world.hooks.fire("scsi:scsi_dispatch_cmd_done", () => ({
          args: [commandOf(world, request)],
          fields: { ...scsiFields(request), result: error === 0 ? 0 : 2 },
        }));
        alongNow(world, [["blk_mq_complete_request", request]], () => 0);
      }),
    );
    const path = [["blk_done_softirq"], ["scsi_complete", request], ["scsi_finish_command", null],
      ["scsi_io_completion", null, 0], ["scsi_end_request", request, 0, 0]] as const; // biome-ignore format: a stack
    world.interrupts.softirq("BLOCK", SOFTIRQ_NS, () =>
      alongNow(world, path, () => queue.finish(request, error)),
    );
  },
};

const NVME: Driver = {
  queueRequest: "nvme_queue_rq",
  dispatch(world, request) {
    world.hooks.fire("nvme:nvme_setup_cmd", () => ({
      args: [request, null],
      fields: { ...nvmeFields(request), opcode: nvmeOpcode(request), nsid: 1 },
    }));
  },
  interrupt(queue, request, error) {
    const { world } = queue;
    const { irq, irqName } = request.disk;
    world.interrupts.irq(irq + world.cpu.index, irqName.replace("q1", `q${world.cpu.index + 1}`), IRQ_NS, () =>
      alongNow(
        world,
        [
          ["nvme_irq", irq, null],
          ["nvme_complete_rq", request],
          ["blk_mq_end_request", request, 0],
        ],
        () => {
          world.hooks.fire("nvme:nvme_complete_rq", () => ({
            args: [request],
            fields: { ...nvmeFields(request), status: error === 0 ? 0 : 0x281 },
          }));
          queue.finish(request, error);
        },
      ),
    );
  },
};

const VIRTIO: Driver = {
  queueRequest: "virtio_queue_rq",
  dispatch() {},
  interrupt(queue, request, error) {
    const { world } = queue;
    const { irq, irqName } = request.disk;
    const path = [["vring_interrupt", irq, null], ["virtblk_done", null], ["blk_mq_complete_request", request],
      ["virtblk_request_done", request], ["blk_mq_end_request", request, 0]] as const; // biome-ignore format: a stack
    world.interrupts.irq(irq, irqName, IRQ_NS, () => alongNow(world, path, () => queue.finish(request, error)));
  },
};

/** Each kind of disk. A RAID has no requests of its own: its members have. */
export const DRIVERS: Readonly<Record<DriverName, Driver>> = {
  scsi: SCSI,
  nvme: NVME,
  virtio: VIRTIO,
  md: VIRTIO,
};

function opcodeOf(request: Request): number {
  const op = operationOf(request.flags);
  if (op === REQ_OP.flush) return SYNCHRONIZE_CACHE;
  if (op === REQ_OP.discard) return UNMAP;
  return isWrite(request.flags) ? WRITE_10 : READ_10;
}

function nvmeOpcode(request: Request): number {
  const op = operationOf(request.flags);
  if (op === REQ_OP.flush) return NVME_OPCODE.flush;
  if (op === REQ_OP.discard) return NVME_OPCODE.discard;
  return isWrite(request.flags) ? NVME_OPCODE.write : NVME_OPCODE.read;
}

function nvmeFields(request: Request) {
  return { disk: request.disk.name, ctrl_id: 0, qid: request.disk.world.cpu.index + 1, cid: request.tag };
}

/** A command descriptor block of ten bytes. */
function commandBytes(request: Request): Uint8Array {
  const view = new DataView(new ArrayBuffer(10));
  view.setUint8(0, opcodeOf(request));
  view.setUint32(2, request.sector);
  view.setUint16(7, Math.min(request.sectors, 0xffff));
  return new Uint8Array(view.buffer);
}

function scsiFields(request: Request) {
  const id = (request.disk.whole.number & 0xff) >> 4;
  return {
    host_no: id,
    channel: 0,
    id: 0,
    lun: 0,
    opcode: opcodeOf(request),
    cmd_len: 10,
    driver_tag: request.tag,
    scheduler_tag: -1,
    data_sglen: Math.ceil(request.bytes / 4096),
    prot_sglen: 0,
    prot_op: 0,
    cmnd: commandBytes(request),
  };
}

/** The struct scsi_cmnd of requests, one for each world: only who looks sees it. */
const COMMAND = {
  name: "block.scsi-command",
  make: (world: World) => world.memory.make("scsi_cmnd"),
} satisfies StateKey<World, unknown>;

function commandOf(world: World, request: Request): bigint {
  return world.get(COMMAND).fill({ cmd_len: 10, cmnd: commandBytes(request) }).address;
}

function lazyCommand(world: World, request: Request) {
  return {
    get address() {
      return commandOf(world, request);
    },
  };
}
