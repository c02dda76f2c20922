/** Helpers that the kernel has and this machine does not, and why. A program that calls one is refused at load. */
export const REFUSED_HELPERS: Readonly<Record<string, string>> = {
  bpf_lwt_seg6_store_bytes: "there is no IPv6 segment routing here",
  bpf_lwt_seg6_adjust_srh: "there is no IPv6 segment routing here",
  bpf_lwt_seg6_action: "there is no IPv6 segment routing here",
  bpf_rc_repeat: "there are no remote controls here",
  bpf_rc_keydown: "there are no remote controls here",
  bpf_rc_pointer_rel: "there are no remote controls here",
};
