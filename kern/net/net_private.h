/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of the net faction have in common and no other.
 */

#ifndef _KERN_NET_NET_PRIVATE_H_
#define	_KERN_NET_NET_PRIVATE_H_

struct mbuf;

/* pr_drain of all protocols. */
void	domain_drain(void);

/*
 * m_copy_pkthdr() that may sleep for memory of tags and tells if there was
 * none, when the second mbuf has no header yet.
 */
bool	mbuf_copy_pkthdr(struct mbuf *, struct mbuf *, int);

/* Are there so many bytes in the chain? */
bool	mbuf_has_bytes(const struct mbuf *, int);

#endif /* !_KERN_NET_NET_PRIVATE_H_ */
