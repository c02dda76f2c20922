import type { MapSpec } from "../abi/map-spec.ts";

/** A packet that is sent as it was at that moment. */
export type Clone = Readonly<{ ifindex: number; ingress: boolean; bytes: Uint8Array }>;

/** What a run did to the world around it, apart from memory: all of it is left to the host. */
export type RunEffects = {
  /** Device, or what a map's entry refers to, that bpf_redirect and the like sent the packet to. */
  redirectedTo?: number;
  /** Where and how it goes there: into the device, to its peer in another namespace, to a neighbour, by a map. */
  redirect?: Readonly<{
    kind: "egress" | "ingress" | "peer" | "neighbour" | "map" | "socket";
    map?: string;
    /** Of bpf_redirect_map: what kind of map, and which entry; `broadcast`: all of them. */
    type?: MapSpec["type"];
    key?: number;
    broadcast?: boolean;
    /** Of sockets: for the reader there, not for its peer. */
    ingress?: boolean;
  }>;
  /** Copies that bpf_clone_redirect sent. */
  clones?: Clone[];
  /** What an iterator printed. */
  output?: Uint8Array;
  /** What bpf_set_retval set. */
  returnValue?: number;
  /** What bpf_override_return wants the probed function to return. */
  overriddenReturn?: bigint;
  /** What bpf_sysctl_set_new_value wants to be written instead. */
  sysctlValue?: string;
  /** Bytes that the verdict on a message also holds for, and that are waited for before the next one. */
  applyBytes?: number;
  corkBytes?: number;
  /** Which events of the TCP connection call the program from now on. */
  callbackFlags?: number;
  /** Options for the header of the TCP segment: bytes that were reserved, and what was written. */
  reservedOptionBytes?: number;
  headerOptions?: Uint8Array;
  /** Socket that the program chose for the packet: its cookie; 0n for none. */
  assignedSocket?: bigint;
};
