/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rnd(9): sources that drivers attach.  Samples are mixed into the seed of
 * cprng_fast(9); the host's generator stays the main source.
 */
#ifndef _SYS_RNDSOURCE_H_
#define _SYS_RNDSOURCE_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/rndio.h>

/* Lock legend: (l) rnd_lock, (:) set when attached, (a) atomic. */
typedef struct krndsource {
	LIST_ENTRY(krndsource) list;	/* l: all sources */
	char		name[16];	/* : */
	unsigned int	type;		/* : RND_TYPE_ */
	unsigned int	flags;		/* l: RND_FLAG_ */
	void		(*get)(size_t, void *);	/* : bytes are wanted */
	void		*getarg;	/* : */
	void		(*enable)(struct krndsource *, bool); /* : */
	unsigned int	total;		/* a: bits claimed */
	unsigned int	samples;	/* a: calls */
	void		*state;		/* : non-NULL while attached */
	size_t		refcnt;		/* l: */
	bool		dying;		/* l: */
} krndsource_t;

void	rndsource_setcb(struct krndsource *, void (*)(size_t, void *),
	    void *);
void	rndsource_setenable(struct krndsource *, void *);
void	rnd_attach_source(struct krndsource *, const char *, uint32_t,
	    uint32_t);
void	rnd_detach_source(struct krndsource *);

void	_rnd_add_uint32(struct krndsource *, uint32_t);
void	_rnd_add_uint64(struct krndsource *, uint64_t);
void	rnd_add_uint32(struct krndsource *, uint32_t);
void	rnd_add_data(struct krndsource *, const void *, uint32_t, uint32_t);
void	rnd_add_data_intr(struct krndsource *, const void *, uint32_t,
	    uint32_t);
void	rnd_add_data_sync(struct krndsource *, const void *, uint32_t,
	    uint32_t);

#endif /* _SYS_RNDSOURCE_H_ */
