/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evcnt(9): named event counters.  A counter is a 64 bit number its owner
 * increments; attaching puts it on a list that rump_printevcnts() and
 * kern.evcnt show.
 */
#ifndef _SYS_EVCNT_H_
#define _SYS_EVCNT_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/cdefs.h>

/* Lock legend: (o) its owner, (l) evcnt_lock, (:) constant once attached. */
struct evcnt {
	uint64_t	ev_count;	/* o: how often */
	TAILQ_ENTRY(evcnt) ev_list;	/* l: all counters */
	unsigned char	ev_type;	/* : EVCNT_TYPE_ */
	unsigned char	ev_grouplen;	/* : length of the name */
	unsigned char	ev_namelen;	/* : length of the name */
	char		ev_pad1;
	const struct evcnt *ev_parent;	/* : NULL if none */
	const char	*ev_group;	/* : whose */
	const char	*ev_name;	/* : what */
} __aligned(8);
TAILQ_HEAD(evcntlist, evcnt);

#define EVCNT_STRING_MAX	255

#define EVCNT_TYPE_ANY		(-1)
#define EVCNT_TYPE_MISC		0
#define EVCNT_TYPE_INTR		1
#define EVCNT_TYPE_TRAP		2

#define EVCNT_INITIALIZER(type, parent, group, name)		\
    {								\
	.ev_type = (type), .ev_parent = (parent),		\
	.ev_group = (group), .ev_name = (name),			\
    }

#define EVCNT_ATTACH_STATIC(ev)		__link_set_add_data(evcnts, ev)
#define EVCNT_ATTACH_STATIC2(ev, n)	__link_set_add_data2(evcnts, ev, n)

extern struct evcntlist allevents;
extern const struct evcnt softintr_evcnt;

void	evcnt_init(void);
void	evcnt_attach_static(struct evcnt *);
void	evcnt_attach_dynamic(struct evcnt *, int, const struct evcnt *,
	    const char *, const char *);
void	evcnt_attach_dynamic_nozero(struct evcnt *, int,
	    const struct evcnt *, const char *, const char *);
void	evcnt_detach(struct evcnt *);

/* One record of kern.evcnt; ev_len counts 8 byte words. */
struct evcnt_sysctl {
	uint64_t	ev_count;
	uint64_t	ev_addr;
	uint64_t	ev_parent;
	uint8_t		ev_type;
	uint8_t		ev_grouplen;
	uint8_t		ev_namelen;
	uint8_t		ev_len;
	char		ev_strings[0];
};
#define KERN_EVCNT_COUNT_ANY		0
#define KERN_EVCNT_COUNT_NONZERO	1

#endif /* _SYS_EVCNT_H_ */
