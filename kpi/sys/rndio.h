/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What programs see of randomness sources: types, flags and ioctls.
 */
#ifndef _SYS_RNDIO_H_
#define _SYS_RNDIO_H_

#include <sys/types.h>
#include <sys/ioccom.h>

#define RND_SAVEWORDS	128

/* Types of sources. */
#define RND_TYPE_UNKNOWN	0
#define RND_TYPE_DISK		1
#define RND_TYPE_NET		2
#define RND_TYPE_TAPE		3
#define RND_TYPE_TTY		4
#define RND_TYPE_RNG		5
#define RND_TYPE_SKEW		6
#define RND_TYPE_ENV		7
#define RND_TYPE_VM		8
#define RND_TYPE_POWER		9
#define RND_TYPE_MAX		9

/* Flags. */
#define RND_FLAG_NO_COLLECT	0x00000100
#define RND_FLAG_NO_ESTIMATE	0x00000200
#define RND_FLAG_HASCB		0x00000800
#define RND_FLAG_COLLECT_TIME	0x00001000
#define RND_FLAG_COLLECT_VALUE	0x00002000
#define RND_FLAG_ESTIMATE_TIME	0x00004000
#define RND_FLAG_ESTIMATE_VALUE	0x00008000
#define RND_FLAG_HASENABLE	0x00010000
#define RND_FLAG_DEFAULT	(RND_FLAG_COLLECT_VALUE | \
				RND_FLAG_COLLECT_TIME | RND_FLAG_ESTIMATE_TIME)

typedef struct {
	char		name[16];
	uint32_t	total;
	uint32_t	type;
	uint32_t	flags;
} rndsource_t;

#define RND_MAXSTATCOUNT	10

typedef struct {
	uint32_t	poolsize;
	uint32_t	threshold;
	uint32_t	maxentropy;
	uint32_t	added;
	uint32_t	curentropy;
	uint32_t	removed;
	uint32_t	discarded;
	uint32_t	generated;
} rndpoolstat_t;

typedef struct {
	uint32_t	start;
	uint32_t	count;
	rndsource_t	source[RND_MAXSTATCOUNT];
} rndstat_t;

typedef struct {
	uint32_t	len;
	uint32_t	entropy;
	u_char		data[RND_SAVEWORDS * sizeof(uint32_t)];
} rnddata_t;

#define RNDGETENTCNT	_IOR('R', 101, uint32_t)
#define RNDGETSRCNUM	_IOWR('R', 102, rndstat_t)
#define RNDADDDATA	_IOW('R', 105, rnddata_t)
#define RNDGETPOOLSTAT	_IOR('R', 106, rndpoolstat_t)

#endif /* _SYS_RNDIO_H_ */
