/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clients of DHCP: one thread, dhcp_thread.c, owns all of them, each of
 * which is for an interface and a family, and alone sends, receives and changes
 * anything.  Programs add clients, ask for their end, and read what is shown.
 */
#ifndef _DHCP_H_
#define	_DHCP_H_

#include <sys/types.h>
#include <sys/queue.h>

#include <net/if.h>
#include <net/if_ether.h>

#include <netinet/in.h>

#include "dhcp6.h"
#include "dhcp_message.h"
#include "netconfig.h"

struct arphdr;
struct mbuf;
struct dhcp_client;
struct socket;

/*
 * A family: dhcp4_ops, dhcp6_ops.  All are called by the thread.
 */
struct dhcp_ops {
	size_t	do_size;	/* of what programs see */
	/* The socket of all clients of the family, EADDRINUSE ... */
	int	(*do_open)(struct socket **);
	/* A message is taken and given to clients; false: there is none. */
	bool	(*do_receive)(struct socket *);
	void	(*do_begin)(struct dhcp_client *);
	void	(*do_timer)(struct dhcp_client *);	/* c_when has come */
	/* c_check was seen; of IPv6: a program wants a confirmation. */
	void	(*do_conflict)(struct dhcp_client *);
	/* Once, by a program's wish: c_over sooner or later. */
	void	(*do_stop)(struct dhcp_client *);
	void	(*do_end)(struct dhcp_client *);	/* c_over */
};
extern const struct dhcp_ops dhcp4_ops, dhcp6_ops;
enum { DHCP_FAMILIES = 2 };

/* What is shown to programs: both kinds begin with these. */
union dhcp_shown {
	struct {
		uint32_t state, left;
	} ds_head;
	struct rump_dhcp_lease ds_four;
	struct rump_dhcp6_lease ds_six;
};

/*
 * States, by enum rump_dhcp_state:
 *
 *	SELECTING -> REQUESTING		an offer came
 *	REQUESTING -> CHECKING		it is ours; -> SELECTING: refused
 *	CHECKING -> BOUND		nobody else has it; -> DECLINED
 *	DECLINED -> SELECTING		after a while
 *	BOUND -> RENEWING -> REBINDING	as time goes by; -> BOUND: prolonged
 *	REBINDING -> SELECTING		refused, or the lease has ended
 *
 * Locks: m, dhcp_mtx; c, constant; the rest is of the thread.
 */
struct dhcp_client {
	LIST_ENTRY(dhcp_client) c_next;		/* m */
	char		c_name[IFNAMSIZ];	/* c */
	u_int		c_index;		/* c: of the interface */
	uint8_t		c_lla[ETHER_ADDR_LEN];	/* c */
	const struct dhcp_ops *c_ops;		/* c */
	int		c_flags;		/* c: RUMP_DHCP6_* */
	u_int		c_waiters;		/* m: of c_result, c_gone */
	int		c_result;		/* m: PENDING, or an errno */
	bool		c_gone;			/* m: not on the list */
	bool		c_stop;			/* m: it shall end, or does */
	bool		c_detached;		/* m: the interface goes */
	bool		c_conflict;		/* m: for do_conflict */
	uint32_t	c_check;		/* m: is looked for, or 0 */
	union dhcp_shown c_shown;		/* m */
	int64_t		c_shown_end;		/* m */

	enum rump_dhcp_state c_state;
	bool		c_over;			/* it has come to its end */
	bool		c_stopping;		/* do_stop was called */
	int64_t		c_when;			/* of the next step */
	int64_t		c_began;		/* the transaction */
	int64_t		c_giveup;		/* without a first lease */
	u_int		c_tries;		/* in this state */
	u_int		c_refusals;		/* since we had an address */
	uint32_t	c_xid;
	int64_t		c_asked;		/* the last time */
	struct rump_dhcp_lease c_lease;		/* offered, then granted */

	/* What is set, dhcp_apply.c. */
	bool		c_set;			/* the address is */
	int64_t		c_since;		/* the lease runs */
	struct rump_dhcp_lease c_have;
	uint32_t	c_routes;		/* bit n: dl_routes[n] is */
	int		c_oldmtu;		/* 0: not changed */
	bool		c_ours;			/* the address was not there */

	struct dhcp6	c_six;			/* all else of IPv6 */
};
#define	DHCP_PENDING	(-1)
#define	DHCP_NEVER	INT64_MAX

/* For assertions: we are the thread, which owns what has no lock. */
bool	dhcp_owned(void);

/* Milliseconds of uptime. */
int64_t	dhcp_now(void);
/*
 * For programs: what the client has, of do_size bytes, NULL: nothing, and when
 * that ends; and how it ended itself.
 */
void	dhcp_show(struct dhcp_client *, const void *, int64_t end);
void	dhcp_result(struct dhcp_client *, int error);
/* A result, and the end. */
void	dhcp_over(struct dhcp_client *, int error);
/* Clients of a family, one after the other; NULL: the first. */
struct dhcp_client *dhcp_next(const struct dhcp_ops *, struct dhcp_client *);
/* The address that is looked for on the link; 0: none. */
void	dhcp_set_check(struct dhcp_client *, uint32_t);
/* A packet of ARP on an interface: is it of somebody with c_check? */
void	dhcp_arp_seen(u_int ifindex,
	    bool (*)(const struct dhcp_client *, struct arphdr *),
	    struct arphdr *);
/* The socket has something. */
void	dhcp_wake(void);
/* The family's, which has to be there. */
struct socket *dhcp_socket(const struct dhcp_ops *);
/* Will the client's interface go? */
bool	dhcp_detached(struct dhcp_client *);

/* dhcp_apply.c */
int	dhcp_apply(struct dhcp_client *);
void	dhcp_unapply(struct dhcp_client *);

/*
 * dhcp_io.c.  ENXIO: the interface has gone.  A message that does not get out
 * for other reasons is as good as lost on the way.
 */
int	dhcp_open(struct socket **);
/* The next message of a socket that upcalls dhcp_wake(); false: none.  Where
 * it came from and its control messages are to be freed; truncated: 0. */
bool	dhcp_read(struct socket *, uint8_t *, size_t, size_t *len,
	    struct mbuf **nam, struct mbuf **control);
/* What a control message of that kind says; false: there is none. */
bool	dhcp_control(struct mbuf *, int level, int type, void *, size_t);
void	dhcp_send_to(struct socket *, struct sockaddr *, const uint8_t *,
	    size_t);
/* A socket of UDP that wakes the thread, once it is prepared: bound. */
int	dhcp_open_by(int family, int (*prepare)(struct socket *),
	    struct socket **);
void	dhcp_close(struct socket *);
/* Is the interface there?  Another one may have its name. */
bool	dhcp_attached(struct dhcp_client *);
int	dhcp_broadcast(const struct dhcp_client *, const struct dhcp_out *);
void	dhcp_unicast(struct socket *, const struct dhcp_out *, uint32_t to);
/* The next message, false: none; its length, 0: it is of no server; by which
 * interface. */
bool	dhcp_receive(struct socket *, uint8_t *, size_t, size_t *len,
	    u_int *ifindex);
/* Looks for others that have c_check, till dhcp_unwatch(). */
int	dhcp_watch(struct dhcp_client *);
void	dhcp_unwatch(struct dhcp_client *);
int	dhcp_probe(const struct dhcp_client *);

/*
 * dhcp_thread.c: for programs.  Those of <rump/netconfig.h>, by interface.
 */
void	dhcp_init(void);
/* Its index, and address if that is asked for: EINVAL, it is not one of
 * Ethernet.  ENXIO. */
int	dhcp_identify(const char *ifname, u_int *index, uint8_t *lla);
/* Flags are RUMP_DHCP6_*, or 0.  Without waiting no result but of the start. */
int	dhcp_start(const char *ifname, const struct dhcp_ops *, int flags,
	    bool wait);
int	dhcp_stop(const char *ifname, const struct dhcp_ops *);
/* Of IPv6: the link may be another one. */
int	dhcp_confirm(const char *ifname);
int	dhcp_lease(const char *ifname, const struct dhcp_ops *, void *);

#endif /* !_DHCP_H_ */
