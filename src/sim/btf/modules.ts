/** Kernel modules of the simulated machine, by how the names of their functions begin. */
// biome-ignore format: one module per line
const MODULES: readonly (readonly [module: string, prefixes: string])[] = [
  ["ext4",         "ext4_ __ext4_"],
  ["jbd2",         "jbd2_"],
  ["xfs",          "xfs_"],
  ["btrfs",        "btrfs_"],
  ["nfs",          "nfs_"],
  ["nfsv4",        "nfs4_"],
  ["fuse",         "fuse_"],
  ["overlay",      "ovl_"],
  ["nf_conntrack", "nf_conntrack_ nf_ct_ __nf_conntrack_ __nf_ct_"],
  ["nf_nat",       "nf_nat_"],
  ["nf_tables",    "nft_"],
  ["ip_tables",    "ipt_"],
  ["veth",         "veth_"],
  ["bridge",       "br_"],
  ["vxlan",        "vxlan_"],
  ["tun",          "tun_"],
  ["wireguard",    "wg_"],
  ["virtio_net",   "virtnet_"],
  ["virtio_blk",   "virtblk_ virtio_queue_rq"],
  ["scsi_mod",     "scsi_"],
  ["cls_bpf",      "cls_bpf_"],
  ["sch_fq_codel", "fq_codel_"],
  ["sch_netem",    "netem_"],
  ["sch_htb",      "htb_"],
];

const byPrefix = MODULES.flatMap(([module, prefixes]) =>
  prefixes.split(" ").map((prefix) => ({ module, prefix })),
);

/** The module that a function is part of; undefined for the kernel's own. */
export function moduleOf(name: string): string | undefined {
  return byPrefix.find(({ prefix }) => name.startsWith(prefix))?.module;
}

/** All modules. */
export function moduleNames(): readonly string[] {
  return MODULES.map(([module]) => module);
}
