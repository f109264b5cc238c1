/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockaddr(9): addresses of any family.  What is special about one is in its
 * domain; without a domain, addresses are bytes.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/malloc.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <sys/un.h>

#include <net/if_dl.h>

#define	SA_HDRLEN	offsetof(struct sockaddr, sa_data)
#define	SOCKADDR_IN_LEN	16	/* Internet addresses, RFC 3493 */
#define	SOCKADDR_IN6_LEN 28

socklen_t
sockaddr_getsize_by_family(sa_family_t af)
{

	switch (af) {
	case AF_INET:
		return SOCKADDR_IN_LEN;
	case AF_INET6:
		return SOCKADDR_IN6_LEN;
	case AF_LOCAL:
		return sizeof(struct sockaddr_un);
	case AF_LINK:
		return sizeof(struct sockaddr_dl);
	default:
		return 0;
	}
}

struct sockaddr *
sockaddr_alloc(sa_family_t af, socklen_t len, int flags)
{
	struct sockaddr *sa;

	len = MAX(len, SA_HDRLEN);
	if (len > UINT8_MAX)
		return NULL;
	sa = malloc(len, M_TEMP, flags | M_ZERO);
	if (sa == NULL)
		return NULL;
	sa->sa_family = af;
	sa->sa_len = (uint8_t)len;
	return sa;
}

void
sockaddr_free(struct sockaddr *sa)
{

	free(sa, M_TEMP);
}

struct sockaddr *
sockaddr_copy(struct sockaddr *dst, socklen_t len, const struct sockaddr *src)
{

	if (len < src->sa_len)
		return NULL;
	return memcpy(dst, src, src->sa_len);
}

struct sockaddr *
sockaddr_externalize(struct sockaddr *dst, socklen_t len,
    const struct sockaddr *src)
{
	const struct domain *dom = pffinddomain(src->sa_family);

	if (dom != NULL && dom->dom_sockaddr_externalize != NULL)
		return (*dom->dom_sockaddr_externalize)(dst, len, src);
	return sockaddr_copy(dst, len, src);
}

struct sockaddr *
sockaddr_dup(const struct sockaddr *src, int flags)
{
	struct sockaddr *dst;

	dst = sockaddr_alloc(src->sa_family, src->sa_len, flags);
	return dst == NULL ? NULL : sockaddr_copy(dst, dst->sa_len, src);
}

/* Bytes first, then the longer one is greater. */
static int
bytes_cmp(const struct sockaddr *sa1, const struct sockaddr *sa2, size_t ofs,
    size_t max)
{
	const size_t len1 = MIN(sa1->sa_len, max);
	const size_t len2 = MIN(sa2->sa_len, max);
	const size_t len = MIN(len1, len2);
	int rv = 0;

	if (len > ofs)
		rv = memcmp((const char *)sa1 + ofs, (const char *)sa2 + ofs,
		    len - ofs);
	return rv != 0 ? rv : (int)len1 - (int)len2;
}

int
sockaddr_cmp(const struct sockaddr *sa1, const struct sockaddr *sa2)
{
	const struct domain *dom;

	if (sa1->sa_family != sa2->sa_family)
		return (int)sa1->sa_family - (int)sa2->sa_family;
	dom = pffinddomain(sa1->sa_family);
	if (dom != NULL && dom->dom_sockaddr_cmp != NULL)
		return (*dom->dom_sockaddr_cmp)(sa1, sa2);
	if (dom != NULL && dom->dom_sa_cmplen != 0)
		return bytes_cmp(sa1, sa2, dom->dom_sa_cmpofs,
		    dom->dom_sa_cmpofs + dom->dom_sa_cmplen);
	return bytes_cmp(sa1, sa2, SA_HDRLEN, UINT8_MAX);
}

const void *
sockaddr_const_addr(const struct sockaddr *sa, socklen_t *lenp)
{
	const struct domain *dom = pffinddomain(sa->sa_family);

	if (dom == NULL || dom->dom_sockaddr_const_addr == NULL)
		return NULL;
	return (*dom->dom_sockaddr_const_addr)(sa, lenp);
}

void *
sockaddr_addr(struct sockaddr *sa, socklen_t *lenp)
{
	const struct domain *dom = pffinddomain(sa->sa_family);

	if (dom == NULL || dom->dom_sockaddr_addr == NULL)
		return NULL;
	return (*dom->dom_sockaddr_addr)(sa, lenp);
}

/* The wildcard of the same family. */
const void *
sockaddr_anyaddr(const struct sockaddr *sa, socklen_t *lenp)
{
	const struct domain *dom = pffinddomain(sa->sa_family);

	if (dom == NULL || dom->dom_sa_any == NULL)
		return NULL;
	return sockaddr_const_addr(dom->dom_sa_any, lenp);
}

/* For messages; as snprintf(9), -1 if the family is not known. */
int
sockaddr_format(const struct sockaddr *sa, char *buf, size_t len)
{
	const struct sockaddr_un *sun;

	if (sa == NULL)
		return snprintf(buf, len, "(null)");
	switch (sa->sa_family) {
	case AF_UNSPEC:
		return snprintf(buf, len, "(unspecified)");
	case AF_LOCAL:
		sun = (const struct sockaddr_un *)(const void *)sa;
		return snprintf(buf, len, "%.*s", (int)MAX(sun->sun_len -
		    (int)offsetof(struct sockaddr_un, sun_path), 0),
		    sun->sun_path);
	default:
		(void)snprintf(buf, len, "(address of family %d)",
		    sa->sa_family);
		return -1;
	}
}
