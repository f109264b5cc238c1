/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys/iostat.h: transfer statistics of a device or mount, as iostat(8) shows
 * them.  Locks: u the owner serialises iostat_busy()/iostat_unbusy(); l the
 * list lock of subr_iostat.c.
 */
#ifndef _SYS_IOSTAT_H_
#define	_SYS_IOSTAT_H_

#include <sys/types.h>
#include <sys/time.h>
#include <sys/queue.h>

#define	IOSTATNAMELEN	16

/* io_type */
#define	IOSTAT_DISK	0
#define	IOSTAT_TAPE	1
#define	IOSTAT_NFS	2

/* What sysctl hw.iostats hands out. */
struct io_sysctl {
	char		name[IOSTATNAMELEN];
	int32_t		busy;
	int32_t		type;
	u_int64_t	xfer;
	u_int64_t	seek;
	u_int64_t	bytes;
	u_int32_t	attachtime_sec;
	u_int32_t	attachtime_usec;
	u_int32_t	timestamp_sec;
	u_int32_t	timestamp_usec;
	u_int32_t	time_sec;
	u_int32_t	time_usec;
	u_int64_t	rxfer;
	u_int64_t	rbytes;
	u_int64_t	wxfer;
	u_int64_t	wbytes;
	u_int32_t	wait;
	u_int32_t	waittime_sec;
	u_int32_t	waittime_usec;
	u_int32_t	waitsum_sec;
	u_int32_t	waitsum_usec;
	u_int32_t	busysum_sec;
	u_int32_t	busysum_usec;
};

struct io_stats {
	char		io_name[IOSTATNAMELEN];	/* l: */
	void		*io_parent;		/* l: device or mount */
	int		io_type;		/* l: IOSTAT_* */
	int		io_busy;		/* u: transfers under way */
	u_int64_t	io_rxfer;		/* u: reads */
	u_int64_t	io_wxfer;		/* u: writes */
	u_int64_t	io_seek;		/* u: seeks */
	u_int64_t	io_rbytes;		/* u: */
	u_int64_t	io_wbytes;		/* u: */
	struct timeval	io_attachtime;		/* l: */
	struct timeval	io_busystamp;		/* u: last change of io_busy */
	struct timeval	io_waitstamp;		/* u: */
	struct timeval	io_busysum;		/* u: */
	struct timeval	io_waitsum;		/* u: */
	struct timeval	io_busytime;		/* u: */
	struct timeval	io_waittime;		/* u: */
	struct timeval	io_timestamp;		/* u: last transfer's end */
	int		io_wait;		/* u: */
	TAILQ_ENTRY(io_stats) io_link;		/* l: */
};

TAILQ_HEAD(iostatlist_head, io_stats);

#ifdef _KERNEL
void	iostat_init(void);
void	iostat_wait(struct io_stats *);
void	iostat_busy(struct io_stats *);
void	iostat_unbusy(struct io_stats *, long, int);
struct io_stats *iostat_find(const char *);
struct io_stats *iostat_alloc(int32_t, void *, const char *);
void	iostat_free(struct io_stats *);
void	iostat_rename(struct io_stats *, const char *);
bool	iostat_isbusy(struct io_stats *);
void	iostat_seek(struct io_stats *);
#endif /* _KERNEL */

#endif /* !_SYS_IOSTAT_H_ */
