/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host half of shmif(4): the bus of shmif_bus_host.c with the errors of
 * the kernel, and without its CPU where that may take long.
 */

#include <errno.h>

#include <rump/rumpuser_component.h>

#include "shmif_host.h"

int
rumpcomp_shmif_open(const char *path, const uint8_t *mac,
    struct shmif_bus **busp)
{
	void *cookie = rumpuser_component_unschedule();
	int error = shmif_bus_open(path, mac, busp);

	rumpuser_component_schedule(cookie);
	return rumpuser_component_errtrans(error);
}

void
rumpcomp_shmif_close(struct shmif_bus *b)
{

	shmif_bus_close(b);
}

void
rumpcomp_shmif_setpromisc(struct shmif_bus *b, bool on)
{

	shmif_bus_setpromisc(b, on);
}

void
rumpcomp_shmif_setmac(struct shmif_bus *b, const uint8_t *mac)
{

	shmif_bus_setmac(b, mac);
}

void
rumpcomp_shmif_setplain(struct shmif_bus *b, bool on)
{

	shmif_bus_setplain(b, on);
}

bool
rumpcomp_shmif_undone(struct shmif_bus *b)
{

	return shmif_bus_undone(b);
}

int
rumpcomp_shmif_begin(struct shmif_bus *b, uint32_t len, void **data)
{

	return rumpuser_component_errtrans(shmif_bus_begin(b, len, data));
}

void
rumpcomp_shmif_commit(struct shmif_bus *b, const struct shmif_frame *meta)
{

	shmif_bus_commit(b, meta);
}

const void *
rumpcomp_shmif_next(struct shmif_bus *b, struct shmif_frame *meta)
{

	return shmif_bus_next(b, meta);
}

bool
rumpcomp_shmif_done(struct shmif_bus *b)
{

	return shmif_bus_done(b);
}

void
rumpcomp_shmif_wait(struct shmif_bus *b)
{
	void *cookie = rumpuser_component_unschedule();

	shmif_bus_wait(b, -1);
	rumpuser_component_schedule(cookie);
}

int
rumpcomp_shmif_poll(struct shmif_bus *b, unsigned int nsec)
{
	void *cookie = rumpuser_component_unschedule();
	const int error = shmif_bus_poll(b, nsec);

	rumpuser_component_schedule(cookie);
	return rumpuser_component_errtrans(error);
}

void
rumpcomp_shmif_polled(struct shmif_bus *b, bool any)
{

	shmif_bus_polled(b, any);
}

void
rumpcomp_shmif_kick(struct shmif_bus *b)
{

	shmif_bus_kick(b);
}
