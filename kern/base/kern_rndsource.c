/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rnd(9) sources: drivers attach them and hand in samples.
 *
 * The host's generator does not need them; samples are counted for whoever
 * asks and folded into the seeds of cprng_fast(9).
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/rnd.h>
#include <sys/rndsource.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "kspin.h"
#include "rnd_private.h"

static struct kspin rnd_lock = KSPIN_INITIALIZER;
static LIST_HEAD(, krndsource) rnd_sources =
    LIST_HEAD_INITIALIZER(rnd_sources);
static volatile uint64_t rnd_mix = 0x9e3779b97f4a7c15ULL;

void
rnd_init(void)
{
}

void
rnd_init_softint(void)
{
}

uint64_t
rnd_mixed_samples(void)
{

	return rnd_mix;
}

/* FNV-like; order of concurrent samples does not matter. */
static void
mix(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t m = rnd_mix;

	while (len-- > 0)
		m = (m ^ *p++) * 0x100000001b3ULL;
	rnd_mix = m ^ (m >> 29);
}

void
rnd_seed(void *data, size_t len)
{

	mix(data, len);
}

void
rndsource_setcb(struct krndsource *rs, void (*get)(size_t, void *), void *arg)
{

	rs->get = get;
	rs->getarg = arg;
}

void
rndsource_setenable(struct krndsource *rs, void *enable)
{

	rs->enable = (void (*)(struct krndsource *, bool))(uintptr_t)enable;
}

void
rnd_attach_source(struct krndsource *rs, const char *name, uint32_t type,
    uint32_t flags)
{

	memset(rs->name, 0, sizeof(rs->name));
	strlcpy(rs->name, name, sizeof(rs->name));
	rs->type = type;
	rs->flags = flags;
	rs->total = 0;
	rs->samples = 0;
	rs->refcnt = 0;
	rs->dying = false;
	rs->state = rs;
	kspin_enter(&rnd_lock);
	LIST_INSERT_HEAD(&rnd_sources, rs, list);
	kspin_exit(&rnd_lock);
	if ((flags & RND_FLAG_HASENABLE) != 0 && rs->enable != NULL)
		(*rs->enable)(rs, true);
	/* Ask once, so that the callback is known to work. */
	if ((flags & RND_FLAG_HASCB) != 0 && rs->get != NULL)
		(*rs->get)(32, rs->getarg);
}

void
rnd_detach_source(struct krndsource *rs)
{

	KASSERT(rs->state == rs);
	kspin_enter(&rnd_lock);
	LIST_REMOVE(rs, list);
	kspin_exit(&rnd_lock);
	rs->state = NULL;
}

void
rnd_add_data(struct krndsource *rs, const void *data, uint32_t len,
    uint32_t nbits)
{

	if (rs != NULL) {
		if (rs->flags & RND_FLAG_NO_COLLECT)
			return;
		atomic_inc_uint(&rs->samples);
		atomic_add_int(&rs->total, (int)nbits);
	}
	mix(data, len);
}

void
rnd_add_data_intr(struct krndsource *rs, const void *data, uint32_t len,
    uint32_t nbits)
{

	rnd_add_data(rs, data, len, nbits);
}

void
rnd_add_data_sync(struct krndsource *rs, const void *data, uint32_t len,
    uint32_t nbits)
{

	rnd_add_data(rs, data, len, nbits);
}

void
rnd_add_uint32(struct krndsource *rs, uint32_t value)
{

	if (rs->state != NULL)
		rnd_add_data(rs, &value, sizeof(value), 0);
}

void
_rnd_add_uint32(struct krndsource *rs, uint32_t value)
{

	rnd_add_uint32(rs, value);
}

void
_rnd_add_uint64(struct krndsource *rs, uint64_t value)
{

	if (rs->state != NULL)
		rnd_add_data(rs, &value, sizeof(value), 0);
}
