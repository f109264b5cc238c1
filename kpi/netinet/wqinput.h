/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input of a protocol in a thread, which may sleep: a queue per CPU.
 */

#ifndef _NETINET_WQINPUT_H_
#define	_NETINET_WQINPUT_H_

#ifdef _KERNEL
struct mbuf;
struct wqinput;

/* For good: its name, and a pr_input. */
struct wqinput *wqinput_create(const char *, void (*)(struct mbuf *, int, int));
/* The packet is the thread's; dropped if too many wait. */
void	wqinput_input(struct wqinput *, struct mbuf *, int, int);
#endif

#endif /* !_NETINET_WQINPUT_H_ */
