/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of rumpnet forward share: the two sides, each with sockets of
 * its own, and rules, which say who listens on one and where that leads on the
 * other.
 */
#ifndef _RUMPNET_FORWARD_H_
#define	_RUMPNET_FORWARD_H_

#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <pthread.h>
#include <stdbool.h>

#include "rumpnet.h"

/* An address as the side that it belongs to has it. */
struct fw_addr {
	union {
		union rn_host		kernel;
		struct sockaddr		sa;
		struct sockaddr_in	in;
		struct sockaddr_in6	in6;
		struct sockaddr_un	un;
	} a;
	socklen_t a_len;
	bool	a_all;		/* of the kernel: IPv4 as well as IPv6 */
};

/*
 * Sockets of a side.  Those that return a number: -1, and errno is the host's
 * number whichever side it is.  What sends gives up with EAGAIN after FW_TICK,
 * and of datagrams so does what receives.
 */
struct fw_side {
	/* Bound, and listening if it is no datagrams'. */
	int	(*s_listen)(const struct fw_addr *, bool dgram);
	int	(*s_connect)(const struct fw_addr *, bool dgram);
	int	(*s_accept)(int);
	int	(*s_name)(int, struct fw_addr *);
	/* From and to where: may be NULL. */
	ssize_t	(*s_recv)(int, void *, size_t, struct fw_addr *);
	ssize_t	(*s_send)(int, const void *, size_t, const struct fw_addr *);
	/* No more goes out, or, and nothing is sent for that, comes in. */
	void	(*s_shutdown)(int, bool out);
	/* With reset, the other end hears that something was lost. */
	void	(*s_close)(int, bool reset);
};
#define	FW_TICK		500	/* milliseconds */
extern const struct fw_side fw_host, fw_kernel;	/* forward_side.c */

/* Who listens is 0, where it leads is 1.  Nothing changes once it runs. */
enum { FW_FROM, FW_TO };
struct fw_rule {
	const struct fw_side *r_side[2];
	struct fw_addr	r_addr[2];
	bool		r_dgram;
	int		r_fd;		/* listens */
	char		*r_text;	/* for messages */
};

/* cmd_forward.c: a line that says what failed. */
void	fw_log(const struct fw_rule *, const char *what, int error);
/* A thread that no signal goes to, detached unless there is a place for it;
 * an errno. */
int	fw_thread(pthread_t *, void *(*)(void *), void *);

/* Threads that serve a rule for ever. */
void	*fw_stream_main(void *);	/* forward_stream.c */
void	*fw_dgram_main(void *);		/* forward_dgram.c */
/* Ends all connections, as far as that takes no longer than seconds. */
void	fw_stream_end(int seconds);

#endif /* !_RUMPNET_FORWARD_H_ */
