/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of target "bpf": the machine of bpf(4) with a packet in a
 * buffer or in a chain.
 */
#include "../kern/base/kt.h"

#include <sys/kmem.h>
#include <sys/mbuf.h>

#include <net/bpf.h>

#include "kf_bpf.h"

int
rump_kt_bpf_valid(const struct kf_insn *insns, int n)
{

	return bpf_validate((const void *)insns, n);
}

static struct mbuf *
chain(const uint8_t *pkt, u_int cap, u_int piece)
{
	struct mbuf *first = m_gethdr(M_WAIT, MT_DATA), *m = first;
	u_int off, n;

	first->m_pkthdr.len = (int)cap;
	for (off = 0;; off += n) {
		n = MIN(MIN(cap - off, piece), MHLEN);
		memcpy(mtod(m, char *), pkt + off, n);
		m->m_len = (int)n;
		if (off + n == cap)
			return first;
		m->m_next = m_get(M_WAIT, MT_DATA);
		m = m->m_next;
	}
}

/* The buffer is as long as what is there, so that a byte too far is seen. */
uint32_t
rump_kt_bpf_run(const struct kf_insn *insns, const uint8_t *pkt, unsigned len,
    unsigned cap, unsigned piece)
{
	const struct bpf_insn *prog = (const void *)insns;
	struct mbuf *m;
	uint8_t *buf;
	u_int rv;

	/* Of no bytes at all it would think that it is a chain. */
	if (piece == 0 && cap > 0) {
		buf = kmem_alloc(cap, KM_SLEEP);
		memcpy(buf, pkt, cap);
		rv = bpf_filter(prog, buf, len, cap);
		kmem_free(buf, cap);
		return rv;
	}
	m = chain(pkt, cap, MAX(piece, 1));
	rv = bpf_filter(prog, (const void *)m, len, 0);
	m_freem(m);
	return rv;
}
