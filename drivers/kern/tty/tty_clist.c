/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_clist.c: rings of characters.  Each character may have a mark, quoted,
 * in a bitmap beside the ring.  The lock of the terminal covers them; nothing
 * here sleeps but clalloc().
 */
#include "tty_private.h"

#include <sys/kmem.h>

static size_t
quote_bytes(int size)
{

	return howmany(size, NBBY);
}

int
clalloc(struct clist *q, int size, int quot)
{

	KASSERT(size > 0);
	q->c_cs = kmem_zalloc(size, KM_SLEEP);
	q->c_cq = quot ? kmem_zalloc(quote_bytes(size), KM_SLEEP) : NULL;
	q->c_ce = q->c_cs + size;
	q->c_cf = q->c_cl = q->c_cs;
	q->c_cn = size;
	q->c_cc = 0;
	return 0;
}

void
clfree(struct clist *q)
{

	if (q->c_cs == NULL)
		return;
	kmem_free(q->c_cs, q->c_cn);
	if (q->c_cq != NULL)
		kmem_free(q->c_cq, quote_bytes(q->c_cn));
	memset(q, 0, sizeof(*q));
}

static bool
ring_sane(const struct clist *q)
{
	const int n = q->c_cl - q->c_cf;

	return q->c_cf >= q->c_cs && q->c_cf < q->c_ce &&
	    q->c_cl >= q->c_cs && q->c_cl < q->c_ce &&
	    (n == q->c_cc || n + q->c_cn == q->c_cc) &&
	    q->c_cc >= 0 && q->c_cc <= q->c_cn;
}

/* Move a pointer within the ring; n is less than its size. */
static u_char *
ring_add(const struct clist *q, u_char *p, int n)
{

	p += n;
	return p >= q->c_ce ? p - q->c_cn : p;
}

static void
quote_set(struct clist *q, const u_char *p, bool quoted)
{
	const int i = p - q->c_cs;

	if (q->c_cq == NULL)
		return;
	if (quoted)
		setbit(q->c_cq, i);
	else
		clrbit(q->c_cq, i);
}

static int
ring_at(const struct clist *q, const u_char *p)
{

	return *p | (q->c_cq != NULL && isset(q->c_cq, p - q->c_cs) ?
	    TTY_QUOTE : 0);
}

int
getc(struct clist *q)
{
	int c;

	KASSERT(ring_sane(q));
	if (q->c_cc == 0)
		return -1;
	c = ring_at(q, q->c_cf);
	q->c_cf = ring_add(q, q->c_cf, 1);
	q->c_cc--;
	return c;
}

int
putc(int c, struct clist *q)
{

	KASSERT(ring_sane(q));
	if (q->c_cc == q->c_cn)
		return -1;
	*q->c_cl = c & TTY_CHARMASK;
	quote_set(q, q->c_cl, (c & TTY_QUOTE) != 0);
	q->c_cl = ring_add(q, q->c_cl, 1);
	q->c_cc++;
	return 0;
}

int
unputc(struct clist *q)
{

	KASSERT(ring_sane(q));
	if (q->c_cc == 0)
		return -1;
	q->c_cl = ring_add(q, q->c_cl, q->c_cn - 1);
	q->c_cc--;
	return ring_at(q, q->c_cl);
}

/* Characters in one piece at the front. */
static int
front_run(const struct clist *q)
{

	return MIN(q->c_cc, q->c_ce - q->c_cf);
}

int
ndqb(struct clist *q, int flag)
{
	const int n = front_run(q);
	int i;

	KASSERT(ring_sane(q));
	for (i = 0; flag != 0 && i < n; i++)
		if (ring_at(q, q->c_cf + i) & flag)
			return i;
	return n;
}

void
ndflush(struct clist *q, int n)
{

	KASSERT(ring_sane(q));
	KASSERT(n >= 0);
	n = MIN(n, q->c_cc);
	if (n == q->c_cn)
		q->c_cf = q->c_cl;
	else
		q->c_cf = ring_add(q, q->c_cf, n);
	q->c_cc -= n;
}

int
q_to_b(struct clist *q, u_char *buf, int n)
{
	int done, run;

	for (done = 0; done < n && q->c_cc > 0; done += run) {
		run = MIN(n - done, front_run(q));
		memcpy(buf + done, q->c_cf, run);
		ndflush(q, run);
	}
	return done;
}

int
b_to_q(const u_char *buf, int n, struct clist *q)
{
	int i, run;

	KASSERT(ring_sane(q));
	for (; n > 0 && q->c_cc < q->c_cn; n -= run, buf += run) {
		run = MIN(n, MIN(q->c_cn - q->c_cc, q->c_ce - q->c_cl));
		memcpy(q->c_cl, buf, run);
		for (i = 0; q->c_cq != NULL && i < run; i++)
			quote_set(q, q->c_cl + i, false);
		if (run == q->c_cn)
			q->c_cl = q->c_cf;
		else
			q->c_cl = ring_add(q, q->c_cl, run);
		q->c_cc += run;
	}
	return n;
}

void
catq(struct clist *from, struct clist *to)
{
	struct clist q;

	if (to->c_cc == 0 && to->c_cn == from->c_cn &&
	    (to->c_cq != NULL) == (from->c_cq != NULL)) {
		q = *to;
		*to = *from;
		*from = q;
		return;
	}
	while (from->c_cc > 0 && to->c_cc < to->c_cn)
		(void)putc(getc(from), to);
}

u_char *
firstc(struct clist *q, int *c)
{

	if (q->c_cc == 0)
		return NULL;
	*c = ring_at(q, q->c_cf);
	return q->c_cf;
}

u_char *
nextc(struct clist *q, u_char *p, int *c)
{

	p = ring_add(q, p, 1);
	if (q->c_cc == 0 || p == q->c_cl)
		return NULL;
	*c = ring_at(q, p);
	return p;
}
