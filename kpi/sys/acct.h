/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Process accounting records, acct(5), and their flags.
 */

#ifndef _SYS_ACCT_H_
#define	_SYS_ACCT_H_

#include <sys/types.h>

typedef uint16_t	comp_t;	/* 3 bits exponent of 8, 13 bits fraction */

struct acct {
	char		ac_comm[16];	/* command name */
	comp_t		ac_utime;	/* user time */
	comp_t		ac_stime;	/* system time */
	comp_t		ac_etime;	/* elapsed time */
	time_t		ac_btime;	/* start */
	uid_t		ac_uid;
	gid_t		ac_gid;
	uint16_t	ac_mem;		/* average memory */
	comp_t		ac_io;		/* I/O blocks */
	dev_t		ac_tty;
	uint8_t		ac_flag;
};

#define	AFORK	0x01	/* fork without exec */
#define	ASU	0x02	/* used super-user rights */
#define	ACOMPAT	0x04
#define	ACORE	0x08	/* dumped core */
#define	AXSIG	0x10	/* killed by a signal */
#define	AHZ	64	/* units of times */

#ifdef _KERNEL
struct lwp;
void	acct_init(void);
int	acct_process(struct lwp *);
#endif

#endif /* !_SYS_ACCT_H_ */
