/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel half does for fuzz_bpf.c, called on a virtual CPU.
 */
#ifndef _FUZZ_KF_BPF_H_
#define _FUZZ_KF_BPF_H_

struct kf_insn {	/* struct bpf_insn */
	uint16_t	code;
	uint8_t		jt, jf;
	uint32_t	k;
};

/* Would the kernel run it? */
int	rump_kt_bpf_valid(const struct kf_insn *, int);
/* What it says of a packet: len bytes, of which cap are there, in one buffer
 * (piece 0) or a chain of mbufs with so many bytes each. */
uint32_t rump_kt_bpf_run(const struct kf_insn *, const uint8_t *, unsigned len,
	    unsigned cap, unsigned piece);

#endif /* !_FUZZ_KF_BPF_H_ */
