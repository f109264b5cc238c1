/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The aprint family: messages about what was found at boot.  All go to the
 * message buffer, except debug ones that nobody asked for; the console sees
 * those that fit how talkative the boot is to be.  By default a rump kernel
 * boots silently (AB_SILENT); RUMP_VERBOSE sets AB_VERBOSE.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/device.h>
#include <sys/reboot.h>

#include "subr_prf_private.h"

/* What kind of message, and boothowto bits: all unset, or one set. */
struct kind {
	int	k_mustnot;	/* any of these: not on the console */
	int	k_must;		/* if not 0: one of these is needed */
	int	k_always;	/* PRF_LOG: into the buffer in any case */
};

static const struct kind aprint_normal_kind = {
	.k_mustnot = AB_SILENT | AB_QUIET, .k_always = PRF_LOG
};
static const struct kind aprint_error_kind = {
	.k_mustnot = AB_SILENT, .k_always = PRF_LOG
};
static const struct kind aprint_naive_kind = {
	.k_mustnot = AB_SILENT, .k_must = AB_QUIET
};
static const struct kind aprint_verbose_kind = {
	.k_must = AB_VERBOSE | AB_DEBUG, .k_always = PRF_LOG
};
static const struct kind aprint_debug_kind = {
	.k_must = AB_DEBUG
};

static volatile unsigned int aprint_errors;

static int
destinations(const struct kind *k)
{

	if ((boothowto & k->k_mustnot) != 0)
		return k->k_always;
	if (k->k_must != 0 && (boothowto & k->k_must) == 0)
		return k->k_always;
	return PRF_CONS | PRF_LOG;
}

static void
vaprint(const struct kind *k, const char *prefix, const char *fmt, va_list ap)
{
	char line[256];
	int dest;

	if ((dest = destinations(k)) == 0)
		return;
	if (prefix == NULL) {
		prf_message(dest, fmt, ap);
		return;
	}
	/* One message, so that no other gets between the name and the text. */
	snprintf(line, sizeof(line), "%s: %s", prefix, fmt);
	prf_message(dest, line, ap);
}

#define	APRINT(kind)							\
void									\
aprint_##kind(const char *fmt, ...)					\
{									\
	va_list ap;							\
									\
	va_start(ap, fmt);						\
	vaprint(&aprint_##kind##_kind, NULL, fmt, ap);			\
	va_end(ap);							\
}									\
									\
void									\
aprint_##kind##_dev(device_t dev, const char *fmt, ...)			\
{									\
	va_list ap;							\
									\
	KASSERT(dev != NULL);						\
	va_start(ap, fmt);						\
	vaprint(&aprint_##kind##_kind, device_xname(dev), fmt, ap);	\
	va_end(ap);							\
}

APRINT(normal)
APRINT(naive)
APRINT(verbose)
APRINT(debug)

void
aprint_error(const char *fmt, ...)
{
	va_list ap;

	atomic_inc_uint(&aprint_errors);
	va_start(ap, fmt);
	vaprint(&aprint_error_kind, NULL, fmt, ap);
	va_end(ap);
}

void
aprint_error_dev(device_t dev, const char *fmt, ...)
{
	va_list ap;

	KASSERT(dev != NULL);
	atomic_inc_uint(&aprint_errors);
	va_start(ap, fmt);
	vaprint(&aprint_error_kind, device_xname(dev), fmt, ap);
	va_end(ap);
}

/* Errors since the last time this was asked. */
int
aprint_get_error_count(void)
{

	return (int)atomic_swap_uint(&aprint_errors, 0);
}
