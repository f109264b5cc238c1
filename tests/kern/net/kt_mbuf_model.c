/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_mbuf_model.
 *
 * A slot has a packet, or none, and the bytes it should have.  Each step does
 * one thing to one or two slots, then compares.  Copies go to other slots, so
 * that slots share storage: a write that is seen in another one is found when
 * all are compared.
 */
#include "kmb.h"

void	rump_kt_model_run(unsigned long, int, bool);
void	rump_kt_model_threads(int);

#define	NSLOTS	6
#define	MAXLEN	20000

struct slot {
	struct mbuf	*m;
	int		len;
	uint8_t		flat[MAXLEN];
};

static struct slot slots[NSLOTS];
static uint64_t state;
static bool faults;

static u_int
rnd(u_int n)
{

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return n == 0 ? 0 : (u_int)(state >> 33) % n;
}

/* Mostly small, some of any size. */
static int
rndlen(int max)
{

	if (max <= 0)
		return 0;
	return rnd(3) == 0 ? rnd(max + 1) : rnd(MIN(max, 300) + 1);
}

static uint8_t junk[MAXLEN];

static void
fresh_junk(void)
{
	int i;

	for (i = 0; i < MAXLEN; i++)
		junk[i] = rnd(256);
}

static void
arm(void)
{

	if (faults && rnd(3) == 0)
		rump_fault_alloc = 1 + rnd(3);
}

/* The step is over; true if an allocation failed. */
static bool
disarm(bool armed)
{
	bool failed = armed && rump_fault_alloc == 0;

	rump_fault_alloc = 0;
	return failed;
}

static void
compare(struct slot *s)
{

	kmb_flat(s->m, s->flat, s->len);
}

static void
clear(struct slot *s)
{

	m_freem(s->m);
	s->m = NULL;
	s->len = 0;
}

static void
fill(struct slot *s)
{
	static const char *const kinds = "iiecswx";
	struct mbuf **tail = &s->m, *m, *twin;
	int n = 1 + rnd(6), len, i;
	char kind;

	clear(s);
	for (; n > 0; n--) {
		kind = kinds[rnd(7)];
		len = rndlen(kind == 'i' || kind == 'e' ? MHLEN :
		    kind == 'c' || kind == 's' ? MCLBYTES : 3000);
		m = s->m == NULL ? m_gethdr(M_WAIT, MT_DATA) :
		    m_get(M_WAIT, MT_DATA);
		twin = NULL;
		kmb_piece(m, kind, len, s->len, &twin);
		m_freem(twin);
		*tail = m;
		tail = &m->m_next;
		for (i = 0; i < len; i++)
			s->flat[s->len + i] = kmb_byte(s->len + i);
		s->len += len;
	}
	s->m->m_pkthdr.len = s->len;
}

/* A copy of part of s goes to t. */
static void
op_copy(struct slot *s, struct slot *t)
{
	const int off = rnd(s->len + 1), len = rndlen(s->len - off);
	const bool all = rnd(2) == 0;
	struct mbuf *m;

	if (s == t)
		return;
	clear(t);
	if (all) {
		m = rnd(2) == 0 ? m_copypacket(s->m, M_DONTWAIT) :
		    m_dup(s->m, 0, M_COPYALL, M_DONTWAIT);
		if (m == NULL)
			return;
		t->len = s->len;
		memcpy(t->flat, s->flat, t->len);
	} else {
		m = rnd(3) == 0 ? m_dup(s->m, off, len, M_DONTWAIT) :
		    m_copym(s->m, off, len, M_DONTWAIT);
		if (m == NULL)
			return;
		t->len = len;
		memcpy(t->flat, s->flat + off, len);
	}
	if ((m->m_flags & M_PKTHDR) == 0) {
		struct mbuf *hdr = m_gethdr(M_WAIT, MT_DATA);

		hdr->m_next = m;
		hdr->m_pkthdr.len = t->len;
		m = hdr;
	}
	t->m = m;
}

static void
op_adj(struct slot *s)
{
	const int n = rndlen(s->len);

	if (rnd(2) == 0) {
		m_adj(s->m, n);
		memmove(s->flat, s->flat + n, s->len - n);
	} else
		m_adj(s->m, -n);
	s->len -= n;
}

static void
op_pullup(struct slot *s)
{
	const int n = rndlen(MIN(s->len, MHLEN)), off = rnd(MHLEN - n + 1);

	switch (rnd(3)) {
	case 0:
		if (m_ensure_contig(&s->m, n))
			KT(s->m->m_len >= n);
		break;
	case 1:
		s->m = m_pullup(s->m, n);
		break;
	default:
		s->m = m_copyup(s->m, n, off);
		break;
	}
}

/* With a write of what was pulled. */
static void
op_pulldown(struct slot *s)
{
	const int off = rnd(s->len), len = rndlen(MIN(s->len - off, MCLBYTES));
	int pos = 0;
	struct mbuf *n;

	if (s->len == 0)
		return;
	n = m_pulldown(s->m, off, len, rnd(2) == 0 ? &pos : NULL);
	if (n == NULL) {
		s->m = NULL;
		return;
	}
	KT(pos + len <= n->m_len);
	memcpy(n->m_data + pos, junk, len);
	memcpy(s->flat + off, junk, len);
}

static void
op_split(struct slot *s, struct slot *t)
{
	const int at = rnd(s->len + 1);
	struct mbuf *tail;

	if (s == t)
		return;
	tail = m_split(s->m, at, M_DONTWAIT);
	if (tail == NULL)
		return;
	clear(t);
	t->m = tail;
	t->len = s->len - at;
	memcpy(t->flat, s->flat + at, t->len);
	s->len = at;
}

static void
op_cat(struct slot *s, struct slot *t)
{

	if (s == t || s->len + t->len > MAXLEN)
		return;
	m_remove_pkthdr(t->m);
	m_cat(s->m, t->m);
	memcpy(s->flat + s->len, t->flat, t->len);
	s->len += t->len;
	s->m->m_pkthdr.len = s->len;
	t->m = NULL;
	t->len = 0;
}

static void
op_prepend(struct slot *s)
{
	const int n = rndlen(MIN(MHLEN, MAXLEN - s->len));

	M_PREPEND(s->m, n, M_DONTWAIT);
	if (s->m == NULL)
		return;
	memcpy(s->m->m_data, junk, n);
	memmove(s->flat + n, s->flat, s->len);
	memcpy(s->flat, junk, n);
	s->len += n;
}

static bool
may_write(struct mbuf *m)
{

	for (; m != NULL; m = m->m_next) {
		if (M_READONLY(m))
			return false;
	}
	return true;
}

/* It may come to an end before its end. */
static void
op_copyback(struct slot *s)
{
	const int off = rnd(MIN(s->len + 200, MAXLEN) + 1);
	const int len = rndlen(MIN(MAXLEN - off, 5000));
	int now;

	if (!may_write(s->m))
		return;
	m_copyback(s->m, off, len, junk);
	now = s->m->m_pkthdr.len;
	KT(now >= s->len && now <= MAX(s->len, off + len));
	if (!faults)
		KT_EQ(MAX(s->len, off + len), now);
	if (off > s->len)
		memset(s->flat + s->len, 0, off - s->len);
	memcpy(s->flat + off, junk, len);
	s->len = now;
}

static void
op_append(struct slot *s)
{
	const int n = rndlen(MIN(MAXLEN - s->len, 5000));
	const int done = m_append(s->m, n, junk);
	const int now = s->m->m_pkthdr.len;

	KT(now >= s->len && now <= s->len + n);
	KT_EQ(done, now == s->len + n);
	if (!faults)
		KT_EQ(1, done);
	memcpy(s->flat + s->len, junk, now - s->len);
	s->len = now;
}

static void
op_write(struct slot *s)
{
	const int off = rnd(s->len + 1), len = rndlen(s->len - off);
	const uint8_t *from = junk;

	if (rnd(2) == 0) {
		s->m = m_copyback_cow(s->m, off, len, from, M_DONTWAIT);
		if (s->m == NULL)
			return;
	} else {
		if (m_makewritable(&s->m, off, len, M_DONTWAIT) != 0)
			return;
		m_copyback(s->m, off, len, from);
	}
	memcpy(s->flat + off, junk, len);
}

static void
op_devget(struct slot *s)
{
	const int n = rndlen(9000);

	clear(s);
	s->m = m_devget((char *)junk, n, 0, NULL);
	if (s->m == NULL)
		return;
	memcpy(s->flat, junk, n);
	s->len = n;
}

static void
step(struct slot *s, struct slot *t)
{

	switch (rnd(13)) {
	case 0:
		op_copy(s, t);
		break;
	case 1:
		op_adj(s);
		break;
	case 2:
		op_pullup(s);
		break;
	case 3:
		op_pulldown(s);
		break;
	case 4:
		op_split(s, t);
		break;
	case 5:
		op_cat(s, t);
		break;
	case 6:
		op_prepend(s);
		break;
	case 7:
		op_copyback(s);
		break;
	case 8:
		op_append(s);
		break;
	case 9:
		op_write(s);
		break;
	case 10:
		op_devget(s);
		break;
	case 11:
		(void)m_defrag(s->m, M_DONTWAIT);
		break;
	default:
		op_copy(s, t);
		break;
	}
}

void
rump_kt_model_run(unsigned long seed, int steps, bool withfaults)
{
	struct slot *s, *t;
	int i, j, failures = 0;
	bool armed;
	KMB_BEGIN;

	state = seed;
	faults = withfaults;
	for (i = 0; i < steps; i++) {
		s = &slots[rnd(NSLOTS)];
		t = &slots[rnd(NSLOTS)];
		if (s->m == NULL || rnd(40) == 0)
			fill(s);
		if (t->m == NULL)
			fill(t);
		if (i % 50 == 0)
			fresh_junk();
		arm();
		armed = rump_fault_alloc != 0;
		step(s, t);
		failures += disarm(armed);
		/* Some failures free the packet. */
		if (s->m == NULL)
			s->len = 0;
		if (t->m == NULL)
			t->len = 0;
		for (j = 0; j < NSLOTS; j++)
			compare(&slots[j]);
	}
	KT_EQ(withfaults, failures > 100);
	for (j = 0; j < NSLOTS; j++)
		clear(&slots[j]);
	KMB_END;
}

/*
 * Threads.  Packets are in a table; a thread takes one out, does something
 * with it and puts it or a copy back.  Each packet says in its first byte
 * which it is, so that its bytes are known.
 */
#define	TABLE	16
#define	ROUNDS	2000
#define	PKTLEN	3000

static struct {
	kmutex_t	lock;
	struct mbuf	*table[TABLE];
	u_int		started;
	volatile u_int	handled;
} sh;

static struct mbuf *
packet_make(int id)
{
	struct mbuf *m;
	uint8_t *buf;
	int i;

	buf = kmem_alloc(PKTLEN, KM_SLEEP);
	for (i = 0; i < PKTLEN; i++)
		buf[i] = i == 0 ? id : kmb_byte(id + i);
	m = m_gethdr(M_WAIT, MT_DATA);
	if (id % 2 == 0) {
		kmb_ext(m, PKTLEN);
		m->m_flags |= M_EXT_RW;
	}
	KT_EQ(1, m_append(m, PKTLEN, buf));
	kmem_free(buf, PKTLEN);
	return m;
}

static void
packet_check(struct mbuf *m)
{
	struct mbuf *n;
	int i, at = 0, id = (uint8_t)m->m_data[0];

	for (n = m; n != NULL; n = n->m_next)
		for (i = 0; i < n->m_len; i++, at++)
			KT(at == 0 || (uint8_t)n->m_data[i] ==
			    kmb_byte(id + at));
	KT_EQ(PKTLEN, at);
}

/* It becomes another one. */
static struct mbuf *
packet_rename(struct mbuf *m, int id)
{
	struct mbuf *n;
	int i, at = 0;

	KT_EQ(0, m_makewritable(&m, 0, M_COPYALL, M_WAIT));
	for (n = m; n != NULL; n = n->m_next)
		for (i = 0; i < n->m_len; i++, at++)
			n->m_data[i] = at == 0 ? id : kmb_byte(id + at);
	return m;
}

static struct mbuf *
swap(int slot, struct mbuf *m)
{
	struct mbuf *old;

	mutex_enter(&sh.lock);
	old = sh.table[slot];
	sh.table[slot] = m;
	mutex_exit(&sh.lock);
	return old;
}

static void
worker(void *arg)
{
	uint32_t x = atomic_inc_uint_nv(&sh.started) * 2654435761U;
	struct mbuf *m;
	int i, from, to;

	for (i = 0; i < ROUNDS; i++) {
		x = x * 1664525 + 1013904223;
		from = x >> 28;
		to = (x >> 24) % TABLE;
		m = swap(from, NULL);
		if (m == NULL)
			m = packet_make((x >> 16) % 256);
		packet_check(m);
		switch ((x >> 20) % 4) {
		case 0:
			m_freem(swap(to, m_copypacket(m, M_WAIT)));
			break;
		case 1:
			m = packet_rename(m, (x >> 16) % 256);
			break;
		case 2:
			m = m_pullup(m, 100);
			KT(m != NULL);
			break;
		default:
			m = m_defrag(m, M_WAIT);
			break;
		}
		packet_check(m);
		m_freem(swap(from, m));
		atomic_inc_uint(&sh.handled);
		yield();
	}
	kthread_exit(0);
}

void
rump_kt_model_threads(int n)
{
	struct kt_threads kt;
	int i;
	KMB_BEGIN;

	mutex_init(&sh.lock, MUTEX_DEFAULT, IPL_NONE);
	kt_start(&kt, n, worker, NULL);
	kt_join(&kt);
	KT_EQ(n * ROUNDS, sh.handled);
	for (i = 0; i < TABLE; i++) {
		struct mbuf *m = swap(i, NULL);

		if (m == NULL)
			continue;
		packet_check(m);
		m_freem(m);
	}
	mutex_destroy(&sh.lock);
	KMB_END;
}
