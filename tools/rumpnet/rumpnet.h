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

int	rn_arp(int, char **);
int	rn_bridge(int, char **);
int	rn_dhcp(int, char **);
int	rn_resolver(int, char **);
int	rn_capture(int, char **);
int	rn_forward(int, char **);
int	rn_help(int, char **);
int	rn_ifconfig(int, char **);
int	rn_ndp(int, char **);
int	rn_netstat(int, char **);
int	rn_ping(int, char **);
int	rn_route(int, char **);
int	rn_router(int, char **);
int	rn_sockstat(int, char **);
int	rn_stream(int, char **);
int	rn_traceroute(int, char **);
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

/*
 * rumpnet_addr.c: the same for both families, "x:y::z" and "fe80::1%shmif0".
 * A mask's bits: -1, it is no prefix; NULL: all.
 */
union rn_host {
	struct rump_sockaddr sa;
	struct rump_sockaddr_in in;
	struct rump_sockaddr_in6 in6;
};
bool	rn_host(const char *, union rn_host *);
bool	rn_net(const char *, union rn_host *, union rn_host *);
/* The zone goes into the address, where route(4) has it. */
void	rn_embed(union rn_host *);
void	rn_sin6(union rn_host *, const void *);
int	rn_host_bits(const struct rump_sockaddr *, int family);
const char *rn_host_text(const void *);
bool	rn_host_is_any(const union rn_host *);

/* Messages of net.route.rtable, to be freed; NULL: errno. */
void	*rn_dump(int, size_t *);
/* Addresses behind a header, NULL where there is none; false: malformed. */
bool	rn_addrs(const void *, size_t, size_t, int,
	    const struct rump_sockaddr *[RUMP_RTAX_MAX]);

/* The name of an interface of that index, "-" if there is none. */
const char *rn_ifname(unsigned int);

/* cmd_route.c: asks a routing socket, and gets the answer if there is a place
 * for it.  -1: errno. */
union rn_answer {
	struct rump_rt_msghdr hdr;
	char room[2048];
};
#define	RN_SEQ	1	/* rtm_seq of requests */
int	rn_ask(const struct rump_rt_msghdr *, union rn_answer *);

/*
 * rumpnet_sysctl.c: a node by its name, "net.inet.tcp.stats", at most
 * RN_MIB numbers; and what it has, to be freed.  -1, NULL: errno.
 */
#define	RN_MIB	12
int	rn_mib(const char *, int [RN_MIB]);
void	*rn_sysctl(const int *, int, size_t *);

/* netstat_sockets.c, netstat_stats.c: RN_*. */
enum { RN_CONNECTED = 1, RN_LISTENING = 2, RN_QUEUES = 4 };
int	rn_show_sockets(int);
int	rn_show_stats(const char *);

/* rumpnet_load.c: what an interface of that name, or a command, needs and is
 * not there yet.  RN_*. */
int	rn_load(const char *);

/* ioctl(2) on a socket of IPv4 or a family; -1: errno. */
int	rn_control(unsigned long, void *);
int	rn_control_by(int, unsigned long, void *);

int64_t	rn_now(void);		/* microseconds, from somewhere */
/* RFC 1071, network order. */
uint16_t rn_checksum(const void *, size_t);

/* cmd_wait.c: until SIGHUP, SIGINT or SIGTERM, RN_OK.  The second lets none of
 * them end the program until the first is called. */
int	rn_stay(void);
void	rn_hold(void);

#define	RN_SA(p)	((struct sockaddr *)(void *)(p))

#endif /* !_RUMPNET_H_ */
