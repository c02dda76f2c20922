; XDP: drops IPv6 and passes everything else.
; r1 points to struct xdp_md, which begins with the packet's address and its end, 32 bits each.
r0 = 2                       ; XDP_PASS
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14                     ; the head of an Ethernet frame
if r4 > r3 goto out
r5 = *(u16 *)(r2 + 12)       ; its protocol, in the byte order of the network
if r5 != 0xdd86 goto out
r0 = 1                       ; XDP_DROP
out:
exit
