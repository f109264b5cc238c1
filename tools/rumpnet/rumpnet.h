/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of rumpnet(1) share: commands, addresses, ends.
 */
#ifndef _RUMPNET_H_
#define	_RUMPNET_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rump/rump_netabi.h>

enum {
	RN_OK,
	RN_FAILED,	/* it was tried */
	RN_USAGE,	/* it was not */
};

/* A command: gets its name and what follows; an exit status. */
struct rn_command {
	const char	*c_name;
	int		(*c_main)(int, char **);
	bool		c_setup;	/* may be in a description */
	const char	*c_usage;
};

int	rn_ifconfig(int, char **);
int	rn_ping(int, char **);
int	rn_route(int, char **);
int	rn_router(int, char **);
int	rn_stream(int, char **);
int	rn_wait(int, char **);

/* rumpnet_util.c: messages "rumpnet COMMAND: ...", on standard error. */
extern const struct rn_command *rn_command;
#define	RN_PRINTF(n)	__attribute__((__format__(__printf__, n, n + 1)))
/* The first with the reason in errno, NetBSD's number; RN_FAILED. */
int	rn_fail(const char *, ...) RN_PRINTF(1);
int	rn_failx(const char *, ...) RN_PRINTF(1);
/* With the usage of the command; RN_USAGE. */
int	rn_usage(const char *, ...) RN_PRINTF(1);

/* A number of at most a maximum; false and no message if it is not one. */
bool	rn_number(const char *, unsigned long, unsigned long *);
/* A decimal fraction of seconds, in milliseconds. */
bool	rn_seconds(const char *, int *);

/*
 * "a.b.c.d" into an address.  The second takes "/bits", too, 32 without, and
 * makes a mask of them.  False and no message if it is not one.
 */
bool	rn_address(const char *, struct rump_sockaddr_in *);
bool	rn_prefix(const char *, struct rump_sockaddr_in *,
	    struct rump_sockaddr_in *);
void	rn_sin(struct rump_sockaddr_in *, uint32_t);
int	rn_bits(uint32_t);
/* Text of an address in network order, in a buffer used again by the fourth
 * call after this one. */
const char *rn_text(uint32_t);

/* Messages of net.route.rtable, to be freed; NULL: errno. */
void	*rn_dump(int, size_t *);
/* Addresses behind a header, NULL where there is none; false: malformed. */
bool	rn_addrs(const void *, size_t, size_t, int,
	    const struct rump_sockaddr *[RUMP_RTAX_MAX]);

int64_t	rn_now(void);		/* microseconds, from somewhere */

#define	RN_SA(p)	((struct sockaddr *)(void *)(p))

#endif /* !_RUMPNET_H_ */
