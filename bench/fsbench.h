/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsbench: where files are made and read, and what the workloads share.
 */
#ifndef _BENCH_FSBENCH_H_
#define	_BENCH_FSBENCH_H_

#include <sys/types.h>

#include <stdbool.h>

/* Results as the system call's, with errno. */
struct target {
	int	(*t_create)(const char *);
	int	(*t_open)(const char *, int write);
	int	(*t_close)(int);
	int	(*t_stat)(const char *);
	int	(*t_unlink)(const char *);
	int	(*t_mkdir)(const char *);
	int	(*t_rmdir)(const char *);
	ssize_t	(*t_pread)(int, void *, size_t, off_t);
	ssize_t	(*t_pwrite)(int, const void *, size_t, off_t);
	int	(*t_fsync)(int);
	int	(*t_getdents)(int, void *, size_t);
	int	(*t_attach)(void);	/* a thread begins */
	void	(*t_detach)(void);
	int	(*t_forget)(const char *); /* nothing of the file is cached */
};

extern const struct target fsb_host, fsb_rump;

/* Boot and mount; image NULL: tmpfs.  Exits with a message on any error. */
void	fsb_mount(const char *image, bool rdonly);
void	fsb_unmount(void);

extern const struct target *t;
extern const char *root;		/* where it is mounted */
extern int nfiles;			/* in a directory */
extern bool cputime;			/* now() counts the process's */

double	now(void);			/* seconds */
void	must(long, const char *);	/* exits if negative */
void	rate(const char *, double, double);
void	rate_mb(const char *, double, double);
unsigned long long fsb_random(unsigned long long *);

int	fsb_boot(const char *self, const char *image);	/* fsbench_boot.c */
int	fsb_boot_once(const char *image);
void	fsb_pair(void);			/* fsbench_pair.c */
void	fsb_tree(void);			/* fsbench_tree.c */

#endif /* !_BENCH_FSBENCH_H_ */
