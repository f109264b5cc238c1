/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How protocols above IPv6 take packets and errors.
 */

#ifndef _NETINET6_IP6PROTOSW_H_
#define	_NETINET6_IP6PROTOSW_H_

#include <sys/protosw.h>

struct icmp6_hdr;
struct in6_addr;
struct ip6_hdr;
struct mbuf;
struct sockaddr_in6;

/* What pr_ctlinput has beside the address of an error: ip6c_m may be NULL. */
struct ip6ctlparam {
	struct mbuf	*ip6c_m;	/* the message, from IPv6 on */
	struct icmp6_hdr *ip6c_icmp6;
	struct ip6_hdr	*ip6c_ip6;	/* header that is quoted */
	int		ip6c_off;	/* behind it and its extensions */
	struct sockaddr_in6 *ip6c_src;	/* of it, scope embedded */
	struct sockaddr_in6 *ip6c_dst;	/* where the path leads to */
	struct in6_addr	*ip6c_finaldst;
	void		*ip6c_cmdarg;	/* PRC_MSGSIZE: uint32_t, MTU */
	uint8_t		ip6c_nxt;
};

/*
 * pr_input of IPv6 is given the address of the packet and of the offset; it
 * returns the type of the next header, at the offset it has set, or
 * IPPROTO_DONE: the packet is gone.
 */
struct ip6protosw {
	int		pr_type;
	struct domain	*pr_domain;
	short		pr_protocol;
	short		pr_flags;
	int		(*pr_input)(struct mbuf **, int *, int);
	void		*(*pr_ctlinput)(int, const struct sockaddr *, void *);
	int		(*pr_ctloutput)(int, struct socket *,
			    struct sockopt *);
	const struct pr_usrreqs *pr_usrreqs;
	void		(*pr_init)(void);
	void		(*pr_fasttimo)(void);
	void		(*pr_slowtimo)(void);
	void		(*pr_drain)(void);
};

#ifdef _KERNEL
extern const struct ip6protosw inet6sw[];
#endif

#endif /* !_NETINET6_IP6PROTOSW_H_ */
