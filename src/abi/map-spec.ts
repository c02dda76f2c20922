/** Map types by the field's standard words; numbers are in map-types.ts. */
export type MapType =
  | "hash"
  | "array"
  | "progArray"
  | "perfEventArray"
  | "percpuHash"
  | "percpuArray"
  | "stackTrace"
  | "cgroupArray"
  | "lruHash"
  | "lruPercpuHash"
  | "lpmTrie"
  | "arrayOfMaps"
  | "hashOfMaps"
  | "devmap"
  | "sockmap"
  | "cpumap"
  | "xskmap"
  | "sockhash"
  | "cgroupStorage"
  | "reuseportSockarray"
  | "percpuCgroupStorage"
  | "queue"
  | "stack"
  | "skStorage"
  | "devmapHash"
  | "structOps"
  | "ringbuf"
  | "inodeStorage"
  | "taskStorage"
  | "bloomFilter"
  | "userRingbuf"
  | "cgrpStorage"
  | "arena";

/** A map as an object declares it; the same on every machine. Sizes in bytes. */
export type MapSpec = Readonly<{
  name: string;
  type: MapType;
  keySize: number;
  valueSize: number; // per CPU for per-CPU maps
  maxEntries: number; // ring buffer: bytes, a power of two and a multiple of the page size
  flags: number; // BPF_F_*
  /** Ids in the object's BTF, for printing and for maps whose values hold special fields. */
  btfKey?: number;
  btfValue?: number;
  /** First value of an array map, written before programs run. */
  initial?: Uint8Array;
  /** Frozen after `initial` is written: programs and user space can only read. */
  readOnly?: boolean;
  /** The shape of the inner maps of arrayOfMaps and hashOfMaps. */
  inner?: MapSpec;
  mapExtra?: bigint;
}>;
