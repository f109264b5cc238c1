/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cprng(9): random numbers, and entropy(9) in what is left of it here.
 *
 * cprng_strong() asks the host's generator every time.  cprng_fast() is a
 * xoshiro256** generator per virtual CPU, seeded from the host on first use;
 * it must not be used for secrets.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/cpu.h>
#include <sys/cprng.h>
#include <sys/entropy.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/kmem.h>
#include <sys/percpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>

#include "rnd_private.h"

/* One generator; belongs to who runs on its CPU. */
struct fast_state {
	uint64_t	fs_s[4];
	bool		fs_seeded;
};

struct cprng_strong {
	const char	*cs_name;	/* constant */
};

static cprng_strong_t kern_store = { "kernel" };
static cprng_strong_t user_store = { "user" };
cprng_strong_t *kern_cprng = &kern_store;
cprng_strong_t *user_cprng = &user_store;

static percpu_t *fast_percpu;

/* Getrandom flags of NetBSD's getrandom(2). */
#define GRND_NONBLOCK	0x01
#define GRND_RANDOM	0x02
#define GRND_INSECURE	0x04

void
cprng_init(void)
{

	fast_percpu = percpu_alloc(sizeof(struct fast_state));
}

/*
 * Fill the buffer from the host; there is nothing sensible to do without.
 */
static void
host_random(void *buf, size_t len, int flags)
{
	size_t got;
	int error;

	while (len > 0) {
		error = rumpuser_getrandom(buf, len, flags, &got);
		if (error || got == 0)
			panic("no random numbers from the host: error %d",
			    error);
		buf = (char *)buf + got;
		len -= got;
	}
}

cprng_strong_t *
cprng_strong_create(const char *name, int ipl, int flags)
{
	cprng_strong_t *cs;

	cs = kmem_alloc(sizeof(*cs), KM_SLEEP);
	cs->cs_name = name;
	return cs;
}

void
cprng_strong_destroy(cprng_strong_t *cs)
{

	KASSERT(cs != kern_cprng);
	KASSERT(cs != user_cprng);
	kmem_free(cs, sizeof(*cs));
}

size_t
cprng_strong(cprng_strong_t *cs, void *buf, size_t len, int flags)
{

	len = MIN(len, CPRNG_MAX_LEN);
	host_random(buf, len, 0);
	return len;
}

uint32_t
cprng_strong32(void)
{
	uint32_t r;

	host_random(&r, sizeof(r), 0);
	return r;
}

uint64_t
cprng_strong64(void)
{
	uint64_t r;

	host_random(&r, sizeof(r), 0);
	return r;
}

static inline uint64_t
rotl(uint64_t x, int k)
{

	return (x << k) | (x >> (64 - k));
}

static uint64_t
fast_next(struct fast_state *fs)
{
	uint64_t *s = fs->fs_s, result, t;

	if (__predict_false(!fs->fs_seeded)) {
		host_random(s, sizeof(fs->fs_s), 0);
		s[0] ^= rnd_mixed_samples();
		s[1] |= 1;	/* never all zero */
		fs->fs_seeded = true;
	}
	result = rotl(s[1] * 5, 7) * 9;
	t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

void
cprng_fast_init(void)
{

	/* Generators seed themselves. */
}

uint64_t
cprng_fast64(void)
{
	struct fast_state *fs;
	uint64_t r;

	fs = percpu_getref(fast_percpu);
	r = fast_next(fs);
	percpu_putref(fast_percpu);
	return r;
}

uint32_t
cprng_fast32(void)
{

	return (uint32_t)(cprng_fast64() >> 32);
}

size_t
cprng_fast(void *buf, size_t len)
{
	size_t left = len, n;
	uint64_t r;

	for (; left > 0; left -= n) {
		r = cprng_fast64();
		n = MIN(left, sizeof(r));
		memcpy(buf, &r, n);
		buf = (char *)buf + n;
	}
	return len;
}

/* The host's generator is seeded before programs run. */
bool
entropy_ready(void)
{

	return true;
}

unsigned int
entropy_epoch(void)
{

	return 1;
}

void
entropy_bootrequest(void)
{
}

int
entropy_extract(void *buf, size_t len, int flags)
{

	host_random(buf, len, RUMPUSER_RANDOM_HARD);
	return 0;
}

int
entropy_poll(int events)
{

	return events & (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
}

int
entropy_kqfilter(struct knote *kn)
{

	if (kn->kn_filter != EVFILT_READ && kn->kn_filter != EVFILT_WRITE)
		return EINVAL;
	kn->kn_fop = &seltrue_filtops;
	return 0;
}

int
sys_getrandom(struct lwp *l, const struct sys_getrandom_args *uap,
    register_t *retval)
{
	size_t left = SCARG(uap, buflen), n;
	char *ubuf = SCARG(uap, buf);
	u_int flags = SCARG(uap, flags);
	uint8_t buf[256];
	int error = 0;

	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE))
		return EINVAL;
	if ((flags & (GRND_RANDOM | GRND_INSECURE)) ==
	    (GRND_RANDOM | GRND_INSECURE))
		return EINVAL;
	left = MIN(left, SSIZE_MAX);
	if (flags & GRND_RANDOM)
		left = MIN(left, sizeof(buf));
	*retval = 0;
	for (; left > 0; left -= n) {
		n = MIN(left, sizeof(buf));
		host_random(buf, n, 0);
		error = copyout(buf, ubuf, n);
		if (error)
			break;
		ubuf += n;
		*retval += n;
	}
	explicit_memset(buf, 0, sizeof(buf));
	return *retval > 0 ? 0 : error;
}
