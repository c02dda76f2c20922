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
  /** Node whose memory the map takes; counts only with the flag numaNode. */
  numaNode?: number;
  /** "byName": shared through a file of the map's name below the pin path, /sys/fs/bpf unless said otherwise. */
  pinning?: "byName";
  /** What stands in the map from the start: maps in maps of maps, programs in program arrays. Both by name. */
  slots?: readonly MapSlot[];
  /** The map is a section of variables: its one value holds them. */
  section?: DataSection;
  /** The map is a variable of a kernel struct of functions (type "structOps"). */
  structOps?: StructOpsValue;
}>;

export type MapSlot = Readonly<{ index: number; name: string }>;

/** "kconfig" holds what the kernel's configuration says; `initial` is filled in when the object is relocated. */
export type DataSectionKind = "data" | "rodata" | "bss" | "kconfig" | "arena";

/** Where an object's variables of one section are. */
export type DataSection = Readonly<{ kind: DataSectionKind; variables: readonly Variable[] }>;

/** `offset` counts bytes from the start of the map's value. `type` is the variable's own type in the object's BTF. */
export type Variable = Readonly<{
  name: string;
  offset: number;
  size: number;
  type?: number;
  /** Static variables may share a name, and other objects do not see them. */
  linkage: "static" | "global" | "weak";
  hidden?: true;
}>;

/** `type` is the struct in the object's BTF; `initial` of the map is the variable's value, laid out by it. */
export type StructOpsValue = Readonly<{
  type: number;
  typeName: string;
  /** Members that are programs: offset in bytes, and the program's name. */
  programs: readonly Readonly<{ offset: number; program: string }>[];
  /** Registered by a link, rather than by writing the map (6.4). */
  link: boolean;
  /** Not created unless asked for. */
  optional?: true;
}>;
