/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timecounters.  The host's clock is the only one time is taken from; those
 * that drivers register are kept in a list, by quality, and never read.
 */
#ifndef _SYS_TIMETC_H_
#define _SYS_TIMETC_H_

#include <sys/types.h>

#ifdef _KERNEL

struct bintime;
struct timecounter;
struct timespec;

typedef u_int	timecounter_get_t(struct timecounter *);
typedef void	timecounter_pps_t(struct timecounter *);

/* t: the timecounter lock (kern_tc.c); the rest belongs to the driver. */
struct timecounter {
	timecounter_get_t	*tc_get_timecount;
	timecounter_pps_t	*tc_poll_pps;
	u_int			tc_counter_mask;
	uint64_t		tc_frequency;
	const char		*tc_name;
	int			tc_quality;
	void			*tc_priv;
	struct timecounter	*tc_next;	/* t */
};

extern struct timecounter *timecounter;

uint64_t tc_getfrequency(void);
void	tc_init(struct timecounter *);
int	tc_detach(struct timecounter *);
void	tc_gonebad(struct timecounter *);
void	tc_setclock(const struct timespec *);

#endif /* _KERNEL */

#endif /* !_SYS_TIMETC_H_ */
