/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the interface asks of its host half, revision 1.  Errors are NetBSD's
 * numbers.  These calls are those of shmif_bus.h; open, wait and
 * poll may block, and give the virtual CPU away for as long.
 */
#ifndef _SHMIF_HOST_H_
#define	_SHMIF_HOST_H_

#include "shmif_bus.h"

#define	SHMIF_HOST_REVISION	1

int	rumpcomp_shmif_open(const char *, const uint8_t *,
	    struct shmif_bus **);
void	rumpcomp_shmif_close(struct shmif_bus *);
void	rumpcomp_shmif_setpromisc(struct shmif_bus *, bool);
void	rumpcomp_shmif_setmac(struct shmif_bus *, const uint8_t *);
void	rumpcomp_shmif_setplain(struct shmif_bus *, bool);
bool	rumpcomp_shmif_undone(struct shmif_bus *);
/* EAGAIN, EMSGSIZE, as shmif_bus_begin(). */
int	rumpcomp_shmif_begin(struct shmif_bus *, uint32_t, void **);
void	rumpcomp_shmif_commit(struct shmif_bus *, const struct shmif_frame *);
const void *rumpcomp_shmif_next(struct shmif_bus *, struct shmif_frame *);
bool	rumpcomp_shmif_done(struct shmif_bus *);
void	rumpcomp_shmif_wait(struct shmif_bus *);
void	rumpcomp_shmif_kick(struct shmif_bus *);
int	rumpcomp_shmif_poll(struct shmif_bus *, unsigned int);
void	rumpcomp_shmif_polled(struct shmif_bus *, bool);

#endif /* !_SHMIF_HOST_H_ */
