/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffers of sockets: a queue of records linked by m_nextpkt, each a chain of
 * mbufs.  A record may begin with an address (MT_SONAME) and control messages
 * (MT_CONTROL).  All of it counts: bytes in sb_cc, memory in sb_mbcnt.
 *
 * The lock of the socket is held in all of these, which do not sleep.  Whoever
 * reads the buffer without it, with SB_LOCK, relies on this: data is only
 * appended, to the last mbuf or behind it.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/uidinfo.h>

#include "net_private.h"

/* kern.sbmax.  It bounds the mbufs of a buffer, too: those of TCP's largest
 * take twice its bytes. */
u_long sb_max = 4 * SB_MAX;

static size_t
mbuf_memory(const struct mbuf *m)
{

	return MSIZE + ((m->m_flags & M_EXT) != 0 ? m->m_ext.ext_size : 0);
}

static void
count_add(struct sockbuf *sb, const struct mbuf *m)
{

	sb->sb_cc += m->m_len;
	sb->sb_mbcnt += mbuf_memory(m);
}

void
sb_count_sub(struct sockbuf *sb, const struct mbuf *m)
{

	KASSERT(sb->sb_cc >= (u_long)m->m_len);
	KASSERT(sb->sb_mbcnt >= mbuf_memory(m));
	sb->sb_cc -= m->m_len;
	sb->sb_mbcnt -= mbuf_memory(m);
}

/* May the buffer have so much? */
static bool
size_ok(u_long cc)
{

	return cc > 0 && cc <= sb_max * MCLBYTES / (MSIZE + MCLBYTES);
}

/* 1: the buffer's limit is cc now; 0: it may not be that. */
int
sbreserve(struct sockbuf *sb, u_long cc, struct socket *so)
{
	rlim_t max = RLIM_INFINITY;

	KASSERT(so->so_pcb == NULL || solocked(so));
	KASSERT(sb->sb_so == so);
	if (!size_ok(cc))
		return 0;
	/* A program is limited; what comes from the network is not. */
	if (so->so_uidinfo != NULL && curproc != &proc0)
		max = curproc->p_rlimit[RLIMIT_SBSIZE].rlim_cur;
	if (so->so_uidinfo != NULL &&
	    !chgsbsize(so->so_uidinfo, &sb->sb_hiwat, cc, max))
		return 0;
	sb->sb_hiwat = cc;
	sb->sb_mbmax = MIN(cc * 2, sb_max);
	if (sb->sb_lowat > (long)sb->sb_hiwat)
		sb->sb_lowat = (long)sb->sb_hiwat;
	return 1;
}

void
sbrelease(struct sockbuf *sb, struct socket *so)
{

	sbflush(sb);
	if (so->so_uidinfo != NULL)
		(void)chgsbsize(so->so_uidinfo, &sb->sb_hiwat, 0,
		    RLIM_INFINITY);
	sb->sb_hiwat = sb->sb_mbmax = 0;
}

int
soreserve(struct socket *so, u_long sndcc, u_long rcvcc)
{

	if (!sbreserve(&so->so_snd, sndcc, so))
		return ENOBUFS;
	if (!sbreserve(&so->so_rcv, rcvcc, so)) {
		sbrelease(&so->so_snd, so);
		return ENOBUFS;
	}
	if (so->so_rcv.sb_lowat == 0)
		so->so_rcv.sb_lowat = 1;
	if (so->so_snd.sb_lowat == 0)
		so->so_snd.sb_lowat = MIN(MCLBYTES, (long)sndcc);
	return 0;
}

/* The data of m0 goes behind n, the last mbuf, or is the first (NULL). */
void
sbcompress(struct sockbuf *sb, struct mbuf *m0, struct mbuf *n)
{
	struct mbuf *m = m0;
	int eor = 0;

	KASSERT(solocked(sb->sb_so));
	while (m != NULL) {
		eor |= m->m_flags & M_EOR;
		/* Not a packet any more. */
		if ((m->m_flags & M_PKTHDR) != 0)
			m_remove_pkthdr(m);
		/* Nothing, or little that fits into the last mbuf. */
		if (m->m_len == 0 && (eor == 0 || n != NULL ||
		    m->m_next != NULL)) {
			m = m_free(m);
			continue;
		}
		if (n != NULL && (n->m_flags & M_EOR) == 0 &&
		    m->m_len <= MCLBYTES / 4 && n->m_type == m->m_type &&
		    m->m_len <= M_TRAILINGSPACE(n)) {
			memcpy(mtod(n, char *) + n->m_len, mtod(m, void *),
			    m->m_len);
			n->m_len += m->m_len;
			sb->sb_cc += m->m_len;
			m = m_free(m);
			continue;
		}
		if (n != NULL)
			n->m_next = m;
		else
			sb->sb_mb = sb->sb_lastrecord = m;
		sb->sb_mbtail = n = m;
		count_add(sb, m);
		m->m_flags &= ~M_EOR;
		m = m->m_next;
		n->m_next = NULL;
	}
	if (eor != 0 && n != NULL)
		n->m_flags |= M_EOR;
}

/* A chain as it is becomes the last record. */
static void
record_add(struct sockbuf *sb, struct mbuf *m0)
{
	struct mbuf *m;

	KASSERT(m0->m_nextpkt == NULL);
	if (sb->sb_lastrecord != NULL)
		sb->sb_lastrecord->m_nextpkt = m0;
	else
		sb->sb_mb = m0;
	sb->sb_lastrecord = m0;
	for (m = m0;; m = m->m_next) {
		count_add(sb, m);
		if (m->m_next == NULL)
			break;
	}
	sb->sb_mbtail = m;
}

void
sbappend(struct sockbuf *sb, struct mbuf *m)
{

	KASSERT(solocked(sb->sb_so));
	if (m == NULL)
		return;
	if (sb->sb_lastrecord != NULL && (sb->sb_mbtail->m_flags & M_EOR) != 0)
		sbappendrecord(sb, m);
	else
		sbcompress(sb, m, sb->sb_mbtail);
}

/* The same for a protocol that has but one record, without control. */
void
sbappendstream(struct sockbuf *sb, struct mbuf *m)
{

	KASSERT(solocked(sb->sb_so));
	KASSERT(m->m_nextpkt == NULL);
	KASSERT(sb->sb_mb == sb->sb_lastrecord);
	sbcompress(sb, m, sb->sb_mbtail);
}

void
sbappendrecord(struct sockbuf *sb, struct mbuf *m0)
{

	KASSERT(solocked(sb->sb_so));
	if (m0 != NULL)
		record_add(sb, m0);
}

/* Does a record begin with out of band data? */
static bool
record_oob_p(const struct mbuf *m)
{

	while (m != NULL && m->m_type != MT_OOBDATA && m->m_type != MT_DATA)
		m = m->m_next;
	return m != NULL && m->m_type == MT_OOBDATA;
}

/* Before all but other such data. */
void
sbinsertoob(struct sockbuf *sb, struct mbuf *m0)
{
	struct mbuf **mp, *m;

	KASSERT(solocked(sb->sb_so));
	if (m0 == NULL)
		return;
	for (mp = &sb->sb_mb; *mp != NULL && record_oob_p(*mp);
	    mp = &(*mp)->m_nextpkt)
		continue;
	if (*mp == NULL) {
		record_add(sb, m0);
		return;
	}
	for (m = m0; m != NULL; m = m->m_next)
		count_add(sb, m);
	m0->m_nextpkt = *mp;
	*mp = m0;
}

/* Control messages, then data, behind the first part of a record. */
static void
record_append(struct sockbuf *sb, struct mbuf *first, struct mbuf *control,
    struct mbuf *m0)
{
	struct mbuf *m;

	if (control != NULL) {
		for (m = control; m->m_next != NULL; m = m->m_next)
			continue;
		m->m_next = m0;
		m0 = control;
	}
	if (first != NULL)
		first->m_next = m0;
	else
		first = m0;
	record_add(sb, first);
}

_Static_assert(MSIZE - sizeof(struct m_hdr) >= UINT8_MAX,
    "any address fits into an mbuf");

static struct mbuf *
name_mbuf(const struct sockaddr *sa)
{
	struct mbuf *m;

	m = m_get(M_DONTWAIT, MT_SONAME);
	if (m == NULL)
		return NULL;
	m->m_len = sa->sa_len;
	memcpy(mtod(m, void *), sa, sa->sa_len);
	return m;
}

int
sbappendaddr(struct sockbuf *sb, const struct sockaddr *asa, struct mbuf *m0,
    struct mbuf *control)
{
	size_t space = asa->sa_len;
	struct mbuf *name;

	KASSERT(solocked(sb->sb_so));
	if (m0 != NULL)
		space += m_length(m0);
	if (control != NULL)
		space += m_length(control);
	if (space > sbspace(sb) || (name = name_mbuf(asa)) == NULL)
		return 0;
	record_append(sb, name, control, m0);
	return 1;
}

int
sbappendcontrol(struct sockbuf *sb, struct mbuf *m0, struct mbuf *control)
{

	KASSERT(solocked(sb->sb_so));
	KASSERT(control != NULL);
	if (m_length(control) + (m0 != NULL ? m_length(m0) : 0) > sbspace(sb))
		return 0;
	record_append(sb, NULL, control, m0);
	return 1;
}

/* After a change at the front: the last record and mbuf, if it was the last. */
void
sb_front_changed(struct sockbuf *sb)
{

	if (sb->sb_mb == NULL) {
		sb->sb_mbtail = NULL;
		sb->sb_lastrecord = NULL;
	} else if (sb->sb_mb->m_nextpkt == NULL)
		sb->sb_lastrecord = sb->sb_mb;
}

/*
 * Take len bytes off the front of the first record; the mbufs that are used
 * up are returned as a chain.  A record of which nothing is left goes.
 */
struct mbuf *
sb_take(struct sockbuf *sb, size_t len)
{
	struct mbuf *head = NULL, **tail = &head, *m = sb->sb_mb, *next;

	KASSERT(solocked(sb->sb_so));
	KASSERT(m != NULL);
	next = m->m_nextpkt;
	while (m != NULL && (size_t)m->m_len <= len) {
		len -= m->m_len;
		sb_count_sub(sb, m);
		m->m_nextpkt = NULL;
		*tail = m;
		tail = &m->m_next;
		m = m->m_next;
	}
	*tail = NULL;
	if (m != NULL) {
		m->m_data += len;
		m->m_len -= len;
		sb->sb_cc -= len;
		m->m_nextpkt = next;
		sb->sb_mb = m;
	} else {
		KASSERT(len == 0);
		sb->sb_mb = next;
	}
	sb_front_changed(sb);
	return head;
}

/* Bytes off the front, over the ends of records. */
void
sbdrop(struct sockbuf *sb, int len)
{
	size_t left = len, n;
	struct mbuf *m;

	KASSERT(solocked(sb->sb_so));
	while (sb->sb_mb != NULL) {
		n = 0;
		for (m = sb->sb_mb; m != NULL && n <= left; m = m->m_next)
			n += m->m_len;
		if (left == 0 && n > 0)
			return;
		n = MIN(n, left);
		m_freem(sb_take(sb, n));
		left -= n;
	}
	if (left != 0)
		panic("sbdrop: more than there is");
}

void
sbdroprecord(struct sockbuf *sb)
{
	struct mbuf *m = sb->sb_mb, *n;

	KASSERT(solocked(sb->sb_so));
	if (m == NULL)
		return;
	sb->sb_mb = m->m_nextpkt;
	for (n = m; n != NULL; n = n->m_next)
		sb_count_sub(sb, n);
	m->m_nextpkt = NULL;
	m_freem(m);
	sb_front_changed(sb);
}

void
sbflush(struct sockbuf *sb)
{

	KASSERT(solocked(sb->sb_so));
	KASSERT((sb->sb_flags & SB_LOCK) == 0);
	while (sb->sb_mb != NULL)
		sbdroprecord(sb);
	KASSERT(sb->sb_cc == 0 && sb->sb_mbcnt == 0);
}

/* A control message; NULL: no memory, or it is too long. */
struct mbuf *
sbcreatecontrol(void *p, int size, int type, int level)
{
	struct cmsghdr *cp;
	struct mbuf *m;

	if (size < 0 || CMSG_SPACE(size) > MCLBYTES)
		return NULL;
	m = CMSG_SPACE(size) > MLEN ? m_getcl(M_DONTWAIT, MT_CONTROL, 0) :
	    m_get(M_DONTWAIT, MT_CONTROL);
	if (m == NULL)
		return NULL;
	cp = mtod(m, struct cmsghdr *);
	memset(cp, 0, CMSG_SPACE(size));
	memcpy(CMSG_DATA(cp), p, size);
	m->m_len = CMSG_SPACE(size);
	cp->cmsg_len = CMSG_LEN(size);
	cp->cmsg_level = level;
	cp->cmsg_type = type;
	return m;
}

/* When: behind the control messages at *mp; returns where more would go. */
struct mbuf **
sbsavetimestamp(int opt, struct mbuf **mp)
{
	struct timeval tv;

	if (!SOOPT_TIMESTAMP(opt))
		return mp;
	microtime(&tv);
	*mp = sbcreatecontrol(&tv, sizeof(tv), SCM_TIMESTAMP, SOL_SOCKET);
	return *mp != NULL ? &(*mp)->m_next : mp;
}

static int
sysctl_kern_sbmax(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	u_long value = sb_max;
	int error;

	node.sysctl_data = &value;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	/* At least a message in a cluster; multiplied above. */
	if (value < MSIZE + MCLBYTES || value > ULONG_MAX / (2 * MCLBYTES))
		return EINVAL;
	sb_max = value;
	return 0;
}

SYSCTL_SETUP(sysctl_kern_sbmax_setup, "kern.sbmax")
{

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT |
	    CTLFLAG_READWRITE, CTLTYPE_LONG, "sbmax",
	    SYSCTL_DESCR("Largest socket buffer"), sysctl_kern_sbmax, 0,
	    NULL, sizeof(u_long), CTL_KERN, KERN_SBMAX, CTL_EOL);
}
