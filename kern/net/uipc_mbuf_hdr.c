/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbuf(9), m_tag(9): the headers of packets, and the tags on them.
 */

#include <sys/param.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include "net_private.h"

/* Everything but the tags. */
static void
pkthdr_take(struct mbuf *to, const struct mbuf *from)
{

	KASSERT((to->m_flags & M_EXT) == 0);
	KASSERT((from->m_flags & M_PKTHDR) != 0);
	to->m_pkthdr = from->m_pkthdr;
	to->m_flags = from->m_flags & M_COPYFLAGS;
	to->m_data = to->m_pktdat;
	SLIST_INIT(&to->m_pkthdr.tags);
}

static struct m_tag *
tag_copy(const struct m_tag *t, int how)
{
	struct m_tag *p;

	p = m_tag_get(t->m_tag_id, t->m_tag_len, how);
	if (p != NULL)
		memcpy(p + 1, t + 1, t->m_tag_len);
	return p;
}

/* In the same order; false: none. */
static bool
tags_copy(struct mbuf *to, struct mbuf *from, int how)
{
	struct m_tag *t, *p, *last = NULL;

	SLIST_FOREACH(t, &from->m_pkthdr.tags, m_tag_link) {
		p = tag_copy(t, how);
		if (p == NULL) {
			m_tag_delete_chain(to);
			return false;
		}
		if (last == NULL)
			m_tag_prepend(to, p);
		else
			SLIST_INSERT_AFTER(last, p, m_tag_link);
		last = p;
	}
	return true;
}

bool
mbuf_copy_pkthdr(struct mbuf *to, struct mbuf *from, int how)
{

	pkthdr_take(to, from);
	return tags_copy(to, from, how);
}

void
m_copy_pkthdr(struct mbuf *to, struct mbuf *from)
{

	KASSERT((to->m_flags & M_PKTHDR) == 0 ||
	    SLIST_EMPTY(&to->m_pkthdr.tags));
	(void)mbuf_copy_pkthdr(to, from, M_DONTWAIT);
}

void
m_move_pkthdr(struct mbuf *to, struct mbuf *from)
{

	KASSERT((to->m_flags & M_PKTHDR) == 0 ||
	    SLIST_EMPTY(&to->m_pkthdr.tags));
	pkthdr_take(to, from);
	to->m_pkthdr.tags = from->m_pkthdr.tags;
	from->m_flags &= ~M_PKTHDR;
}

void
m_remove_pkthdr(struct mbuf *m)
{

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	m_tag_delete_chain(m);
	m->m_flags &= ~M_PKTHDR;
}

struct m_tag *
m_tag_get(int type, int len, int how)
{
	struct m_tag *t;

	if (len < 0 || len > UINT16_MAX)
		return NULL;
	t = malloc(sizeof(*t) + len, M_TEMP, how);
	if (t == NULL)
		return NULL;
	t->m_tag_id = type;
	t->m_tag_len = len;
	return t;
}

void
m_tag_free(struct m_tag *t)
{

	free(t, M_TEMP);
}

void
m_tag_prepend(struct mbuf *m, struct m_tag *t)
{

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	SLIST_INSERT_HEAD(&m->m_pkthdr.tags, t, m_tag_link);
}

void
m_tag_unlink(struct mbuf *m, struct m_tag *t)
{

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	SLIST_REMOVE(&m->m_pkthdr.tags, t, m_tag, m_tag_link);
}

void
m_tag_delete(struct mbuf *m, struct m_tag *t)
{

	m_tag_unlink(m, t);
	m_tag_free(t);
}

void
m_tag_delete_chain(struct mbuf *m)
{
	struct m_tag *t;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	while ((t = SLIST_FIRST(&m->m_pkthdr.tags)) != NULL) {
		SLIST_REMOVE_HEAD(&m->m_pkthdr.tags, m_tag_link);
		m_tag_free(t);
	}
}

struct m_tag *
m_tag_find(const struct mbuf *m, int type)
{
	struct m_tag *t;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	SLIST_FOREACH(t, &m->m_pkthdr.tags, m_tag_link) {
		if (t->m_tag_id == type)
			return t;
	}
	return NULL;
}

struct m_tag *
m_tag_copy(struct m_tag *t)
{

	return tag_copy(t, M_DONTWAIT);
}

int
m_tag_copy_chain(struct mbuf *to, struct mbuf *from)
{

	m_tag_delete_chain(to);
	return tags_copy(to, from, M_DONTWAIT);
}
