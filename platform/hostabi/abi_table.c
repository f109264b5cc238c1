/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translation by table: the one loop that all flags and numbers pass through,
 * in both directions.  The rows are in the other files named abi_*.c.
 */
#include <assert.h>

#include "hostabi.h"

static const struct hostabi_table *const tables[RUMP_HOSTABI__N] = {
	[RUMP_HOSTABI_OPEN] = &hostabi_open,
	[RUMP_HOSTABI_AT] = &hostabi_at,
	[RUMP_HOSTABI_AT_ACCESS] = &hostabi_at_access,
	[RUMP_HOSTABI_AT_LINK] = &hostabi_at_link,
	[RUMP_HOSTABI_AT_UNLINK] = &hostabi_at_unlink,
	[RUMP_HOSTABI_MODE] = &hostabi_mode,
	[RUMP_HOSTABI_MNT] = &hostabi_mnt,
	[RUMP_HOSTABI_SEEK] = &hostabi_seek,
	[RUMP_HOSTABI_FCNTL] = &hostabi_fcntl,
	[RUMP_HOSTABI_LOCK] = &hostabi_lock,
	[RUMP_HOSTABI_FLOCK] = &hostabi_flock,
	[RUMP_HOSTABI_XATTR] = &hostabi_xattr,
	[RUMP_HOSTABI_POLL] = &hostabi_poll,
	[RUMP_HOSTABI_CLOCK] = &hostabi_clock,
	[RUMP_HOSTABI_SIGNAL] = &hostabi_signal,
	[RUMP_HOSTABI_DOMAIN] = &hostabi_domain,
	[RUMP_HOSTABI_SOCK] = &hostabi_sock,
	[RUMP_HOSTABI_SHUT] = &hostabi_shut,
	[RUMP_HOSTABI_MSG] = &hostabi_msg,
	[RUMP_HOSTABI_IOCTL] = &hostabi_ioctl,
	[RUMP_HOSTABI_FSFLAGS] = &hostabi_fsflags,
	[RUMP_HOSTABI_ADVICE] = &hostabi_advice,
	[RUMP_HOSTABI_PATHCONF] = &hostabi_pathconf,
	[RUMP_HOSTABI_EVENTFD] = &hostabi_eventfd,
	[RUMP_HOSTABI_TIMERFD] = &hostabi_timerfd,
	[RUMP_HOSTABI_TIMERFD_SET] = &hostabi_timerfd_set,
	[RUMP_HOSTABI_RANDOM] = &hostabi_random,
};

/* A row seen from one side: what it is there, and on the other. */
static void
row_sides(const struct hostabi_row *r, bool fromhost, unsigned *from,
    unsigned *to)
{

	*from = (unsigned)(fromhost ? r->hr_host : r->hr_rump);
	*to = (unsigned)(fromhost ? r->hr_rump : r->hr_host);
}

/* The number under the mask: exactly one row has it. */
static int
do_field(const struct hostabi_table *t, bool fromhost, unsigned value,
    unsigned *out)
{
	const struct hostabi_row *r;
	unsigned from, to;

	for (r = t->ht_rows; r < t->ht_rows + t->ht_nfield; r++) {
		row_sides(r, fromhost, &from, &to);
		if (from != value)
			continue;
		*out |= to;
		return fromhost ? r->hr_error : 0;
	}
	return t->ht_error;
}

static int
do_bits(const struct hostabi_table *t, bool fromhost, unsigned value,
    unsigned *out)
{
	const struct hostabi_row *r;
	unsigned from, to;

	for (r = t->ht_rows + t->ht_nfield; r < t->ht_rows + t->ht_nrows; r++) {
		row_sides(r, fromhost, &from, &to);
		if (from == 0 || (value & from) != from)
			continue;
		if (fromhost && r->hr_error != 0)
			return r->hr_error;
		value &= ~from;
		*out |= to;
	}
	return value == 0 ? 0 : t->ht_error;
}

static int
translate(enum rump_hostabi type, bool fromhost, int in, int *result)
{
	const struct hostabi_table *t;
	unsigned mask, out = 0;
	int error = 0;

	if ((unsigned)type >= RUMP_HOSTABI__N)
		return EINVAL;
	t = tables[type];
	assert(t != NULL && t->ht_nfield <= t->ht_nrows);
	mask = fromhost ? t->ht_hostmask : t->ht_rumpmask;
	if (t->ht_nfield != 0)
		error = do_field(t, fromhost, (unsigned)in & mask, &out);
	if (error == 0)
		error = do_bits(t, fromhost, (unsigned)in & ~mask, &out);
	if (error == 0)
		*result = (int)out;
	return error;
}

int
rump_hostabi_from_host(enum rump_hostabi type, int value, int *out)
{

	if (type == RUMP_HOSTABI_OPEN)
		value &= ~hostabi_o_largefile;	/* all files are */
	return translate(type, true, value, out);
}

int
rump_hostabi_to_host(enum rump_hostabi type, int value, int *out)
{

	return translate(type, false, value, out);
}

int
rump_hostabi_errno_to_host(int error)
{

	return rump_errno2host(error);
}

int
rump_hostabi_errno_from_host(int error)
{

	return rump_host2errno(error);
}
