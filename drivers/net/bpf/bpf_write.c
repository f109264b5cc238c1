/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4): packets that programs send.
 */
#include "bpf_private.h"

#include <sys/lwp.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* What has to be known to send, taken down while the interface is there. */
struct sending {
	struct ifnet	*s_ifp;
	struct psref	s_psref;
	struct sockaddr	s_dst;
	u_int		s_dlt;
	u_int		s_hdrlen;	/* goes into the address */
	bool		s_feedback;
};

/*
 * The header that goes in the address and not in the packet.  EIO: packets of
 * this kind of link cannot be written.
 */
static int
prepare_link(struct sending *s, const struct bpf_if *bp)
{

	s->s_dlt = bp->bif_dlt;
	s->s_dst.sa_len = sizeof(s->s_dst);
	s->s_dst.sa_family = AF_UNSPEC;
	switch (s->s_dlt) {
	case DLT_EN10MB:
	case DLT_NULL:
		s->s_hdrlen = bp->bif_linklen;
		break;
	case DLT_RAW:
	case DLT_SLIP:
	case DLT_PPP:
		s->s_hdrlen = 0;
		break;
	default:
		return EIO;
	}
	KASSERT(s->s_hdrlen <= sizeof(s->s_dst.sa_data));
	return 0;
}

static int
prepare(struct bpf_d *d, struct sending *s)
{
	struct bpf_if *bp;
	int error = 0;

	mutex_enter(&bpf_mtx);
	if ((bp = d->bd_bif) == NULL) {
		error = ENXIO;
	} else if ((error = prepare_link(s, bp)) == 0) {
		/* One that is not registered yet, or not any more, is none. */
		s->s_ifp = if_get_byindex(bp->bif_ifp->if_index, &s->s_psref);
		if (s->s_ifp == NULL)
			error = ENXIO;
		KASSERT(s->s_ifp == NULL || s->s_ifp == bp->bif_ifp);
		if (d->bd_hdrcmplt)
			s->s_dst.sa_family = pseudo_AF_HDRCMPLT;
		s->s_feedback = d->bd_feedback;
	}
	mutex_exit(&bpf_mtx);
	return error;
}

/* In one piece if it fits into a cluster, which nearly all do. */
static struct mbuf *
get_packet(size_t len)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);

	if (len > MHLEN && len <= MCLBYTES)
		MCLGET(m, M_WAITOK);
	else if (len > MCLBYTES)
		MEXTMALLOC(m, len, M_WAITOK);
	if (len > MHLEN && (m->m_flags & M_EXT) == 0) {
		m_freem(m);
		return NULL;
	}
	m->m_len = m->m_pkthdr.len = (int)len;
	return m;
}

/* EPERM: the filter of what may be written does not take it. */
static int
may_write(struct bpf_d *d, struct mbuf *m)
{
	const struct bpf_prog *prog;
	int error = 0;

	mutex_enter(&bpf_mtx);
	prog = d->bd_wfilter;
	if (prog != NULL && bpf_filter(prog->bp_insns, mtod(m, u_char *),
	    m->m_pkthdr.len, m->m_len) == 0)
		error = EPERM;
	mutex_exit(&bpf_mtx);
	return error;
}

static int
move_in(struct bpf_d *d, struct sending *s, struct uio *uio, struct mbuf **mp)
{
	const size_t len = uio->uio_resid;
	struct mbuf *m;
	uint32_t af;
	int error;

	if (len < s->s_hdrlen)
		return EINVAL;
	if (len - s->s_hdrlen > atomic_load_relaxed(&s->s_ifp->if_mtu))
		return EMSGSIZE;
	if ((m = get_packet(len)) == NULL)
		return ENOBUFS;
	if ((error = uiomove(mtod(m, void *), len, uio)) != 0 ||
	    (error = may_write(d, m)) != 0) {
		m_freem(m);
		return error;
	}
	if (s->s_dlt == DLT_NULL) {
		/* The family, in the machine's byte order. */
		memcpy(&af, mtod(m, void *), sizeof(af));
		s->s_dst.sa_family = af < AF_MAX ? (sa_family_t)af : AF_UNSPEC;
	} else {
		memcpy(s->s_dst.sa_data, mtod(m, void *), s->s_hdrlen);
	}
	m_adj(m, (int)s->s_hdrlen);
	*mp = m;
	return 0;
}

/* As if it had come in as well; a copy of the whole of it, header and all. */
static struct mbuf *
feedback_copy(const struct sending *s, struct mbuf *m)
{
	struct mbuf *n;

	if (s->s_dlt != DLT_EN10MB)
		return NULL;
	if ((n = m_dup(m, 0, M_COPYALL, M_WAITOK)) == NULL)
		return NULL;
	M_PREPEND(n, (int)s->s_hdrlen, M_WAITOK);
	if (n == NULL)
		return NULL;
	memcpy(mtod(n, void *), s->s_dst.sa_data, s->s_hdrlen);
	m_set_rcvif(n, s->s_ifp);
	return n;
}

static int
send_packet(struct sending *s, struct mbuf *m)
{
	struct mbuf *copy = s->s_feedback ? feedback_copy(s, m) : NULL;
	int error;

	error = if_output_lock(s->s_ifp, s->s_ifp, m, &s->s_dst, NULL);
	if (copy == NULL)
		return error;
	if (error != 0) {
		m_freem(copy);
		return error;
	}
	KERNEL_LOCK_UNLESS_IFP_MPSAFE(s->s_ifp);
	(*atomic_load_relaxed(&s->s_ifp->_if_input))(s->s_ifp, copy);
	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(s->s_ifp);
	return 0;
}

int
bpf_write(struct file *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct bpf_d *d = fp->f_bpf;
	struct sending s = { .s_ifp = NULL };
	const int bound = curlwp_bind();
	struct mbuf *m;
	int error;

	error = prepare(d, &s);
	if (error == 0 && uio->uio_resid != 0 &&
	    (error = move_in(d, &s, uio, &m)) == 0)
		error = send_packet(&s, m);
	if (s.s_ifp != NULL)
		if_put(s.s_ifp, &s.s_psref);
	curlwp_bindx(bound);
	return error;
}
